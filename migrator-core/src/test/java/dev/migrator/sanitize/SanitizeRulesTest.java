package dev.migrator.sanitize;

import static dev.migrator.sanitize.Samples.sanitize;
import static dev.migrator.sanitize.Samples.sent;
import static dev.migrator.sanitize.Samples.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every rule: that it fires, and that it does not fire where it should not. */
class SanitizeRulesTest {

  /** What is sent is what was there. */
  private static void stays(String yaml) {
    Sanitized sanitized = sanitize(yaml);
    assertThat(Json.text(sanitized.body().tree())).isEqualTo(text(yaml));
    assertThat(sanitized.drops()).isEmpty();
  }

  private static void becomes(String before, String after) {
    assertThat(sent(before)).isEqualTo(text(after));
  }

  @Nested
  class ServerFieldsRule {

    @Test
    void everyObjectLosesWhatTheServerKeeps() {
      becomes(
          """
          apiVersion: v1
          kind: ConfigMap
          metadata:
            name: a
            namespace: n
            uid: 1f
            resourceVersion: "7"
            generation: 3
            creationTimestamp: "2020-01-01T00:00:00Z"
            deletionTimestamp: "2020-01-01T00:00:00Z"
            deletionGracePeriodSeconds: 0
            selfLink: /api/v1/x
            managedFields: [{manager: kubectl}]
            finalizers: [foregroundDeletion]
            labels: {team: shop}
          data: {status: x}
          status: {phase: Active}
          """,
          """
          apiVersion: v1
          kind: ConfigMap
          metadata: {name: a, namespace: n, labels: {team: shop}}
          data: {status: x}
          """);
    }

    /** kubernetes/kubernetes#32220: a name beside generateName gives a time-out. */
    @Test
    void kubernetes32220GenerateNameIsNotSentBesideTheName() {
      becomes(
          "{apiVersion: v1, kind: Pod, metadata: {name: a-x7x2k, generateName: a-}}",
          "{apiVersion: v1, kind: Pod, metadata: {name: a-x7x2k}}");
    }

    @Test
    void aFinalizerOfSomebodyElseIsListed() {
      Sanitized sanitized =
          sanitize(
              """
              apiVersion: v1
              kind: PersistentVolumeClaim
              metadata: {finalizers: [kubernetes.io/pvc-protection, acme.example/keep]}
              """);
      assertThat(sanitized.drops()).containsExactly("metadata.finalizers: acme.example/keep");
    }

    @Test
    void fieldsOfTheSameNamesElsewhereStay() {
      stays(
          """
          apiVersion: acme.example/v1
          kind: Widget
          spec: {status: on, uid: 7, generation: 2, template: {metadata: {creationTimestamp: null}}}
          """);
    }
  }

  @Nested
  class ForeignOwnersRule {

    /** kubernetes/kubernetes#65200: the garbage collector deletes what names an unknown owner. */
    @Test
    void kubernetes65200OwnersOfTheSourceAreNotSent() {
      String owned =
          """
          apiVersion: v1
          kind: ConfigMap
          metadata: {ownerReferences: [{apiVersion: v1, kind: Foo, name: f, uid: 1f}]}
          """;
      becomes(owned, "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}");
      assertThat(sanitize(owned).drops())
          .containsExactly("metadata.ownerReferences: Foo f (unless that owner travels too)");
    }

    @Test
    void anOwnerElsewhereStays() {
      stays("{apiVersion: acme.example/v1, kind: W, spec: {ownerReferences: [{uid: 1f}]}}");
    }
  }

  @Nested
  class ServerAnnotationsRule {

