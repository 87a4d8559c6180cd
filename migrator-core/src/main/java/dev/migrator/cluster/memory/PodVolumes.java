package dev.migrator.cluster.memory;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.model.Manifest;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * What the scheduler and the kubelet ask of a pod's claims.
 *
 * <p>Source: kubernetes {@code pkg/scheduler/framework/plugins/volumebinding} and {@code
 * pkg/kubelet/volumemanager}
 */
final class PodVolumes {

  private final ApiServer api;

  PodVolumes(ApiServer api) {
    this.api = api;
  }

  /** The pods that may have waited for this change of a claim or an attachment. */
  Collection<Key> waitingFor(Manifest object) {
    return switch (object.kind()) {
      case Mount.CLAIM ->
          api.storage().in("Pod", object.namespace()).stream()
              .filter(pod -> pod.at("status", "phase").asText().equals("Pending"))
              .filter(pod -> Mount.mounts(pod, Key.of(object.ref())))
              .map(pod -> Key.of(pod.ref()))
              .toList();
      case "VolumeAttachment" ->
          api.storage().all("Pod").stream()
              .filter(pod -> pod.at("status", "phase").asText().equals("Pending"))
              .filter(
                  pod -> pod.at("spec", "nodeName").asText().equals(AttachDetach.nodeOf(object)))
              .map(pod -> Key.of(pod.ref()))
              .toList();
      default -> List.of();
    };
  }

  /** Whether all claims are bound. */
  boolean areBound(Manifest pod) {
    return Mount.of(pod).stream()
        .allMatch(
            mount ->
                api.storage()
                    .get(mount.claim())
                    .filter(claim -> !claim.isBeingDeleted())
                    .filter(claim -> claim.at("status", "phase").asText().equals("Bound"))
                    .isPresent());
  }

  /** Says on claims that wait for their first pod where that would be. */
  void select(Manifest pod, String node) {
    for (Mount mount : Mount.of(pod)) {
      api.storage()
          .get(mount.claim())
          .filter(claim -> Claims.waitsForPod(api.storage(), claim))
          .filter(claim -> !claim.annotations().containsKey(Provisioner.NODE))
          .ifPresent(
              claim ->
                  api.edit(
                      mount.claim(),
                      tree ->
                          Fill.object(Fill.object(tree, "metadata"), "annotations")
                              .put(Provisioner.NODE, node)));
    }
  }

  /** Whether the pod's volumes can be reached from the node. */
  boolean reach(Manifest pod, Manifest node) {
    return Mount.of(pod).stream()
        .flatMap(mount -> mount.volume(api.storage()).stream())
        .allMatch(volume -> reaches(volume, node));
  }

  private static boolean reaches(Manifest volume, Manifest node) {
    JsonNode terms = volume.at("spec", "nodeAffinity", "required", "nodeSelectorTerms");
    boolean any = terms.isEmpty();
    for (JsonNode term : terms) {
      any |= Selectors.of(term).test(node.labels());
    }
    return any;
  }

  /**
   * The node that has a disk which only one may have; a choice that a scheduler is free to make.
   */
  Optional<String> nodeOfDisk(Manifest pod) {
    List<String> volumes =
        Mount.of(pod).stream()
            .flatMap(mount -> mount.volume(api.storage()).stream())
            .filter(AttachDetach::isForOneNode)
            .map(Manifest::name)
            .toList();
    return volumes.isEmpty()
        ? Optional.empty()
        : api.storage().all(AttachDetach.ATTACHMENT).stream()
            .filter(a -> volumes.contains(AttachDetach.volumeOf(a)))
            .filter(a -> !a.isBeingDeleted())
            .map(AttachDetach::nodeOf)
            .findFirst();
  }

  /** Whether everything is attached to the pod's node. */
  boolean areAttached(Manifest pod) {
    String node = pod.at("spec", "nodeName").asText();
    return Mount.of(pod).stream()
        .allMatch(
            mount ->
                mount
                    .volume(api.storage())
                    .filter(volume -> AttachDetach.isReady(api, volume, node))
                    .isPresent());
  }
}
