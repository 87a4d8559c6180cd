package dev.migrator.runbook;

import dev.migrator.model.ObjectRef;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What pruning would do.
 *
 * @param removed in the order in which they are removed: dependants first
 * @param kept what stays, with the reason; sorted
 */
public record PrunePlan(List<Copy> removed, Map<ObjectRef, String> kept) {

  public PrunePlan {
    removed = List.copyOf(removed);
    kept = Collections.unmodifiableMap(new TreeMap<>(kept));
  }

  /**
   * One copy that can go.
   *
   * @param uid at the source, a precondition of its deletion
   * @param resourceVersion likewise
   */
  public record Copy(ObjectRef ref, String uid, String resourceVersion) {}
}
