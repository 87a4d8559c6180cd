package dev.migrator.cluster.memory;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.model.Manifest;
import java.util.Optional;

/**
 * A disk as its storage knows it, whatever objects in whatever clusters speak of it.
 *
 * @param driver of CSI
 * @param handle by which the driver calls it
 */
public record Disk(String driver, String handle) {

  /** The disk of a PersistentVolume; empty when it is not of a CSI driver. */
  public static Optional<Disk> of(JsonNode volume) {
    JsonNode csi = volume.path("spec").path("csi");
    return csi.has("driver")
        ? Optional.of(new Disk(csi.path("driver").asText(), csi.path("volumeHandle").asText()))
        : Optional.empty();
  }

  static Optional<Disk> of(Manifest volume) {
    return of(volume.tree());
  }

  /** As {@code status.volumesInUse} and {@code status.volumesAttached} of a Node call it. */
  public String onNodes() {
    return "kubernetes.io/csi/" + driver + "^" + handle;
  }

  /** The finalizer of the driver's attacher. */
  String attacher() {
    return "external-attacher/" + driver.replace('.', '-');
  }

  @Override
  public String toString() {
    return driver + "^" + handle;
  }
}
