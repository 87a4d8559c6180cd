package dev.migrator.check;

import dev.migrator.model.Manifest;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The StorageClasses that the target has or gets, and which makes the volume of a claim there.
 *
 * <p>Source: <a href="https://kubernetes.io/docs/concepts/storage/storage-classes/">Storage
 * Classes</a>, <a
 * href="https://kubernetes.io/docs/concepts/storage/persistent-volumes/#class-1">class of a
 * claim</a>
 */
final class StorageClasses {

  private static final String KIND = "StorageClass.storage.k8s.io";
  private static final String DEFAULT = "storageclass.kubernetes.io/is-default-class";

  /** Of old, and before the field. */
  private static final String ANNOTATION = "volume.beta.kubernetes.io/storage-class";

  /** What took the place of provisioners that were part of Kubernetes. */
  private static final Map<String, String> SUCCESSORS =
      Map.of(
          "kubernetes.io/aws-ebs", "ebs.csi.aws.com",
          "kubernetes.io/gce-pd", "pd.csi.storage.gke.io",
          "kubernetes.io/azure-disk", "disk.csi.azure.com",
          "kubernetes.io/azure-file", "file.csi.azure.com",
          "kubernetes.io/cinder", "cinder.csi.openstack.org",
          "kubernetes.io/vsphere-volume", "csi.vsphere.vmware.com",
          "kubernetes.io/portworx-volume", "pxd.portworx.com");

  private final Map<String, Manifest> classes = new TreeMap<>();

  private StorageClasses() {}

  /**
   * Of the target.
   *
   * @param arriving those that this move creates, as they will be sent
   */
  static StorageClasses of(ClusterView target, Iterable<Manifest> arriving) {
    StorageClasses known = new StorageClasses();
    arriving.forEach(one -> known.classes.put(one.name(), one));
    target.all(KIND).forEach(one -> known.classes.put(one.name(), one));
    return known;
  }

  /** Whether the object is one. */
  static boolean isOne(CheckedObject seen) {
    return seen.is(KIND);
  }

  /**
   * Why no driver of that name makes a volume for the claim; empty when it does.
   *
   * @param claim as it will be sent
   */
  Optional<String> hindrance(Manifest claim, String driver) {
    Optional<String> named =
        Optional.ofNullable(claim.annotations().get(ANNOTATION))
            .or(() -> claim.text("spec", "storageClassName"));
    if (named.filter(String::isEmpty).isPresent()) {
      return Optional.of("it asks for no StorageClass, so that no volume is made for it");
    }
    Optional<Manifest> chosen =
        named.map(name -> Optional.ofNullable(classes.get(name))).orElseGet(this::byDefault);
    if (chosen.isEmpty()) {
      return Optional.of(
          named
              .map(name -> "the target has no StorageClass " + name)
              .orElse("it names no StorageClass, and the target has no default"));
    }
    String provisioner = chosen.get().at("provisioner").asText("");
    return SUCCESSORS.getOrDefault(provisioner, provisioner).equals(driver)
        ? Optional.empty()
        : Optional.of(
            "StorageClass %s of the target is of %s, and a snapshot of %s is restored by that alone"
                .formatted(chosen.get().name(), provisioner, driver));
  }

  /** Of several the newest, as its API server does. */
  private Optional<Manifest> byDefault() {
    return classes.values().stream()
        .filter(one -> "true".equals(one.annotations().get(DEFAULT)))
        .max(Comparator.comparing(one -> one.at("metadata", "creationTimestamp").asText("")));
  }
}
