package dev.migrator.check;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.model.Quantity;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a pod asks for, as the API server sees it when the pod is created from its spec or from a
 * template: requests that are not said are what the limits say.
 *
 * <p>Mutable: admission fills in what is missing.
 *
 * <p>Source: kubernetes {@code pkg/apis/core/v1/defaults.go} and {@code
 * plugin/pkg/admission/limitranger}
 */
final class PodResources {

  /** What may be asked for by a pod as a whole. */
  private static final Set<String> POD_LEVEL = Set.of("cpu", "memory");

  /** Amounts by name. */
  record Amounts(Map<String, BigDecimal> requests, Map<String, BigDecimal> limits) {

    static Amounts of(JsonNode resources) {
      return new Amounts(read(resources.path("requests")), read(resources.path("limits")));
    }

    static Map<String, BigDecimal> read(JsonNode quantities) {
      Map<String, BigDecimal> amounts = new TreeMap<>();
      quantities
          .properties()
          .forEach(
              e ->
                  Quantity.parse(e.getValue().asText())
                      .ifPresent(amount -> amounts.put(e.getKey(), amount)));
      return amounts;
    }

    /** In the largest binary unit that it fills, so that bytes can be read. */
    static String shown(BigDecimal amount) {
      BigDecimal step = BigDecimal.valueOf(1024);
      if (amount.compareTo(step) < 0 || amount.remainder(step).signum() != 0) {
        return amount.signum() == 0 ? "0" : amount.stripTrailingZeros().toPlainString();
      }
      BigDecimal rest = amount;
      int unit = -1;
      while (unit < 5 && rest.compareTo(step) >= 0 && rest.remainder(step).signum() == 0) {
        rest = rest.divide(step, RoundingMode.UNNECESSARY);
        unit++;
      }
      return rest.stripTrailingZeros().toPlainString() + "KMGTPE".charAt(unit) + "i";
    }

    private void requestWhatIsLimited() {
      limits.forEach(requests::putIfAbsent);
    }

    private void add(Amounts more) {
      more.requests.forEach((name, amount) -> requests.merge(name, amount, BigDecimal::add));
      more.limits.forEach((name, amount) -> limits.merge(name, amount, BigDecimal::add));
    }

    private void atLeast(Amounts other) {
      other.requests.forEach((name, amount) -> requests.merge(name, amount, BigDecimal::max));
      other.limits.forEach((name, amount) -> limits.merge(name, amount, BigDecimal::max));
    }

    private static Amounts none() {
      return new Amounts(new TreeMap<>(), new TreeMap<>());
    }

    private Amounts copy() {
      return new Amounts(new TreeMap<>(requests), new TreeMap<>(limits));
    }
  }

  /**
   * One container.
   *
   * @param sidecar an init container that keeps running
   */
  record Container(String name, boolean init, boolean sidecar, Amounts amounts) {

    String label() {
      return (init ? "init container " : "container ") + name;
    }
  }

  private final List<Container> containers = new ArrayList<>();
  private final Amounts podLevel;

  PodResources(JsonNode spec) {
    spec.path("containers").forEach(c -> add(c, false));
    spec.path("initContainers").forEach(c -> add(c, true));
    this.podLevel = Amounts.of(spec.path("resources"));
    if (!podLevel.limits.isEmpty()) {
      Amounts sum = sum();
      for (String name : POD_LEVEL) {
        if (sum.requests.containsKey(name)) {
          podLevel.requests.putIfAbsent(name, sum.requests.getOrDefault(name, BigDecimal.ZERO));
        } else if (podLevel.limits.containsKey(name)) {
          podLevel.requests.putIfAbsent(name, podLevel.limits.getOrDefault(name, BigDecimal.ZERO));
        }
      }
    }
  }

  private void add(JsonNode container, boolean init) {
    Amounts amounts = Amounts.of(container.path("resources"));
    amounts.requestWhatIsLimited();
    containers.add(
        new Container(
            container.path("name").asText(),
            init,
            init && container.path("restartPolicy").asText().equals("Always"),
            amounts));
  }

  /** All containers, those that run first last. */
  List<Container> containers() {
    return containers;
  }

  /**
   * Fills in what containers leave open.
   *
   * @return whether anything was open
   */
  boolean fill(Amounts defaults) {
    boolean changed = false;
    for (Container container : containers) {
      changed |= putMissing(container.amounts.limits, defaults.limits);
      changed |= putMissing(container.amounts.requests, defaults.requests);
    }
    return changed;
  }

  private static boolean putMissing(
      Map<String, BigDecimal> amounts, Map<String, BigDecimal> defaults) {
    int before = amounts.size();
    defaults.forEach(amounts::putIfAbsent);
    return amounts.size() > before;
  }

  /** Whether the pod as a whole says what it asks for. */
  boolean saysItselfHowMuch() {
    return !podLevel.requests.isEmpty() || !podLevel.limits.isEmpty();
  }

  /** Whether nothing of it asks for processors or memory. */
  boolean isBestEffort() {
    return asksForNothing(podLevel) && containers.stream().allMatch(c -> asksForNothing(c.amounts));
  }

  private static boolean asksForNothing(Amounts amounts) {
    return POD_LEVEL.stream()
        .allMatch(
            name ->
                amounts.requests.getOrDefault(name, BigDecimal.ZERO).signum() == 0
                    && amounts.limits.getOrDefault(name, BigDecimal.ZERO).signum() == 0);
  }

  /** Where a limit that was filled in is below what is requested, which no pod may ask for. */
  List<String> requestsOverLimits() {
    List<String> why = new ArrayList<>();
    for (Container container : containers) {
      container.amounts.limits.forEach(
          (name, limit) -> {
            if (container.amounts.requests.getOrDefault(name, limit).compareTo(limit) > 0) {
              why.add(
                  "%s requests more %s than the limit that is set for it"
                      .formatted(container.label(), name));
            }
          });
    }
    return why;
  }

  /** What the pod as a whole asks for: at its busiest, or what it says of itself. */
  Amounts whole() {
    Amounts whole = sum();
    for (String name : POD_LEVEL) {
      copy(podLevel.requests, whole.requests, name);
      copy(podLevel.limits, whole.limits, name);
    }
    return whole;
  }

  private static void copy(Map<String, BigDecimal> from, Map<String, BigDecimal> to, String name) {
    if (from.containsKey(name)) {
      to.put(name, from.getOrDefault(name, BigDecimal.ZERO));
    }
  }

  private Amounts sum() {
    Amounts running = Amounts.none();
    Amounts sidecars = Amounts.none();
    Amounts starting = Amounts.none();
    for (Container container : containers) {
      if (!container.init || container.sidecar) {
        running.add(container.amounts);
      }
      if (container.sidecar) {
        sidecars.add(container.amounts);
        starting.atLeast(sidecars);
      } else if (container.init) {
        Amounts step = sidecars.copy();
        step.add(container.amounts);
        starting.atLeast(step);
      }
    }
    running.atLeast(starting);
    return running;
  }
}
