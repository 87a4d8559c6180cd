package dev.migrator.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.model.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A disk, share or bucket outside of every cluster: what reaches the same one from two clusters has
 * the same data.
 *
 * <p>Shape: equal for the same storage, also where one names it by the type of old and the other by
 * the CSI driver that took its place. What is on a node, or made for one pod, is no such storage.
 *
 * <p>Source: <a href="https://kubernetes.io/docs/concepts/storage/volumes/">Volumes</a>
 *
 * @param driver name of the CSI driver, or the type of the volume, such as {@code nfs}
 * @param handle by which the driver knows it
 */
public record StorageBackend(String driver, String handle) {

  /** The fields that say which storage it is, of each type of volume. */
  private static final Map<String, List<String>> FIELDS =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("nfs", List.of("server", "path")),
              Map.entry("iscsi", List.of("iqn", "lun")),
              Map.entry("fc", List.of("targetWWNs", "wwids", "lun")),
              Map.entry("cephfs", List.of("monitors", "path")),
              Map.entry("rbd", List.of("monitors", "pool", "image")),
              Map.entry("glusterfs", List.of("endpoints", "path")),
              Map.entry("quobyte", List.of("registry", "volume")),
              Map.entry("awsElasticBlockStore", List.of("volumeID")),
              Map.entry("gcePersistentDisk", List.of("pdName")),
              Map.entry("azureDisk", List.of("diskURI")),
              Map.entry("azureFile", List.of("secretName", "shareName")),
              Map.entry("cinder", List.of("volumeID")),
              Map.entry("vsphereVolume", List.of("volumePath")),
              Map.entry("portworxVolume", List.of("volumeID")),
              Map.entry("scaleIO", List.of("gateway", "volumeName")),
              Map.entry("storageos", List.of("volumeName")),
              Map.entry("flocker", List.of("datasetName", "datasetUUID")),
              Map.entry("photonPersistentDisk", List.of("pdID")),
              Map.entry("flexVolume", List.of("driver", "options"))));

  /** The CSI driver that took the place of a type, and knows the same disk. */
  private static final Map<String, String> SUCCESSORS =
      Map.of(
          "awsElasticBlockStore", "ebs.csi.aws.com",
          "gcePersistentDisk", "pd.csi.storage.gke.io",
          "azureDisk", "disk.csi.azure.com",
          "cinder", "cinder.csi.openstack.org",
          "portworxVolume", "pxd.portworx.com");

  /** What many nodes may mount without harm, whatever the claim says. */
  private static final Set<String> FILES =
      Set.of(
          "nfs",
          "cephfs",
          "azureFile",
          "glusterfs",
          "quobyte",
          "smb.csi.k8s.io",
          "file.csi.azure.com",
          "blob.csi.azure.com",
          "efs.csi.aws.com",
          "fsx.csi.aws.com",
          "s3.csi.aws.com",
          "filestore.csi.storage.gke.io",
          "gcsfuse.csi.storage.gke.io");

  /** The storage behind a PersistentVolume; empty when it is on a node. */
  public static Optional<StorageBackend> ofVolume(JsonNode spec) {
    JsonNode csi = spec.path("csi");
    if (csi.isObject()) {
      return Optional.of(csi(csi, csi.path("volumeHandle").asText()));
    }
    return ofType(spec);
  }

  /** The storage that an entry of a pod's volumes names itself. */
  static Optional<StorageBackend> inline(JsonNode volume) {
    JsonNode csi = volume.path("csi");
    if (csi.isObject()) {
      return Optional.of(csi(csi, named(csi, List.of("volumeAttributes"))));
    }
    return ofType(volume);
  }

  /** Whether many nodes may mount it: a share, and no disk. */
  boolean isFiles() {
    return FILES.contains(driver) || driver.endsWith("cephfs.csi.ceph.com");
  }

  /** Whether it outlives the pod that names it: of unknown CSI drivers nobody can tell. */
  boolean isKnownToStay() {
    return isFiles() || !driver.contains(".") || SUCCESSORS.containsValue(driver);
  }

  private static StorageBackend csi(JsonNode csi, String handle) {
    String driver = csi.path("driver").asText();
    JsonNode attributes = csi.path("volumeAttributes");
    if (driver.equals("nfs.csi.k8s.io") && attributes.has("server")) {
      return nfs(
          attributes.path("server").asText(),
          attributes.path("share").asText() + "/" + attributes.path("subDir").asText());
    }
    return new StorageBackend(
        driver, SUCCESSORS.containsValue(driver) ? known(driver, handle) : handle);
  }

  private static StorageBackend nfs(String server, String path) {
    // An export and a folder of it are written with one slash, or with more.
    return new StorageBackend(
        "nfs", server + " " + path.replaceAll("/+", "/").replaceFirst("(.)/$", "$1"));
  }

  private static Optional<StorageBackend> ofType(JsonNode source) {
    return FIELDS.keySet().stream()
        .filter(type -> source.path(type).isObject())
        .findFirst()
        .map(type -> ofType(type, source.path(type)));
  }

  private static StorageBackend ofType(String type, JsonNode source) {
    if (type.equals("nfs")) {
      return nfs(source.path("server").asText(), source.path("path").asText());
    }
    List<String> fields = Optional.ofNullable(FIELDS.get(type)).orElseThrow();
    return Optional.ofNullable(SUCCESSORS.get(type))
        .map(by -> new StorageBackend(by, known(by, source.path(fields.getFirst()).asText())))
        .orElseGet(() -> new StorageBackend(type, named(source, fields)));
  }

  /** Azure's are paths without case; of the others the last part is the disk. */
  private static String known(String driver, String handle) {
    return driver.equals("disk.csi.azure.com")
        ? handle.toLowerCase(Locale.ROOT)
        : handle.substring(handle.lastIndexOf('/') + 1);
  }

  private static String named(JsonNode source, List<String> fields) {
    ObjectNode named = Json.object();
    fields.stream().filter(source::has).forEach(field -> named.set(field, source.path(field)));
    return new String(Json.canonicalBytes(named), StandardCharsets.UTF_8);
  }
}
