package dev.migrator.it.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.check.WebhookMatches;
import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.Discovery;
import dev.migrator.it.cluster.ClusterPair;
import dev.migrator.it.connection.PairClients;
import dev.migrator.it.junit.RealClusters;
import dev.migrator.model.Manifest;
import dev.migrator.model.ResourceType;
import dev.migrator.model.Yaml;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Webhooks with random rules and selectors that nobody answers: the real server refuses exactly
 * those objects of which we say that the webhook sees them.
 */
@RealClusters
class WebhooksIT {

  private static final int ROUNDS = 14;

  private static final List<String> OBJECTS =
      List.of(
          "{apiVersion: v1, kind: ConfigMap, metadata: {name: c, namespace: hooks-a}}",
          "{apiVersion: v1, kind: ConfigMap, metadata: {name: c, namespace: hooks-b, labels: {app:"
              + " web}}}",
          "{apiVersion: v1, kind: Secret, metadata: {name: s, namespace: hooks-a, labels: {app:"
              + " api}}}",
          "{apiVersion: v1, kind: Namespace, metadata: {name: hooks-c, labels: {team: a}}}",
          "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name:"
              + " hooks-role, labels: {app: web}}}",
          "{apiVersion: autoscaling/v1, kind: HorizontalPodAutoscaler, metadata: {name: h,"
              + " namespace: hooks-a}, spec: {maxReplicas: 2, scaleTargetRef: {kind: Deployment,"
              + " name: d, apiVersion: apps/v1}}}",
          "{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingAdmissionPolicy, metadata:"
              + " {name: hooks-policy}, spec: {validations: [{expression: 'true'}],"
              + " matchConstraints: {resourceRules: [{apiGroups: [''], apiVersions: [v1],"
              + " operations: [CREATE], resources: [pods]}]}}}");

  private static final List<String> RULES =
      List.of(
          "apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*']",
          "apiGroups: ['*'], apiVersions: ['*'], operations: ['CREATE'], resources: ['*/*']",
          "apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: [configmaps]",
          "apiGroups: [''], apiVersions: ['*'], operations: [CREATE, UPDATE], resources:"
              + " [configmaps/*, namespaces]",
          "apiGroups: ['*'], apiVersions: ['*'], operations: [UPDATE], resources: ['*']",
          "apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: ['*/status',"
              + " secrets]",
          "apiGroups: [autoscaling], apiVersions: [v2], operations: [CREATE], resources: ['*']",
          "apiGroups: [autoscaling], apiVersions: [v1], operations: [CREATE], resources:"
              + " [horizontalpodautoscalers]");

  private static final List<String> SELECTORS =
      List.of(
          "",
          "",
          "namespaceSelector: {matchLabels: {team: a}}, ",
          "namespaceSelector: {matchExpressions: [{key: team, operator: NotIn, values: [a, b]}]}, ",
          "namespaceSelector: {matchExpressions: [{key: kubernetes.io/metadata.name, operator: In,"
              + " values: [hooks-b, hooks-c]}]}, ",
          "objectSelector: {matchLabels: {app: web}}, ",
          "objectSelector: {matchExpressions: [{key: app, operator: DoesNotExist}]}, ",
          "objectSelector: {matchExpressions: [{key: app, operator: Exists}]}, ");

  private final ClusterPair pair;
  private final Cluster cluster;
  private final Discovery serves;

  WebhooksIT(ClusterPair pair) {
    this.pair = pair;
    cluster = PairClients.open(pair, "target");
    serves = cluster.discover();
  }

  @AfterEach
  void clean() {
    for (String one :
        List.of("validatingwebhookconfiguration/hooks", "namespace/hooks-a", "namespace/hooks-b")) {
      pair.target().kubectl().run("delete", one, "--wait=false", "--ignore-not-found");
    }
    cluster.close();
  }

  private static Manifest manifest(String yaml) {
    return Manifest.of((ObjectNode) Yaml.parse(yaml).orElseThrow());
  }

  private ResourceType typeOf(Manifest object) {
    return serves.types().stream()
        .filter(t -> t.apiVersion().equals(object.apiVersion()) && t.kind().equals(object.kind()))
        .findFirst()
        .orElseThrow();
  }

  private Manifest create(String yaml) {
    Manifest object = manifest(yaml);
    return cluster.create(typeOf(object), object);
  }

  @Test
  void theServerAsksTheWebhooksThatWeName() throws InterruptedException {
    long seed = new Random().nextLong();
    System.out.println("WebhooksIT seed " + seed);
    Random random = new Random(seed);
    List<Manifest> namespaces =
        List.of(
            create(
                "{apiVersion: v1, kind: Namespace, metadata: {name: hooks-a, labels: {team: a}}}"),
            create("{apiVersion: v1, kind: Namespace, metadata: {name: hooks-b}}"));
    int seen = 0;
    for (int round = 0; round < ROUNDS; round++) {
      Manifest configuration = create(configuration(random));
      WebhookMatches webhooks =
          new WebhookMatches(
              List.of(configuration),
              namespaces,
              resource ->
                  serves.types().stream()
                      .filter(t -> t.groupResource().equals(resource))
                      .map(ResourceType::version)
                      .collect(Collectors.toSet()));
      // The server's own view of its webhooks is a cache.
      Thread.sleep(1_500);
      for (Manifest object : objects()) {
        boolean foretold = !webhooks.seeing(object, typeOf(object).plural(), false).isEmpty();
        assertThat(isAsked(object))
            .as("seed %d: %s%n%s", seed, object, configuration.at("webhooks"))
            .isEqualTo(foretold);
        seen += foretold ? 1 : 0;
      }
      pair.target().kubectl().run("delete", "validatingwebhookconfiguration/hooks");
    }
    System.out.println(seen + " of " + ROUNDS * OBJECTS.size() + " seen");
    assertThat(seen).isBetween(5, ROUNDS * OBJECTS.size() - 5);
  }

  private static List<Manifest> objects() {
    List<Manifest> objects = new ArrayList<>();
    OBJECTS.forEach(yaml -> objects.add(manifest(yaml)));
    return objects;
  }

  private boolean isAsked(Manifest object) {
    try {
      Manifest unused = cluster.prove(typeOf(object), object);
      return false;
    } catch (ClusterException e) {
      // That a webhook did not answer is an internal error of the server, and nothing else here is.
      assertThat(e.failure()).isInstanceOf(ClusterFailure.OutcomeUnknown.class);
      return true;
    }
  }

  private static String configuration(Random random) {
    String rules =
        "{%s%s}"
            .formatted(
                RULES.get(random.nextInt(RULES.size())),
                List.of("", "", ", scope: Cluster", ", scope: Namespaced").get(random.nextInt(4)));
    return """
    {apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingWebhookConfiguration, metadata: {name: hooks},
     webhooks: [{name: nobody.hooks.example, failurePolicy: Fail, sideEffects: None, admissionReviewVersions: [v1], timeoutSeconds: 1,
       matchPolicy: %s, %s clientConfig: {service: {namespace: hooks-a, name: nobody}}, rules: [%s]}]}
    """
        .formatted(
            random.nextBoolean() ? "Exact" : "Equivalent",
            SELECTORS.get(random.nextInt(SELECTORS.size())),
            rules);
  }
}
