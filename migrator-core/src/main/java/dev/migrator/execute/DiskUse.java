package dev.migrator.execute;

import dev.migrator.check.Mount;
import dev.migrator.cluster.ClusterException;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Origin;
import dev.migrator.model.ResourceType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What of a cluster may still write to a disk. That its pods are gone proves nothing: the node lets
 * go of a disk some seconds later, and a node that is lost never says so.
 *
 * <p>Source: <a
 * href="https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/volume-attachment-v1/">VolumeAttachment</a>,
 * <a href="https://kubernetes.io/docs/reference/node/node-status/">node status</a>; docs/adr/0051
 */
final class DiskUse {

  private final ClusterSide side;
  private final SharedLists lists;

  DiskUse(ClusterSide side, SharedLists lists) {
    this.side = side;
    this.lists = lists;
  }

  /**
   * What may still use it, in words, pods first; empty when nothing does.
   *
   * <p>Errors: {@link ClusterException} when the cluster does not say what it has.
   *
   * @param claim as this cluster calls it
   * @param volume as it was when it was bound to the claim
   */
  List<String> of(ObjectRef claim, Manifest volume) {
    // A pod that ended holds its claim, too, until it is deleted.
    return users(claim, volume, pod -> true);
  }

  /** As {@link #of}, without pods that ended: they write no more. */
  List<String> atWork(ObjectRef claim, Manifest volume) {
    return users(claim, volume, pod -> !CopyJob.hasEnded(pod));
  }

  /** The pods that name the claim, those that ended, too. */
  List<Manifest> pods(ObjectRef claim) {
    return list("Pod", "v1", claim.namespace()).stream()
        .filter(pod -> Mount.uses(pod, claim))
        .toList();
  }

  /** As {@link #pods}, without those of movers, which only read. */
  List<Manifest> podsOfOthers(ObjectRef claim) {
    return pods(claim).stream().filter(pod -> !pod.labels().containsKey(Origin.TRANSFER)).toList();
  }

  private List<String> users(ObjectRef claim, Manifest volume, Predicate<Manifest> counts) {
    List<String> users = new ArrayList<>();
    for (Manifest pod : pods(claim)) {
      if (counts.test(pod)) {
        users.add("pod/" + pod.name());
      }
    }
    for (Manifest attachment : list("VolumeAttachment", "storage.k8s.io/v1", "")) {
      if (attachment
          .at("spec", "source", "persistentVolumeName")
          .asText("")
          .equals(volume.name())) {
        users.add("attached to node " + attachment.at("spec", "nodeName").asText());
      }
    }
    // Safeguard: nodes-not-asked
    NodeDiskName name = NodeDiskName.of(volume);
    for (Manifest node : list("Node", "v1", "")) {
      if (name.isOn(node)) {
        users.add("in use on node " + node.name());
      }
    }
    return users;
  }

  private List<Manifest> list(String kind, String apiVersion, String namespace) {
    Optional<ResourceType> type = side.type(kind, apiVersion);
    return type.map(found -> lists.list(found, namespace)).orElse(List.of());
  }
}
