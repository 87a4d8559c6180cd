package dev.migrator.sanitize;

import static dev.migrator.sanitize.Samples.sanitize;
import static dev.migrator.sanitize.Samples.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.migrator.migration.Migration.Mappings;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Json;
import dev.migrator.model.ProblemException;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names that change on the way, and the user's own changes in Velero's format. */
class MappingsAndModifiersTest {

  private static final Mappings NAMESPACES =
      new Mappings(Map.of("old", "new"), Map.of(), Map.of(), Map.of());

  private static void mapped(Mappings mappings, String before, String after) {
    assertThat(Json.text(sanitize(before, mappings).body().tree())).isEqualTo(text(after));
  }

  /** One object for both: {@code old} stands where {@code new} is expected. */
  private static void namespaceIsMapped(String form) {
    mapped(NAMESPACES, form.formatted("old"), form.formatted("new"));
    mapped(NAMESPACES, form.formatted("older"), form.formatted("older"));
  }

  @Nested
  class Namespaces {

    /** vmware-tanzu/velero#474: references to a namespace that gets another name. */
    @ParameterizedTest
    @ValueSource(
        strings = {
          "{apiVersion: v1, kind: Namespace, metadata: {name: %s}}",
          "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: %s}}",
          "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, metadata: {name:"
              + " a}, subjects: [{kind: ServiceAccount, name: s, namespace: %s}]}",
          "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, metadata: {name:"
              + " a}, subjects: [{kind: Group, name: 'system:serviceaccounts:%s'}]}",
          "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, metadata: {name:"
              + " a}, subjects: [{kind: User, name: 'system:serviceaccount:%s:web'}]}",
          "{apiVersion: admissionregistration.k8s.io/v1, kind: MutatingWebhookConfiguration,"
              + " metadata: {name: a}, webhooks: [{name: w, clientConfig: {service: {name: s,"
              + " namespace: %s}}}]}",
          "{apiVersion: admissionregistration.k8s.io/v1, kind: MutatingWebhookConfiguration,"
              + " metadata: {name: a}, webhooks: [{name: w, namespaceSelector: {matchLabels:"
              + " {kubernetes.io/metadata.name: %s}}}]}",
          "{apiVersion: admissionregistration.k8s.io/v1, kind: MutatingWebhookConfiguration,"
              + " metadata: {name: a}, webhooks: [{name: w, namespaceSelector: {matchExpressions:"
              + " [{key: kubernetes.io/metadata.name, operator: NotIn, values: [%s]}]}}]}",
          "{apiVersion: admissionregistration.k8s.io/v1, kind: MutatingWebhookConfiguration,"
              + " metadata: {name: a}, webhooks: [{name: w, clientConfig: {url:"
              + " 'https://s.%s.svc:443/x'}}]}",
          "{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name:"
              + " a}, spec: {conversion: {webhook: {clientConfig: {service: {namespace: %s}}}}}}",
          "{apiVersion: apiregistration.k8s.io/v1, kind: APIService, metadata: {name: a}, spec:"
              + " {service: {name: s, namespace: %s}}}",
          "{apiVersion: v1, kind: PersistentVolume, metadata: {name: a}, spec: {claimRef:"
              + " {namespace: %s, name: c}}}",
          "{apiVersion: v1, kind: PersistentVolume, metadata: {name: a}, spec: {csi:"
              + " {nodeStageSecretRef: {name: s, namespace: %s}}}}",
          "{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: a}, parameters:"
              + " {csi.storage.k8s.io/node-stage-secret-namespace: %s}}",
          "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: a}, spec:"
              + " {ingress: [{from: [{namespaceSelector: {matchLabels:"
              + " {kubernetes.io/metadata.name: %s}}}]}]}}",
          "{apiVersion: apps/v1, kind: Deployment, metadata: {name: a}, spec: {template: {spec:"
              + " {affinity: {podAffinity: {required: [{namespaces: [%s]}]}}}}}}",
          "{apiVersion: v1, kind: Secret, metadata: {name: a, annotations:"
              + " {cert-manager.io/inject-ca-from: %s/c}}}",
          "{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: a, annotations:"
              + " {nginx.ingress.kubernetes.io/auth-secret: %s/basic-auth}}}",
          "{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: a, annotations:"
              + " {nginx.ingress.kubernetes.io/auth-url:"
              + " 'http://auth.%s.svc.cluster.local/check'}}}",
          "{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: a, annotations:"
              + " {traefik.ingress.kubernetes.io/router.middlewares:"
              + " '%s-strip@kubernetescrd,a@file'}}}",
          "{apiVersion: v1, kind: Secret, metadata: {name: a, annotations:"
              + " {config.kubernetes.io/depends-on: 'apps/namespaces/%s/Deployment/x,"
              + " g/Kind/old'}}}",
          "{apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRoute, metadata: {name: a}, spec:"
              + " {rules: [{backendRefs: [{name: s, namespace: %s}]}]}}",
          "{apiVersion: argoproj.io/v1alpha1, kind: Application, metadata: {name: a}, spec:"
              + " {destination: {namespace: %s}}}",
          "{apiVersion: monitoring.coreos.com/v1, kind: ServiceMonitor, metadata: {name: a}, spec:"
              + " {namespaceSelector: {matchNames: [%s]}}}",
          "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {url:"
              + " 'http://web.%s.svc.cluster.local/x'}}",
          "{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {externalName:"
              + " web.%s.svc.cluster.local}}",
          "{apiVersion: batch/v1, kind: Job, metadata: {name: a}, spec: {template: {spec:"
              + " {containers: [{name: c, args: ['--db=db-0.db.%s.svc:5432'], command: [x], env:"
              + " [{name: A, value: _http._tcp.web.%1$s.svc}]}]}}}}",
        })
    void velero474EveryFieldThatNamesANamespaceIsMapped(String form) {
      namespaceIsMapped(form);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "{apiVersion: v1, kind: ConfigMap, metadata: {name: old}, data: {a: old, b: web.old,"
              + " c: web.old.svcx, d: my.web-old.svc, e: 'x-web.old.example.com'}}",
          "{apiVersion: v1, kind: Secret, metadata: {name: a}, data: {a: d2ViLm9sZC5zdmM=}}",
          "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, metadata: {name:"
              + " a}, subjects: [{kind: User, name: old}, {kind: Group, name:"
              + " 'system:serviceaccounts'}]}",
          "{apiVersion: apps/v1, kind: Deployment, metadata: {name: old, labels: {old: old}}, spec:"
              + " {template: {spec: {containers: [{name: old, image: old/web}]}}}}",
        })
    void otherWordsStay(String object) {
      mapped(NAMESPACES, object, object);
    }
  }

  @Nested
  class ClassesAndImages {

    private final Mappings mappings =
        new Mappings(
            Map.of(),
            Map.of("gp2", "gp3"),
            Map.of("nginx", "haproxy"),
            Map.of("registry.old", "registry.new/mirror", "registry.old/special", "other"));

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "{apiVersion: v1, kind: PersistentVolumeClaim, spec: {storageClassName: %s}} | gp2 | gp3",
          "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: a, annotations:"
              + " {volume.beta.kubernetes.io/storage-class: %s}}} | gp2 | gp3",
          "{apiVersion: v1, kind: PersistentVolume, spec: {storageClassName: %s}} | gp2 | gp3",
          "{apiVersion: apps/v1, kind: StatefulSet, spec: {volumeClaimTemplates: [{spec:"
              + " {storageClassName: %s}}]}} | gp2 | gp3",
          "{apiVersion: apps/v1, kind: Deployment, spec: {template: {spec: {volumes: [{ephemeral:"
              + " {volumeClaimTemplate: {spec: {storageClassName: %s}}}}]}}}} | gp2 | gp3",
          "{apiVersion: networking.k8s.io/v1, kind: Ingress, spec: {ingressClassName: %s}} | nginx"
              + " | haproxy",
          "{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: a, annotations:"
              + " {kubernetes.io/ingress.class: %s}}} | nginx | haproxy",
          "{apiVersion: v1, kind: Pod, spec: {containers: [{image: '%s'}]}} | registry.old/web:1 |"
              + " registry.new/mirror/web:1",
          "{apiVersion: v1, kind: Pod, spec: {initContainers: [{image: '%s'}]}} |"
              + " registry.old/special/web@sha256:1f | other/web@sha256:1f",
          "{apiVersion: batch/v1, kind: CronJob, spec: {jobTemplate: {spec: {template: {spec:"
              + " {containers: [{image: '%s'}]}}}}}} | registry.old:5000/web |"
              + " registry.new/mirror:5000/web",
        })
    void areMapped(String form, String before, String after) {
      mapped(mappings, form.formatted(before), form.formatted(after));
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "{apiVersion: v1, kind: PersistentVolumeClaim, spec: {storageClassName: gp2-fast}}",
          "{apiVersion: acme.example/v1, kind: PersistentVolumeClaim, spec: {storageClassName:"
              + " gp2}}",
          "{apiVersion: acme.example/v1, kind: Ingress, spec: {ingressClassName: nginx}}",
          "{apiVersion: v1, kind: Pod, spec: {containers: [{image: 'registry.older/web:1'}]}}",
          "{apiVersion: v1, kind: Pod, spec: {containers: [{image: 'x/registry.old/web:1'}]}}",
          "{apiVersion: v1, kind: ConfigMap, data: {image: 'registry.old/web:1'}}",
        })
    void othersStay(String object) {
      mapped(mappings, object, object);
    }
  }

  @Nested
  class Modifiers {

    private static final String CLAIM =
        """
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: mysql-0, namespace: bar, labels: {foo: bar, tier: db}}
        spec: {storageClassName: gp2, accessModes: [ReadWriteOnce], size: 1.10}
        """;

    private String spec(String modifier) {
      return Json.text(sanitize(CLAIM, Samples.NO_MAPPINGS, modifier).body().at("spec"));
    }

    private static final String UNCHANGED =
        "{\"storageClassName\":\"gp2\",\"accessModes\":[\"ReadWriteOnce\"],\"size\":1.10}";

    @ParameterizedTest
    @ValueSource(
        strings = {
          "{}",
          "{groupResource: persistentvolumeclaims}",
          "{groupResource: 'persistent*'}",
          "{groupResource: '*'}",
          "{resourceNameRegex: '^mysql.*$'}",
          "{namespaces: [foo, bar]}",
          "{labelSelector: {matchLabels: {foo: bar}}}",
          "{labelSelector: {matchExpressions: [{key: tier, operator: In, values: [db, x]}]}}",
          "{labelSelector: {matchExpressions: [{key: gone, operator: NotIn, values: [db]}, {key:"
              + " gone, operator: DoesNotExist}, {key: tier, operator: Exists}]}}",
          "{matches: [{path: /spec/storageClassName, value: gp2}]}",
        })
    void applyWhereTheConditionsHold(String conditions) {
      assertThat(
              spec(
                  "{conditions: %s, patches: [{operation: replace, path: /spec/storageClassName, value: premium}]}"
                      .formatted(conditions)))
          .isEqualTo(UNCHANGED.replace("gp2", "premium"));
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "{groupResource: persistentvolumes}",
          "{groupResource: persistentvolumeclaims.apps}",
          "{groupResource: '*.apps'}",
          "{resourceNameRegex: '^pg'}",
          "{namespaces: [foo]}",
          "{labelSelector: {matchLabels: {foo: baz}}}",
          "{labelSelector: {matchExpressions: [{key: tier, operator: NotIn, values: [db]}]}}",
          "{labelSelector: {matchExpressions: [{key: foo, operator: DoesNotExist}]}}",
          "{matches: [{path: /spec/storageClassName, value: gp3}]}",
          "{groupResource: persistentvolumeclaims, namespaces: [foo]}",
        })
    void doNothingWhereAConditionDoesNotHold(String conditions) {
      assertThat(
              spec(
                  "{conditions: %s, patches: [{operation: replace, path: /spec/storageClassName, value: premium}]}"
                      .formatted(conditions)))
          .isEqualTo(UNCHANGED);
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "deployments.apps | apps/v1 | Deployment",
          "ingresses.networking.k8s.io | networking.k8s.io/v1 | Ingress",
          "networkpolicies.networking.k8s.io | networking.k8s.io/v1 | NetworkPolicy",
          "endpoints | v1 | Endpoints",
          "storageclasses.storage.k8s.io | storage.k8s.io/v1 | StorageClass",
          "gateways.gateway.networking.k8s.io | gateway.networking.k8s.io/v1 | Gateway",
          "*.apps | apps/v1 | StatefulSet",
          "widget.acme.example | acme.example/v1 | Widget",
        })
    void pluralsOfKindsAreKnown(String groupResource, String apiVersion, String kind) {
      Sanitized sanitized =
          sanitize(
              "{apiVersion: %s, kind: %s, metadata: {name: a}}".formatted(apiVersion, kind),
              Samples.NO_MAPPINGS,
              "{conditions: {groupResource: '%s'}, mergePatches: [{patchData: '{\"hit\": true}'}]}"
                  .formatted(groupResource));
      assertThat(sanitized.body().at("hit").asBoolean()).isTrue();
    }

    @Test
    void everyOperationOfAJsonPatch() {
      assertThat(
              spec(
                  """
                  patches:
                    - {operation: test, path: /spec/storageClassName, value: gp2}
                    - {operation: add, path: /spec/accessModes/-, value: ReadOnlyMany}
                    - {operation: add, path: /spec/accessModes/0, value: First}
                    - {operation: copy, from: /spec/size, path: /spec/copied}
                    - {operation: move, from: /spec/storageClassName, path: /spec/moved}
                    - {operation: remove, path: /spec/size}
                    - {operation: replace, path: /spec/accessModes/1, value: Second}
                  """))
          .isEqualTo(
              "{\"accessModes\":[\"First\",\"Second\",\"ReadOnlyMany\"],\"copied\":1.10,\"moved\":\"gp2\"}");
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        quoteCharacter = '`',
        value = {
          "'1' | 1",
          "'1.10' | 1.10",
          "'true' | true",
          "'null' | null",
          "'{\"a\": [1]}' | {\"a\":[1]}",
          "'\"1\"' | \"1\"",
          "'\"true\"' | \"true\"",
          "premium | \"premium\"",
          "7 | 7",
          "{a: b} | {\"a\":\"b\"}",
        })
    void valuesAreReadAsVeleroReadsThem(String value, String expected) {
      assertThat(
              spec(
                  "{patches: [{operation: replace, path: /spec/size, value: %s}]}"
                      .formatted(value)))
          .isEqualTo(UNCHANGED.replace("1.10", expected));
    }

    @Test
    void aFailedTestStopsThePatchesOfItsRuleOnly() {
      assertThat(
              spec(
                  """
                  patches:
                    - {operation: replace, path: /spec/storageClassName, value: premium}
                    - {operation: test, path: /spec/size, value: "2"}
                  mergePatches: [{patchData: "spec: {more: x}"}]
                  """))
          .isEqualTo(UNCHANGED.replace("1.10", "1.10,\"more\":\"x\""));
    }

    @Test
    void mergePatchesReplaceListsAndRemoveNulls() {
      assertThat(
              spec(
                  """
                  mergePatches:
                    - patchData: |
                        {"spec": {"accessModes": ["X"], "size": null, "new": {"deep": {"gone": null, "b": 1e3}}}}
                  """))
          .isEqualTo(
              "{\"storageClassName\":\"gp2\",\"accessModes\":[\"X\"],\"new\":{\"deep\":{\"b\":1e3}}}");
    }

    @Test
    void strategicPatchesMergeListsByTheirKeys() {
      String deployment =
          """
          apiVersion: apps/v1
          kind: Deployment
          metadata: {name: web}
          spec:
            template:
              spec:
                containers:
                  - {name: web, image: "a:1", env: [{name: A, value: "1"}, {name: B, value: "2"}], ports: [{containerPort: 80}]}
                  - {name: side, image: "b:1"}
          """;
      String patch =
          """
          conditions: {groupResource: deployments.apps}
          strategicPatches:
            - patchData: |
                spec:
                  template:
                    spec:
                      containers:
                        - name: web
                          image: a:2
                          env: [{name: B, value: "3"}, {name: C, value: "4"}]
                          ports: [{containerPort: 81}]
                        - {name: side, $patch: delete}
                        - {name: extra, image: "c:1"}
          """;
      assertThat(
              Json.text(
                  sanitize(deployment, Samples.NO_MAPPINGS, patch)
                      .body()
                      .at("spec", "template", "spec", "containers")))
          .isEqualTo(
              "[{\"name\":\"web\",\"image\":\"a:2\",\"env\":[{\"name\":\"A\",\"value\":\"1\"},"
                  + "{\"name\":\"B\",\"value\":\"3\"},{\"name\":\"C\",\"value\":\"4\"}],"
                  + "\"ports\":[{\"containerPort\":80},{\"containerPort\":81}]},"
                  + "{\"name\":\"extra\",\"image\":\"c:1\"}]");
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "{patches: [{operation: remove, path: /spec/gone}]}",
          "{patches: [{operation: replace, path: /spec/gone, value: x}]}",
          "{patches: [{operation: add, path: /gone/deep, value: x}]}",
          "{patches: [{operation: add, path: /spec/accessModes/9, value: x}]}",
          "{patches: [{operation: move, from: /spec/gone, path: /spec/a}]}",
          "{patches: [{operation: replace, path: '', value: x}]}",
          "{patches: [{operation: replace, path: no-slash, value: x}]}",
          "{mergePatches: [{patchData: '[1]'}]}",
          "{mergePatches: [{patchData: 'metadata: {name: other}'}]}",
          "{mergePatches: [{patchData: 'metadata: {namespace: other}'}]}",
          "{patches: [{operation: replace, path: /kind, value: Secret}]}",
          "{conditions: {labelSelector: {matchExpressions: [{key: a, operator: Like}]}},"
              + " mergePatches: [{patchData: '{}'}]}",
        })
    void whatDoesNotFitIsRefusedWithTheObjectsName(String modifier) {
      ProblemException refused = catchThrowableOfType(ProblemException.class, () -> spec(modifier));
      assertThat(refused.problem().code()).isEqualTo(ErrorCode.M1002);
      assertThat(refused.problem().what()).contains("PersistentVolumeClaim/bar/mysql-0");
    }
  }
}
