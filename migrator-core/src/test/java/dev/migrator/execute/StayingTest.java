package dev.migrator.execute;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.cluster.memory.MemoryCluster;
import dev.migrator.cluster.memory.VirtualClock;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** One decision, at the source as at the target: what stays keeps what it needs. */
class StayingTest {

  private static final String POD =
      "{\"restartPolicy\": \"RESTART\", \"containers\": [{\"name\": \"c\", \"image\": \"i\","
          + " \"envFrom\": [{\"configMapRef\": {\"name\": \"conf\"}}]}]}";
  private static final String TEMPLATE =
      "{\"metadata\": {\"labels\": {\"app\": \"web\"}}, \"spec\": " + POD + "}";
  private static final String WORKLOAD =
      "\"spec\": {\"replicas\": 1, \"selector\": {\"matchLabels\": {\"app\": \"web\"}},"
          + " \"template\": "
          + TEMPLATE.replace("RESTART", "Always")
          + "}";
  private static final String TARGET_OF_SCALER =
      "{\"scaleTargetRef\": {\"apiVersion\": \"apps/v1\", \"kind\": \"Deployment\","
          + " \"name\": \"web\"}}";

  private final VirtualClock clock = new VirtualClock();
  private MemoryCluster cluster = MemoryCluster.builder(clock, "source").build();
  private String side = "source";

  private void at(String name) {
    side = name;
    cluster = MemoryCluster.builder(clock, name).build();
  }

  private String load(String apiVersion, String kind, String name, String more) {
    Manifest object =
        Manifest.parse(
            "{\"apiVersion\": \"%s\", \"kind\": \"%s\", \"metadata\": {\"name\": \"%s\", \"namespace\": \"shop\"}}"
                .formatted(apiVersion, kind, name));
    Manifest whole =
        object.edit(
            tree -> Json.parse(more).properties().forEach(e -> tree.set(e.getKey(), e.getValue())));
    cluster.load(whole);
    return cluster.world().stored(whole.ref()).orElseThrow().uid();
  }

  private void deployment() {
    String unused = load("apps/v1", "Deployment", "web", "{" + WORKLOAD + "}");
  }

  private void settings() {
    String unused = load("v1", "ConfigMap", "conf", "{\"data\": {\"a\": \"b\"}}");
  }

  private Staying staying(String... copies) {
    Set<ObjectRef> candidates = new TreeSet<>();
    for (String copy : copies) {
      candidates.add(ObjectRef.parse(copy));
    }
    return Staying.of(
        ClusterSnapshot.of(
            new ClusterSide(side, cluster, cluster.discover()), candidates, body -> {}),
        candidates,
        Map.of(),
        one -> Optional.empty());
  }

  @Test
  void whatIsAtWorkKeepsItsSettings() {
    settings();
    deployment();
    assertThat(staying("ConfigMap/shop/conf").kept().values())
        .extracting(StayReason::words)
        .containsExactly("deploy/shop/web at the source uses it");
    assertThat(staying("ConfigMap/shop/conf", "Deployment.apps/shop/web").kept()).isEmpty();
  }

  @Test
  void workThatHasEndedNeedsNothing() {
    for (String name : new String[] {"source", "target"}) {
      at(name);
      settings();
      String job = "{\"spec\": {\"template\": {\"spec\": " + POD.replace("RESTART", "Never") + "}}";
      String unused =
          load(
              "batch/v1",
              "Job",
              "import",
              job
                  + ", \"status\": {\"conditions\": [{\"type\": \"Complete\", \"status\":"
                  + " \"True\"}]}}");
      assertThat(staying("ConfigMap/shop/conf").kept()).as(name).isEmpty();
      unused = load("batch/v1", "Job", "more", job + "}");
      assertThat(staying("ConfigMap/shop/conf").kept()).as(name).hasSize(1);
    }
  }

  /** It works without them; a copy that stays was never without them. */
  @Test
  void aStrangerAtTheTargetKeepsWhatItNamesAndNotTheLimitsOfItsNamespace() {
    at("target");
    settings();
    deployment();
    String unused = load("v1", "LimitRange", "limits", "{\"spec\": {\"limits\": []}}");
    unused =
        load(
            "networking.k8s.io/v1",
            "NetworkPolicy",
            "none",
            "{\"spec\": {\"podSelector\": {}, \"policyTypes\": [\"Ingress\"]}}");
    String[] around = {
      "ConfigMap/shop/conf", "LimitRange/shop/limits", "NetworkPolicy.networking.k8s.io/shop/none"
    };
    assertThat(staying(around).kept()).containsOnlyKeys(ObjectRef.parse(around[0]));

    Staying copy = staying(around[0], around[1], around[2], "Deployment.apps/shop/web");
    assertThat(copy.kept()).isEmpty();
    copy.keep(ObjectRef.parse("Deployment.apps/shop/web"), StayReason.of("was changed"));
    assertThat(copy.kept()).hasSize(4);
  }

