package dev.migrator.cluster.memory;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cluster.Deletion;
import dev.migrator.model.Digest;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The attach-detach controller, a CSI driver's attacher, and what kubelets say of volumes in the
 * status of their nodes: a disk is attached before a pod starts, and goes from the node some time
 * after the last pod has gone.
 *
 * <p>Source: kubernetes {@code pkg/controller/volume/attachdetach}, kubernetes-csi {@code
 * external-attacher}
 */
final class AttachDetach implements Controller {

  static final String ATTACHMENT = "VolumeAttachment.storage.k8s.io";

  private static final Duration ATTACH = Duration.ofMillis(300);
  private static final Duration UNMOUNT = Duration.ofSeconds(1);

  private final ApiServer api;
  private final Controllers controllers;
  private final Disks disks;
  private final NodeVolumes nodes;
  private final String cluster;
  private final Map<String, Instant> due = new HashMap<>();
  private final Map<String, Integer> failures = new HashMap<>();
  private final Map<String, Disk> attached = new HashMap<>();

  AttachDetach(ApiServer api, Controllers controllers, Disks disks, String cluster) {
    this.api = api;
    this.controllers = controllers;
    this.disks = disks;
    this.nodes = new NodeVolumes(api);
    this.cluster = cluster;
  }

  static boolean isForOneNode(Manifest volume) {
    for (var mode : volume.at("spec", "accessModes")) {
      if (mode.asText().endsWith("Many")) {
        return false;
      }
    }
    return true;
  }

  static String volumeOf(Manifest attachment) {
    return attachment.at("spec", "source", "persistentVolumeName").asText();
  }

  static String nodeOf(Manifest attachment) {
    return attachment.at("spec", "nodeName").asText();
  }

  /** Whether a pod on the node may start with the volume. */
  static boolean isReady(ApiServer api, Manifest volume, String node) {
    return !mustAttach(api, volume)
        || api.storage()
            .get(new Key(ATTACHMENT, "", name(volume, node)))
            .filter(found -> !found.isBeingDeleted())
            .filter(found -> found.at("status", "attached").asBoolean())
            .isPresent();
  }

  private static boolean mustAttach(ApiServer api, Manifest volume) {
    Optional<Disk> disk = Disk.of(volume);
    return disk.isPresent()
        && api.types().of(ATTACHMENT).isPresent()
        && api.storage()
            .get(new Key("CSIDriver.storage.k8s.io", "", disk.get().driver()))
            .map(driver -> driver.at("spec", "attachRequired").asBoolean(true))
            .orElse(true);
  }

  private static String name(Manifest volume, String node) {
    byte[] what = (Disk.of(volume).orElseThrow() + node).getBytes(StandardCharsets.UTF_8);
    return "csi-" + Digest.ofBytes(what).toString().replaceAll("^.*:", "");
  }

  @Override
  public Collection<Key> affected(StoredChange change) {
    Manifest object = change.object();
    return switch (object.kind()) {
      case Mount.VOLUME -> List.of(Key.of(object.ref()));
      case Mount.CLAIM ->
          object
              .text("spec", "volumeName")
              .map(AttachDetach::volume)
              .map(List::of)
              .orElse(List.of());
      case "VolumeAttachment" -> List.of(volume(volumeOf(object)));
      case "Pod" -> volumesOf(object);
      default -> List.of();
    };
  }

  private List<Key> volumesOf(Manifest pod) {
    List<Key> keys = new ArrayList<>();
    List<Mount> mounts = Mount.of(pod);
    for (Mount mount : mounts) {
      mount.volume(api.storage()).ifPresent(found -> keys.add(volume(found.name())));
    }
    if (!mounts.isEmpty()) {
      // The claim may have gone before the pod.
      api.storage().all(ATTACHMENT).stream()
          .filter(a -> nodeOf(a).equals(pod.at("spec", "nodeName").asText()))
          .forEach(a -> keys.add(volume(volumeOf(a))));
    }
    return keys;
  }

  private static Key volume(String name) {
    return new Key(Mount.VOLUME, "", name);
  }

  @Override
  public void sync(Key key) {
    Optional<Manifest> volume = api.storage().get(key);
    Set<String> wanted = volume.map(this::nodesInNeed).orElse(Set.of());
    List<Manifest> attachments =
        api.storage().all(ATTACHMENT).stream().filter(a -> volumeOf(a).equals(key.name())).toList();
    for (Manifest attachment : attachments) {
      if (attachment.isBeingDeleted()) {
        detach(attachment);
      } else if (wanted.contains(nodeOf(attachment))) {
        due.remove("unmount " + attachment.name());
        due.remove("detach " + attachment.name());
        attach(key, volume.orElseThrow(), attachment);
      } else {
        leave(key, volume, attachment);
      }
    }
    for (String node : wanted) {
      boolean has = attachments.stream().anyMatch(a -> nodeOf(a).equals(node));
      boolean taken = !attachments.isEmpty() && isForOneNode(volume.orElseThrow());
      if (!has && !taken) {
        create(volume.orElseThrow(), node);
      }
    }
    if (attachments.isEmpty()) {
      volume
          .filter(Manifest::isBeingDeleted)
          .flatMap(Disk::of)
          .ifPresent(d -> api.edit(key, tree -> Finalizers.remove(tree, d.attacher())));
    }
  }

