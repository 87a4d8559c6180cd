package dev.migrator.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShortRefTest {

  @Test
  void kindsAreShortenedAsKubectlDoes() {
    assertThat(ShortRef.of(new ObjectRef("apps", "Deployment", "shop", "web")))
        .isEqualTo("deploy/shop/web");
    assertThat(ShortRef.of(ObjectRef.namespace("shop"))).isEqualTo("ns/shop");
    assertThat(ShortRef.of(new ObjectRef("cert-manager.io", "Certificate", "shop", "tls")))
        .isEqualTo("certificate.cert-manager.io/shop/tls");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "needs Deployment.apps/shop/web (spec.x)  | needs deploy/shop/web (spec.x)",
        "Namespace//shop: is locked.              | ns/shop: is locked.",
        "owned by ReplicaSet.apps/shop/web-5f, x  | owned by rs/shop/web-5f, x",
        "ClusterRole.rbac.authorization.k8s.io//system:x. Then"
            + " | clusterrole.rbac.authorization.k8s.io/system:x. Then",
        "a ScaledObject.keda.sh/shop/worker       | a scaledobject.keda.sh/shop/worker",
        "ResourceQuota/shop/compute is full       | quota/shop/compute is full",
        "A: CronJob.batch/s/a; B: Job.batch/s/b   | A: cronjob/s/a; B: job/s/b"
      })
  void objectsInASentenceAreShortened(String text, String shorter) {
    assertThat(ShortRef.in(text)).isEqualTo(shorter);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "see https://example.com/Deployment/shop/web",
        "image Registry.example/shop/web/api:1.4",
        "/home/Jo/files/plan.yaml",
        "GET /apis/Foo/bar/baz",
        "Plans/old/move.plan.yaml: permission denied",
        "Plans.d/old/move.plan.yaml: permission denied",
        "1/3 ready",
        "KubeDNS / CoreDNS"
      })
  void whatIsNoObjectStays(String text) {
    assertThat(ShortRef.in(text)).isEqualTo(text);
  }
}
