package dev.migrator.check;

import dev.migrator.check.SharedVolumes.Shared;
import dev.migrator.classify.VolumeClassifier;
import dev.migrator.migration.Migration.LabelNames;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Finding;
import dev.migrator.plan.FindingCode;
import dev.migrator.plan.Severity;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Workloads that go on at the source while they run at the target, and would write to one storage
 * from both clusters. What is handed over has left the source by then.
 */
public final class TwoWriters implements Check {

  private final StorageReach storage;

  public TwoWriters(StorageReach storage) {
    this.storage = storage;
  }

  @Override
  public void see(CheckedObject object) {
    storage.see(object);
  }

  /** Of what is decided; the rest blocks the plan anyway. */
  @Override
  public List<Finding> findings(Move move) {
    LabelNames label = move.migration().classification().label();
    return storage.reached(move).written().stream()
        .filter(one -> move.protection(one.workload()).isPresent())
        .filter(one -> !move.isHandedOver(one.workload()))
        .filter(one -> !one.resting() || move.autoscaled().contains(one.workload()))
        .map(one -> finding(one, move.isNew(one.workload()), label))
        .toList();
  }

  private static Finding finding(Shared one, boolean isNew, LabelNames label) {
    if (!one.certain()) {
      return new Finding(
          FindingCode.SHARED_STORAGE,
          one.workload(),
          "mounts %s: if that outlives its pod, both clusters write to the same storage"
              .formatted(one.name()),
          wayOut(one, label));
    }
    return new Finding(
        isNew ? Severity.BLOCKER : Severity.WARNING,
        FindingCode.TWO_WRITERS,
        Optional.of(one.workload()),
        (isNew
                ? "would start at the target while it runs at the source, and both would write to"
                    + " %s"
                : "is in both clusters already, and both write to %s")
            .formatted(one.name()),
        wayOut(one, label));
  }

  private static String wayOut(Shared one, LabelNames label) {
    return "kubectl label %s %s=%s   (or, if both clusters may write to it at once: kubectl label %s %s=%s, or a rule in volumes of the migration file)"
        .formatted(
            named(one.workload()),
            label.key(),
            label.duplication(),
            named(one.label()),
            VolumeClassifier.LABEL,
            SharedVolumes.SHARE);
  }

  private static String named(ObjectRef ref) {
    return ref.groupKind().toLowerCase(Locale.ROOT)
        + " "
        + ref.name()
        + (ref.namespace().isEmpty() ? "" : " -n " + ref.namespace());
  }
}
