package dev.migrator.graph;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.graph.Reference.Condition;
import dev.migrator.graph.Reference.ToClaims;
import dev.migrator.graph.Reference.ToDefinition;
import dev.migrator.graph.Reference.ToFollower;
import dev.migrator.graph.Reference.ToKind;
import dev.migrator.graph.Reference.ToObject;
import dev.migrator.graph.Reference.ToParameters;
import dev.migrator.graph.Reference.ToPods;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Yaml;
import dev.migrator.plans.Corpus;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every kind of reference that an object can make to another. */
class ReferencesTest {

  private static Manifest object(String type, String rest) {
    ObjectNode tree = (ObjectNode) Yaml.parse(rest).orElseThrow();
    tree.put("apiVersion", type.substring(0, type.lastIndexOf(' ')).strip());
    tree.put("kind", type.substring(type.lastIndexOf(' ') + 1));
    ObjectNode metadata = tree.withObjectProperty("metadata");
    if (!metadata.has("name")) {
      metadata.put("name", "a");
    }
    return Manifest.of(tree);
  }

  private static List<String> of(Manifest object) {
    return References.of(object).stream()
        .map(
            reference -> {
              String to =
                  switch (reference) {
                    case ToObject named -> named.target().toString();
                    case ToFollower after -> "before " + after.target();
                    case ToKind all -> all.groupKind() + "/" + all.namespace() + "/*";
                    case ToClaims made -> "claims/" + made.namespace() + "/" + made.prefix();
                    case ToParameters of ->
                        of.policy().name() + "/" + of.namespace() + "/" + of.name();
                    case ToPods pods -> "pods/" + pods.namespace() + "/" + pods.selector();
                    case ToDefinition defined -> "definition of " + defined.groupKind();
                  };
              String current = reference.condition() == Condition.CURRENT ? " CURRENT" : "";
              return reference.strength() + " " + to + current;
            })
        .toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{serviceAccountName: web} | HARD ServiceAccount/n/web",
        "{priorityClassName: high} | HARD PriorityClass.scheduling.k8s.io//high",
        "{runtimeClassName: gvisor} | HARD RuntimeClass.node.k8s.io//gvisor",
        "{imagePullSecrets: [{name: pull}]} | SOFT Secret/n/pull",
        "{resourceClaims: [{resourceClaimName: c}]} | SOFT ResourceClaim.resource.k8s.io/n/c",
        "{resourceClaims: [{resourceClaimTemplateName: t}]} | SOFT"
            + " ResourceClaimTemplate.resource.k8s.io/n/t",
        "{volumes: [{configMap: {name: c}}]} | SOFT ConfigMap/n/c",
        "{volumes: [{configMap: {name: c, optional: true}}]} | WEAK ConfigMap/n/c",
        "{volumes: [{secret: {secretName: s}}]} | SOFT Secret/n/s",
        "{volumes: [{persistentVolumeClaim: {claimName: p}}]} | SOFT PersistentVolumeClaim/n/p",
        "{volumes: [{projected: {sources: [{configMap: {name: c}}]}}]} | SOFT ConfigMap/n/c",
        "{volumes: [{projected: {sources: [{secret: {name: s}}]}}]} | SOFT Secret/n/s",
        "{volumes: [{csi: {nodePublishSecretRef: {name: s}}}]} | SOFT Secret/n/s",
        "{volumes: [{ephemeral: {volumeClaimTemplate: {spec: {storageClassName: c}}}}]} | SOFT"
            + " StorageClass.storage.k8s.io//c",
        "{containers: [{env: [{valueFrom: {configMapKeyRef: {name: c}}}]}]} | SOFT ConfigMap/n/c",
        "{containers: [{env: [{valueFrom: {secretKeyRef: {name: s, optional: true}}}]}]} | WEAK"
            + " Secret/n/s",
        "{containers: [{envFrom: [{configMapRef: {name: c}}]}]} | SOFT ConfigMap/n/c",
        "{containers: [{envFrom: [{secretRef: {name: s}}]}]} | SOFT Secret/n/s",
        "{containers: [], initContainers: [{env: [{valueFrom: {secretKeyRef: {name: s}}}]}]} | SOFT"
            + " Secret/n/s",
      })
  void ofEveryPodSpec(String podSpec, String expected) {
    String spec =
        podSpec.contains("containers: [")
            ? podSpec
            : podSpec.replaceFirst("\\{", "{containers: [], ");
    for (String form :
        List.of(
            "v1 Pod > {metadata: {name: a, namespace: n}, spec: %s}",
            "apps/v1 Deployment > {metadata: {name: a, namespace: n}, spec: {template: {spec:"
                + " %s}}}",
            "apps/v1 StatefulSet > {metadata: {name: a, namespace: n}, spec: {template: {spec:"
                + " %s}}}",
            "batch/v1 Job > {metadata: {name: a, namespace: n}, spec: {template: {spec: %s}}}",
            "batch/v1 CronJob > {metadata: {name: a, namespace: n}, spec: {jobTemplate: {spec:"
                + " {template: {spec: %s}}}}}",
            "v1 PodTemplate > {metadata: {name: a, namespace: n}, template: {spec: %s}}",
            "v1 ReplicationController > {metadata: {name: a, namespace: n}, spec: {template: {spec:"
                + " %s}}}")) {
      String[] parts = form.formatted(spec).split(" > ");
      assertThat(of(object(parts[0], parts[1])))
          .as(parts[0])
          .contains("HARD Namespace//n", "SOFT LimitRange/n/*", "SOFT ResourceQuota/n/*", expected);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "apps/v1 StatefulSet | {spec: {serviceName: s}} | SOFT Service/n/s",
        "apps/v1 StatefulSet | {spec: {volumeClaimTemplates: [{spec: {storageClassName: c}}]}} |"
            + " SOFT StorageClass.storage.k8s.io//c",
        "apps/v1 StatefulSet | {metadata: {name: db, namespace: n}, spec: {volumeClaimTemplates:"
            + " [{metadata: {name: data}}]}} | WEAK claims/n/data-db-",
        "v1 PersistentVolumeClaim | {spec: {storageClassName: c}} | SOFT"
            + " StorageClass.storage.k8s.io//c",
        "v1 PersistentVolumeClaim | {spec: {volumeName: v}} | WEAK PersistentVolume//v",
        "v1 PersistentVolumeClaim | {spec: {dataSourceRef: {apiGroup: snapshot.storage.k8s.io,"
            + " kind: VolumeSnapshot, name: s}}} | WEAK VolumeSnapshot.snapshot.storage.k8s.io/n/s",
        "v1 PersistentVolume | {spec: {csi: {nodeStageSecretRef: {namespace: m, name: s}}}} | SOFT"
            + " Secret/m/s",
        "v1 PersistentVolume | {spec: {csi: {nodeExpandSecretRef: {namespace: m, name: s}}}} | SOFT"
            + " Secret/m/s",
        "v1 ServiceAccount | {secrets: [{name: mine}]} | SOFT Secret/n/mine",
        "v1 ServiceAccount | {imagePullSecrets: [{name: pull}]} | SOFT Secret/n/pull",
        "v1 Secret | {type: kubernetes.io/service-account-token, metadata: {name: a, namespace: n,"
            + " annotations: {kubernetes.io/service-account.name: web}}} | HARD"
            + " ServiceAccount/n/web",
        "rbac.authorization.k8s.io/v1 RoleBinding | {roleRef: {kind: Role, name: r}} | HARD"
            + " Role.rbac.authorization.k8s.io/n/r",
        "rbac.authorization.k8s.io/v1 RoleBinding | {roleRef: {kind: ClusterRole, name: r}} | HARD"
            + " ClusterRole.rbac.authorization.k8s.io//r",
        "rbac.authorization.k8s.io/v1 RoleBinding | {roleRef: {}, subjects: [{kind: ServiceAccount,"
            + " name: s}]} | SOFT ServiceAccount/n/s",
        "rbac.authorization.k8s.io/v1 RoleBinding | {roleRef: {}, subjects: [{kind: ServiceAccount,"
            + " namespace: m, name: s}]} | SOFT ServiceAccount/m/s",
        "networking.k8s.io/v1 Ingress | {spec: {ingressClassName: c}} | SOFT"
            + " IngressClass.networking.k8s.io//c",
        "networking.k8s.io/v1 Ingress | {spec: {rules: [{http: {paths: [{backend: {service: {name:"
            + " s}}}]}}]}} | SOFT Service/n/s",
        "networking.k8s.io/v1 Ingress | {spec: {defaultBackend: {service: {name: s}}}} | SOFT"
            + " Service/n/s",
        "extensions/v1beta1 Ingress | {spec: {backend: {serviceName: s}}} | SOFT Service/n/s",
        "networking.k8s.io/v1 Ingress | {spec: {tls: [{secretName: t}]}} | SOFT Secret/n/t",
        "autoscaling/v2 HorizontalPodAutoscaler | {spec: {scaleTargetRef: {apiVersion: apps/v1,"
            + " kind: Deployment, name: d}}} | SOFT Deployment.apps/n/d",
        "keda.sh/v1alpha1 ScaledObject | {spec: {scaleTargetRef: {name: d}}} | SOFT"
            + " Deployment.apps/n/d",
        "keda.sh/v1alpha1 ScaledObject | {spec: {triggers: [{authenticationRef: {name: t}}]}} |"
            + " SOFT TriggerAuthentication.keda.sh/n/t",
        "keda.sh/v1alpha1 TriggerAuthentication | {spec: {secretTargetRef: [{name: s}]}} | SOFT"
            + " Secret/n/s",
        "v1 Service | {spec: {selector: {app: x}}} | WEAK"
            + " pods/n/LabelSelector[matchLabels={app=x}, matchExpressions=[]]",
        "policy/v1 PodDisruptionBudget | {spec: {selector: {matchLabels: {app: x}}}} | WEAK"
            + " pods/n/LabelSelector[matchLabels={app=x}, matchExpressions=[]]",
        "networking.k8s.io/v1 NetworkPolicy | {spec: {podSelector: {matchExpressions: [{key: a,"
            + " operator: Exists}]}}} | WEAK pods/n/LabelSelector[matchLabels={},"
            + " matchExpressions=[Expression[key=a, operator=Exists, values=[]]]]",
        "v1 Endpoints | {} | SOFT Service/n/a",
        "discovery.k8s.io/v1 EndpointSlice | {metadata: {name: a, namespace: n, labels:"
            + " {kubernetes.io/service-name: s}}} | SOFT Service/n/s",
        "admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration | {webhooks:"
            + " [{clientConfig: {service: {namespace: m, name: s}}}]} | HARD Service/m/s CURRENT",
        "apiextensions.k8s.io/v1 CustomResourceDefinition | {spec: {conversion: {webhook:"
            + " {clientConfig: {service: {namespace: m, name: s}}}}}} | SOFT Service/m/s",
        "apiregistration.k8s.io/v1 APIService | {spec: {service: {namespace: m, name: s}}} | SOFT"
            + " Service/m/s CURRENT",
        "flowcontrol.apiserver.k8s.io/v1 FlowSchema | {spec: {priorityLevelConfiguration: {name:"
            + " l}}} | HARD PriorityLevelConfiguration.flowcontrol.apiserver.k8s.io//l",
        "admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy | {spec: {paramKind:"
            + " {apiVersion: acme.example/v1, kind: Limit}}} | HARD definition of"
            + " Limit.acme.example CURRENT",
        "admissionregistration.k8s.io/v1 ValidatingAdmissionPolicyBinding | {spec: {policyName: p}}"
            + " | HARD ValidatingAdmissionPolicy.admissionregistration.k8s.io//p",
        "admissionregistration.k8s.io/v1 ValidatingAdmissionPolicyBinding | {spec: {policyName: p,"
            + " paramRef: {name: x, namespace: m}}} | SOFT p/m/x",
        "acme.example/v1 Widget | {} | HARD definition of Widget.acme.example CURRENT",
        "acme.example/v1 Widget | {} | HARD definition of acme.example/v1 CURRENT",
        "gateway.networking.k8s.io/v1 Gateway | {spec: {gatewayClassName: c}} | SOFT"
            + " GatewayClass.gateway.networking.k8s.io//c",
        "gateway.networking.k8s.io/v1 Gateway | {spec: {listeners: [{tls: {certificateRefs: [{name:"
            + " t}]}}]}} | SOFT Secret/n/t",
        "gateway.networking.k8s.io/v1 HTTPRoute | {spec: {parentRefs: [{name: g}]}} | SOFT"
            + " Gateway.gateway.networking.k8s.io/n/g",
        "gateway.networking.k8s.io/v1 HTTPRoute | {spec: {rules: [{backendRefs: [{name: s,"
            + " namespace: m}]}]}} | SOFT Service/m/s",
        "gateway.networking.k8s.io/v1 HTTPRoute | {spec: {rules: [{backendRefs: [{name: s,"
            + " namespace: m}]}]}} | SOFT ReferenceGrant.gateway.networking.k8s.io/m/*",
        "cert-manager.io/v1 Certificate | {spec: {issuerRef: {name: i}}} | SOFT"
            + " Issuer.cert-manager.io/n/i",
        "cert-manager.io/v1 Certificate | {spec: {issuerRef: {kind: ClusterIssuer, name: i}}} |"
            + " SOFT ClusterIssuer.cert-manager.io//i",
        "cert-manager.io/v1 Certificate | {spec: {secretName: s}} | WEAK Secret/n/s",
        "cert-manager.io/v1 Issuer | {spec: {acme: {solvers: [{dns01: {cloudflare:"
            + " {apiTokenSecretRef: {name: s}}}}]}}} | WEAK Secret/n/s",
        "external-secrets.io/v1 ExternalSecret | {spec: {secretStoreRef: {name: s}}} | SOFT"
            + " SecretStore.external-secrets.io/n/s",
        "external-secrets.io/v1 SecretStore | {spec: {provider: {aws: {auth: {secretRef:"
            + " {accessKeyIDSecretRef: {name: s}}}}}}} | SOFT Secret/n/s",
        "v1 ConfigMap | {metadata: {name: a, namespace: n, annotations:"
            + " {config.kubernetes.io/depends-on: 'apps/namespaces/m/Deployment/d, g/Kind/x'}}} |"
            + " SOFT Deployment.apps/m/d CURRENT",
        "v1 ConfigMap | {metadata: {name: a, namespace: n, annotations:"
            + " {config.kubernetes.io/depends-on: 'apps/namespaces/m/Deployment/d, g/Kind/x'}}} |"
            + " SOFT Kind.g//x CURRENT",
        "v1 ConfigMap | {metadata: {name: a, namespace: n, ownerReferences: [{apiVersion:"
            + " acme.example/v1, kind: Widget, name: w}]}} | WEAK Widget.acme.example/n/w",
        "v1 ConfigMap | {metadata: {name: a, namespace: n, ownerReferences: [{apiVersion:"
            + " acme.example/v1, kind: Widget, name: w}]}} | WEAK Widget.acme.example//w",
      })
  void ofOtherKinds(String type, String rest, String expected) {
    Manifest object = object(type, rest);
    boolean scoped = expected.contains("/n/") && object.namespace().isEmpty();
    Manifest placed =
        scoped ? object.edit(t -> t.withObjectProperty("metadata").put("namespace", "n")) : object;
    assertThat(of(placed)).contains(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "v1 Pod > {spec: {serviceAccountName: default, containers: [{env: [{name: A, value:"
            + " b}]}]}}",
        "v1 Service > {spec: {selector: {}}}",
        "networking.k8s.io/v1 NetworkPolicy > {spec: {podSelector: {}}}",
        "v1 ServiceAccount > {secrets: [{name: a-token-x7x2k}], imagePullSecrets: [{name:"
            + " a-dockercfg-x7x2k}]}",
        "v1 Secret > {type: Opaque, metadata: {name: a, annotations:"
            + " {kubernetes.io/service-account.name: web}}}",
        "networking.k8s.io/v1 Ingress > {spec: {rules: [{host: a}]}}",
        "rbac.authorization.k8s.io/v1 RoleBinding > {roleRef: {}, subjects: [{kind: User, name: u},"
            + " {kind: 'a/b', name: c}]}",
        "v1 ConfigMap > {metadata: {name: a, annotations: {config.kubernetes.io/depends-on:"
            + " 'nonsense, a/b, a/x/m/Kind/n'}}}",
        "v1 PersistentVolumeClaim > {spec: {storageClassName: ''}}",
      })
  void whatNamesNothingNeedsNothing(String object) {
    String[] parts = object.split(" > ");
    assertThat(of(object(parts[0], parts[1])))
        .filteredOn(r -> !r.contains("LimitRange") && !r.contains("ResourceQuota"))
        .isEmpty();
  }

  @Test
  void theTokenOfABarePodIsNotMissed() {
    assertThat(
            of(
                object(
                    "v1 Pod",
                    "{metadata: {name: a, namespace: n}, spec: {containers: [], volumes: [{secret:"
                        + " {secretName: default-token-x7x2k}}]}}")))
        .noneMatch(r -> r.contains("Secret"));
  }

  @Test
  void hostileTreesDoNotEndPlanning() {
    Manifest hostile =
        object(
            "cert-manager.io/v1 Certificate",
            "{metadata: {name: a, namespace: n, ownerReferences: [{kind: 'a/b', name: c,"
                + " apiVersion: x/y/z}]}, spec: {issuerRef: {kind: 'a/b', group: 'x/y', name: i},"
                + " secretName: [1]}}");
    assertThat(of(hostile)).noneMatch(r -> r.contains("a/b"));
  }

  @Test
  void whatDefinitionsAndPoliciesOffer() {
    assertThat(
            References.offer(
                object(
                    "apiextensions.k8s.io/v1 CustomResourceDefinition",
                    "{spec: {group: acme.example, names: {kind: Widget}, conversion: {webhook:"
                        + " {clientConfig: {service: {namespace: m, name: s}}}}}}")))
        .isEqualTo(
            new Offer(
                java.util.Optional.of("Widget.acme.example"),
                java.util.Optional.of(ObjectRef.core("Service", "m", "s")),
                java.util.Optional.empty()));
    assertThat(
            References.offer(
                    object(
                        "apiregistration.k8s.io/v1 APIService",
                        "{spec: {group: g.example, version: v1, service: {name: s}}}"))
                .defines())
        .contains("g.example/v1");
    assertThat(References.offer(object("v1 ConfigMap", "{}"))).isEqualTo(Offer.NOTHING);
  }

  @Test
  void everyObjectOfTheCorpusCanBeRead() {
    for (Corpus.Entry entry : Corpus.all()) {
      Node node = References.node(entry.object());
      assertThat(node.ref()).isEqualTo(entry.object().ref());
      assertThat(node.references()).as(entry.toString()).doesNotHaveDuplicates();
    }
  }
}
