package dev.migrator.check;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.check.PodResources.Amounts;
import dev.migrator.check.PodResources.Container;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Foretells what LimitRanges do to pods and claims: first all of them fill in what containers leave
 * open, then each of them refuses what is out of its bounds.
 *
 * <p>Where two of them would fill in the same, the server takes either, anew for each pod: what is
 * refused in every order is sure, the rest is only possible.
 *
 * <p>Source: kubernetes {@code plugin/pkg/admission/limitranger/admission.go}, <a
 * href="https://kubernetes.io/docs/concepts/policy/limit-range/">Limit Ranges</a>
 */
public final class LimitRanges {

  /** Amounts up to this one are compared by thousandths, as the server does. */
  private static final BigDecimal EXACT = BigDecimal.valueOf(Long.MAX_VALUE / 1000);

  /** By namespace of the target, then by name. */
  private final Map<String, Map<String, Limits>> byNamespace = new HashMap<>();

  private record Limits(ObjectRef ref, boolean travels, JsonNode items, Amounts defaults) {
    boolean fills() {
      return !defaults.requests().isEmpty() || !defaults.limits().isEmpty();
    }
  }

  /**
   * What one LimitRange refuses.
   *
   * @param by as it is called at the target
   * @param travels whether it comes from the source
   * @param direct whether the object itself is refused; else the pods or claims that it makes
   * @param sure whether it is refused whichever LimitRange the server lets fill in first
   */
  public record Refusal(
      ObjectRef by, boolean travels, boolean direct, boolean sure, List<String> why) {
    public Refusal {
      why = List.copyOf(why);
    }
  }

  /**
   * What the LimitRanges of its namespace do to an object.
   *
   * @param filled whether they set what it, or what it makes, leaves open
   */
  public record Effect(boolean filled, List<Refusal> refusals) {
    public Effect {
      refusals = List.copyOf(refusals);
    }
  }

  private static final Effect NONE = new Effect(false, List.of());

  /** Adds one, named as at the target; one that is at the target already comes first and stays. */
  public void add(Manifest limitRange, boolean travels) {
    JsonNode items = limitRange.at("spec", "limits");
    Amounts defaults = new Amounts(new TreeMap<>(), new TreeMap<>());
    for (JsonNode item : items) {
      if (item.path("type").asText().equals("Container")) {
        Map<String, BigDecimal> limits = Amounts.read(item.path("default"));
        Amounts.read(item.path("max")).forEach(limits::putIfAbsent);
        Map<String, BigDecimal> requests = Amounts.read(item.path("defaultRequest"));
        limits.forEach(requests::putIfAbsent);
        Amounts.read(item.path("min")).forEach(requests::putIfAbsent);
        defaults.limits().putAll(limits);
        defaults.requests().putAll(requests);
      }
    }
    byNamespace
        .computeIfAbsent(limitRange.namespace(), k -> new TreeMap<>())
        .putIfAbsent(
            limitRange.name(), new Limits(limitRange.ref(), travels, items.deepCopy(), defaults));
  }

  /**
   * The pods of this object, with what it leaves open filled in by LimitRanges in the order of
   * their names, which is one of the orders that the server may take.
   */
  PodResources filled(Manifest object, JsonNode podSpec) {
    PodResources pod = new PodResources(podSpec);
    for (Limits limits : byNamespace.getOrDefault(object.namespace(), Map.of()).values()) {
      boolean unused = pod.fill(limits.defaults());
    }
    return pod;
  }

  /** What happens to this object, which is as it will be sent to the target. */
  public Effect on(Manifest object) {
    List<Limits> here =
        List.copyOf(byNamespace.getOrDefault(object.namespace(), Map.of()).values());
    if (here.isEmpty()) {
      return NONE;
    }
    Optional<JsonNode> podSpec = PodSecurity.podSpec(object);
    List<Refusal> refusals = new ArrayList<>();
    podSpec.ifPresent(
        spec -> refusals.addAll(ofPods(here, spec, object.ref().groupKind().equals("Pod"))));
    refusals.addAll(ofClaims(here, object));
    return new Effect(podSpec.isPresent() && fills(here, podSpec.get()), refusals);
  }

