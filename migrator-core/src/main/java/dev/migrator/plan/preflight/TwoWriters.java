package dev.migrator.plan.preflight;

import dev.migrator.migration.Migration.LabelNames;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Protection;
import dev.migrator.plan.Finding;
import dev.migrator.plan.Finding.Severity;
import dev.migrator.plan.preflight.SharedVolumes.Shared;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Workloads that go on at the source while they run at the target, and would write to one storage
 * from both clusters. What is handed over has left the source by then.
 */
public final class TwoWriters {

  private final Map<ObjectRef, Protection> protections;
  private final Set<ObjectRef> scaled;
  private final LabelNames label;

  /**
   * @param protections of what is decided; the rest blocks the plan anyway
   * @param scaled what an autoscaler starts, however many replicas it has now
   */
  public TwoWriters(
      Map<ObjectRef, Protection> protections, Set<ObjectRef> scaled, LabelNames label) {
    this.protections = Map.copyOf(protections);
    this.scaled = Set.copyOf(scaled);
    this.label = label;
  }

  /**
   * @param travels what is planned
   * @param isNew what the target does not have yet
   */
  public List<Finding> findings(
      SharedVolumes.Reached reached, Predicate<ObjectRef> travels, Predicate<ObjectRef> isNew) {
    return reached.written().stream()
        .filter(one -> travels.test(one.workload()))
        .filter(
            one ->
                Optional.ofNullable(protections.get(one.workload()))
                    .filter(p -> p != Protection.DUPLICATION)
                    .isPresent())
        .filter(one -> !one.resting() || scaled.contains(one.workload()))
        .map(one -> finding(one, isNew.test(one.workload())))
        .toList();
  }

  private Finding finding(Shared one, boolean isNew) {
    if (!one.certain()) {
      return new Finding(
          Severity.WARNING,
          "shared-storage",
          Optional.of(one.workload()),
          "mounts %s: if that outlives its pod, both clusters write to the same storage"
              .formatted(one.name()),
          wayOut(one));
    }
    return new Finding(
        isNew ? Severity.BLOCKER : Severity.WARNING,
        "two-writers",
        Optional.of(one.workload()),
        (isNew
                ? "would start at the target while it runs at the source, and both would write to"
                    + " %s"
                : "is in both clusters already, and both write to %s")
            .formatted(one.name()),
        wayOut(one));
  }

  private String wayOut(Shared one) {
    return "kubectl label %s %s=%s   (or, if both clusters may write to it at once: kubectl label %s %s=%s, or a rule in volumes of the migration file)"
        .formatted(
            named(one.workload()),
            label.key(),
            label.duplication(),
            named(one.label()),
            SharedVolumes.LABEL,
            SharedVolumes.SHARE);
  }

  private static String named(ObjectRef ref) {
    return ref.groupKind().toLowerCase(Locale.ROOT)
        + " "
        + ref.name()
        + (ref.namespace().isEmpty() ? "" : " -n " + ref.namespace());
  }
}
