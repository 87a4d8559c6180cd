package dev.migrator.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ResourceType;
import dev.migrator.model.Yaml;
import dev.migrator.planner.Refusals;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may refuse what, judged on the safe side. */
class ValidatorsTest {

  private static final String JOB =
      "{apiVersion: batch/v1, kind: Job, metadata: {name: j, namespace: shop, labels: {app: j}},"
          + " spec: {template: {metadata: {labels: {app: pod}}, spec: {containers: [{name: c}]}}}}";

  private final Validators validators =
      new Validators(Map.of("shop", Map.of("team", "a")), List.of());

  private static Manifest manifest(String yaml) {
    return Manifest.of((ObjectNode) Yaml.parse(yaml).orElseThrow());
  }

  private void accept(String yaml) {
    Manifest object = manifest(yaml);
    ObjectRef ref = object.ref();
    validators.accept(
        object,
        object,
        new ResourceType(
            ref.group(),
            "v1",
            ref.kind(),
            ref.kind().toLowerCase(java.util.Locale.ROOT) + "s",
            !object.namespace().isEmpty(),
            Set.of("list"),
            Set.of(),
            List.of()));
  }

  private Set<ObjectRef> refusing(String yaml) {
    accept(yaml);
    return validators.refusals().byObject().getOrDefault(manifest(yaml).ref(), Set.of());
  }

