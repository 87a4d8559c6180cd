package dev.migrator.plan.preflight;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.preflight.PodResources.Amounts;
import dev.migrator.plan.preflight.PodResources.Container;
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
 * <p>Source: kubernetes {@code plugin/pkg/admission/limitranger/admission.go}
 */
public final class LimitRanges {

  /** Amounts up to this one are compared by thousandths, as the server does. */
  private static final BigDecimal EXACT = BigDecimal.valueOf(Long.MAX_VALUE / 1000);

  /** By namespace of the target, then by name. */
  private final Map<String, Map<String, Limits>> byNamespace = new HashMap<>();

  private record Limits(ObjectRef ref, boolean travels, JsonNode items, Amounts defaults) {}

  /**
   * What one LimitRange refuses.
   *
   * @param by as it is called at the target
   * @param travels whether it comes from the source
   * @param direct whether the object itself is refused; else the pods or claims that it makes
   */
  public record Refusal(ObjectRef by, boolean travels, boolean direct, List<String> why) {
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

  /** The pods of this object, with what it leaves open filled in. */
  PodResources filled(Manifest object, JsonNode podSpec) {
    PodResources pod = new PodResources(podSpec);
    for (Limits limits : byNamespace.getOrDefault(object.namespace(), Map.of()).values()) {
      boolean unused = pod.fill(limits.defaults());
    }
    return pod;
  }

  /** What happens to this object, which is as it will be sent to the target. */
  public Effect on(Manifest object) {
    Map<String, Limits> here = byNamespace.getOrDefault(object.namespace(), Map.of());
    if (here.isEmpty()) {
      return NONE;
    }
    boolean claim = object.ref().groupKind().equals("PersistentVolumeClaim");
    boolean direct = claim || object.ref().groupKind().equals("Pod");
    Optional<PodResources> pod = PodSecurity.podSpec(object).map(PodResources::new);
    boolean filled = false;
    List<Refusal> refusals = new ArrayList<>();
    for (Limits limits : here.values()) {
      if (pod.isPresent() && pod.get().fill(limits.defaults())) {
        filled = true;
        List<String> torn = pod.get().requestsOverLimits();
        if (!torn.isEmpty()) {
          refusals.add(new Refusal(limits.ref(), limits.travels(), direct, torn));
        }
      }
    }
    for (Limits limits : here.values()) {
      List<String> why = new ArrayList<>();
      List<String> ofClaims = new ArrayList<>();
      for (JsonNode item : limits.items()) {
        pod.ifPresent(p -> ofPod(item, p, why));
        ofClaims(item, object, claim, claim ? why : ofClaims);
      }
      if (!why.isEmpty()) {
        refusals.add(new Refusal(limits.ref(), limits.travels(), direct, why));
      }
      if (!ofClaims.isEmpty()) {
        refusals.add(new Refusal(limits.ref(), limits.travels(), false, ofClaims));
      }
    }
    return new Effect(filled, refusals);
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
