package dev.migrator.sanitize;

import static dev.migrator.sanitize.Samples.object;
import static dev.migrator.sanitize.Samples.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.cluster.memory.ServedTypes;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every row of the table of versions that a newer server does not serve any more. */
class ConversionsTest {

  private static void becomes(String before, String to, String after) {
    Sanitized converted = Conversions.convert(object(before), to).orElseThrow();
    assertThat(Json.text(converted.body().tree())).isEqualTo(text(after));
    assertThat(Conversions.replacement(object(before).kind(), object(before).apiVersion()))
        .contains(to);
  }

  @ParameterizedTest
  @CsvSource({
    "CronJob, batch/v1beta1, batch/v1",
    "CronJob, batch/v2alpha1, batch/v1",
    "HorizontalPodAutoscaler, autoscaling/v2beta2, autoscaling/v2",
    "IngressClass, networking.k8s.io/v1beta1, networking.k8s.io/v1",
    "NetworkPolicy, extensions/v1beta1, networking.k8s.io/v1",
    "ValidatingAdmissionPolicy, admissionregistration.k8s.io/v1alpha1,"
        + " admissionregistration.k8s.io/v1",
    "ValidatingAdmissionPolicy, admissionregistration.k8s.io/v1beta1,"
        + " admissionregistration.k8s.io/v1",
    "ValidatingAdmissionPolicyBinding, admissionregistration.k8s.io/v1alpha1,"
        + " admissionregistration.k8s.io/v1",
    "ValidatingAdmissionPolicyBinding, admissionregistration.k8s.io/v1beta1,"
        + " admissionregistration.k8s.io/v1",
    "FlowSchema, flowcontrol.apiserver.k8s.io/v1beta1, flowcontrol.apiserver.k8s.io/v1",
    "FlowSchema, flowcontrol.apiserver.k8s.io/v1beta2, flowcontrol.apiserver.k8s.io/v1",
    "FlowSchema, flowcontrol.apiserver.k8s.io/v1beta3, flowcontrol.apiserver.k8s.io/v1",
    "PriorityLevelConfiguration, flowcontrol.apiserver.k8s.io/v1beta3,"
        + " flowcontrol.apiserver.k8s.io/v1",
    "RuntimeClass, node.k8s.io/v1beta1, node.k8s.io/v1",
    "Role, rbac.authorization.k8s.io/v1beta1, rbac.authorization.k8s.io/v1",
    "RoleBinding, rbac.authorization.k8s.io/v1beta1, rbac.authorization.k8s.io/v1",
    "ClusterRole, rbac.authorization.k8s.io/v1beta1, rbac.authorization.k8s.io/v1",
    "ClusterRoleBinding, rbac.authorization.k8s.io/v1beta1, rbac.authorization.k8s.io/v1",
    "PriorityClass, scheduling.k8s.io/v1beta1, scheduling.k8s.io/v1",
    "StorageClass, storage.k8s.io/v1beta1, storage.k8s.io/v1",
    "CSIDriver, storage.k8s.io/v1beta1, storage.k8s.io/v1",
    "VolumeAttributesClass, storage.k8s.io/v1beta1, storage.k8s.io/v1",
    "ServiceCIDR, networking.k8s.io/v1beta1, networking.k8s.io/v1",
    "APIService, apiregistration.k8s.io/v1beta1, apiregistration.k8s.io/v1",
    "ResourceClaim, resource.k8s.io/v1beta2, resource.k8s.io/v1",
    "ResourceClaimTemplate, resource.k8s.io/v1beta2, resource.k8s.io/v1",
    "DeviceClass, resource.k8s.io/v1beta1, resource.k8s.io/v1",
    "DeviceClass, resource.k8s.io/v1beta2, resource.k8s.io/v1",
  })
  void onlyTheVersionChanges(String kind, String from, String to) {
    String form = "{apiVersion: %s, kind: %s, spec: {any: 1.10}, metadata: {name: a}}";
    becomes(form.formatted(from, kind), to, form.formatted(to, kind));
  }

  @Test
  void anObjectThatHasTheVersionStaysAsItIs() {
    Manifest object = object("{apiVersion: batch/v1, kind: CronJob, spec: {}}");
    assertThat(Conversions.convert(object, "batch/v1").orElseThrow().body()).isSameAs(object);
  }

  @Test
  void whatNobodyKnowsIsNotConverted() {
    Manifest object = object("{apiVersion: acme.example/v1beta1, kind: CronJob, spec: {}}");
    assertThat(Conversions.convert(object, "acme.example/v1")).isEmpty();
    assertThat(Conversions.convert(object, "batch/v1")).isEmpty();
    assertThat(Conversions.replacement("CronJob", "acme.example/v1beta1")).isEmpty();
  }