  @Test
  void aScalerStaysWithWhatItScalesAndKeepsNothingAlive() {
    for (String name : new String[] {"source", "target"}) {
      at(name);
      settings();
      deployment();
      String unused =
          load(
              "autoscaling/v2",
              "HorizontalPodAutoscaler",
              "web",
              "{\"spec\": " + TARGET_OF_SCALER + "}");
      String scaler = "HorizontalPodAutoscaler.autoscaling/shop/web";
      assertThat(staying("Deployment.apps/shop/web").kept()).as(name).isEmpty();
      Staying both = staying("Deployment.apps/shop/web", scaler);
      both.keep(ObjectRef.parse("Deployment.apps/shop/web"), StayReason.of("was changed"));
      assertThat(both.kept()).as(name).containsKey(ObjectRef.parse(scaler));
    }
  }

  /** Whatever the kind: every field that refers to a Secret holds its name. */
  @Test
  void whatACustomResourceNamesStaysAtEitherCluster() {
    for (String name : new String[] {"source", "target"}) {
      at(name);
      define();
      String unused = load("v1", "Secret", "creds", "{\"data\": {\"p\": \"YQ==\"}}");
      unused = load("example.org/v1", "Widget", "w", "{\"spec\": {\"login\": \"creds\"}}");
      assertThat(staying("Secret/shop/creds").kept()).as(name).hasSize(1);
    }
  }

  /** Its Pod is one of those of the template, and what that owns goes with it. */
  @Test
  void whatAPodOfALeavingWorkloadOwnsKeepsNothing() {
    define();
    String unused = load("v1", "Secret", "creds", "{\"data\": {\"p\": \"YQ==\"}}");
    String uid = load("apps/v1", "ReplicaSet", "web", "{" + WORKLOAD + "}");
    String pod =
        load(
            "v1",
            "Pod",
            "web-1",
            owned(
                "apps/v1",
                "ReplicaSet",
                "web",
                uid,
                "\"spec\": " + POD.replace("RESTART", "Always")));
    unused =
        load(
            "example.org/v1",
            "Widget",
            "w",
            owned("v1", "Pod", "web-1", pod, "\"spec\": {\"login\": \"creds\"}"));
    assertThat(staying("Secret/shop/creds", "ReplicaSet.apps/shop/web").kept()).isEmpty();
    assertThat(staying("Secret/shop/creds").kept()).hasSize(1);
  }

  /** The garbage collector would take along what somebody else uses. */
  @Test
  void theOwnerOfWhatIsUsedStays() {
    for (String name : new String[] {"source", "target"}) {
      at(name);
      define();
      String uid = load("example.org/v1", "Widget", "w", "{\"spec\": {}}");
      String unused =
          load(
              "v1",
              "ConfigMap",
              "conf",
              owned("example.org/v1", "Widget", "w", uid, "\"data\": {\"a\": \"b\"}"));
      assertThat(staying("Widget.example.org/shop/w").kept()).as(name).isEmpty();
      deployment();
      assertThat(staying("Widget.example.org/shop/w").kept().values())
          .as(name)
          .extracting(StayReason::words)
          .containsExactly("takes cm/shop/conf with it, which stays");
    }
  }

  private static String owned(
      String apiVersion, String kind, String name, String uid, String more) {
    return """
    {"metadata": {"name": "%s", "namespace": "shop", "labels": {"app": "web"}, "ownerReferences": [
      {"apiVersion": "%s", "kind": "%s", "name": "%s", "uid": "%s", "controller": true}]}, %s}
    """
        .formatted(
            kind.equals("ReplicaSet") ? "web-1" : kind.equals("Pod") ? "w" : "conf",
            apiVersion,
            kind,
            name,
            uid,
            more);
  }

  private void define() {
    cluster.load(
        Manifest.parse(
            """
            {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
             "metadata": {"name": "widgets.example.org"},
             "spec": {"group": "example.org", "scope": "Namespaced",
               "names": {"kind": "Widget", "plural": "widgets", "singular": "widget",
                         "listKind": "WidgetList"},
               "versions": [{"name": "v1", "served": true, "storage": true,
                 "schema": {"openAPIV3Schema": {"type": "object",
                   "x-kubernetes-preserve-unknown-fields": true}}}]}}
            """));
  }
}
