package dev.migrator.check;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.event.RefText;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Protection;
import dev.migrator.plan.Finding;
import dev.migrator.plan.FindingCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Whether the target's drivers treat disks that are handed over as the source's do: who may read
 * the files, and with which Secrets a disk is attached.
 *
 * <p>Source: <a
 * href="https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/csi-driver-v1/">CSIDriver</a>,
 * <a href="https://kubernetes-csi.github.io/docs/support-fsgroup.html">fsGroup support</a>
 */
final class DiskDrivers implements Check {

  /** Each field that changes what a pod finds on its disk, with its default. */
  private static final Map<String, String> FIELDS =
      new TreeMap<>(
          Map.of(
              "fsGroupPolicy", "ReadWriteOnceWithFSType",
              "podInfoOnMount", "false",
              "seLinuxMount", "false"));

  private static final List<String> SECRETS =
      List.of(
          "controllerPublishSecretRef",
          "nodeStageSecretRef",
          "nodePublishSecretRef",
          "controllerExpandSecretRef",
          "nodeExpandSecretRef");

  private final Map<ObjectRef, Manifest> volumes = new TreeMap<>();

  @Override
  public void see(CheckedObject seen) {
    if (seen.is("PersistentVolume")
        && seen.verdict().is(Protection.DUPLICATION)
        && seen.object().has("spec", "csi")) {
      volumes.put(seen.ref(), seen.object());
    }
  }

  @Override
  public List<Finding> findings(Move move) {
    Map<ObjectRef, Manifest> handedOver = new TreeMap<>(volumes);
    handedOver.keySet().removeIf(ref -> !move.isHandedOver(ref));
    if (handedOver.isEmpty()) {
      return List.of();
    }
    Map<String, Manifest> here = drivers(move.source());
    Map<String, Manifest> there = drivers(move.target());
    List<Finding> findings = new ArrayList<>();
    handedOver.forEach(
        (ref, volume) -> {
          ObjectRef claim = DiskHandOver.claimOf(volume);
          String driver = volume.at("spec", "csi", "driver").asText();
          List<String> differences =
              differences(
                  Optional.ofNullable(here.get(driver)), Optional.ofNullable(there.get(driver)));
          if (!differences.isEmpty()) {
            findings.add(differs(claim, driver, differences));
          }
          lacking(move, volume).forEach(secret -> findings.add(lacks(claim, secret)));
        });
    return findings;
  }

  private static Map<String, Manifest> drivers(ClusterView cluster) {
    Map<String, Manifest> drivers = new HashMap<>();
    cluster.all("CSIDriver.storage.k8s.io").forEach(one -> drivers.put(one.name(), one));
    return drivers;
  }

  private static List<String> differences(Optional<Manifest> here, Optional<Manifest> there) {
    List<String> differences = new ArrayList<>();
    FIELDS.forEach(
        (field, otherwise) -> {
          String one = here.map(d -> d.at("spec", field).asText(otherwise)).orElse(otherwise);
          String other = there.map(d -> d.at("spec", field).asText(otherwise)).orElse(otherwise);
          if (!one.equals(other)) {
            differences.add("%s is %s, and %s at the target".formatted(field, one, other));
          }
        });
    return differences;
  }

  /** The Secrets that the volume names, which the target neither has nor gets. */
  private static Set<ObjectRef> lacking(Move move, Manifest volume) {
    Set<ObjectRef> named = new TreeSet<>();
    for (String field : SECRETS) {
      JsonNode secret = volume.at("spec", "csi", field);
      if (secret.has("name")) {
        named.add(
            ObjectRef.core(
                "Secret", secret.path("namespace").asText(), secret.path("name").asText()));
      }
    }
    Set<ObjectRef> arriving = named.isEmpty() ? Set.of() : move.arriving("Secret");
    Set<ObjectRef> there = new HashSet<>();
    move.target().get(named).forEach(found -> there.add(found.ref()));
    named.removeIf(secret -> there.contains(secret) || arriving.contains(secret));
    return named;
  }

  private static Finding differs(ObjectRef claim, String driver, List<String> differences) {
    return new Finding(
        FindingCode.DISK_DRIVER_DIFFERS,
        claim,
        "driver %s is set up otherwise there: %s".formatted(driver, String.join("; ", differences)),
        "compare the CSIDriver objects of both clusters");
  }

  private static Finding lacks(ObjectRef claim, ObjectRef secret) {
    return new Finding(
        FindingCode.DISK_OUT_OF_REACH,
        claim,
        "its volume is attached or mounted with %s, which the target does not have"
            .formatted(RefText.of(secret)),
        "create it at the target, or take it into the scope");
  }
}
