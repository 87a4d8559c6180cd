package dev.migrator.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.check.PodSecurity.Level;
import dev.migrator.graph.Missing;
import dev.migrator.graph.Reference.Strength;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Protection;
import dev.migrator.model.Yaml;
import dev.migrator.plan.Finding;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PreflightTest {

  @ParameterizedTest
  @CsvSource({
    "v1, Service, metallb.io/loadBalancerIPs, fixed-address",
    "v1, Service, kube-vip.io/loadbalancerIPs, fixed-address",
    "v1, Service, service.beta.kubernetes.io/do-loadbalancer-name, fixed-address",
    "v1, Service, service.beta.kubernetes.io/aws-load-balancer-eip-allocations, fixed-address",
    "networking.k8s.io/v1, Ingress, kubernetes.io/ingress.global-static-ip-name, fixed-address",
    "v1, Service, example.com/other, ''",
    "v1, ConfigMap, metallb.io/loadBalancerIPs, ''",
  })
  void anAnnotationThatNamesALoadBalancerIsSaid(
      String apiVersion, String kind, String annotation, String code) {
    Manifest object =
        manifest(apiVersion + " " + kind, "metadata: {annotations: {%s: x}}".formatted(annotation));
    assertThat(Observations.of(object))
        .extracting(Finding::code)
        .containsExactlyElementsOf(code.isEmpty() ? List.of() : List.of(code));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "v1 Service                | spec: {type: LoadBalancer}            |" + " new-address",
        "v1 Service                | spec: {type: ClusterIP}               | ''",
        "v1 Service                | spec: {externalIPs: [10.0.0.1]}       |" + " fixed-address",
        "v1 PersistentVolume       | spec: {}                              |" + " shared-storage",
        "batch/v1 Job              | spec: {}                              |" + " starts-again",
        "apps/v1 Deployment        | spec: {template: {spec: {volumes: [{name: a, gitRepo: {}}]}}}"
            + " | gone-volume-type",
      })
  void whatIsNoticedOfOneObject(String type, String fields, String code) {
    Manifest object = manifest(type, fields);
    List<Finding> findings = Observations.of(object);
    assertThat(findings)
        .extracting(Finding::code)
        .isEqualTo(code.isEmpty() ? List.of() : List.of(code));
    assertThat(findings).allMatch(f -> f.object().equals(Optional.of(object.ref())));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "v1 PersistentVolumeClaim  | spec: {accessModes: [ReadWriteOnce]}  | data-stays",
        "apps/v1 StatefulSet       | spec: {volumeClaimTemplates: [{}]}    | data-stays",
        "apps/v1 StatefulSet       | spec: {replicas: 1}                   | ''",
      })
  void whatHasDataSaysThatItStays(String type, String fields, String code) {
    Manifest object = manifest(type, fields);
    assertThat(
            new CheckScene()
                .source(Protection.LOSS, object)
                .findings(new StayingData(new StorageReach(List.of()))))
        .extracting(f -> f.code() + " " + f.object().orElseThrow())
        .isEqualTo(code.isEmpty() ? List.of() : List.of(code + " " + object.ref()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{containers: [{name: a}]}                                            | PRIVILEGED | ''",
        "{containers: [{name: a}]}                                            | BASELINE   | ''",
        "{hostNetwork: true, containers: [{name: a, ports: [{hostPort: 1}]}]} | BASELINE   |"
            + " hostNetwork ports[].hostPort",
        "{containers: [{name: a, securityContext: {privileged: true}}]}       | BASELINE   |"
            + " securityContext.privileged",
        "{volumes: [{hostPath: {path: /}}], containers: [{name: a}]}          | BASELINE   |"
            + " volumes[].hostPath",
        "{containers: [{name: a, securityContext: {capabilities: {add: [NET_ADMIN]}}}]} | BASELINE"
            + " | securityContext.capabilities.add",
        "{securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}},"
            + " containers: [{name: a, securityContext: {allowPrivilegeEscalation: false,"
            + " capabilities: {drop: [ALL]}}}]} | RESTRICTED | ''",
        "{securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}},"
            + " containers: [{name: a}]} | RESTRICTED | securityContext.allowPrivilegeEscalation"
            + " securityContext.capabilities.drop",
      })
  void whatPodSecurityWouldReject(String podSpec, Level level, String rejections) {
    for (String form :
        List.of(
            "apps/v1 Deployment | spec: {template: {spec: %s}}",
            "batch/v1 CronJob | spec: {jobTemplate: {spec: {template: {spec: %s}}}}",
            "v1 Pod | spec: %s")) {
      String[] parts = form.formatted(podSpec).split(" \\| ");
      assertThat(String.join(" ", PodSecurity.rejections(manifest(parts[0], parts[1]), level)))
          .isEqualTo(rejections);
    }
  }

  @Test
  void missingReferencesAreGroupedByWhatIsMissing() {
    ObjectRef pull = ObjectRef.core("Secret", "shop", "pull");
    List<Missing> missing =
        List.of(
            need("web", pull),
            need("api", pull),
            need("web", ObjectRef.core("ConfigMap", "shop", "there")),
            need("web", ObjectRef.core("ConfigMap", "shop", "kube-root-ca.crt")),
            need("web", ObjectRef.core("ServiceAccount", "shop", "default")));
    List<Finding> findings = MissingReferences.findings(missing, ref -> ref.name().equals("there"));
    assertThat(findings).hasSize(1);
    assertThat(findings.getFirst().object()).contains(pull);
    assertThat(findings.getFirst().message())
        .contains("Deployment.apps/shop/api")
        .contains("and 1 more");
  }

  private static Missing need(String from, ObjectRef to) {
    return new Missing(
        new ObjectRef("apps", "Deployment", "shop", from), to, Strength.SOFT, "spec.x");
  }

  private static Manifest manifest(String type, String fields) {
    var tree =
        (com.fasterxml.jackson.databind.node.ObjectNode) Yaml.parse(fields).orElse(Json.object());
    tree.put("apiVersion", type.substring(0, type.indexOf(' ')))
        .put("kind", type.substring(type.indexOf(' ') + 1).trim());
    tree.withObjectProperty("metadata").put("name", "a").put("namespace", "shop");
    return Manifest.of(tree);
  }
}
