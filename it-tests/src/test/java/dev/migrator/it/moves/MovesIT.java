package dev.migrator.it.moves;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.it.cluster.ClusterPair;
import dev.migrator.it.cluster.TestCluster;
import dev.migrator.it.corpus.CorpusLoader;
import dev.migrator.it.corpus.CorpusProject;
import dev.migrator.it.junit.RealClusters;
import dev.migrator.plans.PlanCase;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole moves by the command line, judged by the audit logs and by kubectl. */
@RealClusters
@Timeout(600)
class MovesIT {

  private static final String CHAIN = "there-and-back";

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
      Scene.load(pair, example);
      move.plan("-f", example.migrationFile().toString());
      move.apply().expect(0);
      move.assertKept();
    } finally {
      Scene.remove(pair, example);
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

  /** Each command is printed by one before it. */
  @Test
  void thereAndBackWithAPruneBetweenLosesNothing() throws IOException {
    Move move = new Move(pair, folder);
    // Nothing of it becomes ready late: what the early way back lacks is not waited for any longer.
    move.scope(Set.of(CHAIN), "limits: {readyTimeout: 20s}");
    try {
      Scene.at(pair.source().kubectl()).apply(application());
      move.plan("-f", "migration.yaml");
      move.apply().expect(0);
      String run = MigratorProcess.onlyRun(folder);
      move.run("rollback", run, "--backward", "--plan-file", "early.plan.yaml").expect(0);
      move.run("prune", run, "--yes").expect(0);
      assertThat(chained(pair.source(), "cm,sa,cronjob")).isEmpty();
      assertThat(pair.source().kubectl().run("get", "clusterrole", CHAIN)).contains(CHAIN);

      // Planned before the prune took what it needs.
      MigratorProcess.Outcome early = move.run(back("early.plan.yaml"));
      assertThat(early.expect(20).err()).contains("M2112", "cm/" + CHAIN + "/settings");
      assertThat(chained(pair.target(), "cronjob")).contains("cronjob.batch/billing");
      assertThat(move.run("rollback", run, "--backward").expect(10).err())
          .contains("migrator prune " + run + " --undo");

      move.run("prune", run, "--undo", "--yes").expect(0);
      assertThat(chained(pair.source(), "cm,sa")).contains("settings", "serviceaccount/app");
      move.run("rollback", run, "--backward", "--plan-file", "back.plan.yaml").expect(0);
      move.run(back("back.plan.yaml")).expect(0);
      assertThat(move.run("prune", run, "--yes").expect(10).err()).contains("M1107");
      move.run("rollback", run, "--yes").expect(0);
      assertThat(chained(pair.source(), "cm,sa,pvc,cronjob"))
          .contains("settings", "serviceaccount/app", "claim/data", "cronjob.batch/billing");
      assertThat(chained(pair.target(), "cm,sa,pvc,cronjob")).isEmpty();
    } finally {
      Scene.remove(pair, CHAIN);
      Scene.removeCluster(pair, "clusterrolebinding", CHAIN);
      Scene.removeCluster(pair, "clusterrole", CHAIN);
      Scene.unlock(pair);
    }
  }

  private static String application() {
    return """
    {apiVersion: v1, kind: Namespace, metadata: {name: %1$s}}
    ---
    {apiVersion: v1, kind: ConfigMap, metadata: {name: settings, namespace: %1$s}, data: {a: b}}
    ---
    {apiVersion: v1, kind: ServiceAccount, metadata: {name: app, namespace: %1$s}}
    ---
    apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRole
    metadata: {name: %1$s}
    rules: [{apiGroups: [""], resources: [configmaps], verbs: [get]}]
    ---
    apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRoleBinding
    metadata: {name: %1$s}
    roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: %1$s}
    subjects: [{kind: ServiceAccount, name: app, namespace: %1$s}]
    ---
    apiVersion: v1
    kind: PersistentVolumeClaim
    metadata: {name: data, namespace: %1$s}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
    ---
    apiVersion: batch/v1
    kind: CronJob
    metadata: {name: billing, namespace: %1$s}
    spec:
      schedule: "0 3 1 1 *"
      jobTemplate:
        spec:
          template:
            spec:
              restartPolicy: Never
              serviceAccountName: app
              containers:
                - name: bill
                  image: "registry.example.com/bill:1"
                  envFrom: [{configMapRef: {name: settings}}]
    """
        .formatted(CHAIN);
  }

  private String[] back(String plan) {
    String kubeconfig = pair.kubeconfig().toString();
    return new String[] {
      "apply",
      plan,
      "--yes",
      "--approve-gate=afterCopy",
      "--source-kubeconfig=" + kubeconfig,
      "--source-context=" + pair.target().name(),
      "--target-kubeconfig=" + kubeconfig,
      "--target-context=" + pair.source().name()
    };
  }

  /** What there is of the test's own, by kind and name, without what every namespace has. */
  private static String chained(TestCluster cluster, String kinds) {
    return cluster
        .kubectl()
        .run("get", kinds, "-n", CHAIN, "-o", "name", "--ignore-not-found")
        .lines()
        .filter(name -> !name.endsWith("/kube-root-ca.crt") && !name.endsWith("/default"))
        .collect(Collectors.joining(" "));
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

  private static Path resource(String project) throws URISyntaxException {
    URL url = MovesIT.class.getResource("/corpus/" + project);
    return Path.of(Objects.requireNonNull(url, project).toURI());
  }
}