  private void webhook(String webhook) {
    accept(
        "{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingWebhookConfiguration,"
            + " metadata: {name: w}, webhooks: [{%s}]}".formatted(webhook));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // The rules, of the Job itself and of its Pods.
        "rules: [{apiGroups: [batch], operations: [CREATE], resources: [jobs]}] | true",
        "rules: [{apiGroups: [''], operations: [CREATE], resources: [pods]}] | true",
        "rules: [{apiGroups: [''], operations: ['*'], resources: [pods/binding]}] | true",
        "rules: [{apiGroups: [''], operations: [CREATE], resources: [persistentvolumes]}] | false",
        "rules: [{apiGroups: ['*'], operations: ['*'], resources: ['*/*'], scope: '*'}] | true",
        "rules: [{apiGroups: [apps], operations: [CREATE], resources: [deployments]}] | false",
        "rules: [{apiGroups: [''], operations: [CREATE], resources: [secrets]}] | false",
        "rules: [{apiGroups: [''], operations: [DELETE, CONNECT], resources: [pods]}] | false",
        "rules: [{apiGroups: [batch], operations: ['*'], resources: ['*'], scope: Cluster}] |"
            + " false",
        // What is not understood.
        "rules: [] | true",
        "matchConditions: [{name: x, expression: 'false'}] | true",
        // Namespaces.
        "namespaceSelector: {matchLabels: {team: a}} | true",
        "namespaceSelector: {matchLabels: {team: b}} | false",
        "namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop}} | true",
        "namespaceSelector: {matchExpressions: [{key: team, operator: Near, values: [b]}]} | true",
        // Labels: of the Job all are known, its Pods may have more.
        "rules: [{apiGroups: [batch], operations: ['*'], resources: [jobs]}], objectSelector:"
            + " {matchLabels: {app: j}} | true",
        "rules: [{apiGroups: [batch], operations: ['*'], resources: [jobs]}], objectSelector:"
            + " {matchLabels: {app: pod}} | false",
        "rules: [{apiGroups: [batch], operations: ['*'], resources: [jobs]}], objectSelector:"
            + " {matchLabels: {more: x}} | false",
        "rules: [{apiGroups: [''], operations: ['*'], resources: [pods]}], objectSelector:"
            + " {matchLabels: {app: pod}} | true",
        "rules: [{apiGroups: [''], operations: ['*'], resources: [pods]}], objectSelector:"
            + " {matchLabels: {app: j}} | false",
        "rules: [{apiGroups: [''], operations: ['*'], resources: [pods]}], objectSelector:"
            + " {matchExpressions: [{key: job-name, operator: Exists}]} | true",
        "rules: [{apiGroups: [''], operations: ['*'], resources: [pods]}], objectSelector:"
            + " {matchExpressions: [{key: app, operator: NotIn, values: [pod]}]} | false",
      })
  void aWebhookMayRefuseAJob(String webhook, boolean may) {
    webhook(webhook);
    assertThat(!refusing(JOB).isEmpty()).isEqualTo(may);
    assertThat(validators.refusals().judged()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "apps | Deployment | replicasets.apps | pods: [] ",
        "apps | StatefulSet | controllerrevisions.apps | template: {}",
        "apps | StatefulSet | persistentvolumes | volumeClaimTemplates: [{}]",
        "apps | StatefulSet | persistentvolumeclaims | volumeClaimTemplates: [{}]",
        "batch | CronJob | jobs.batch | suspend: true",
        "batch | CronJob | pods | jobTemplate: {spec: {template: {}}}",
        "batch | Job | persistentvolumeclaims | template: {spec: {volumes: [{ephemeral: {}}]}}",
        "batch | Job | resourceclaims.resource.k8s.io | template: {spec: {resourceClaims: [{}]}}",
        "'' | Service | endpointslices.discovery.k8s.io | ports: []",
        "'' | PersistentVolumeClaim | persistentvolumes | ''",
      })
  void whatControllersMakeMayBeRefused(String group, String kind, String made, String spec) {
    String[] resource = made.split("\\.", 2);
    webhook(
        "rules: [{apiGroups: ['%s'], operations: [CREATE], resources: [%s]}]"
            .formatted(resource.length == 1 ? "" : resource[1], resource[0]));
    assertThat(
            refusing(
                "{apiVersion: %sv1, kind: %s, metadata: {name: n, namespace: shop}, spec: {%s}}"
                    .formatted(group.isEmpty() ? "" : group + "/", kind, spec)))
        .hasSize(1);
  }

  @Test
  void oneWebhookOfSeveralIsEnough() {
    webhook(
        "rules: [{apiGroups: [''], operations: ['*'], resources: [secrets]}]},"
            + " {rules: [{apiGroups: [''], operations: ['*'], resources: [pods]}]");
    assertThat(refusing(JOB)).hasSize(1);
  }

  @Test
  void ofACustomResourceNobodyKnowsWhatItMakes() {
    webhook("namespaceSelector: {matchLabels: {team: b}}");
    assertThat(
            refusing(
                "{apiVersion: acme.example/v1, kind: W, metadata: {name: w, namespace: shop}}"))
        .hasSize(1);
  }

  @Test
  void aNamespaceThatNobodyKnowsMayBeMeant() {
    webhook("namespaceSelector: {matchLabels: {team: b}}");
    assertThat(refusing(JOB.replace("shop", "new"))).hasSize(1);
    assertThat(refusing(JOB)).isEmpty();
  }

  @Test
  void aNamespaceIsJudgedByItsOwnLabels() {
    webhook("namespaceSelector: {matchLabels: {team: b}}");
    assertThat(
            refusing("{apiVersion: v1, kind: Namespace, metadata: {name: x, labels: {team: b}}}"))
        .hasSize(1);
    assertThat(
            refusing("{apiVersion: v1, kind: Namespace, metadata: {name: y, labels: {team: c}}}"))
        .isEmpty();
  }

  private static String policy(String constraints) {
    return "{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingAdmissionPolicy,"
        + " metadata: {name: p}, spec: {matchConstraints: {%s}}}".formatted(constraints);
  }

  private static String binding(String resources) {
    return "{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingAdmissionPolicyBinding,"
        + " metadata: {name: b}, spec: {policyName: p, matchResources: {%s}}}".formatted(resources);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "resourceRules: [{apiGroups: [''], operations: ['*'], resources: [pods]}] | '' | true",
        "resourceRules: [{apiGroups: [apps], operations: ['*'], resources: ['*']}] | '' | false",
        "resourceRules: [{apiGroups: [''], operations: ['*'], resources: [pods]}] |"
            + " namespaceSelector: {matchLabels: {team: b}} | false",
        "namespaceSelector: {matchLabels: {team: b}} | '' | false",
        "resourceRules: [{apiGroups: [''], operations: ['*'], resources: [pods]}] | resourceRules:"
            + " [{apiGroups: [apps], operations: ['*'], resources: ['*']}] | false",
        // Both hold, and each of something else.
        "resourceRules: [{apiGroups: [''], operations: ['*'], resources: [pods]}] | resourceRules:"
            + " [{apiGroups: [batch], operations: ['*'], resources: [jobs]}] | false",
      })
  void aBindingNarrowsItsPolicy(String policy, String binding, boolean may) {
    accept(binding(binding));
    accept(policy(policy));
    assertThat(!refusing(JOB).isEmpty()).isEqualTo(may);
    assertThat(validators.refusals().judged()).hasSize(1);
  }

  @Test
  void withoutItsPolicyABindingIsNotJudged() {
    accept(binding("namespaceSelector: {matchLabels: {team: b}}"));
    accept(JOB);
    assertThat(validators.refusals()).isEqualTo(Refusals.UNKNOWN);
  }
}