  @Test
  void anEmptySelectorOfABudgetSelectedNothing() {
    becomes(
        "{apiVersion: policy/v1beta1, kind: PodDisruptionBudget, spec: {selector: {}, minAvailable:"
            + " 1}}",
        "policy/v1",
        "{apiVersion: policy/v1, kind: PodDisruptionBudget, spec: {minAvailable: 1}}");
    becomes(
        "{apiVersion: policy/v1beta1, kind: PodDisruptionBudget, spec: {selector: {matchLabels: {a:"
            + " b}}}}",
        "policy/v1",
        "{apiVersion: policy/v1, kind: PodDisruptionBudget, spec: {selector: {matchLabels: {a:"
            + " b}}}}");
  }

  @Test
  void metricsOfAutoscalersHaveTargets() {
    becomes(
        """
        apiVersion: autoscaling/v2beta1
        kind: HorizontalPodAutoscaler
        spec:
          metrics:
            - {type: Resource, resource: {name: cpu, targetAverageUtilization: 80}}
            - {type: Resource, resource: {name: memory, targetAverageValue: 1Gi}}
            - {type: ContainerResource, containerResource: {name: cpu, container: c, targetAverageUtilization: 70}}
            - {type: Pods, pods: {metricName: qps, targetAverageValue: "100", selector: {matchLabels: {a: b}}}}
            - {type: Object, object: {metricName: hits, target: {kind: Service, name: s}, targetValue: 2k}}
            - {type: Object, object: {metricName: hits, target: {kind: Service, name: s}, averageValue: "3", targetValue: "0"}}
            - {type: External, external: {metricName: queue, metricSelector: {matchLabels: {q: x}}, targetValue: "30"}}
        """,
        "autoscaling/v2",
        """
        apiVersion: autoscaling/v2
        kind: HorizontalPodAutoscaler
        spec:
          metrics:
            - {type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 80}}}
            - {type: Resource, resource: {name: memory, target: {type: AverageValue, averageValue: 1Gi}}}
            - {type: ContainerResource, containerResource: {name: cpu, container: c, target: {type: Utilization, averageUtilization: 70}}}
            - {type: Pods, pods: {metric: {name: qps, selector: {matchLabels: {a: b}}}, target: {type: AverageValue, averageValue: "100"}}}
            - {type: Object, object: {metric: {name: hits}, target: {type: Value, value: 2k}, describedObject: {kind: Service, name: s}}}
            - {type: Object, object: {metric: {name: hits}, target: {type: AverageValue, averageValue: "3"}, describedObject: {kind: Service, name: s}}}
            - {type: External, external: {metric: {name: queue, selector: {matchLabels: {q: x}}}, target: {type: Value, value: "30"}}}
        """);
  }

  @Test
  void topologyOfEndpointsBecomesNodeAndZone() {
    becomes(
        """
        apiVersion: discovery.k8s.io/v1beta1
        kind: EndpointSlice
        addressType: IPv4
        endpoints:
          - addresses: [10.0.0.1]
            topology: {kubernetes.io/hostname: n1, topology.kubernetes.io/zone: z1, topology.kubernetes.io/region: r}
          - addresses: [10.0.0.2]
        """,
        "discovery.k8s.io/v1",
        """
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        addressType: IPv4
        endpoints:
          - {addresses: [10.0.0.1], nodeName: n1, zone: z1}
          - {addresses: [10.0.0.2]}
        """);
  }

  @ParameterizedTest
  @CsvSource({"extensions/v1beta1", "networking.k8s.io/v1beta1"})
  void ingressesNameServicesAndPathTypes(String from) {
    becomes(
        """
        apiVersion: %s
        kind: Ingress
        spec:
          backend: {serviceName: web, servicePort: 80}
          rules:
            - host: a.example.com
              http:
                paths:
                  - {path: /, backend: {serviceName: web, servicePort: http}}
                  - {path: /b, pathType: Exact, backend: {resource: {kind: Bucket, name: b}}}
            - {host: b.example.com}
          tls: [{secretName: t}]
        """
            .formatted(from),
        "networking.k8s.io/v1",
        """
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        spec:
          rules:
            - host: a.example.com
              http:
                paths:
                  - {path: /, backend: {service: {name: web, port: {name: http}}}, pathType: ImplementationSpecific}
                  - {path: /b, pathType: Exact, backend: {resource: {kind: Bucket, name: b}}}
            - {host: b.example.com}
          tls: [{secretName: t}]
          defaultBackend: {service: {name: web, port: {number: 80}}}
        """);
  }