  /** The nodes with a pod that is not done and mounts the volume. */
  private Set<String> nodesInNeed(Manifest volume) {
    Set<String> nodes = new TreeSet<>();
    if (!mustAttach(api, volume) || !volume.has("spec", "claimRef", "uid")) {
      return nodes;
    }
    Key claim =
        new Key(
            Mount.CLAIM,
            volume.at("spec", "claimRef", "namespace").asText(),
            volume.at("spec", "claimRef", "name").asText());
    boolean isBound =
        api.storage()
            .get(claim)
            .filter(c -> c.uid().equals(volume.at("spec", "claimRef", "uid").asText()))
            .filter(c -> c.at("spec", "volumeName").asText().equals(volume.name()))
            .isPresent();
    if (isBound) {
      api.storage().in("Pod", claim.namespace()).stream()
          .filter(pod -> pod.has("spec", "nodeName") && !Pods.isTerminal(pod))
          .filter(pod -> Mount.mounts(pod, claim))
          .forEach(pod -> nodes.add(pod.at("spec", "nodeName").asText()));
    }
    return nodes;
  }

  private void create(Manifest volume, String node) {
    Disk disk = Disk.of(volume).orElseThrow();
    nodes.inUse(node, disk, true);
    ObjectNode tree =
        Json.object().put("apiVersion", "storage.k8s.io/v1").put("kind", "VolumeAttachment");
    ObjectNode metadata = tree.putObject("metadata").put("name", name(volume, node));
    metadata.putArray("finalizers").add(disk.attacher());
    ObjectNode spec = tree.putObject("spec").put("attacher", disk.driver()).put("nodeName", node);
    spec.putObject("source").put("persistentVolumeName", volume.name());
    Manifest made = api.create(Manifest.of(tree), true);
    api.editStatus(Key.of(made.ref()), status -> status.put("attached", false));
  }

  private void attach(Key volumeKey, Manifest volume, Manifest attachment) {
    String name = attachment.name();
    if (attachment.at("status", "attached").asBoolean()) {
      return;
    }
    int failed = failures.getOrDefault(name, 0);
    Duration wait = failed == 0 ? ATTACH : Provisioner.backOff(failed);
    if (!isDue(volumeKey, "attach " + name, wait)) {
      return;
    }
    due.remove("attach " + name);
    Disk disk = Disk.of(volume).orElseThrow();
    Key key = Key.of(attachment.ref());
    Optional<Disks.Refusal> refusal = disks.attach(disk, cluster, nodeOf(attachment));
    if (refusal.isPresent()) {
      failures.put(name, failed + 1);
      api.editStatus(
          key,
          status ->
              status
                  .put("attached", false)
                  .putObject("attachError")
                  .put("time", api.timestamp())
                  .put("message", refusal.get().message())
                  .put("errorCode", refusal.get().code()));
      controllers.again(this, volumeKey, Controllers.LATENCY);
      return;
    }
    failures.remove(name);
    attached.put(name, disk);
    api.edit(
        volumeKey,
        tree -> {
          Set<String> finalizers = Finalizers.of(tree);
          finalizers.add(disk.attacher());
          if (!volume.isBeingDeleted()) {
            Finalizers.set(tree, finalizers);
          }
        });
    api.editStatus(
        key,
        status -> {
          status.remove("attachError");
          status.put("attached", true);
        });
    nodes.attached(nodeOf(attachment), disk, true);
  }

  /** No pod needs it there any more: unmounted first, then detached. */
  private void leave(Key volumeKey, Optional<Manifest> volume, Manifest attachment) {
    String name = attachment.name();
    boolean isUnmounted = isDue(volumeKey, "unmount " + name, UNMOUNT);
    boolean isOver =
        isDue(
            volumeKey, "detach " + name, Behaviour.of(volume.map(Manifest::annotations)).detach());
    if (isUnmounted) {
      volume.flatMap(Disk::of).ifPresent(disk -> nodes.inUse(nodeOf(attachment), disk, false));
    }
    if (isUnmounted && isOver) {
      Optional<Manifest> unused =
          api.delete(
              Key.of(attachment.ref()),
              new Deletion(attachment.uid(), "", Deletion.Propagation.BACKGROUND));
    }
  }

  private void detach(Manifest attachment) {
    String name = attachment.name();
    Disk disk = attached.remove(name);
    if (disk != null) {
      disks.detach(disk, cluster, nodeOf(attachment));
      nodes.inUse(nodeOf(attachment), disk, false);
      nodes.attached(nodeOf(attachment), disk, false);
    }
    failures.remove(name);
    for (String what : new String[] {"attach ", "unmount ", "detach "}) {
      due.remove(what + name);
    }
    String attacher =
        "external-attacher/" + attachment.at("spec", "attacher").asText().replace('.', '-');
    api.edit(Key.of(attachment.ref()), tree -> Finalizers.remove(tree, attacher));
  }

  private boolean isDue(Key key, String what, Duration after) {
    Instant now = api.clock().now();
    Instant time = due.computeIfAbsent(what, first -> now.plus(after));
    if (now.isBefore(time)) {
      controllers.again(this, key, Duration.between(now, time));
      return false;
    }
    return true;
  }
}
