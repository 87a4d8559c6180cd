package dev.migrator.execute;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.model.Manifest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How the status of a node calls the disk of a volume. Pure.
 *
 * <p>Before the types of old gave way to CSI drivers, each had names of its own, and has them still
 * where no driver took its place (iSCSI, Fibre Channel).
 *
 * <p>Source: <a href="https://kubernetes.io/docs/reference/node/node-status/">node status</a>;
 * kubernetes {@code pkg/volume/util} (GetUniqueVolumeName) and {@code GetVolumeName} of each plugin
 *
 * @param ends ways in which its name may end
 */
record NodeDiskName(List<String> ends) {

  /** The field that says which disk it is, where a name ends with that or with its last part. */
  private static final Map<String, String> FIELDS =
      new TreeMap<>(
          Map.of(
              "awsElasticBlockStore", "volumeID",
              "gcePersistentDisk", "pdName",
              "azureDisk", "diskURI",
              "cinder", "volumeID",
              "vsphereVolume", "volumePath",
              "portworxVolume", "volumeID",
              "rbd", "image"));

  NodeDiskName {
    ends = List.copyOf(ends);
  }

  static NodeDiskName of(Manifest volume) {
    JsonNode spec = volume.at("spec");
    List<String> ends = new ArrayList<>();
    JsonNode csi = spec.path("csi");
    if (csi.isObject()) {
      ends.add(
          "kubernetes.io/csi/"
              + csi.path("driver").asText()
              + "^"
              + csi.path("volumeHandle").asText());
    }
    FIELDS.forEach(
        (type, field) -> {
          String id = spec.path(type).path(field).asText("");
          String last = id.substring(id.lastIndexOf('/') + 1);
          if (!last.isEmpty()) {
            List.of("/", "^", ":").forEach(before -> ends.add(before + last));
            ends.add("/" + id);
          }
        });
    JsonNode iscsi = spec.path("iscsi");
    if (iscsi.isObject()) {
      ends.add(":" + iscsi.path("iqn").asText() + ":" + iscsi.path("lun").asText("0"));
    }
    JsonNode channel = spec.path("fc");
    if (channel.isObject()) {
      channel
          .path("targetWWNs")
          .forEach(wwn -> ends.add(wwn.asText() + "]:" + channel.path("lun").asText("0")));
      channel.path("wwids").forEach(wwid -> ends.add(wwid.asText() + "]"));
    }
    return new NodeDiskName(ends);
  }

  /** Whether the node says that it has it, or that it uses it. */
  boolean isOn(Manifest node) {
    for (JsonNode used : node.at("status", "volumesInUse")) {
      if (isNamed(used.asText())) {
        return true;
      }
    }
    for (JsonNode attached : node.at("status", "volumesAttached")) {
      if (isNamed(attached.path("name").asText())) {
        return true;
      }
    }
    return false;
  }

  private boolean isNamed(String name) {
    return ends.stream().anyMatch(name::endsWith);
  }
}
