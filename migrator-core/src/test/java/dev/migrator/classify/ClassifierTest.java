package dev.migrator.classify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.migration.Migration;
import dev.migrator.migration.MigrationFile;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Problem;
import dev.migrator.model.Yaml;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who decides what an object must be protected from, and in which order. */
class ClassifierTest {

  private static final String KEY = "migrator.dev/protect-from";

  private static Classifier classifier(String classification) {
    return new Classifier(
        MigrationFile.read(
                "apiVersion: migrator.dev/v1alpha1\nkind: Migration\nclassification: "
                    + classification)
            .classification());
  }

  private static final Classifier DEFAULTS = new Classifier(Migration.defaults().classification());

  private static final Classifier RULES =
      classifier(
          "{rules: [{match: {kind: Deployment, namespace: 'batch-*'}, protectFrom: duplication},"
              + " {match: {kind: Deployment, name: 'w*'}, protectFrom: none}, {match: {selector:"
              + " 'tier in (db)'}, protectFrom: loss}, {match: {group: acme.example}, protectFrom:"
              + " none}]}");

  private static Manifest object(String type, String rest) {
    ObjectNode tree = (ObjectNode) Yaml.parse(rest).orElseThrow();
    tree.put("apiVersion", type.substring(0, type.lastIndexOf(' ')));
    tree.put("kind", type.substring(type.lastIndexOf(' ') + 1));
    ObjectNode metadata = tree.withObjectProperty("metadata");
    if (!metadata.has("name")) {
      metadata.put("name", "web").put("namespace", "shop");
    }
    return Manifest.of(tree);
  }

  private static Manifest deployment(String label, String templateLabel) {
    return object(
        "apps/v1 Deployment",
        "{metadata: {name: web, namespace: batch-1, labels: {%s}}, spec: {template: {metadata: {labels: {%s}}}}}"
            .formatted(
                label.isEmpty() ? "" : KEY + ": " + label,
                templateLabel.isEmpty() ? "" : KEY + ": " + templateLabel));
  }

  private static String decided(Verdict verdict) {
    return verdict instanceof Verdict.Decided one
        ? one.protection().label() + ", " + one.rule()
        : verdict.toString();
  }

  private static Problem illegal(Verdict verdict) {
    return ((Verdict.Illegal) verdict).problem();
  }

  @Test
  void theLabelBeatsEverything() {
    assertThat(decided(RULES.classify(deployment("loss", ""), Map.of(KEY, "none"))))
        .isEqualTo("loss, label");
    assertThat(decided(RULES.classify(deployment("loss", "loss"), Map.of())))
        .isEqualTo("loss, label");
  }

  @Test
  void theFirstRuleThatMatchesBeatsTemplateAndNamespace() {
    assertThat(decided(RULES.classify(deployment("", "loss"), Map.of(KEY, "none"))))
        .isEqualTo("duplication, rule 1");
  }

  @Test
  void rulesMatchByGlobSelectorAndGroup() {
    assertThat(decided(RULES.classify(object("apps/v1 Deployment", "{}"), Map.of())))
        .isEqualTo("none, rule 2");
    assertThat(
            decided(
                RULES.classify(
                    object("apps/v1 StatefulSet", "{metadata: {name: db, labels: {tier: db}}}"),
                    Map.of())))
        .isEqualTo("loss, rule 3");
    assertThat(decided(RULES.classify(object("acme.example/v1 Any", "{}"), Map.of())))
        .isEqualTo("none, rule 4");
  }

  @Test
  void theTemplateCountsForItsOwner() {
    assertThat(decided(DEFAULTS.classify(deployment("", "duplication"), Map.of(KEY, "none"))))
        .isEqualTo("duplication, label of its pod template");
    for (String cron :
        List.of(
            "{spec: {jobTemplate: {spec: {template: {metadata: {labels: {%s: none}}}}}}}",
            "{spec: {jobTemplate: {metadata: {labels: {%s: none}}}}}")) {
      assertThat(
              decided(DEFAULTS.classify(object("batch/v1 CronJob", cron.formatted(KEY)), Map.of())))
          .isEqualTo("none, label of its pod template");
    }
  }

