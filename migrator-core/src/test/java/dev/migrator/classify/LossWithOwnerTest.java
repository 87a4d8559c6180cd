package dev.migrator.classify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.model.Manifest;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What nobody gets back once it is gone. */
class LossWithOwnerTest {

  @ParameterizedTest
  @CsvSource({
    // Cilium sets a pod as owner, and no controller.
    "cilium.io/v2, CiliumEndpoint, Pod, NONE",
    // Kyverno sets what a report is about.
    "wgpolicyk8s.io/v1alpha2, PolicyReport, Deployment, NONE",
    "example.com/v1, Ticket, Pod, NONE",
    "example.com/v1, Ticket, Deployment, OBJECT",
    "v1, PersistentVolumeClaim, Pod, NONE",
    "v1, PersistentVolumeClaim, Deployment, VOLUME"
  })
  void ofWhatHasAnOwnerThatIsNoController(
      String apiVersion, String kind, String owner, LossWithOwner expected) {
    Manifest object =
        Manifest.parse(
            """
            {"apiVersion": "%s", "kind": "%s", "metadata": {"name": "x", "namespace": "shop",
             "ownerReferences": [{"apiVersion": "%s", "kind": "%s", "name": "y", "uid": "u"}]}}
            """
                .formatted(apiVersion, kind, owner.equals("Pod") ? "v1" : "apps/v1", owner));

    assertThat(LossWithOwner.of(object)).isEqualTo(expected);
  }
}
