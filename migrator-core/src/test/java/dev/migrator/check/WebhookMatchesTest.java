package dev.migrator.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.check.WebhookMatches.Sight;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Yaml;
import dev.migrator.plan.Finding;
import dev.migrator.plan.Severity;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which webhooks see what; the real server is asked the same in {@code WebhooksIT}. */
class WebhookMatchesTest {

  private static final Map<String, Set<String>> SERVED =
      Map.of(
          "deployments.apps", Set.of("v1"),
          "pods", Set.of("v1"),
          "configmaps", Set.of("v1"),
          "namespaces", Set.of("v1"),
          "widgets.acme.example", Set.of("v1", "v1beta1"));

  private static Manifest manifest(String yaml) {
    return Manifest.of((ObjectNode) Yaml.parse(yaml).orElseThrow());
  }

  private static Manifest configuration(String webhook) {
    ObjectNode hook = (ObjectNode) Yaml.parse(webhook).orElseThrow();
    hook.put("name", "x.acme.example");
    return manifest(
        "{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingWebhookConfiguration,"
            + " metadata: {name: acme}, webhooks: [%s]}".formatted(Json.text(hook)));
  }

  private static WebhookMatches webhooks(String webhook) {
    return new WebhookMatches(
        List.of(configuration(webhook)),
        List.of(
            manifest(
                "{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {team: a}}}")),
        resource -> SERVED.getOrDefault(resource, Set.of()));
  }