  @Test
  void theNamespaceIsADefaultForWorkloadsAndForWhatNobodyKnows() {
    Map<String, String> namespace = Map.of(KEY, "none");
    assertThat(decided(DEFAULTS.classify(deployment("", ""), namespace)))
        .isEqualTo("none, label of its namespace");
    assertThat(decided(DEFAULTS.classify(object("apps/v1 StatefulSet", "{}"), namespace)))
        .isEqualTo("none, label of its namespace");
    assertThat(decided(DEFAULTS.classify(object("acme.example/v1 Any", "{}"), namespace)))
        .isEqualTo("none, label of its namespace");
    assertThat(decided(DEFAULTS.classify(object("v1 ConfigMap", "{}"), namespace)))
        .isEqualTo("loss, default for ConfigMap: passive data that workloads read");
  }

  @ParameterizedTest
  @CsvSource({
    "v1 Namespace, loss",
    "v1 ConfigMap, loss",
    "v1 Secret, loss",
    "v1 Service, loss",
    "rbac.authorization.k8s.io/v1 Role, loss",
    "apiextensions.k8s.io/v1 CustomResourceDefinition, loss",
    "storage.k8s.io/v1 StorageClass, loss",
    "policy/v1 PodDisruptionBudget, loss",
    "apps/v1 Deployment, loss",
    "apps/v1 DaemonSet, loss",
    "batch/v1 CronJob, duplication",
    "batch/v1 Job, duplication",
    "argoproj.io/v1alpha1 Application, duplication",
    "argoproj.io/v1alpha1 AppProject, loss",
    "keda.sh/v1alpha1 ScaledJob, duplication",
    "keda.sh/v1alpha1 ScaledObject, loss",
    "s3.aws.crossplane.io/v1beta1 Bucket, duplication",
    "apiextensions.crossplane.io/v1 Composition, loss",
    "s3.services.k8s.aws/v1alpha1 Bucket, duplication",
    "external-secrets.io/v1 PushSecret, duplication",
    "external-secrets.io/v1 ExternalSecret, loss",
  })
  void defaultsOfKinds(String type, String protection) {
    assertThat(DEFAULTS.classify(object(type, "{}"), Map.of()))
        .isInstanceOfSatisfying(
            Verdict.Decided.class, d -> assertThat(d.protection().label()).isEqualTo(protection));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "apps/v1 StatefulSet",
        "v1 Pod",
        "acme.example/v1 Widget",
        "io/v1 Widget",
        "notcrossplane.io/v1 Widget",
        "kafka.strimzi.io/v1beta2 Kafka"
      })
  void undecidedUntilSomebodyDecides(String type) {
    assertThat(DEFAULTS.classify(object(type, "{}"), Map.of()))
        .isInstanceOf(Verdict.Undecided.class);
    assertThat(
            decided(
                classifier("{defaultFor: {undecided: none}}")
                    .classify(object(type, "{}"), Map.of())))
        .isEqualTo("none, --default-for undecided");
  }

  @Test
  void aDefaultForTheUndecidedChangesNothingThatIsKnown() {
    assertThat(
            decided(
                classifier("{defaultFor: {undecided: none}}")
                    .classify(object("batch/v1 CronJob", "{}"), Map.of())))
        .startsWith("duplication, default for CronJob.batch");
  }

  @Test
  void keyAndValuesMayBeACompanysOwn() {
    Classifier own =
        classifier(
            "{label: {key: acme.example/move, loss: keep, duplication: once, none: any}, strict:"
                + " true}");
    Manifest once =
        object(
            "apps/v1 Deployment",
            "{metadata: {name: a, labels: {acme.example/move: once, migrator.dev/protect-from:"
                + " loss}}}");
    assertThat(decided(own.classify(once, Map.of()))).isEqualTo("duplication, label");
    Problem problem =
        illegal(
            own.classify(
                object(
                    "apps/v1 Deployment",
                    "{metadata: {name: a, labels: {acme.example/move: duplication}}}"),
                Map.of()));
    assertThat(problem.code()).isEqualTo(ErrorCode.M1101);
    assertThat(problem.why()).contains("keep, once and any");
  }

  @Test
  void strictMeansThatWorkloadsSpeakForThemselves() {
    Classifier strict =
        classifier(
            "{strict: true, rules: [{match: {kind: '*'}, protectFrom: none}], defaultFor:"
                + " {undecided: none}}");
    assertThat(strict.classify(deployment("", ""), Map.of(KEY, "none")))
        .isEqualTo(new Verdict.Undecided("strict: every workload must carry the label " + KEY));
    assertThat(decided(strict.classify(deployment("loss", ""), Map.of()))).isEqualTo("loss, label");
    assertThat(decided(strict.classify(deployment("", "loss"), Map.of())))
        .isEqualTo("loss, label of its pod template");
    assertThat(decided(strict.classify(object("v1 ConfigMap", "{}"), Map.of())))
        .isEqualTo("none, rule 1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"maybe", "LOSS", "true", "\"\""})
  void anUnknownValueNamesTheObjectAndTheLegalValues(String value) {
    Problem problem = illegal(DEFAULTS.classify(deployment(value, ""), Map.of()));
    assertThat(problem.code()).isEqualTo(ErrorCode.M1101);
    assertThat(problem.what()).contains("Deployment.apps/batch-1/web");
    assertThat(problem.why()).contains("loss, duplication and none");
    assertThat(problem.next()).anyMatch(next -> next.startsWith("kubectl label --overwrite"));
  }

  @Test
  void anUnknownValueOnTheTemplateOrTheNamespaceToo() {
    assertThat(illegal(DEFAULTS.classify(deployment("", "maybe"), Map.of())).code())
        .isEqualTo(ErrorCode.M1101);
    assertThat(illegal(DEFAULTS.classify(deployment("", ""), Map.of(KEY, "maybe"))).what())
        .contains("label of its namespace");
  }

  @ParameterizedTest
  @ValueSource(strings = {"loss.duplication", "duplication_loss", "loss-duplication"})
  void bothProtectionsAreRefusedWithAnExplanation(String value) {
    Problem problem = illegal(DEFAULTS.classify(deployment(value, ""), Map.of()));
    assertThat(problem.code()).isEqualTo(ErrorCode.M1108);
    assertThat(problem.why()).contains("storage that both clusters share");
  }

  @Test
  void aLabelThatContradictsItsTemplateIsRefused() {
    Problem problem = illegal(DEFAULTS.classify(deployment("loss", "duplication"), Map.of()));
    assertThat(problem.code()).isEqualTo(ErrorCode.M1108);
    assertThat(problem.what()).contains("has contradictory labels");
  }

  @Test
  void everyLineOfTheKnowledgeHasAReason() {
    assertThat(Knowledge.builtIn().entries())
        .hasSizeGreaterThan(120)
        .allMatch(entry -> entry.reason().length() > 5)
        .allMatch(entry -> entry.reason().equals(entry.reason().strip()));
    assertThat(
            Knowledge.builtIn().entries().stream()
                .map(Knowledge.Entry::pattern)
                .filter(p -> p.chars().filter(c -> c == '.').count() > 1)
                .map(p -> p.substring(p.indexOf('.') + 1))
                .filter(g -> !g.endsWith(".k8s.io"))
                .distinct())
        .as("well-known groups beside those of Kubernetes")
        .hasSizeGreaterThan(60);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cert-manager.io",
        "monitoring.coreos.com",
        "gateway.networking.k8s.io",
        "networking.istio.io",
        "argoproj.io",
        "kustomize.toolkit.fluxcd.io",
        "keda.sh",
        "tekton.dev",
        "serving.knative.dev",
        "kafka.strimzi.io",
        "external-secrets.io",
        "crossplane.io",
        "velero.io",
        "ceph.rook.io",
      })
  void wellKnownGroupsAreKnown(String group) {
    assertThat(Knowledge.builtIn().of(new ObjectRef(group, "Any", "n", "a"))).isPresent();
  }
}
