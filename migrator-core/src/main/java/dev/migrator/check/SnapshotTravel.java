package dev.migrator.check;

import dev.migrator.classify.VolumeClassifier;
import dev.migrator.migration.VolumeDecisions;
import dev.migrator.migration.VolumeRule;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.SnapshotNames;
import dev.migrator.plan.Finding;
import dev.migrator.plan.FindingCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Whether the data of claims can come by snapshots: what both clusters serve, the driver and its
 * classes.
 *
 * <p>Source: <a href="https://kubernetes.io/docs/concepts/storage/volume-snapshots/">Volume
 * Snapshots</a>; docs/adr/0052
 */
final class SnapshotTravel implements Check {

  private static final String SERVED = "volumesnapshots." + SnapshotNames.GROUP;
  private static final String CLASS = SnapshotNames.CLASS + "." + SnapshotNames.GROUP;

  private final Map<ObjectRef, CheckedObject> claims = new TreeMap<>();
  private final Map<ObjectRef, Manifest> storageClasses = new TreeMap<>();

  /** Whether the claim, as it would be sent, is made from a snapshot that the move takes. */
  static boolean isCarried(CheckedObject seen) {
    return seen.is("PersistentVolumeClaim")
        && seen.body()
            .at("spec", "dataSource", "name")
            .asText("")
            .equals(SnapshotNames.of(seen.object()));
  }

  @Override
  public void see(CheckedObject seen) {
    if (isCarried(seen)) {
      claims.put(seen.ref(), seen);
    }
    if (StorageClasses.isOne(seen)) {
      storageClasses.put(seen.ref(), seen.body());
    }
  }

  @Override
  public List<Finding> findings(Move move) {
    List<Finding> findings = new ArrayList<>();
    Map<ObjectRef, CheckedObject> created = move.created(claims);
    if (created.isEmpty()) {
      return findings;
    }
    Map<String, Manifest> volumes = new TreeMap<>();
    move.source().all("PersistentVolume").forEach(volume -> volumes.put(volume.name(), volume));
    List<Manifest> classes = classes(move.source());
    List<Manifest> classesThere = classes(move.target());
    VolumeDecisions decisions = VolumeDecisions.of(move.migration().data().volumes());
    StorageClasses makers = StorageClasses.of(move.target(), move.created(storageClasses).values());
    created.forEach(
        (ref, claim) -> {
          Optional<Manifest> volume =
              claim
                  .object()
                  .text("spec", "volumeName")
                  .flatMap(name -> Optional.ofNullable(volumes.get(name)));
          hindrance(move, ref, volume, classes, classesThere, decisions)
              .or(() -> makers.hindrance(claim.body(), driver(volume)))
              .map(why -> impossible(ref, why))
              .ifPresent(findings::add);
        });
    return findings;
  }

  private static boolean serves(ClusterView cluster) {
    return cluster.versions(SERVED).contains("v1");
  }

  private static List<Manifest> classes(ClusterView cluster) {
    return cluster.versions("volumesnapshotclasses." + SnapshotNames.GROUP).isEmpty()
        ? List.of()
        : cluster.all(CLASS);
  }

  private static Optional<String> hindrance(
      Move move,
      ObjectRef claim,
      Optional<Manifest> volume,
      List<Manifest> classes,
      List<Manifest> classesThere,
      VolumeDecisions decisions) {
    if (!serves(move.source()) || !serves(move.target())) {
      return Optional.of(
          "the %s does not serve VolumeSnapshot of %s"
              .formatted(serves(move.source()) ? "target" : "source", SnapshotNames.API_VERSION));
    }
    String driver = driver(volume);
    if (driver.isEmpty()) {
      return Optional.of("its volume is not of a CSI driver");
    }
    Optional<String> named =
        decisions.of(claim.namespace(), claim.name()).flatMap(VolumeRule::snapshotClass);
    if (SnapshotClasses.choose(classes, driver, named).isEmpty()) {
      return Optional.of(
          named
              .map(name -> "the source has no VolumeSnapshotClass " + name + " of " + driver)
              .orElse(
                  "the source has no VolumeSnapshotClass of %s, or several and no default"
                      .formatted(driver)));
    }
    if (named.isPresent() && SnapshotClasses.choose(classesThere, driver, named).isEmpty()) {
      return Optional.of("the target has no VolumeSnapshotClass " + named.get() + " of " + driver);
    }
    return DiskHandOver.drivers(move.target()).contains(driver)
        ? Optional.empty()
        : Optional.of("no node of the target has the CSI driver " + driver);
  }

  private static String driver(Optional<Manifest> volume) {
    return volume.map(v -> v.at("spec", "csi", "driver").asText("")).orElse("");
  }

  private static Finding impossible(ObjectRef claim, String why) {
    return new Finding(
        FindingCode.SNAPSHOT_IMPOSSIBLE,
        claim,
        "its data cannot come by a snapshot: " + why,
        "make that so, then plan again; or give the claim another way with label "
            + VolumeClassifier.LABEL);
  }
}
