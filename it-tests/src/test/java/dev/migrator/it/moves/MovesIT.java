package dev.migrator.it.moves;

import dev.migrator.it.cluster.ClusterPair;
import dev.migrator.it.cluster.Kubectl;
import dev.migrator.it.corpus.CorpusLoader;
import dev.migrator.it.corpus.CorpusProject;
import dev.migrator.it.junit.RealClusters;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.plans.PlanCase;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole moves by the command line, judged by the audit logs and by kubectl. */
@RealClusters
@Timeout(600)
class MovesIT {

  @TempDir Path folder;
  private final ClusterPair pair;

  MovesIT(ClusterPair pair) {
    this.pair = pair;
  }

  static List<PlanCase> cases() {
    return PlanCase.all();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void everyCaseMoves(PlanCase example) {
    Map<String, String> namespaces = example.migration().mappings().namespaces();
    Move move = new Move(pair, folder, namespaces);
    try {
      load(pair.source().kubectl(), example.source());
      load(pair.target().kubectl(), example.target());
      move.plan("-f", example.migrationFile().toString());
      move.apply().expect(0);
      move.assertKept();
    } finally {
      remove(example, namespaces);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"online-boutique", "sock-shop"})
  void aShopOfRealPeopleMoves(String name) throws URISyntaxException {
    CorpusProject project = CorpusProject.read(resource(name));
    Set<String> namespaces = namespaces(project);
    Move move = new Move(pair, folder);
    move.scope(namespaces);
    try {
      CorpusLoader.Loaded loaded = new CorpusLoader(pair.source().kubectl()).load(List.of(project));
      System.out.println(name + ": " + loaded.loaded().size() + " objects");
      loaded
          .refused()
          .forEach((key, why) -> System.out.println("  not taken: " + key + ": " + why));
      Scene.at(pair.source().kubectl()).settle(namespaces.toArray(String[]::new));
      move.plan("-f", "migration.yaml");
      move.apply().expect(0);
      move.assertKept();
    } finally {
      Scene.remove(pair, namespaces.toArray(String[]::new));
      project.accepted().stream()
          .filter(object -> object.path("kind").asText().startsWith("ClusterRole"))
          .forEach(
              object ->
                  Scene.removeCluster(
                      pair,
                      object.path("kind").asText(),
                      object.path("metadata").path("name").asText()));
    }
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

  private static Set<String> namespaces(CorpusProject project) {
    Set<String> namespaces = new TreeSet<>(project.namespaces());
    project.accepted().stream()
        .filter(o -> o.path("kind").asText().equals("Namespace"))
        .forEach(o -> namespaces.add(o.path("metadata").path("name").asText()));
    namespaces.remove("kube-system");
    namespaces.remove("default");
    return namespaces;
  }

  private void remove(PlanCase example, Map<String, String> mapped) {
    Set<String> namespaces = namespaces(example.source());
    namespaces.addAll(mapped.values());
    Scene.remove(pair, namespaces.toArray(String[]::new));
    example.source().stream()
        .filter(object -> object.kind().equals("CustomResourceDefinition"))
        .forEach(object -> Scene.removeCluster(pair, "crd", object.name()));
  }

  private static Path resource(String project) throws URISyntaxException {
    URL url = MovesIT.class.getResource("/corpus/" + project);
    return Path.of(Objects.requireNonNull(url, project).toURI());
  }
}
