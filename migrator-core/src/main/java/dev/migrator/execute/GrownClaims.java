package dev.migrator.execute;

import dev.migrator.check.Mount;
import dev.migrator.event.RefText;
import dev.migrator.migration.VolumeWay;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.CarriedData;
import dev.migrator.plan.HandedOverDisks;
import dev.migrator.plan.LeftOut;
import dev.migrator.plan.PlannedObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Claims with data that came after the plan was made, of a workload whose other data goes along: it
 * would start at the target with new and empty volumes in their place.
 *
 * <p>Errors: {@link dev.migrator.cluster.ClusterException} as the source gave it.
 *
 * <p>Crash: it only reads.
 *
 * <p>Source: docs/adr/0051
 */
final class GrownClaims {

  private final Run run;
  private final HandedOverDisks disks;
  private final CarriedData carried;
  private final SharedLists lists;
  private final Set<ObjectRef> leftOut;

  GrownClaims(Run run) {
    this.run = run;
    this.disks = HandedOverDisks.of(run.plan());
    this.carried = CarriedData.of(run.plan());
    this.lists = new SharedLists(run.source().cluster(), run.clock());
    // What the target made after the move is not part of the way back, and nobody chose that.
    this.leftOut =
        run.plan().leftOut().stream()
            .filter(left -> !left.reason().equals(LeftOut.NOT_PART))
            .map(LeftOut::ref)
            .collect(Collectors.toSet());
  }

  /**
   * Why a workload does not leave the source; empty when the plan knows all of its data.
   *
   * @param next what sets it going again, where it is stopped
   */
  Optional<StepResult> of(SourceObject source, Manifest live, List<String> next) {
    boolean takesData =
        !disks.disksOf(source.ref()).isEmpty() || !carried.capturedWith(source.ref()).isEmpty();
    // Safeguard: grown-claims
    if (disks.isDisk(source.ref()) || !takesData) {
      return Optional.empty();
    }
    List<String> grown =
        run.source().type("PersistentVolumeClaim", "v1").stream()
            .flatMap(type -> lists.list(type, source.ref().namespace()).stream())
            .filter(claim -> !claim.at("spec", "volumeName").asText("").isEmpty())
            .filter(claim -> Mount.uses(live, claim.ref()) && !isKnown(claim.ref()))
            .map(claim -> RefText.of(claim.ref()))
            .sorted()
            .toList();
    return grown.isEmpty()
        ? Optional.empty()
        : Optional.of(
            run.failed(
                ErrorCode.M2205,
                RefText.of(source.ref()) + " is not handed over: it has data that was not planned",
                String.join(", ", grown)
                    + " came after the plan was made, and would be new and empty at the target",
                next.toArray(String[]::new)));
  }

  /** What started empty because it was bound to nothing may hold something now. */
  private boolean isKnown(ObjectRef claim) {
    Map<ObjectRef, PlannedObject> planned = run.objects();
    return Optional.ofNullable(planned.get(claim))
        .map(
            object ->
                object
                    .volume()
                    .filter(v -> v.way() == VolumeWay.EMPTY && v.bytes().isEmpty())
                    .isEmpty())
        .orElseGet(() -> leftOut.contains(claim));
  }
}
