package dev.migrator.check;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.classify.VolumeClassifier;
import dev.migrator.event.RefText;
import dev.migrator.model.KnowledgeLines;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Protection;
import dev.migrator.plan.Finding;
import dev.migrator.plan.FindingCode;
import dev.migrator.plan.Severity;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Whether the disks that are handed over can be used at the target, and by nobody else: its driver,
 * the nodes that reach them, and what else the source runs on them.
 *
 * <p>Source: <a
 * href="https://kubernetes.io/docs/concepts/storage/persistent-volumes/#node-affinity">node
 * affinity of volumes</a>, <a
 * href="https://kubernetes-csi.github.io/docs/csi-node-object.html">CSINode</a>; docs/adr/0051
 */
final class DiskHandOver implements Check {

  /** Drivers that do something of their own about who may use a disk, each with what and a way. */
  private static final Map<String, List<String>> HABITS =
      KnowledgeLines.of(DiskHandOver.class, "disk-habits.tsv", 4).stream()
          .collect(Collectors.toUnmodifiableMap(List::getFirst, line -> line));

  private static final String CLAIM = "PersistentVolumeClaim";

  private final Map<ObjectRef, Manifest> volumes = new TreeMap<>();

  /** The volume of each claim that is to leave the source. */
  private final Map<ObjectRef, ObjectRef> leaving = new TreeMap<>();

  private final UsersOfClaims users = new UsersOfClaims();

  @Override
  public void see(CheckedObject seen) {
    users.see(seen.object());
    if (seen.is("PersistentVolume") && seen.verdict().is(Protection.DUPLICATION)) {
      volumes.put(seen.ref(), seen.object());
    }
    if (seen.is(CLAIM) && seen.verdict().is(Protection.DUPLICATION)) {
      leaving.put(
          seen.ref(),
          ObjectRef.core(
              "PersistentVolume", "", seen.object().at("spec", "volumeName").asText("")));
    }
  }

  @Override
  public List<Finding> findings(Move move) {
    List<Finding> findings = new ArrayList<>();
    Map<ObjectRef, Manifest> handedOver = new TreeMap<>(volumes);
    handedOver.keySet().removeIf(ref -> !move.isHandedOver(ref));
    leaving.forEach(
        (claim, volume) -> {
          if (move.isHandedOver(claim) && !move.isHandedOver(volume)) {
            findings.add(leftBehind(claim, volume));
          }
        });
    if (handedOver.isEmpty()) {
      return findings;
    }
    Set<StorageBackend> there = backends(move.target().all("PersistentVolume"));
    Set<String> drivers = drivers(move.target());
    List<Manifest> nodes = move.target().all("Node");
    Set<String> unseen = attachingUnseen(move.source());
    handedOver.forEach(
        (ref, volume) -> {
          ObjectRef claim = claimOf(volume);
          findings.addAll(reach(claim, volume, drivers, nodes));
          StorageBackend.ofVolume(volume.at("spec"))
              .filter(there::contains)
              .filter(known -> move.isNew(ref))
              .ifPresent(known -> findings.add(alreadyThere(claim)));
          habit(claim, volume).or(() -> unseen(claim, volume, unseen)).ifPresent(findings::add);
        });
    Set<ObjectRef> claims =
        handedOver.values().stream().map(DiskHandOver::claimOf).collect(Collectors.toSet());
    handedOver.forEach(
        (ref, volume) ->
            others(move, ref, volume)
                .ifPresent(some -> findings.add(usedByOthers(claimOf(volume), some))));
    users.staying(move, claims).forEach((claim, some) -> findings.add(usedByOthers(claim, some)));
    return findings;
  }

  /** What else of the source names the disk, where it could be used when it has left. */
  private static Optional<List<String>> others(Move move, ObjectRef ref, Manifest volume) {
    Optional<StorageBackend> disk = StorageBackend.ofVolume(volume.at("spec"));
    List<String> others =
        disk.isEmpty()
            ? List.of()
            : move.source().all("PersistentVolume").stream()
                .filter(other -> !other.ref().equals(ref))
                .filter(other -> StorageBackend.ofVolume(other.at("spec")).equals(disk))
                .map(other -> RefText.of(other.ref()))
                .sorted()
                .toList();
    return others.isEmpty() ? Optional.empty() : Optional.of(others);
  }

  private static Finding leftBehind(ObjectRef claim, ObjectRef volume) {
    return new Finding(
        FindingCode.DISK_LEFT_BEHIND,
        claim,
        "it leaves the source, and %s does not go along"
            .formatted(volume.name().isEmpty() ? "a volume" : RefText.of(volume)),
        "take persistentvolumes into the scope, or give the claim another way");
  }

