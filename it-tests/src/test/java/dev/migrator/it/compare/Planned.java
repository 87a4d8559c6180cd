package dev.migrator.it.compare;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a plan says: the output of {@code migrator show PLAN -o json}.
 *
 * @param travelling every object that shall be at the target, with its class
 * @param leftOut every object that does not travel, with the reason
 * @param hasGate whether the way needs a manual approval
 */
public record Planned(Map<Key, String> travelling, Map<Key, String> leftOut, boolean hasGate) {

  /** Before a plan is made. */
  public static final Planned NOTHING = new Planned(Map.of(), Map.of(), false);

  private static final String DUPLICATION = "duplication";

  public static Planned of(String showJson) {
    JsonNode plan = ClusterState.parse(showJson);
    Map<Key, String> travelling = new LinkedHashMap<>();
    boolean hasGate = false;
    for (JsonNode step : plan.path("steps")) {
      hasGate |= step.has("gate");
      if (step.has("ref")) {
        travelling.put(Key.ofRef(step.path("ref")), step.path("class").asText());
      }
    }
    SortedMap<Key, String> leftOut = new TreeMap<>();
    for (JsonNode object : plan.path("leftOut")) {
      leftOut.put(Key.ofRef(object.path("ref")), object.path("reason").asText());
    }
    return new Planned(travelling, leftOut, hasGate);
  }

  /** The objects that must never be twice. */
  public Collection<Key> duplicateIntolerant() {
    List<Key> some = new ArrayList<>();
    travelling.forEach(
        (key, protection) -> {
          if (protection.equals(DUPLICATION)) {
            some.add(key);
          }
        });
    return some;
  }
}