  private static boolean fills(List<Limits> here, JsonNode podSpec) {
    PodResources pod = new PodResources(podSpec);
    return here.stream().anyMatch(limits -> pod.fill(limits.defaults()));
  }

  /** Those of the first order in which there are any. */
  private static List<Refusal> ofPods(List<Limits> here, JsonNode podSpec, boolean direct) {
    List<List<Refusal>> byOrder =
        orders(here).stream().map(order -> inOrder(order, here, podSpec, direct)).toList();
    boolean sure = byOrder.stream().noneMatch(List::isEmpty);
    return byOrder.stream()
        .filter(refusals -> !refusals.isEmpty())
        .findFirst()
        .orElse(List.of())
        .stream()
        .map(r -> new Refusal(r.by(), r.travels(), r.direct(), sure, r.why()))
        .toList();
  }

  /**
   * The orders to be looked at, that of the names first: each pair of LimitRanges that fill in
   * anything comes first once. A resource of a container gets its request from the first that has
   * one and its limit from the first that has one, so no other order sets it to anything else.
   */
  private static List<List<Limits>> orders(List<Limits> here) {
    List<Limits> filling = here.stream().filter(Limits::fills).toList();
    if (filling.size() < 2) {
      return List.of(filling);
    }
    List<List<Limits>> orders = new ArrayList<>();
    for (int first = 0; first < filling.size(); first++) {
      List<Limits> others = new ArrayList<>(filling);
      Limits chosen = others.remove(first);
      for (int second = 0; second < others.size(); second++) {
        List<Limits> order = new ArrayList<>(others);
        order.addFirst(order.remove(second));
        order.addFirst(chosen);
        orders.add(order);
      }
    }
    return orders;
  }

  private static List<Refusal> inOrder(
      List<Limits> order, List<Limits> here, JsonNode podSpec, boolean direct) {
    PodResources pod = new PodResources(podSpec);
    List<Refusal> refusals = new ArrayList<>();
    for (Limits limits : order) {
      if (pod.fill(limits.defaults())) {
        List<String> torn = pod.requestsOverLimits();
        if (!torn.isEmpty()) {
          refusals.add(new Refusal(limits.ref(), limits.travels(), direct, true, torn));
        }
      }
    }
    for (Limits limits : here) {
      List<String> why = new ArrayList<>();
      limits.items().forEach(item -> ofPod(item, pod, why));
      if (!why.isEmpty()) {
        refusals.add(new Refusal(limits.ref(), limits.travels(), direct, true, why));
      }
    }
    return refusals;
  }

  private static List<Refusal> ofClaims(List<Limits> here, Manifest object) {
    boolean claim = object.ref().groupKind().equals("PersistentVolumeClaim");
    List<Refusal> refusals = new ArrayList<>();
    for (Limits limits : here) {
      List<String> why = new ArrayList<>();
      limits.items().forEach(item -> ofClaims(item, object, claim, why));
      if (!why.isEmpty()) {
        refusals.add(new Refusal(limits.ref(), limits.travels(), claim, true, why));
      }
    }
    return refusals;
  }

  private static void ofPod(JsonNode item, PodResources pod, List<String> why) {
    switch (item.path("type").asText()) {
      case "Container" -> {
        for (Container container : pod.containers()) {
          bounds(item, container.label(), container.amounts(), why);
        }
      }
      case "Pod" -> bounds(item, "a pod", pod.whole(), why);
      default -> {}
    }
  }

  private static void bounds(JsonNode item, String who, Amounts asked, List<String> why) {
    item.path("min")
        .properties()
        .forEach(
            e -> {
              Bound bound = new Bound(who, e.getKey(), e.getValue().asText());
              bound.atLeast("requests", asked.requests(), true, why);
              if (asked.requests().containsKey(e.getKey())) {
                bound.atLeast("is limited to", asked.limits(), false, why);
              }
            });
    item.path("max")
        .properties()
        .forEach(
            e -> {
              Bound bound = new Bound(who, e.getKey(), e.getValue().asText());
              bound.atMost("may use", asked.limits(), true, why);
              if (asked.limits().containsKey(e.getKey())) {
                bound.atMost("requests", asked.requests(), false, why);
              }
            });
    item.path("maxLimitRequestRatio")
        .properties()
        .forEach(e -> new Bound(who, e.getKey(), e.getValue().asText()).ratio(asked, why));
  }

