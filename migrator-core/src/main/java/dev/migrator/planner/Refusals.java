package dev.migrator.planner;

import dev.migrator.model.ObjectRef;
import java.util.Map;
import java.util.Set;

/**
 * Which travelling policies and webhooks may refuse which objects, or what those make, from the
 * moment that they exist at the target.
 *
 * @param judged those of which it is known; any other may refuse everything
 * @param byObject who may refuse an object; only objects that one of them may refuse
 */
public record Refusals(Set<ObjectRef> judged, Map<ObjectRef, Set<ObjectRef>> byObject) {

  /** That nothing is known: each may refuse everything. */
  public static final Refusals UNKNOWN = new Refusals(Set.of(), Map.of());

  public Refusals {
    judged = Set.copyOf(judged);
    byObject = Map.copyOf(byObject);
  }

  /** Whether it is known, or cannot be excluded, that the one refuses the other. */
  boolean mayRefuse(ObjectRef validating, ObjectRef object) {
    return !judged.contains(validating)
        || byObject.getOrDefault(object, Set.of()).contains(validating);
  }
}
