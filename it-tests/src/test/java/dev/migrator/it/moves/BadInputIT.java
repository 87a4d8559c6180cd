package dev.migrator.it.moves;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.it.audit.AuditLog;
import dev.migrator.it.cluster.ClusterPair;
import dev.migrator.it.cluster.Kubectl;
import dev.migrator.it.junit.RealClusters;
import dev.migrator.it.moves.MigratorProcess.Outcome;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong from the start ends with one clear error, and nothing is changed. */
@RealClusters
class BadInputIT {

  private static final String NAMESPACE = "bad-input";

  @TempDir Path folder;
  private final ClusterPair pair;
  private final Move move;
  private final AuditLog source;
  private final AuditLog target;

  BadInputIT(ClusterPair pair) {
    this.pair = pair;
    this.source = AuditLog.from(pair.source());
    this.target = AuditLog.from(pair.target());
    this.move = new Move(pair, Path.of(""));
  }

  @BeforeAll
  static void load(ClusterPair pair) {
    pair.source().kubectl().run("create", "namespace", NAMESPACE);
  }

  @AfterAll
  static void remove(ClusterPair pair) {
    Scene.remove(pair, NAMESPACE);
  }

  @BeforeEach
  void scope() throws IOException {
    Files.writeString(
        folder.resolve("migration.yaml"),
        """
        apiVersion: migrator.dev/v1alpha1
        kind: Migration
        metadata: {name: bad-input}
        scope: {namespaces: {include: [%s]}}
        """
            .formatted(NAMESPACE));
  }

  @AfterEach
  void nothingWasChanged() {
    assertThat(source.ourWrites()).as("writes at the source").isEmpty();
    assertThat(target.ourWrites()).as("writes at the target").isEmpty();
  }

  @Test
  void aMissingKubeconfig() {
    assertError(plan("--source-kubeconfig=" + folder.resolve("none")), 64, "M1004");
  }

  @Test
  void aBrokenKubeconfig() throws IOException {
    Path broken = Files.writeString(folder.resolve("broken"), "clusters: [");
    assertError(plan("--target-kubeconfig=" + broken), 64, "M1004");
  }

  @Test
  void anUnknownContext() {
    Outcome outcome = plan("--target-context=prod-new");
    assertError(outcome, 64, "M1005");
    assertThat(outcome.err()).contains("prod-new", "source");
  }

  @Test
  void noContextAtAll() {
    Outcome outcome =
        run("plan", "--source-kubeconfig=" + pair.kubeconfig(), "--source-context=source");
    assertError(outcome, 64, "M1001");
  }

  @Test
  void oneClusterForBoth() {
    Outcome outcome = plan("--target-context=source");
    assertError(outcome, 10, "M1103");
    String uid =
        pair.source()
            .kubectl()
            .run("get", "namespace", "kube-system", "-o", "jsonpath={.metadata.uid}");
    assertThat(outcome.err()).contains(uid);
  }