  /** The claim to which a volume is bound. */
  static ObjectRef claimOf(Manifest volume) {
    return ObjectRef.core(
        CLAIM,
        volume.at("spec", "claimRef", "namespace").asText(),
        volume.at("spec", "claimRef", "name").asText());
  }

  private static Set<StorageBackend> backends(List<Manifest> volumes) {
    Set<StorageBackend> backends = new HashSet<>();
    volumes.forEach(volume -> StorageBackend.ofVolume(volume.at("spec")).ifPresent(backends::add));
    return backends;
  }

  /** Of a cluster's nodes; a CSIDriver object need not exist. */
  static Set<String> drivers(ClusterView cluster) {
    Set<String> drivers = new HashSet<>();
    cluster
        .all("CSINode.storage.k8s.io")
        .forEach(
            node ->
                node.at("spec", "drivers")
                    .forEach(driver -> drivers.add(driver.path("name").asText())));
    cluster.all("CSIDriver.storage.k8s.io").forEach(driver -> drivers.add(driver.name()));
    return drivers;
  }

  private static List<Finding> reach(
      ObjectRef claim, Manifest volume, Set<String> drivers, List<Manifest> nodes) {
    Optional<String> onANode = VolumeClassifier.onANode(volume);
    if (onANode.isPresent()) {
      return List.of(
          new Finding(
              FindingCode.DISK_OUT_OF_REACH,
              claim,
              "its disk never leaves its node: " + onANode.get(),
              "copy the data with a tool of your own and label the claim "
                  + VolumeClassifier.LABEL
                  + "=empty"));
    }
    String driver = volume.at("spec", "csi", "driver").asText("");
    if (!driver.isEmpty() && !drivers.contains(driver)) {
      return List.of(
          new Finding(
              FindingCode.DISK_WITHOUT_DRIVER,
              claim,
              "no node of the target has the CSI driver " + driver,
              "install the driver at the target, with access to the same storage; then plan"
                  + " again"));
    }
    JsonNode terms = volume.at("spec", "nodeAffinity", "required", "nodeSelectorTerms");
    boolean isReached =
        terms.isEmpty() || nodes.stream().anyMatch(node -> NodeTerms.anyMatches(terms, node));
    return isReached
        ? List.of()
        : List.of(
            new Finding(
                FindingCode.DISK_OUT_OF_REACH,
                claim,
                "its disk is reached from nodes with %s, and the target has none"
                    .formatted(NodeTerms.words(terms)),
                "give the target nodes there, or copy the data"));
  }

  private static Finding alreadyThere(ObjectRef claim) {
    return new Finding(
        FindingCode.DISK_ALREADY_THERE,
        claim,
        "the target has a PersistentVolume for the same disk, which this move did not make",
        "look what uses it there; delete it, with its reclaim policy Retain, then plan again");
  }

  private static Optional<Finding> habit(ObjectRef claim, Manifest volume) {
    return Optional.ofNullable(HABITS.get(VolumeClassifier.driver(volume)))
        .map(
            line -> {
              FindingCode code =
                  line.get(1).equals("fence")
                      ? FindingCode.DISK_NOT_FENCED
                      : FindingCode.DISK_TAGGED;
              return new Finding(code, claim, line.get(2), line.get(3));
            });
  }

  /** Drivers of the cluster that make no VolumeAttachments, and are in no status of a node. */
  private static Set<String> attachingUnseen(ClusterView cluster) {
    return cluster.all("CSIDriver.storage.k8s.io").stream()
        .filter(driver -> !driver.at("spec", "attachRequired").asBoolean(true))
        .map(Manifest::name)
        .collect(Collectors.toSet());
  }

  private static Optional<Finding> unseen(ObjectRef claim, Manifest volume, Set<String> unseen) {
    String driver = volume.at("spec", "csi", "driver").asText("");
    return unseen.contains(driver)
        ? Optional.of(
            new Finding(
                FindingCode.DISK_NOT_FENCED,
                claim,
                "no VolumeAttachment and no node names a disk of %s (attachRequired: false): that a node has let go of it is not seen, only that its pods are gone"
                    .formatted(driver),
                "set the gate afterDetach to manual, and look on the node, or ask the storage,"
                    + " before it is opened"))
        : Optional.empty();
  }

  private static Finding usedByOthers(ObjectRef claim, List<String> users) {
    return new Finding(
        Severity.BLOCKER,
        FindingCode.DISK_IN_USE_BY_OTHERS,
        Optional.of(claim),
        "its disk leaves the source, and %s holds it there"
            .formatted(String.join(", ", users.subList(0, Math.min(3, users.size())))),
        "protect what uses it from duplication, so that it goes along; or end and delete it");
  }
}