  @ParameterizedTest
  @CsvSource({
    "Deployment, extensions/v1beta1",
    "Deployment, apps/v1beta1",
    "Deployment, apps/v1beta2",
    "DaemonSet, extensions/v1beta1",
    "DaemonSet, apps/v1beta2",
    "ReplicaSet, extensions/v1beta1",
    "ReplicaSet, apps/v1beta2",
    "StatefulSet, apps/v1beta1",
    "StatefulSet, apps/v1beta2",
  })
  void workloadsNeedSelectors(String kind, String from) {
    becomes(
        """
        apiVersion: %s
        kind: %s
        spec:
          rollbackTo: {revision: 3}
          templateGeneration: 4
          template: {metadata: {labels: {app: x}}, spec: {containers: []}}
        """
            .formatted(from, kind),
        "apps/v1",
        """
        apiVersion: apps/v1
        kind: %s
        spec:
          template: {metadata: {labels: {app: x}}, spec: {containers: []}}
          selector: {matchLabels: {app: x}}
        """
            .formatted(kind));
    becomes(
        "{apiVersion: %s, kind: %s, spec: {selector: {matchLabels: {a: b}}}}".formatted(from, kind),
        "apps/v1",
        "{apiVersion: apps/v1, kind: %s, spec: {selector: {matchLabels: {a: b}}}}".formatted(kind));
  }

  @Test
  void definitionsHaveASchemaForEachVersion() {
    becomes(
        """
        apiVersion: apiextensions.k8s.io/v1beta1
        kind: CustomResourceDefinition
        spec:
          group: acme.example
          version: v1
          versions: [{name: v1, served: true, storage: true}, {name: v2, served: true, storage: false, schema: {openAPIV3Schema: {type: object}}}]
          validation: {openAPIV3Schema: {properties: {spec: {type: object}}}}
          subresources: {status: {}}
          additionalPrinterColumns: [{name: Age, type: date, JSONPath: .metadata.creationTimestamp}]
          conversion: {strategy: Webhook, conversionReviewVersions: [v1beta1], webhookClientConfig: {service: {name: s, namespace: n}}}
          preserveUnknownFields: false
        """,
        "apiextensions.k8s.io/v1",
        """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        spec:
          group: acme.example
          versions:
            - name: v1
              served: true
              storage: true
              schema: {openAPIV3Schema: {properties: {spec: {type: object}}}}
              subresources: {status: {}}
              additionalPrinterColumns: [{name: Age, type: date, jsonPath: .metadata.creationTimestamp}]
            - name: v2
              served: true
              storage: false
              schema: {openAPIV3Schema: {type: object}}
              subresources: {status: {}}
              additionalPrinterColumns: [{name: Age, type: date, jsonPath: .metadata.creationTimestamp}]
          conversion:
            strategy: Webhook
            webhook: {clientConfig: {service: {name: s, namespace: n}}, conversionReviewVersions: [v1beta1]}
        """);
  }

  @Test
  void anOldDefinitionWithoutSchemaAllowsEverything() {
    becomes(
        "{apiVersion: apiextensions.k8s.io/v1beta1, kind: CustomResourceDefinition, spec: {group:"
            + " g, version: v1}}",
        "apiextensions.k8s.io/v1",
        "{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, spec: {group: g,"
            + " versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type:"
            + " object, x-kubernetes-preserve-unknown-fields: true}}}]}}");
  }

  @ParameterizedTest
  @CsvSource({"MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"})
  void webhooksKeepTheirOldDefaults(String kind) {
    becomes(
        """
        apiVersion: admissionregistration.k8s.io/v1beta1
        kind: %s
        webhooks:
          - {name: a}
          - {name: b, failurePolicy: Fail, matchPolicy: Equivalent, timeoutSeconds: 5, sideEffects: NoneOnDryRun, admissionReviewVersions: [v1]}
        """
            .formatted(kind),
        "admissionregistration.k8s.io/v1",
        """
        apiVersion: admissionregistration.k8s.io/v1
        kind: %s
        webhooks:
          - {name: a, failurePolicy: Ignore, matchPolicy: Exact, timeoutSeconds: 30, sideEffects: None, admissionReviewVersions: [v1beta1]}
          - {name: b, failurePolicy: Fail, matchPolicy: Equivalent, timeoutSeconds: 5, sideEffects: NoneOnDryRun, admissionReviewVersions: [v1]}
        """
            .formatted(kind));
  }