  /** Claims: of the object itself, of the templates of a StatefulSet, of ephemeral volumes. */
  private static void ofClaims(JsonNode item, Manifest object, boolean claim, List<String> why) {
    if (!item.path("type").asText().equals("PersistentVolumeClaim")) {
      return;
    }
    if (claim) {
      claim(item, "it", object.at("spec"), why);
    }
    for (JsonNode template : object.at("spec", "volumeClaimTemplates")) {
      claim(
          item,
          "claim " + template.path("metadata").path("name").asText(),
          template.path("spec"),
          why);
    }
    PodSecurity.podSpec(object)
        .ifPresent(
            spec -> {
              for (JsonNode volume : spec.path("volumes")) {
                JsonNode template = volume.path("ephemeral").path("volumeClaimTemplate");
                if (!template.isMissingNode()) {
                  claim(
                      item,
                      "claim of volume " + volume.path("name").asText(),
                      template.path("spec"),
                      why);
                }
              }
            });
  }

  private static void claim(JsonNode item, String who, JsonNode spec, List<String> why) {
    Map<String, BigDecimal> requests = Amounts.read(spec.path("resources").path("requests"));
    item.path("min")
        .properties()
        .forEach(
            e ->
                new Bound(who, e.getKey(), e.getValue().asText())
                    .atLeast("requests", requests, true, why));
    item.path("max")
        .properties()
        .forEach(
            e ->
                new Bound(who, e.getKey(), e.getValue().asText())
                    .atMost("requests", requests, true, why));
  }

  /** One bound of one resource, for one container, pod or claim. */
  private record Bound(String who, String resource, String text) {

    private BigDecimal value() {
      return dev.migrator.model.Quantity.parse(text).orElse(BigDecimal.ZERO);
    }

    void atLeast(String verb, Map<String, BigDecimal> asked, boolean needed, List<String> why) {
      Optional<BigDecimal> amount = Optional.ofNullable(asked.get(resource));
      if (amount.isEmpty() ? needed : compare(amount.get(), value()) < 0) {
        why.add(says(verb, amount) + ", at least " + text + " is asked for");
      }
    }

    void atMost(String verb, Map<String, BigDecimal> asked, boolean needed, List<String> why) {
      Optional<BigDecimal> amount = Optional.ofNullable(asked.get(resource));
      if (amount.isEmpty() ? needed : compare(amount.get(), value()) > 0) {
        why.add(says(verb, amount) + ", at most " + text + " is allowed");
      }
    }

    void ratio(Amounts asked, List<String> why) {
      BigDecimal request = asked.requests().getOrDefault(resource, BigDecimal.ZERO);
      BigDecimal limit = asked.limits().getOrDefault(resource, BigDecimal.ZERO);
      if (request.signum() == 0 || limit.signum() == 0) {
        why.add(
            "%s must both request and limit its %s, at most 1 to %s"
                .formatted(who, resource, text));
      } else if (thousandths(limit).doubleValue() / thousandths(request).doubleValue()
          > value().setScale(3, RoundingMode.CEILING).doubleValue()) {
        why.add(
            "%s may use %s %s and requests %s, at most %s times as much is allowed"
                .formatted(who, Amounts.shown(limit), resource, Amounts.shown(request), text));
      }
    }

    private String says(String verb, Optional<BigDecimal> amount) {
      return amount
          .map(a -> "%s %s %s %s".formatted(who, verb, Amounts.shown(a), resource))
          .orElse(
              "%s does not say how much %s it %s"
                  .formatted(who, resource, verb.equals("requests") ? "requests" : "may use"));
    }

    private static int compare(BigDecimal amount, BigDecimal bound) {
      boolean exact = amount.compareTo(EXACT) <= 0 && bound.compareTo(EXACT) <= 0;
      return scaled(amount, exact).compareTo(scaled(bound, exact));
    }

    private static BigDecimal thousandths(BigDecimal amount) {
      return scaled(amount, amount.compareTo(EXACT) <= 0);
    }

    private static BigDecimal scaled(BigDecimal amount, boolean exact) {
      return amount.setScale(exact ? 3 : 0, RoundingMode.CEILING);
    }
  }
}
