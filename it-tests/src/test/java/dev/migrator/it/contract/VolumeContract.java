package dev.migrator.it.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.Deletion;
import dev.migrator.cluster.Patch;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * How claims and volumes find, lose and protect each other: what a hand-over of a disk stands on.
 * No driver is needed for it; the volumes are made by hand, and no pod uses a disk.
 */
abstract class VolumeContract extends BatchContract {

  private static final String PROTECTION = "kubernetes.io/pv-protection";

  private final List<Manifest> volumes = new ArrayList<>();

  /** A server keeps volumes when the namespace of their claims goes. */
  @AfterEach
  void dropVolumes() {
    volumes.forEach(this::drop);
    volumes.clear();
  }

  private void drop(Manifest volume) {
    try {
      delete(volume, Deletion.Propagation.BACKGROUND);
      Manifest unused = merge(volume, "{\"metadata\": {\"finalizers\": null}}");
    } catch (ClusterException e) {
      // Nothing protects it, and it has gone meanwhile.
      assertThat(e.failure()).isInstanceOf(ClusterFailure.NotFound.class);
    }
  }

  /** A volume of a class that nothing provisions. */
  private Manifest volume(String claimRef, String more) {
    Manifest made =
        create(
            "v1",
            "PersistentVolume",
            """
            {"metadata": {"name": "%1$s-disk"},
             "spec": {"capacity": {"storage": "1Gi"}, "accessModes": ["ReadWriteOnce"],
               "storageClassName": "%1$s", %2$s %3$s
               "csi": {"driver": "nobody.example.com", "volumeHandle": "%1$s"}}}
            """
                .formatted(namespace, claimRef.isEmpty() ? "" : reference(claimRef), more));
    volumes.add(made);
    return made;
  }

  private String reference(String more) {
    return "\"claimRef\": {\"namespace\": \"%s\", \"name\": \"data\"%s},"
        .formatted(namespace, more.strip());
  }

  private Manifest claim(String name, String annotations, String more) {
    return create(
        "v1",
        "PersistentVolumeClaim",
        """
        {"metadata": {"name": "%1$s", "annotations": {%3$s}},
         "spec": {%4$s "accessModes": ["ReadWriteOnce"], "storageClassName": "%2$s",
           "resources": {"requests": {"storage": "1Gi"}}}}
        """
            .formatted(name, namespace, annotations, more));
  }

  private String itsVolume() {
    return "\"volumeName\": \"%s-disk\",".formatted(namespace);
  }

  private boolean is(Manifest object, String phase) {
    return read(object).at("status", "phase").asText().equals(phase);
  }

  private static List<String> finalizers(Manifest object) {
    List<String> names = new ArrayList<>();
    object.at("metadata", "finalizers").forEach(name -> names.add(name.asText()));
    return names;
  }

  private Manifest bound(Manifest claim) {
    eventually("the claim is bound", () -> is(claim, "Bound"));
    return read(claim);
  }

  @Test
  void aVolumeForAClaimByNameIsBoundToTheClaimThatNamesIt() {
    Manifest volume = volume(" ", "");
    eventually("the volume waits", () -> is(volume, "Available"));
    Manifest claim = bound(claim("data", "", itsVolume()));
    assertThat(claim.annotations())
        .containsEntry("pv.kubernetes.io/bind-completed", "yes")
        .doesNotContainKeys(
            "pv.kubernetes.io/bound-by-controller", "volume.kubernetes.io/storage-provisioner");
    eventually("the volume is bound", () -> is(volume, "Bound"));
    Manifest after = read(volume);
    assertThat(after.at("spec", "claimRef", "uid").asText()).isEqualTo(claim.uid());
    assertThat(after.annotations()).doesNotContainKey("pv.kubernetes.io/bound-by-controller");
    assertThat(finalizers(after)).contains(PROTECTION);
  }

  @Test
  void aClaimThatNamesAVolumeWaitsForIt() {
    Manifest claim = claim("data", "", itsVolume());
    always("it waits", Duration.ofSeconds(1), () -> is(claim, "Pending"));
    volume(" ", "");
    bound(claim);
  }

  @Test
  void aVolumeForNobodyIsTakenByAnyClaim() {
    Manifest volume = volume("", "");
    eventually("the volume waits", () -> is(volume, "Available"));
    Manifest claim = bound(claim("other", "", ""));
    assertThat(claim.at("spec", "volumeName").asText()).isEqualTo(volume.name());
    assertThat(claim.annotations()).containsKey("pv.kubernetes.io/bound-by-controller");
  }

  @Test
  void aVolumeForOneClaimIsNotTakenByAnother() {
    Manifest volume = volume(" ", "");
    Manifest other = claim("other", "", "");
    Manifest named = claim("named", "", itsVolume());
    always("both wait", Duration.ofSeconds(2), () -> is(other, "Pending") && is(named, "Pending"));
    assertThat(is(volume, "Available")).isTrue();
  }

  @Test
  void aRetainedVolumeIsReleasedWhenItsClaimGoes() {
    Manifest volume = volume(" ", "");
    Manifest claim = bound(claim("data", "", itsVolume()));
    delete(claim, Deletion.Propagation.BACKGROUND);
    eventually("the volume is released", () -> is(volume, "Released"));
    Manifest again = claim("data", "", itsVolume());
    always(
        "one of the same name does not get it", Duration.ofSeconds(1), () -> is(again, "Pending"));
    delete(read(volume), Deletion.Propagation.BACKGROUND);
    eventually("nothing protects it", () -> isGone(volume));
  }