  @Test
  void whatTheNewVersionCannotSayIsListed() {
    assertThat(
            Conversions.convert(
                    object(
                        "{apiVersion: admissionregistration.k8s.io/v1beta1, kind:"
                            + " MutatingWebhookConfiguration, webhooks: [{name: a, sideEffects:"
                            + " Some}]}"),
                    "admissionregistration.k8s.io/v1")
                .orElseThrow()
                .drops())
        .containsExactly("webhooks[].sideEffects: Some (v1 knows None only)");
  }

  @ParameterizedTest
  @CsvSource({"v1beta1", "v1beta2"})
  void sharesOfPriorityLevelsHaveAnotherName(String version) {
    becomes(
        "{apiVersion: flowcontrol.apiserver.k8s.io/%s, kind: PriorityLevelConfiguration, spec: {type: Limited, limited: {assuredConcurrencyShares: 0}}}"
            .formatted(version),
        "flowcontrol.apiserver.k8s.io/v1",
        "{apiVersion: flowcontrol.apiserver.k8s.io/v1, kind: PriorityLevelConfiguration, spec:"
            + " {type: Limited, limited: {nominalConcurrencyShares: 0}}}");
  }

  @Test
  void alphaRuntimeClassesAreFlattened() {
    becomes(
        "{apiVersion: node.k8s.io/v1alpha1, kind: RuntimeClass, metadata: {name: a}, spec:"
            + " {runtimeHandler: runsc, overhead: {podFixed: {cpu: 10m}}}}",
        "node.k8s.io/v1",
        "{apiVersion: node.k8s.io/v1, kind: RuntimeClass, metadata: {name: a}, handler: runsc,"
            + " overhead: {podFixed: {cpu: 10m}}}");
  }

  @Test
  void requestsOfDevicesAreExact() {
    becomes(
        "{apiVersion: resource.k8s.io/v1beta1, kind: ResourceClaim, spec: {devices: {requests:"
            + " [{name: gpu, deviceClassName: g, count: 2}, {name: any, firstAvailable: [{name:"
            + " x}]}]}}}",
        "resource.k8s.io/v1",
        "{apiVersion: resource.k8s.io/v1, kind: ResourceClaim, spec: {devices: {requests: [{name:"
            + " gpu, exactly: {deviceClassName: g, count: 2}}, {name: any, firstAvailable: [{name:"
            + " x}]}]}}}");
    becomes(
        "{apiVersion: resource.k8s.io/v1beta1, kind: ResourceClaimTemplate, spec: {spec: {devices:"
            + " {requests: [{name: gpu, deviceClassName: g}]}}}}",
        "resource.k8s.io/v1",
        "{apiVersion: resource.k8s.io/v1, kind: ResourceClaimTemplate, spec: {spec: {devices:"
            + " {requests: [{name: gpu, exactly: {deviceClassName: g}}]}}}}");
  }

  @ParameterizedTest
  @CsvSource({
    "PodSecurityPolicy.policy, pod-security.kubernetes.io/enforce",
    "PodSecurityPolicy.extensions, pod-security.kubernetes.io/enforce",
    "PodPreset.settings.k8s.io, mutating"
  })
  void kindsWithoutAHomeHaveAdvice(String groupKind, String advice) {
    assertThat(Conversions.advice(groupKind))
        .hasValueSatisfying(a -> assertThat(a).contains(advice));
    assertThat(Conversions.advice("ConfigMap")).isEmpty();
  }

  /** vmware-tanzu/velero#5613: API versions are not converted. */
  @Test
  void velero5613WhateverServersBetween116And136ServeHasAWayToTheNewestOne() {
    List<String> newest =
        ServedTypes.of("v1.36.3").stream().map(t -> t.kind() + " " + t.apiVersion()).toList();
    for (int minor = 16; minor < 36; minor++) {
      for (var type : ServedTypes.of("v1." + minor + ".0")) {
        boolean served =
            newest.stream().anyMatch(n -> n.equals(type.kind() + " " + type.apiVersion()));
        boolean converted =
            Conversions.replacement(type.kind(), type.apiVersion())
                .filter(to -> newest.contains(type.kind() + " " + to))
                .isPresent();
        boolean otherVersion =
            ServedTypes.of("v1." + minor + ".0").stream()
                .filter(t -> t.groupResource().equals(type.groupResource()))
                .anyMatch(t -> newest.contains(t.kind() + " " + t.apiVersion()));
        assertThat(
                served
                    || converted
                    || otherVersion
                    || Conversions.advice(type.groupKind()).isPresent())
            .as("%s %s of 1.%d", type.kind(), type.apiVersion(), minor)
            .isTrue();
      }
    }
  }
}