    @ParameterizedTest
    @ValueSource(
        strings = {
          "kubectl.kubernetes.io/last-applied-configuration",
          "deployment.kubernetes.io/revision",
          "deployment.kubernetes.io/desired-replicas",
          "deprecated.daemonset.template.generation",
          "control-plane.alpha.kubernetes.io/leader",
          "pv.kubernetes.io/bind-completed",
          "pv.kubernetes.io/bound-by-controller",
          "pv.kubernetes.io/migrated-to",
          "volume.kubernetes.io/selected-node",
          "volume.kubernetes.io/storage-provisioner",
          "volume.kubernetes.io/storage-resizer",
          "volume.beta.kubernetes.io/storage-provisioner",
          "endpoints.kubernetes.io/last-change-trigger-time",
          "endpoints.kubernetes.io/over-capacity",
          "batch.kubernetes.io/job-tracking",
          "kubernetes.digitalocean.com/load-balancer-id",
          "ingress.kubernetes.io/forwarding-rule",
          "ingress.kubernetes.io/url-map",
          "apf.kubernetes.io/autoupdate-spec",
          "autoscaling.alpha.kubernetes.io/conditions",
          "autoscaling.alpha.kubernetes.io/current-metrics",
        })
    void isDropped(String annotation) {
      becomes(
          "{apiVersion: v1, kind: Secret, metadata: {name: a, annotations: {%s: x, b: c}}}"
              .formatted(annotation),
          "{apiVersion: v1, kind: Secret, metadata: {name: a, annotations: {b: c}}}");
      becomes(
          "{apiVersion: v1, kind: Secret, metadata: {name: a, annotations: {%s: x}}}"
              .formatted(annotation),
          "{apiVersion: v1, kind: Secret, metadata: {name: a}}");
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "deployment.kubernetes.io",
          "volume.beta.kubernetes.io/storage-class",
          "autoscaling.alpha.kubernetes.io/metrics",
          "autoscaling.alpha.kubernetes.io/behavior",
          "pv.kubernetes.io/provisioned-by-us",
          "acme.example/last-applied-configuration",
          "kubernetes.io/ingress.class",
          "meta.helm.sh/release-name",
        })
    void staysBecauseAUserMayHaveWrittenIt(String annotation) {
      stays(
          "{apiVersion: v1, kind: Secret, metadata: {name: a, annotations: {%s: x}}}"
              .formatted(annotation));
    }

