package dev.migrator.sanitize;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.migration.Migration;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.plans.Corpus;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** What holds for every object: of public projects, and at random. */
class SanitizerPropertiesTest {

  /** In every object, what the server writes by itself. */
  private static final List<String> OWN =
      List.of(
          "uid",
          "resourceVersion",
          "generation",
          "creationTimestamp",
          "selfLink",
          "managedFields",
          "generateName");

  private final Sanitizer sanitizer = new Sanitizer(SanitizeContext.of(Migration.defaults()));

  private static String text(Manifest object) {
    return Json.text(object.tree());
  }

  private Sanitized onceAndTwice(String what, Manifest object) {
    String before = text(object);
    Sanitized once = sanitizer.sanitize(object);
    Sanitized twice = sanitizer.sanitize(once.body());
    assertThat(text(object)).as("the source's object is not touched: %s", what).isEqualTo(before);
    assertThat(text(twice.body())).as("idempotent: %s", what).isEqualTo(text(once.body()));
    assertThat(twice.drops()).as("nothing is dropped twice: %s", what).isEmpty();
    assertThat(once.body().ref()).isEqualTo(object.ref());
    return once;
  }

  @Test
  void theWholeCorpusIsSanitisedOnce() {
    List<Corpus.Entry> corpus = Corpus.all();
    System.out.println("corpus: " + corpus.size() + " objects, " + Corpus.folder());
    assertThat(corpus).hasSizeGreaterThan(20);
    corpus.forEach(entry -> onceAndTwice(entry.toString(), entry.object()));
  }

  /** What a person wrote and no server stored loses nothing, or what it loses is listed. */
  @Test
  void whatPeopleWroteTravelsToTheLetterOrSaysWhatItLoses() {
    for (Corpus.Entry entry : Corpus.all()) {
      Manifest object = entry.object();
      Sanitized sent = sanitizer.sanitize(object);
      if (object.uid().isEmpty() && !object.has("status") && sent.drops().isEmpty()) {
        Manifest plain = object.edit(SanitizerPropertiesTest::plain);
        assertThat(text(sent.body())).as(entry.toString()).isEqualTo(text(plain));
      }
    }
  }

  private static void plain(ObjectNode tree) {
    ObjectNode metadata = tree.withObjectProperty("metadata");
    metadata.remove(OWN);
    metadata.remove("finalizers");
    ObjectNode annotations = metadata.withObjectProperty("annotations");
    annotations.remove("kubectl.kubernetes.io/last-applied-configuration");
    annotations.remove("deployment.kubernetes.io/revision");
    annotations.remove("endpoints.kubernetes.io/last-change-trigger-time");
    if (annotations.isEmpty()) {
      metadata.remove("annotations");
    }
    // These three belong to the cluster that made them, whoever wrote them down.
    switch (tree.path("kind").asText()) {
      case "Namespace" -> {
        ObjectNode labels = metadata.withObjectProperty("labels");
        labels.remove("kubernetes.io/metadata.name");
        if (labels.isEmpty()) {
          metadata.remove("labels");
        }
      }
      case "Service" -> {
        if (!tree.path("spec").path("clusterIP").asText().equals("None")) {
          tree.withObjectProperty("spec").remove(List.of("clusterIP", "clusterIPs"));
        }
      }
      case "ClusterRole" -> {
        if (tree.has("aggregationRule")) {
          tree.set("rules", Json.array());
        }
      }
      default -> {}
    }
  }

  @RepeatedTest(300)
  void randomObjectsAreSanitisedOnce(RepetitionInfo repetition) {
    long seed = 0x5eed_0000L + repetition.getCurrentRepetition();
    onceAndTwice("seed " + seed, randomObject(new Random(seed)));
  }

