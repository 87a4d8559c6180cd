package dev.migrator.check;

import dev.migrator.event.RefText;
import dev.migrator.graph.Dependency;
import dev.migrator.migration.VolumeDecisions;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.SnapshotNames;
import dev.migrator.plan.Finding;
import dev.migrator.plan.FindingCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Claims whose data is to be carried, and that the target has already, from an earlier run: they
 * keep the data of that time. So would one that is made from a snapshot which that run left.
 *
 * <p>Source: docs/adr/0052
 */
final class OldData implements Check {

  /** The name of its snapshot at the target, of each claim. */
  private final Map<ObjectRef, ObjectRef> snapshots = new TreeMap<>();

  @Override
  public void see(CheckedObject seen) {
    if (seen.is("PersistentVolumeClaim")) {
      snapshots.put(
          seen.ref(),
          new ObjectRef(
              SnapshotNames.GROUP,
              SnapshotNames.SNAPSHOT,
              seen.ref().namespace(),
              SnapshotNames.of(seen.object())));
    }
  }

  @Override
  public List<Finding> findings(Move move) {
    Map<ObjectRef, ObjectRef> carried = new TreeMap<>(snapshots);
    VolumeDecisions decisions = VolumeDecisions.of(move.migration().data().volumes());
    carried
        .keySet()
        .removeIf(claim -> !move.travels(claim) || !CaptureInUse.isCarried(decisions, claim));
    if (carried.isEmpty()) {
      return List.of();
    }
    Set<ObjectRef> left = move.target().existing(Set.copyOf(move.created(carried).values()));
    List<Finding> findings = new ArrayList<>();
    carried.forEach(
        (claim, snapshot) -> {
          if (move.isThere(claim)) {
            findings.addAll(ofAClaimThatIsThere(move, claim));
          } else if (left.contains(snapshot)) {
            findings.add(
                new Finding(
                    FindingCode.OLD_DATA,
                    claim,
                    "the target has %s of an earlier run, from which the claim would be made"
                        .formatted(RefText.of(move.atTarget(snapshot))),
                    deletion("volumesnapshot", move.atTarget(snapshot))));
          }
        });
    return findings;
  }

  private static List<Finding> ofAClaimThatIsThere(Move move, ObjectRef claim) {
    List<ObjectRef> users =
        move.graph().all().stream()
            .filter(d -> d.to().equals(claim))
            .map(Dependency::from)
            .filter(move::isNew)
            .sorted()
            .toList();
    if (users.isEmpty()) {
      return List.of();
    }
    String user = RefText.of(users.getFirst());
    boolean isLost = users.stream().anyMatch(move::isHandedOver);
    return List.of(
        isLost
            ? new Finding(
                FindingCode.OLD_DATA,
                claim,
                "the target has it already, with the data of an earlier run: %s would start on that"
                        .formatted(user)
                    + ", and leave at the source what was written since",
                deletion("pvc", move.atTarget(claim)) + "; or label it migrator.dev/volume=empty")
            : new Finding(
                FindingCode.OTHER_DATA,
                claim,
                "the target has it already, with the data of an earlier run, on which %s starts"
                    .formatted(user),
                "compare the data before the gate afterCopy is opened"));
  }

  private static String deletion(String kind, ObjectRef there) {
    return "if nobody needs it: kubectl delete %s %s -n %s   (at the target; then plan again)"
        .formatted(kind, there.name(), there.namespace());
  }
}