  @Test
  void aServerThatIsNotThere() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    Path file =
        edited("\n    server: https://127.0.0.1:\\d+", "\n    server: https://127.0.0.1:" + port);
    assertError(plan("--target-kubeconfig=" + file), 13, "M1401");
  }

  @Test
  void credentialsThatAreNotAccepted() throws IOException {
    Path file = edited("token: [0-9a-f]+", "token: 00000000");
    Outcome outcome = plan("--source-kubeconfig=" + file);
    assertError(outcome, 13, "M1402");
    assertThat(outcome.out() + outcome.err()).doesNotContain("00000000");
  }

  @Test
  void oneKindThatMayNotBeRead() {
    Kubectl admin = pair.source().kubectl();
    String kinds =
        admin
            .run("api-resources", "--verbs=list", "-o", "name")
            .lines()
            .filter(kind -> !kind.equals("secrets"))
            .collect(Collectors.joining(","));
    admin.run("create", "clusterrole", NAMESPACE, "--verb=get,list,watch", "--resource=" + kinds);
    admin.run(
        "create",
        "clusterrolebinding",
        NAMESPACE,
        "--clusterrole=" + NAMESPACE,
        "--user=restricted");
    try {
      Outcome outcome = plan("--source-context=source-restricted");
      assertError(outcome, 13, "M1403");
      assertThat(outcome.err()).contains("secrets").doesNotContain("configmaps");
    } finally {
      admin.run("delete", "clusterrolebinding,clusterrole", NAMESPACE);
    }
  }

  @Test
  void aMigrationFileWithAFieldThatIsNotKnown() throws IOException {
    Files.writeString(
        folder.resolve("migration.yaml"),
        """
        apiVersion: migrator.dev/v1alpha1
        kind: Migration
        metadata: {name: bad-input}
        scope: {namespace: {include: [x]}}
        """);
    Outcome outcome = plan();
    assertError(outcome, 64, "M1002");
    assertThat(outcome.err()).contains("namespaces");
  }

  @Test
  void aBrokenPlan() throws IOException {
    Outcome made = plan("-o", "move.plan.yaml");
    made.expect(0);
    Path plan = folder.resolve("move.plan.yaml");
    String text = Files.readString(plan);
    Files.writeString(plan, text.substring(0, text.length() * 2 / 3));
    for (String command : List.of("show", "apply")) {
      Outcome outcome =
          command.equals("show")
              ? run("show", "move.plan.yaml")
              : run(Move.with("apply", Move.with("move.plan.yaml", move.clusters("--yes"))));
      assertError(outcome, 64, "M1003");
    }
  }

  @Test
  void aLabelWithAValueThatIsNotKnown() {
    pair.source().kubectl().run("create", "configmap", "labelled", "-n", NAMESPACE);
    pair.source()
        .kubectl()
        .run(
            "label",
            "configmap",
            "labelled",
            "-n",
            NAMESPACE,
            "migrator.dev/protect-from=everything");
    try {
      Outcome outcome = plan("-o", "move.plan.yaml");
      assertError(outcome, 10, "M1101");
      assertThat(outcome.err()).contains("labelled", "loss", "duplication", "none");
    } finally {
      pair.source().kubectl().run("delete", "configmap", "labelled", "-n", NAMESPACE);
    }
  }

  @Test
  void aStatefulSetThatNobodyDecidedOn() {
    Scene.at(pair.source().kubectl())
        .apply(
            """
            apiVersion: apps/v1
            kind: StatefulSet
            metadata: {name: db, namespace: %s}
            spec:
              serviceName: db
              selector: {matchLabels: {app: db}}
              template:
                metadata: {labels: {app: db}}
                spec: {containers: [{name: db, image: db}]}
            """
                .formatted(NAMESPACE));
    try {
      Outcome outcome = plan("-o", "move.plan.yaml");
      assertError(outcome, 10, "M1102");
      assertThat(outcome.err()).contains("db").contains("--default-for undecided=");
      assertError(
          run(Move.with("apply", Move.with("move.plan.yaml", move.clusters("--yes")))), 10, "M110");
    } finally {
      pair.source().kubectl().run("delete", "statefulset", "db", "-n", NAMESPACE);
    }
  }

  @Test
  void aRunThatIsNotThere() {
    assertError(run("resume", "r-none"), 64, "M1006");
  }

  /** One error with its code and a way out, nothing of our insides, nothing on standard output. */
  private static void assertError(Outcome outcome, int exitCode, String code) {
    outcome.expect(exitCode);
    assertThat(outcome.err())
        .contains("Error " + code, "Next:")
        .doesNotContain("Exception", "\tat ", "dev.migrator.");
    assertThat(outcome.err().lines().filter(line -> line.startsWith("Error "))).hasSize(1);
  }

  /** Plans with these options in place of the usual ones of the same name. */
  private Outcome plan(String... instead) {
    List<String> arguments = new ArrayList<>(List.of("plan", "-f", "migration.yaml"));
    for (String usual : move.clusters()) {
      String name = usual.substring(0, usual.indexOf('=') + 1);
      if (Stream.of(instead).noneMatch(option -> option.startsWith(name))) {
        arguments.add(usual);
      }
    }
    arguments.addAll(List.of(instead));
    return run(arguments.toArray(String[]::new));
  }

  private Outcome run(String... arguments) {
    return MigratorProcess.start(folder, List.of(arguments)).await();
  }

  private Path edited(String pattern, String replacement) throws IOException {
    String text = Files.readString(pair.kubeconfig());
    String edited = text.replaceAll(pattern, replacement);
    assertThat(edited).isNotEqualTo(text);
    return Files.writeString(folder.resolve("edited"), edited);
  }
}