    @Test
    void anEmptyMapThatWasThereStays() {
      stays("{apiVersion: v1, kind: Secret, metadata: {name: a, annotations: {}, labels: {}}}");
    }
  }

  @Nested
  class ServiceRule {

    private static final String ASSIGNED =
        """
        apiVersion: v1
        kind: Service
        metadata: {name: a, uid: 1f%s}
        spec:
          type: LoadBalancer
          clusterIP: 10.0.3.7
          clusterIPs: [10.0.3.7]
          ipFamilies: [IPv4]
          ipFamilyPolicy: SingleStack
          healthCheckNodePort: 31000
          externalTrafficPolicy: Local
          ports: [{name: web, port: 80, protocol: TCP, nodePort: 31234}]
        """;

    /** vmware-tanzu/velero#3419, #2308: a node port of the source may be taken at the target. */
    @Test
    void velero3419AndVelero2308AddressesOfTheSourceAreNotSent() {
      becomes(
          ASSIGNED.formatted(""),
          """
          apiVersion: v1
          kind: Service
          metadata: {name: a}
          spec:
            type: LoadBalancer
            externalTrafficPolicy: Local
            ports: [{name: web, port: 80, protocol: TCP}]
          """);
    }

    @Test
    void headlessStaysHeadless() {
      stays(
          "{apiVersion: v1, kind: Service, spec: {clusterIP: None, clusterIPs: [None], ports:"
              + " [{port: 80}]}}");
    }

    @Test
    void aNodePortOfTheLastAppliedConfigurationStays() {
      String lastApplied =
          ", annotations: {kubectl.kubernetes.io/last-applied-configuration:"
              + " '{\"spec\":{\"ports\":[{\"port\":80,\"nodePort\":31234}],\"healthCheckNodePort\":31000,\"ipFamilies\":[\"IPv4\"]}}'}";
      Manifest body = sanitize(ASSIGNED.formatted(lastApplied)).body();
      assertThat(body.at("spec", "ports").path(0).path("nodePort").asInt()).isEqualTo(31234);
      assertThat(body.at("spec", "healthCheckNodePort").asInt()).isEqualTo(31000);
      assertThat(body.has("spec", "ipFamilies")).isTrue();
      assertThat(body.has("spec", "clusterIP")).isFalse();
    }

    @Test
    void aNodePortThatSomebodyManagesStays() {
      String managed =
          ", managedFields: [{manager: terraform, fieldsV1: {'f:spec': {'f:ports':"
              + " {'k:{\"port\":80,\"protocol\":\"TCP\"}': {'f:nodePort': {}}}}}}]";
      Manifest body = sanitize(ASSIGNED.formatted(managed)).body();
      assertThat(body.at("spec", "ports").path(0).path("nodePort").asInt()).isEqualTo(31234);
      assertThat(body.has("spec", "healthCheckNodePort")).isFalse();
    }

    @Test
    void anotherPortOfTheLastAppliedConfigurationSavesNoOther() {
      String lastApplied =
          ", annotations: {kubectl.kubernetes.io/last-applied-configuration:"
              + " '{\"spec\":{\"ports\":[{\"port\":80,\"nodePort\":30001}]}}'}";
      Manifest body = sanitize(ASSIGNED.formatted(lastApplied)).body();
      assertThat(body.at("spec", "ports").path(0).has("nodePort")).isFalse();
    }

    @Test
    void aBrokenLastAppliedConfigurationIsNoReason() {
      String broken =
          ", annotations: {kubectl.kubernetes.io/last-applied-configuration: '{broken'}";
      assertThat(sanitize(ASSIGNED.formatted(broken)).body().at("spec", "ports").path(0).size())
          .isEqualTo(3);
    }

    @Test
    void whatNoServerStoredYetWasWrittenByAUser() {
      stays(
          "{apiVersion: v1, kind: Service, spec: {type: NodePort, ipFamilyPolicy: SingleStack,"
              + " ports: [{port: 80, nodePort: 31234}]}}");
    }

    @Test
    void twoFamiliesStayAPolicyOfTheUser() {
      becomes(
          "{apiVersion: v1, kind: Service, metadata: {name: a, uid: 1f}, spec: {ipFamilyPolicy:"
              + " PreferDualStack, ipFamilies: [IPv4, IPv6]}}",
          "{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {ipFamilyPolicy:"
              + " PreferDualStack}}");
    }

    @Test
    void otherKindsKeepTheirPorts() {
      stays(
          "{apiVersion: acme.example/v1, kind: Service, metadata: {name: a}, spec: {clusterIP:"
              + " 10.0.0.1, ports: [{nodePort: 31234}]}}");
    }
  }

  @Nested
  class PodRule {

    @Test
    void schedulingAndTokensOfTheSourceAreNotSent() {
      becomes(
          """
          apiVersion: v1
          kind: Pod
          spec:
            nodeName: n1
            priority: 0
            preemptionPolicy: PreemptLowerPriority
            serviceAccountName: web
            runtimeClassName: gvisor
            overhead: {cpu: 10m}
            ephemeralContainers: [{name: debug}]
            volumes:
              - {name: kube-api-access-x7x2k, projected: {}}
              - {name: web-token-abcde, secret: {secretName: web-token-abcde}}
              - {name: mine, emptyDir: {}}
            containers:
              - name: c
                volumeMounts:
                  - {name: kube-api-access-x7x2k, mountPath: /var/run}
                  - {name: mine, mountPath: /m}
              - name: d
                volumeMounts: [{name: web-token-abcde, mountPath: /var/run}]
          """,
          """
          apiVersion: v1
          kind: Pod
          spec:
            serviceAccountName: web
            runtimeClassName: gvisor
            volumes:
              - {name: mine, emptyDir: {}}
            containers:
              - name: c
                volumeMounts:
                  - {name: mine, mountPath: /m}
              - name: d
          metadata: {name: a}
          """);
    }

    @Test
    void ephemeralContainersAreListed() {
      assertThat(
              sanitize("{apiVersion: v1, kind: Pod, spec: {ephemeralContainers: [{name: d}]}}")
                  .drops())
          .containsExactly("spec.ephemeralContainers");
    }

    @Test
    void overheadOfTheUserStays() {
      stays("{apiVersion: v1, kind: Pod, spec: {overhead: {cpu: 10m}, containers: [{name: c}]}}");
    }

    @Test
    void aTokenOfAnotherAccountStays() {
      stays(
          "{apiVersion: v1, kind: Pod, spec: {serviceAccountName: web, volumes: [{name:"
              + " db-token-abcde, secret: {secretName: db-token-abcde}}]}}");
    }

    @Test
    void whatStandsInATemplateWasWrittenByAUser() {
      stays(
          """
          apiVersion: apps/v1
          kind: Deployment
          spec:
            replicas: 3
            template:
              spec: {nodeName: n1, priority: 5, preemptionPolicy: Never, containers: [{name: c}]}
          """);
    }
  }

  @Nested
  class JobRule {

    @Test
    void theGeneratedSelectorIsNotSent() {
      becomes(
          """
          apiVersion: batch/v1
          kind: Job
          metadata: {name: a, labels: {controller-uid: 1f, job-name: a, app: x}}
          spec:
            selector: {matchLabels: {batch.kubernetes.io/controller-uid: 1f}}
            template:
              metadata:
                labels:
                  controller-uid: 1f
                  batch.kubernetes.io/controller-uid: 1f
                  job-name: a
                  batch.kubernetes.io/job-name: a
                  app: x
          """,
          """
          apiVersion: batch/v1
          kind: Job
          metadata: {name: a, labels: {app: x}}
          spec: {template: {metadata: {labels: {app: x}}}}
          """);
    }

    @Test
    void aManualSelectorStays() {
      stays(
          "{apiVersion: batch/v1, kind: Job, spec: {manualSelector: true, selector: {matchLabels:"
              + " {controller-uid: x}}, template: {metadata: {labels: {controller-uid: x}}}}}");
    }

    @Test
    void aJobNameOfTheUserStays() {
      stays(
          "{apiVersion: batch/v1, kind: Job, spec: {template: {metadata: {labels: {job-name:"
              + " mine}}}}}");
    }

    @Test
    void otherWorkloadsKeepTheirSelectors() {
      stays(
          "{apiVersion: apps/v1, kind: Deployment, spec: {selector: {matchLabels: {job-name: a}},"
              + " template: {metadata: {labels: {job-name: a}}}}}");
    }
  }

  @Nested
  class StorageRules {

    /** vmware-tanzu/velero#1418, #5141: a claim with the name of an old volume is Lost. */
    @Test
    void velero1418AndVelero5141AClaimIsNotBoundToTheVolumeOfTheSource() {
      Sanitized sanitized =
          sanitize(
              """
              apiVersion: v1
              kind: PersistentVolumeClaim
              metadata: {name: a, annotations: {pv.kubernetes.io/bind-completed: "yes"}}
              spec:
                storageClassName: gp2
                volumeName: pvc-1f
                dataSource: {kind: PersistentVolumeClaim, name: b}
                dataSourceRef: {kind: PersistentVolumeClaim, name: b}
              """);
      assertThat(Json.text(sanitized.body().tree()))
          .isEqualTo(
              text(
                  "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: a}, spec:"
                      + " {storageClassName: gp2}}"));
      assertThat(sanitized.drops())
          .containsExactly("spec.dataSource", "spec.dataSourceRef", "spec.volumeName");
    }

    @Test
    void templatesOfClaimsStay() {
      stays(
          "{apiVersion: apps/v1, kind: StatefulSet, spec: {volumeClaimTemplates: [{spec:"
              + " {dataSource: {kind: X}, storageClassName: gp2}}]}}");
    }

    /** A cleared claimRef lets another claim take the volume; a stale uid makes its claim Lost. */
    @Test
    void aStaticVolumeStaysReservedByNameAndNotByUid() {
      becomes(
          "{apiVersion: v1, kind: PersistentVolume, spec: {claimRef: {namespace: n, name: c, uid:"
              + " 1f, resourceVersion: '7'}}}",
          "{apiVersion: v1, kind: PersistentVolume, spec: {claimRef: {namespace: n, name: c}},"
              + " metadata: {name: a}}");
    }

    @Test
    void aClaimRefOfAnotherKindStays() {
      stays("{apiVersion: acme.example/v1, kind: Volume, spec: {claimRef: {uid: 1f}}}");
    }
  }

  @Nested
  class AccountRules {

    @Test
    void generatedTokensAreTakenOutOfAccounts() {
      Sanitized sanitized =
          sanitize(
              """
              apiVersion: v1
              kind: ServiceAccount
              metadata: {name: web}
              secrets: [{name: web-token-x7x2k}, {name: web-dockercfg-x7x2k}, {name: mine}]
              imagePullSecrets: [{name: web-dockercfg-x7x2k}]
              """);
      assertThat(Json.text(sanitized.body().tree()))
          .isEqualTo(
              text(
                  "{apiVersion: v1, kind: ServiceAccount, metadata: {name: web}, secrets: [{name:"
                      + " mine}]}"));
      assertThat(sanitized.drops()).containsExactly("generated token references");
    }

    @Test
    void secretsThatOnlyLookAlikeStay() {
      stays(
          "{apiVersion: v1, kind: ServiceAccount, metadata: {name: web}, secrets: [{name:"
              + " api-token-x7x2k}, {name: web-token}, {name: web-token-longer}], imagePullSecrets:"
              + " [{name: registry}]}");
    }

    /** vmware-tanzu/velero#5537: a token of the source is worthless at the target. */
    @Test
    void velero5537TheTokenOfAHandMadeSecretIsMadeAnew() {
      Sanitized sanitized =
          sanitize(
              """
              apiVersion: v1
              kind: Secret
              metadata:
                name: robot
                labels: {kubernetes.io/legacy-token-invalid-since: "2025-01-01", team: x}
                annotations: {kubernetes.io/service-account.name: robot, kubernetes.io/service-account.uid: 1f}
              data: {token: eA==, ca.crt: eA==, namespace: eA==, extra: eA==}
              type: kubernetes.io/service-account-token
              """);
      assertThat(Json.text(sanitized.body().tree()))
          .isEqualTo(
              text(
                  """
                  apiVersion: v1
                  kind: Secret
                  metadata:
                    name: robot
                    labels: {team: x}
                    annotations: {kubernetes.io/service-account.name: robot}
                  data: {extra: eA==}
                  type: kubernetes.io/service-account-token
                  """));
      assertThat(sanitized.drops()).containsExactly("data.token, data[ca.crt]");
    }

    @Test
    void anOrdinarySecretKeepsItsToken() {
      stays(
          "{apiVersion: v1, kind: Secret, metadata: {name: a, annotations:"
              + " {kubernetes.io/service-account.uid: 1f}}, data: {token: eA==, ca.crt: eA==},"
              + " type: Opaque}");
    }
  }

  @Nested
  class NamespaceRule {

    @Test
    void whatTheServerAddsIsNotSent() {
      becomes(
          "{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels:"
              + " {kubernetes.io/metadata.name: shop, team: x}}, spec: {finalizers: [kubernetes]}}",
          "{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {team: x}}}");
    }

    @Test
    void theLabelOnOtherKindsStays() {
      stays(
          "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, labels:"
              + " {kubernetes.io/metadata.name: shop}}}");
    }
  }

  @Nested
  class RoleRule {

    @Test
    void gatheredRulesAreGatheredAgain() {
      becomes(
          "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, aggregationRule: {x: []},"
              + " rules: [{verbs: [get]}]}",
          "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, aggregationRule: {x: []},"
              + " rules: [], metadata: {name: a}}");
    }

    @Test
    void rulesOfTheUserStay() {
      stays(
          "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, rules: [{verbs: [get]}]}");
    }
  }

  @Nested
  class BundleRule {

    @Test
    void injectedBundlesAreInjectedAgain() {
      String configuration =
          """
          apiVersion: admissionregistration.k8s.io/v1
          kind: ValidatingWebhookConfiguration
          metadata: {name: a, annotations: {cert-manager.io/inject-ca-from: a/b}}
          webhooks: [{name: w, clientConfig: {caBundle: eA==, service: {name: s}}}]
          """;
      assertThat(
              sanitize(configuration)
                  .body()
                  .at("webhooks")
                  .path(0)
                  .path("clientConfig")
                  .has("caBundle"))
          .isFalse();
      assertThat(sanitize(configuration).drops()).containsExactly("injected caBundle");
    }

    @Test
    void injectedBundlesOfAggregatedApisToo() {
      becomes(
          "{apiVersion: apiregistration.k8s.io/v1, kind: APIService, metadata: {name: a,"
              + " annotations: {service.beta.openshift.io/inject-cabundle: 'true'}}, spec:"
              + " {caBundle: eA==}}",
          "{apiVersion: apiregistration.k8s.io/v1, kind: APIService, metadata: {name: a,"
              + " annotations: {service.beta.openshift.io/inject-cabundle: 'true'}}, spec: {}}");
    }

    @Test
    void bundlesOfTheUserStay() {
      stays(
          "{apiVersion: admissionregistration.k8s.io/v1, kind: MutatingWebhookConfiguration,"
              + " webhooks: [{name: w, clientConfig: {caBundle: eA==}}]}");
    }
  }

  @Nested
  class DefinitionRule {

    private static final String HEAD =
        """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: a}
        """;

    @Test
    void unknownFieldsArePreservedInEverySchema() {
      becomes(
          HEAD
              + "spec: {preserveUnknownFields: true, versions: [{name: v1, schema:"
              + " {openAPIV3Schema: {type: object}}}, {name: v2}]}",
          HEAD
              + "spec: {preserveUnknownFields: false, versions: [{name: v1, schema:"
              + " {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}},"
              + " {name: v2, schema: {openAPIV3Schema: {type: object,"
              + " x-kubernetes-preserve-unknown-fields: true}}}]}");
    }

    private static void repaired(String before, String after) {
      String old =
          HEAD
              + "spec: {group: acme.example, preserveUnknownFields: true, versions: [{name: v1,"
              + " schema: {openAPIV3Schema: %s}}]}".formatted(before);
      becomes(
          old,
          HEAD
              + "spec: {group: acme.example, preserveUnknownFields: false, versions: [{name: v1,"
              + " schema: {openAPIV3Schema: %s}}]}".formatted(after));
      Sanitized sanitized = sanitize(old);
      assertThat(sanitized.repairs()).isNotEmpty();
      assertThat(sanitize(Json.text(sanitized.body().tree())).repairs()).isEmpty();
    }

    @Test
    void whatHasNoTypeMayStillBeAnything() {
      repaired(
          "{properties: {spec: {properties: {image: {}, ports: {items: {type: integer}}}}}}",
          """
          {properties: {spec: {properties: {
            image: {x-kubernetes-preserve-unknown-fields: true},
            ports: {items: {type: integer}, x-kubernetes-preserve-unknown-fields: true}},
            x-kubernetes-preserve-unknown-fields: true}},
            type: object, x-kubernetes-preserve-unknown-fields: true}
          """);
    }

    @Test
    void everyObjectKeepsWhatItsSchemaDoesNotName() {
      repaired(
          "{type: object, properties: {spec: {type: object, properties: {list: {type: array, items:"
              + " {type: object}}, map: {type: object, additionalProperties: {type: object}}, all:"
              + " {type: array}}}}}",
          """
          {type: object, properties: {spec: {type: object, properties: {
            list: {type: array, items: {type: object, x-kubernetes-preserve-unknown-fields: true}},
            map: {type: object, additionalProperties: {type: object, x-kubernetes-preserve-unknown-fields: true}},
            all: {type: array, items: {x-kubernetes-preserve-unknown-fields: true}}},
            x-kubernetes-preserve-unknown-fields: true}},
            x-kubernetes-preserve-unknown-fields: true}
          """);
    }

    @Test
    void aNumberOrATextIsOneKindOfValue() {
      repaired(
          "{type: object, properties: {port: {anyOf: [{type: string}, {type: integer}]}}}",
          "{type: object, properties: {port: {x-kubernetes-int-or-string: true}},"
              + " x-kubernetes-preserve-unknown-fields: true}");
    }

    @Test
    void whatTheServerChecksItselfIsLeftToIt() {
      repaired(
          "{type: object, properties: {apiVersion: {}, kind: {}, metadata: {properties: {name:"
              + " {maxLength: 9}, labels: {}}, required: [labels]}}}",
          "{type: object, properties: {apiVersion: {type: string}, kind: {type: string}, metadata:"
              + " {type: object, properties: {name: {maxLength: 9, type: string}}}},"
              + " x-kubernetes-preserve-unknown-fields: true}");
    }

    @Test
    void aConditionStaysWhereItLimitsValuesOnly() {
      repaired(
          "{type: object, properties: {spec: {type: object, properties: {a: {type: string}}, oneOf:"
              + " [{type: object, description: x, required: [a]}, {properties: {b: {pattern:"
              + " x}}}]}}}",
          "{type: object, properties: {spec: {type: object, properties: {a: {type: string}, b:"
              + " {x-kubernetes-preserve-unknown-fields: true}}, oneOf: [{required: [a]},"
              + " {properties: {b: {pattern: x}}}], x-kubernetes-preserve-unknown-fields: true}},"
              + " x-kubernetes-preserve-unknown-fields: true}");
    }

    @Test
    void aConditionThatCannotStayIsTold() {
      repaired(
          "{type: object, properties: {spec: {oneOf: [{type: string}, {type: object}]}}}",
          "{type: object, properties: {spec: {x-kubernetes-preserve-unknown-fields: true}},"
              + " x-kubernetes-preserve-unknown-fields: true}");
      assertThat(
              sanitize(
                      HEAD
                          + "spec: {preserveUnknownFields: true, versions: [{name: v1, schema:"
                          + " {openAPIV3Schema: {properties: {spec: {oneOf: [{type:"
                          + " string}]}}}}}]}")
                  .repairs())
          .containsExactly(
              "schema of v1: every object keeps the fields that it does not name",
              "schema of v1: no type was given to the root, .spec",
              "schema of v1: oneOf of .spec is no longer checked");
    }

    @ParameterizedTest
    @ValueSource(strings = {"snapshot.storage.k8s.io", "x.kubernetes.io"})
    void aGroupOfKubernetesIsMarkedAsUnapproved(String group) {
      becomes(
          HEAD + "spec: {group: %s, versions: []}".formatted(group),
          """
          apiVersion: apiextensions.k8s.io/v1
          kind: CustomResourceDefinition
          metadata: {name: a, annotations: {api-approved.kubernetes.io: "unapproved, it is older than this rule"}}
          spec: {group: %s, versions: []}
          """
              .formatted(group));
    }

    @Test
    void anApprovalStays() {
      stays(
          """
          apiVersion: apiextensions.k8s.io/v1
          kind: CustomResourceDefinition
          metadata: {name: a, annotations: {api-approved.kubernetes.io: "https://example.com/pr"}}
          spec: {group: gateway.networking.k8s.io, versions: []}
          """);
      stays(HEAD + "spec: {group: notk8s.io.example, versions: [{name: v1}]}");
    }

    @Test
    void aBundleThatIsNoCertificateIsDropped() {
      Sanitized sanitized =
          sanitize(
              HEAD + "spec: {conversion: {webhook: {clientConfig: {caBundle: Cg==, url: x}}}}");
      assertThat(sanitized.body().has("spec", "conversion", "webhook", "clientConfig", "caBundle"))
          .isFalse();
      assertThat(sanitized.drops()).hasSize(1);
    }

    @Test
    void aCertificateStays() {
      stays(
          HEAD
              + "spec: {preserveUnknownFields: false, conversion: {webhook: {clientConfig:"
              + " {caBundle: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCg==}}}}");
    }
  }

  @Nested
  class TemplateRules {

    @Test
    void profilesBecomeFields() {
      Manifest body =
          sanitize(
                  """
                  apiVersion: batch/v1
                  kind: CronJob
                  spec:
                    jobTemplate:
                      spec:
                        template:
                          metadata:
                            annotations:
                              seccomp.security.alpha.kubernetes.io/pod: runtime/default
                              container.seccomp.security.alpha.kubernetes.io/c: localhost/p.json
                              container.apparmor.security.beta.kubernetes.io/c: unconfined
                          spec: {containers: [{name: c}]}
                  """)
              .body();
      assertThat(Json.text(body.at("spec", "jobTemplate", "spec", "template")))
          .isEqualTo(
              "{\"metadata\":{},\"spec\":{\"containers\":[{\"name\":\"c\",\"securityContext\":"
                  + "{\"seccompProfile\":{\"type\":\"Localhost\",\"localhostProfile\":\"p.json\"},"
                  + "\"appArmorProfile\":{\"type\":\"Unconfined\"}}}],"
                  + "\"securityContext\":{\"seccompProfile\":{\"type\":\"RuntimeDefault\"}}}}");
    }

    @Test
    void aFieldThatIsThereWins() {
      becomes(
          "{apiVersion: v1, kind: Pod, metadata: {name: a, annotations:"
              + " {seccomp.security.alpha.kubernetes.io/pod: unconfined}}, spec: {securityContext:"
              + " {seccompProfile: {type: RuntimeDefault}}}}",
          "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {securityContext:"
              + " {seccompProfile: {type: RuntimeDefault}}}}");
    }

    @Test
    void aProfileThatNobodyKnowsStays() {
      stays(
          "{apiVersion: v1, kind: Pod, metadata: {name: a, annotations:"
              + " {seccomp.security.alpha.kubernetes.io/pod: mine}}, spec: {containers: []}}");
    }

    @Test
    void controlPlaneNodesAreFoundByTheirNewName() {
      Sanitized sanitized =
          sanitize(
              """
              apiVersion: apps/v1
              kind: DaemonSet
              spec:
                template:
                  spec:
                    nodeSelector: {node-role.kubernetes.io/master: ""}
                    tolerations: [{key: node-role.kubernetes.io/master, effect: NoSchedule}]
              """);
      assertThat(Json.text(sanitized.body().tree()))
          .isEqualTo(
              text(
                  """
                  apiVersion: apps/v1
                  kind: DaemonSet
                  spec:
                    template:
                      spec:
                        nodeSelector: {node-role.kubernetes.io/control-plane: ""}
                        tolerations: [{key: node-role.kubernetes.io/control-plane, effect: NoSchedule}]
                  """));
      assertThat(sanitized.drops()).hasSize(1);
    }

    @Test
    void otherNodeLabelsStay() {
      stays(
          "{apiVersion: apps/v1, kind: DaemonSet, spec: {template: {spec: {nodeSelector:"
              + " {acme.example/master: ''}, tolerations: [{key:"
              + " node-role.kubernetes.io/etcd}]}}}}");
    }
  }

  @Nested
  class ByteFaithful {

    @Test
    void whatNoRuleConcernsStaysToTheLetter() {
      String json =
          "{\"apiVersion\":\"acme.example/v1\",\"kind\":\"Widget\",\"metadata\":{\"name\":\"a\","
              + "\"annotations\":{\"b\":\"\"},\"labels\":{}},\"spec\":{\"fee\":1.10,\"big\":1e3,"
              + "\"E\":1E+2,\"neg\":-0.0,\"int\":123456789012345678901234567890,\"empty\":{},"
              + "\"none\":[],\"nothing\":null,\"text\":\"1.10\",\"unknown\":{\"deep\":[{\"x\":0}]},"
              + "\"z\":1,\"a\":2},\"extra\":true}";
      Sanitized sanitized =
          new Sanitizer(new SanitizeContext(Samples.NO_MAPPINGS, java.util.List.of()))
              .sanitize(Manifest.parse(json));
      assertThat(Json.text(sanitized.body().tree())).isEqualTo(json);
      assertThat(sanitized.drops()).isEmpty();
    }

    @Test
    void liveReplicasAndUserAnnotationsStay() {
      stays(
          "{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: a, annotations: {team: x}},"
              + " spec: {replicas: 7, persistentVolumeClaimRetentionPolicy: {whenDeleted:"
              + " Delete}}}");
    }
  }

  @Nested
  class TopologyLabelsRule {

    private Sanitized bound(String applied, String managed) {
      return sanitize(
          """
          apiVersion: v1
          kind: Pod
          metadata:
            name: a
            uid: 1f
            labels: {app: web, topology.kubernetes.io/zone: eu-1a, topology.kubernetes.io/region: eu}
            annotations: {kubectl.kubernetes.io/last-applied-configuration: '%s'}
            managedFields: [{manager: kubectl, fieldsV1: {"f:metadata": {"f:labels": {"f:app": {} %s}}}}]
          spec:
            nodeName: n1
            nodeSelector: {topology.kubernetes.io/zone: eu-1a}
          """
              .formatted(applied, managed));
    }

    @Test
    void whatTheServerWroteWhenThePodWasBoundIsDroppedAndListed() {
      Sanitized sanitized = bound("{}", "");
      assertThat(sanitized.body().labels()).containsOnlyKeys("app");
      assertThat(sanitized.drops())
          .containsExactlyInAnyOrder(
              "metadata.labels.topology.kubernetes.io/zone",
              "metadata.labels.topology.kubernetes.io/region");
      assertThat(
              sanitized.body().at("spec", "nodeSelector", "topology.kubernetes.io/zone").asText())
          .isEqualTo("eu-1a");
    }

    @Test
    void whatAUserSetStays() {
      assertThat(bound("{}", ", \"f:topology.kubernetes.io/zone\": {}").body().labels())
          .containsOnlyKeys("app", "topology.kubernetes.io/zone");
      assertThat(
              bound("{\"metadata\":{\"labels\":{\"topology.kubernetes.io/region\":\"eu\"}}}", "")
                  .body()
                  .labels())
          .containsOnlyKeys("app", "topology.kubernetes.io/region");
    }

    /** Not yet bound, of unknown managers, or of a template: nobody but a user can have set it. */
    @Test
    void whereTheServerCannotHaveWrittenItNothingIsDropped() {
      stays(
          "{apiVersion: v1, kind: Pod, metadata: {name: a, labels:"
              + " {topology.kubernetes.io/zone: z}}, spec: {containers: [{name: c}]}}");
      assertThat(
              sanitize(
                      "{apiVersion: v1, kind: Pod, metadata: {name: a, uid: 1f, labels:"
                          + " {topology.kubernetes.io/zone: z}}, spec: {nodeName: n1}}")
                  .drops())
          .isEmpty();
      stays(
          "{apiVersion: apps/v1, kind: Deployment, metadata: {name: a, labels:"
              + " {topology.kubernetes.io/zone: z}}, spec: {template: {metadata: {labels:"
              + " {topology.kubernetes.io/zone: z}}, spec: {containers: [{name: c}]}}}}");
    }
  }
}
