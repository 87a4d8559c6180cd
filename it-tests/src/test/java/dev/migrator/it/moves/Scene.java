package dev.migrator.it.moves;

import static org.awaitility.Awaitility.await;

import dev.migrator.it.cluster.ClusterPair;
import dev.migrator.it.cluster.Kubectl;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.plans.PlanCase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What a test puts into a cluster, and takes away again. */
final class Scene {

  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final Kubectl kubectl;

  private Scene(Kubectl kubectl) {
    this.kubectl = kubectl;
  }

  static Scene at(Kubectl kubectl) {
    return new Scene(kubectl);
  }

  /** Applies documents as a person does. Kinds that this very text defines are waited for. */
  Scene apply(String yaml) {
    // A custom resource can be applied only when its definition is established.
    Optional<Kubectl.Outcome> refused = Optional.empty();
    for (int attempt = 0; attempt < 3; attempt++) {
      Kubectl.Outcome outcome = kubectl.attempt(yaml, "apply", "-f", "-");
      if (outcome.exitCode() == 0) {
        return this;
      }
      refused = Optional.of(outcome);
      kubectl.attempt("", "wait", "--for=condition=Established", "crd", "--all", "--timeout=30s");
    }
    throw new AssertionError(
        "kubectl apply: " + refused.map(Kubectl.Outcome::err).orElse("") + "\n" + yaml);
  }

  /** Waits until every Deployment of the namespaces is available, and its namespaces have rest. */
  Scene settle(String... namespaces) {
    for (String namespace : namespaces) {
      await(namespace + " is settled")
          .atMost(LIMIT)
          .pollInterval(Duration.ofMillis(300))
          .until(() -> restless(namespace).isEmpty());
    }
    return this;
  }

  private Set<String> restless(String namespace) {
    String template =
        "jsonpath={range .items[*]}{.metadata.name} {.spec.replicas} {.status.availableReplicas}"
            + " {.metadata.generation} {.status.observedGeneration}{\"\\n\"}{end}";
    return kubectl
        .run("get", "deployments", "-n", namespace, "-o", template)
        .lines()
        .filter(line -> !isAtRest(line.split(" ", -1)))
        .collect(Collectors.toSet());
  }

  private static boolean isAtRest(String[] deployment) {
    boolean available = deployment[1].equals("0") || deployment[1].equals(deployment[2]);
    return available && deployment[3].equals(deployment[4]);
  }

  /** Loads what a case has in both clusters. */
  static void load(ClusterPair pair, PlanCase example) {
    load(pair.source().kubectl(), example.source());
    load(pair.target().kubectl(), example.target());
  }

  /** Loads those objects that this server serves, as a person does. */
  private static void load(Kubectl kubectl, List<Manifest> objects) {
    Set<String> defined =
        objects.stream()
            .filter(o -> o.kind().equals("CustomResourceDefinition"))
            .map(o -> o.at("spec", "names", "kind").asText())
            .collect(Collectors.toSet());
    Set<String> served = kubectl.run("api-versions").lines().collect(Collectors.toSet());
    List<Manifest> some =
        objects.stream()
            .filter(o -> served.contains(o.apiVersion()) || defined.contains(o.kind()))
            .toList();
    if (!some.isEmpty()) {
      Scene scene = Scene.at(kubectl);
      scene.apply(
          some.stream().map(o -> Json.text(o.tree())).collect(Collectors.joining("\n---\n")));
      scene.settle(namespaces(some).toArray(String[]::new));
    }
  }

  private static Set<String> namespaces(List<Manifest> objects) {
    Set<String> namespaces = new TreeSet<>();
    for (Manifest object : objects) {
      namespaces.add(object.kind().equals("Namespace") ? object.name() : object.namespace());
    }
    namespaces.remove("");
    return namespaces;
  }

  /** Deletes what a case has, in both clusters, with what a move made of it. */
  static void remove(ClusterPair pair, PlanCase example) {
    Set<String> namespaces = namespaces(example.source());
    namespaces.addAll(example.migration().mappings().namespaces().values());
    remove(pair, namespaces.toArray(String[]::new));
    example.source().stream()
        .filter(object -> object.kind().equals("CustomResourceDefinition"))
        .forEach(object -> removeCluster(pair, "crd", object.name()));
  }

  /** Deletes namespaces in both clusters; they may be seen for some seconds more. */
  static void remove(ClusterPair pair, String... namespaces) {
    List<String> command = new ArrayList<>(List.of("delete", "namespace", "--ignore-not-found"));
    command.addAll(List.of(namespaces));
    command.add("--wait=false");
    pair.clusters().forEach(c -> c.kubectl().run(command.toArray(String[]::new)));
  }

  /** Takes away the locks of a run that a test has killed and not resumed. */
  static void unlock(ClusterPair pair) {
    pair.clusters()
        .forEach(
            c ->
                c.kubectl()
                    .run("delete", "lease", "migrator", "-n", "kube-system", "--ignore-not-found"));
  }

  /** Deletes an object without a namespace in both clusters. */
  static void removeCluster(ClusterPair pair, String kind, String... names) {
    List<String> command = new ArrayList<>(List.of("delete", kind, "--ignore-not-found"));
    command.addAll(List.of(names));
    command.add("--timeout=100s");
    pair.clusters().forEach(c -> c.kubectl().run(command.toArray(String[]::new)));
  }
}