  private static final List<String> TYPES =
      List.of(
          "v1 Service",
          "v1 Pod",
          "v1 Secret",
          "v1 ServiceAccount",
          "v1 Namespace",
          "v1 PersistentVolume",
          "v1 PersistentVolumeClaim",
          "batch/v1 Job",
          "batch/v1 CronJob",
          "apps/v1 Deployment",
          "apps/v1 DaemonSet",
          "rbac.authorization.k8s.io/v1 ClusterRole",
          "apiextensions.k8s.io/v1 CustomResourceDefinition",
          "apiregistration.k8s.io/v1 APIService",
          "admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration",
          "acme.example/v1 Widget");

  /** Words that rules look for, so that random trees run into them. */
  private static final List<String> WORDS =
      List.of(
          "spec",
          "template",
          "metadata",
          "labels",
          "annotations",
          "containers",
          "initContainers",
          "volumes",
          "volumeMounts",
          "name",
          "selector",
          "ports",
          "nodePort",
          "port",
          "clusterIP",
          "ipFamilies",
          "claimRef",
          "uid",
          "volumeName",
          "secrets",
          "imagePullSecrets",
          "data",
          "token",
          "caBundle",
          "clientConfig",
          "webhooks",
          "conversion",
          "webhook",
          "versions",
          "schema",
          "openAPIV3Schema",
          "preserveUnknownFields",
          "aggregationRule",
          "rules",
          "nodeSelector",
          "tolerations",
          "key",
          "securityContext",
          "ownerReferences",
          "finalizers",
          "managedFields",
          "status",
          "jobTemplate",
          "manualSelector",
          "controller-uid",
          "job-name",
          "node-role.kubernetes.io/master",
          "seccomp.security.alpha.kubernetes.io/pod",
          "container.apparmor.security.beta.kubernetes.io/a",
          "kubectl.kubernetes.io/last-applied-configuration",
          "deployment.kubernetes.io/revision",
          "cert-manager.io/inject-ca-from",
          "kubernetes.io/metadata.name",
          "kubernetes.io/service-account.uid");

  private static final List<String> VALUES =
      List.of(
          "a",
          "None",
          "runtime/default",
          "localhost/x",
          "a-token-x7x2k",
          "kube-api-access-x7x2k",
          "node-role.kubernetes.io/master",
          "{broken",
          "{\"spec\":{\"ports\":[{\"nodePort\":7}]}}",
          "Cg==");

  private static Manifest randomObject(Random random) {
    String[] type = TYPES.get(random.nextInt(TYPES.size())).split(" ");
    ObjectNode tree = Json.object().put("apiVersion", type[0]).put("kind", type[1]);
    ObjectNode metadata = tree.putObject("metadata").put("name", "a");
    if (random.nextBoolean()) {
      metadata.put("uid", "1f");
    }
    for (int i = random.nextInt(6); i > 0; i--) {
      set(metadata, word(random), random, 3);
    }
    for (int i = random.nextInt(8); i > 0; i--) {
      set(tree, word(random), random, 6);
    }
    set(tree, "spec", random, 7);
    if (random.nextBoolean()) {
      tree.put("type", "kubernetes.io/service-account-token");
    }
    return Manifest.of(tree);
  }

  private static void set(ObjectNode owner, String field, Random random, int depth) {
    if (!field.equals("metadata") && !(field.equals("name") && owner.has("name"))) {
      owner.set(field, random(random, depth));
    }
  }

  private static JsonNode random(Random random, int depth) {
    int kind = random.nextInt(depth > 0 ? 9 : 5);
    return switch (kind) {
      case 0 -> Json.parse("1.10");
      case 1 -> Json.parse(random.nextBoolean() ? "true" : "null");
      case 2 -> Json.parse("7");
      case 3, 4 -> Json.object().put("v", VALUES.get(random.nextInt(VALUES.size()))).get("v");
      case 5 -> {
        ArrayNode list = Json.array();
        for (int i = random.nextInt(4); i > 0; i--) {
          list.add(random(random, depth - 1));
        }
        yield list;
      }
      default -> {
        ObjectNode object = Json.object();
        for (int i = random.nextInt(6); i > 0; i--) {
          object.set(word(random), random(random, depth - 1));
        }
        yield object;
      }
    };
  }

  private static String word(Random random) {
    return WORDS.get(random.nextInt(WORDS.size()));
  }
}