  private static String see(
      WebhookMatches webhooks, Manifest object, String plural, boolean changed) {
    return webhooks.seeing(object, plural, changed).stream()
        .map(s -> (s.certain() ? "" : "may ") + (s.ofPods() ? "its pods" : "it"))
        .collect(Collectors.joining(", "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "apiGroups: [apps], apiVersions: [v1], operations: [CREATE], resources: [deployments] | it",
        "apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*'] | it, its pods",
        "apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*/*'] | it, its"
            + " pods",
        "apiGroups: [apps], apiVersions: [v1], operations: [CREATE], resources: [deployments/*] |"
            + " it",
        "apiGroups: [apps], apiVersions: [v1], operations: [CREATE], resources: ['*/scale'] | ''",
        "apiGroups: [apps], apiVersions: [v1], operations: [CREATE], resources: [deployments/scale]"
            + " | ''",
        "apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: [pods] | its pods",
        "apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: [pods/exec] | ''",
        "apiGroups: [apps], apiVersions: [v1], operations: [UPDATE], resources: [deployments] | ''",
        "apiGroups: [apps], apiVersions: [v1], operations: [CREATE], resources: [deployments],"
            + " scope: Cluster | ''",
        "apiGroups: [apps], apiVersions: [v1], operations: [CREATE], resources: [deployments],"
            + " scope: Namespaced | it",
        "apiGroups: [apps], apiVersions: [v1beta1], operations: [CREATE], resources: [deployments]"
            + " | ''",
      })
  void rulesOfADeployment(String rule, String seen) {
    Manifest deployment =
        manifest(
            "{apiVersion: apps/v1, kind: Deployment, metadata: {name: d, namespace: shop}, spec:"
                + " {template: {metadata: {labels: {a: b}}, spec: {containers: []}}}}");
    assertThat(see(webhooks("rules: [{%s}]".formatted(rule)), deployment, "deployments", false))
        .isEqualTo(seen);
  }

  private static final String ALL =
      "rules: [{apiGroups: ['*'], apiVersions: ['*'], operations: [CREATE], resources: ['*']}], ";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "namespaceSelector: {matchLabels: {team: a}} | it",
        "namespaceSelector: {matchLabels: {team: b}} | ''",
        "namespaceSelector: {matchExpressions: [{key: kubernetes.io/metadata.name, operator: NotIn,"
            + " values: [shop]}]} | ''",
        "namespaceSelector: {matchExpressions: [{key: kubernetes.io/metadata.name, operator: In,"
            + " values: [shop]}]} | it",
        "objectSelector: {matchLabels: {app: web}} | it",
        "objectSelector: {matchExpressions: [{key: app, operator: DoesNotExist}]} | ''",
        "objectSelector: {matchExpressions: [{key: app, operator: Exists}]} | it",
        "matchConditions: [{name: c, expression: 'true'}] | may it",
      })
  void selectorsAndConditions(String selector, String seen) {
    Manifest object =
        manifest(
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: c, namespace: shop, labels: {app:"
                + " web}}}");
    assertThat(see(webhooks("{" + ALL + selector + "}"), object, "configmaps", false))
        .isEqualTo(seen);
  }

  @Test
  void podsOfAWorkloadAreSelectedByTheLabelsOfTheTemplate() {
    WebhookMatches webhooks =
        webhooks(
            "{rules: [{apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources:"
                + " [pods]}], objectSelector: {matchLabels: {inject: 'yes'}}}");
    String cronJob =
        "{apiVersion: batch/v1, kind: CronJob, metadata: {name: c, namespace: shop}, spec:"
            + " {jobTemplate: {spec: {template: {metadata: {labels: {inject: '%s'}}, spec:"
            + " {containers: []}}}}}}";
    assertThat(see(webhooks, manifest(cronJob.formatted("yes")), "cronjobs", true))
        .isEqualTo("its pods");
    assertThat(see(webhooks, manifest(cronJob.formatted("no")), "cronjobs", true)).isEmpty();
  }

  /** What is handed over is started by an update. */
  @Test
  void anUpdateConcernsWhatIsChangedAfterItIsCreated() {
    WebhookMatches webhooks =
        webhooks(
            "rules: [{apiGroups: [batch], apiVersions: [v1], operations: [UPDATE], resources:"
                + " [cronjobs]}]");
    Manifest cronJob =
        manifest("{apiVersion: batch/v1, kind: CronJob, metadata: {name: c, namespace: shop}}");
    assertThat(see(webhooks, cronJob, "cronjobs", false)).isEmpty();
    assertThat(see(webhooks, cronJob, "cronjobs", true)).isEqualTo("it");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "matchPolicy: Equivalent | v1beta1 | widgets | it",
        "matchPolicy: Exact      | v1beta1 | widgets | ''",
        "matchPolicy: Exact      | v1      | widgets | it",
        "failurePolicy: Fail     | v1beta1 | widgets | it",
        "failurePolicy: Fail     | v2      | widgets | ''",
        // Its definition travels too: nobody knows yet which versions it will have.
        "failurePolicy: Fail     | v2      | gadgets | may it",
        "matchPolicy: Exact      | v2      | gadgets | ''",
      })
  void otherVersionsOfTheSame(String policy, String version, String plural, String seen) {
    Manifest widget =
        manifest(
            "{apiVersion: acme.example/v1, kind: Widget, metadata: {name: w, namespace: shop}}");
    WebhookMatches webhooks =
        webhooks(
            "{%s, rules: [{apiGroups: [acme.example], apiVersions: [%s], operations: [CREATE], resources: ['*']}]}"
                .formatted(policy, version));
    assertThat(see(webhooks, widget, plural, false)).isEqualTo(seen);
  }

  @Test
  void namespacesThatTravelAreSelectedByTheirOwnLabels() {
    WebhookMatches webhooks =
        webhooks("{" + ALL + "namespaceSelector: {matchLabels: {inject: 'yes'}}}");
    Manifest namespace =
        manifest(
            "{apiVersion: v1, kind: Namespace, metadata: {name: new, labels: {inject: 'yes'}}}");
    String object = "{apiVersion: v1, kind: ConfigMap, metadata: {name: c, namespace: %s}}";
    assertThat(see(webhooks, namespace, "namespaces", false)).isEqualTo("it");
    assertThat(see(webhooks, manifest(object.formatted("new")), "configmaps", false))
        .isEqualTo("it");
    assertThat(see(webhooks, manifest(object.formatted("shop")), "configmaps", false)).isEmpty();
    // What is in no namespace is not kept away by a selector of namespaces.
    Manifest role =
        manifest(
            "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: r}}");
    assertThat(see(webhooks, role, "clusterroles", false)).isEqualTo("it");
  }

  @Test
  void namespacesCountAsClusterScopedAndConfigurationsOfWebhooksAreNeverSeen() {
    Manifest namespace = manifest("{apiVersion: v1, kind: Namespace, metadata: {name: new}}");
    String rule =
        "rules: [{apiGroups: ['*'], apiVersions: ['*'], operations: [CREATE], resources: ['*'],"
            + " scope: %s}]";
    assertThat(see(webhooks(rule.formatted("Cluster")), namespace, "namespaces", false))
        .isEqualTo("it");
    assertThat(see(webhooks(rule.formatted("Namespaced")), namespace, "namespaces", false))
        .isEmpty();
    assertThat(
            see(
                webhooks(rule.formatted("'*'")),
                configuration("rules: []"),
                "validatingwebhookconfigurations",
                false))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "failurePolicy: Fail   | there    | WARNING webhook-intercepts",
        "failurePolicy: Ignore | there    | NOTE webhook-intercepts",
        "failurePolicy: Ignore | nowhere  | NOTE webhook-intercepts",
        "failurePolicy: Fail   | nowhere  | BLOCKER webhook-without-service",
        "failurePolicy: Fail   | arriving | WARNING webhook-without-service",
        "'failurePolicy: Fail, matchConditions: [{name: c, expression: a}]' | nowhere | WARNING"
            + " webhook-without-service",
      })
  void howMuchItMatters(String policy, String service, String expected) {
    WebhookMatches webhooks =
        webhooks(
            "{%s %s, clientConfig: {service: {namespace: acme, name: %s}}}"
                .formatted(ALL, policy, service));
    Manifest object =
        manifest("{apiVersion: v1, kind: ConfigMap, metadata: {name: c, namespace: shop}}");
    List<Sight> sights = webhooks.seeing(object, "configmaps", false);
    List<Finding> findings =
        WebhookInterceptions.findings(
            webhooks.hooks(),
            List.of(sights, sights, List.of()),
            Set.of(ObjectRef.core("Service", "acme", "there")),
            Set.of(ObjectRef.core("Service", "acme", "arriving")));
    assertThat(findings)
        .singleElement()
        .satisfies(f -> assertThat(f.severity() + " " + f.code()).isEqualTo(expected))
        .satisfies(
            f ->
                assertThat(f.message())
                    .startsWith("the target's webhook x.acme.example ")
                    .contains(policy.contains("matchConditions") ? "may see" : "will see")
                    .contains("2 configmaps"));
    assertThat(findings.getFirst().severity()).isNotEqualTo(Severity.UNPROVEN);
    assertThat(
            WebhookInterceptions.findings(webhooks.hooks(), List.of(List.of()), Set.of(), Set.of()))
        .isEmpty();
  }
}