  @Test
  void theUidOfAnotherClusterReleasesTheVolumeUntilItIsTakenOut() {
    Manifest volume = volume(", \"uid\": \"11111111-2222-3333-4444-555555555555\"", "");
    Manifest claim = claim("data", "", itsVolume());
    eventually("the volume is released", () -> is(volume, "Released"));
    assertThat(is(claim, "Pending")).isTrue();
    Manifest unused =
        cluster()
            .patch(
                type("v1", "PersistentVolume"),
                volume.ref(),
                Patch.merge(Json.parse("{\"spec\": {\"claimRef\": {\"uid\": null}}}")));
    bound(claim);
  }

  @Test
  void aClaimThatSaysThatItsBindingIsCompleteIsLost() {
    String says = "\"pv.kubernetes.io/bind-completed\": \"yes\"";
    Manifest early = claim("data", says, itsVolume());
    eventually("it is lost without a volume", () -> is(early, "Lost"));
    volume(" ", "");
    always("and with one", Duration.ofSeconds(2), () -> is(early, "Lost"));
  }

  @Test
  void aBoundVolumeStaysUntilItsClaimGoes() {
    Manifest volume = volume(" ", "");
    Manifest claim = bound(claim("data", "", itsVolume()));
    eventually("the volume is bound", () -> is(volume, "Bound"));
    delete(read(volume), Deletion.Propagation.BACKGROUND);
    always("it terminates", Duration.ofSeconds(1), () -> is(volume, "Bound"));
    assertThat(read(volume).isBeingDeleted()).isTrue();
    delete(claim, Deletion.Propagation.BACKGROUND);
    eventually("the volume is gone", () -> isGone(volume));
  }

  @Test
  void aClaimWhoseVolumeVanishedIsLost() {
    Manifest volume = volume(" ", "");
    Manifest claim = bound(claim("data", "", itsVolume()));
    eventually("the volume is bound", () -> is(volume, "Bound"));
    delete(read(volume), Deletion.Propagation.BACKGROUND);
    Manifest unused = merge(volume, "{\"metadata\": {\"finalizers\": null}}");
    eventually("the claim is lost", () -> is(claim, "Lost"));
  }

  @Test
  void aClaimStaysWhileAPodObjectMountsItAlsoOneThatHasEnded() {
    Manifest volume =
        create(
            "v1",
            "PersistentVolume",
            """
            {"metadata": {"name": "%1$s-share"},
             "spec": {"capacity": {"storage": "1Gi"}, "accessModes": ["ReadWriteOnce"],
               "storageClassName": "%1$s", %2$s
               "nfs": {"server": "files.example.com", "path": "/%1$s"}}}
            """
                .formatted(namespace, reference("")));
    volumes.add(volume);
    Manifest claim = bound(claim("data", "", "\"volumeName\": \"%s-share\",".formatted(namespace)));
    Manifest job =
        create(
            "batch/v1",
            "Job",
            """
            {"metadata": {"name": "once"}, "spec": {"template": {"spec": %s}}}
            """
                .formatted(
                    Samples.pod(
                        """
                        "restartPolicy": "Never", "volumes": [{"name": "d",
                          "persistentVolumeClaim": {"claimName": "data"}}],
                        """)));
    eventually("it has ended", () -> hasCondition(read(job), "Complete"));
    delete(claim, Deletion.Propagation.BACKGROUND);
    always("the claim stays", Duration.ofSeconds(2), () -> !isGone(claim));
    delete(job, Deletion.Propagation.BACKGROUND);
    eventually("the claim is gone", () -> isGone(claim));
  }

  @Test
  void theDiskOfAVolumeAndTheVolumeOfAClaimNeverChange() {
    Manifest volume = volume(" ", "");
    Manifest claim = bound(claim("data", "", itsVolume()));
    assertFails(
        ClusterFailure.Invalid.class,
        () -> merge(volume, "{\"spec\": {\"csi\": {\"volumeHandle\": \"other\"}}}"));
    assertFails(
        ClusterFailure.Invalid.class,
        () -> merge(claim, "{\"spec\": {\"volumeName\": \"other\"}}"));
  }

  @Test
  void thePolicyOfAVolumeMayChangeAtAnyTime() {
    Manifest volume = volume(" ", "");
    bound(claim("data", "", itsVolume()));
    assertThat(read(volume).at("spec", "persistentVolumeReclaimPolicy").asText())
        .isEqualTo("Retain");
    Manifest changed = merge(volume, "{\"spec\": {\"persistentVolumeReclaimPolicy\": \"Delete\"}}");
    assertThat(changed.at("spec", "persistentVolumeReclaimPolicy").asText()).isEqualTo("Delete");
    assertThat(is(volume, "Bound")).isTrue();
    Manifest unused = merge(volume, "{\"spec\": {\"persistentVolumeReclaimPolicy\": \"Retain\"}}");
  }

  @Test
  void driversAndAttachmentsAreServed() {
    for (String kind : List.of("CSIDriver", "CSINode", "VolumeAttachment")) {
      assertThat(type("storage.k8s.io/v1", kind).namespaced()).as(kind).isFalse();
    }
  }
}
