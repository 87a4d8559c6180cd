package dev.migrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.cluster.Access;
import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.fault.Fault;
import dev.migrator.cluster.fault.FaultScript;
import dev.migrator.cluster.fault.FaultyCluster;
import dev.migrator.cluster.fault.ProcessLife;
import dev.migrator.cluster.fault.Traffic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code migrator plan} and {@code migrator classify}. */
class PlanCommandTest {

  private static final String STATEFUL_SET =
      """
      apiVersion: v1
      kind: Namespace
      metadata: {name: shop}
      ---
      apiVersion: apps/v1
      kind: StatefulSet
      metadata: {name: db, namespace: shop}
      spec:
        replicas: 1
        serviceName: db
        selector: {matchLabels: {app: db}}
        template:
          metadata: {labels: {app: db}}
          spec: {containers: [{name: db, image: "registry.example/db:1"}]}
      """;

  @TempDir Path folder;

  @Test
  void savesThePlanAndSaysWhatIsNext() {
    World world = new World(folder).clusters("web-shop");
    int before = changes(world);

    World.Result result = plan(world, "-o", "move.plan.yaml");

    assertThat(result.exit()).as(result.err()).isZero();
    assertThat(result.err())
        .isEqualTo(
            """
            Saved move.plan.yaml.key: it tells apply whether a Secret changed. Keep it beside the plan, and out of Git.
            Saved move.plan.yaml.  Next:  migrator apply move.plan.yaml
            """);
    assertThat(result.out()).contains("FROM old (v1.34.4", "TO new (v1.36.3", "Plan: ");
    assertThat(world.read("move.plan.yaml")).contains("kind: Plan");
    assertThat(world.run("show", "move.plan.yaml").exit()).isZero();
    assertThat(changes(world)).as("changes in either cluster").isEqualTo(before);
  }

  /** kubernetes-sigs/cluster-api 3903: a move reported success, and had moved nothing. */
  @Test
  void clusterctl3903AMoveOfNothingIsNoSilentSuccess() {
    String map = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: shop}}\n";
    World world = new World(folder).clusters("old", map).clusters("new", map);
    world.file(
        "migration.yaml",
        """
        apiVersion: migrator.dev/v1alpha1
        kind: Migration
        scope: {namespaces: {include: [mistyped]}}
        """);
    World.Result mistyped = plan(world, "-f", "migration.yaml", "-o", "mistyped.yaml");
    assertThat(mistyped.exit()).isEqualTo(10);
    assertThat(mistyped.err()).contains("mistyped matches no namespace of the source");

    world.file(
        "migration.yaml",
        """
        apiVersion: migrator.dev/v1alpha1
        kind: Migration
        scope: {namespaces: {include: [shop]}, resources: {include: [secrets]}}
        """);
    World.Result empty =
        plan(world, "-f", "migration.yaml", "-o", "empty.yaml", "--detailed-exitcode");
    assertThat(empty.exit()).as(empty.err()).isZero();
    assertThat(empty.out()).containsPattern("NOTHING MOVES: (the only|all|the source)");
    World.Result applied = world.run("apply", "empty.yaml", "--yes", "--approve-gate", "afterCopy");
    assertThat(applied.out()).contains("NOTHING MOVES: ");
    assertThat(applied.err()).contains("NOTHING MOVES: ");

    world.file(
        "migration.yaml",
        """
        apiVersion: migrator.dev/v1alpha1
        kind: Migration
        scope: {namespaces: {include: [shop]}, resources: {include: [configmaps]}}
        """);
    World.Result again = plan(world, "-f", "migration.yaml", "-o", "again.yaml");
    assertThat(again.out()).contains("NOTHING MOVES: the only object is at the target already.");
    assertThat(world.run("apply", "again.yaml", "--yes", "--approve-gate", "afterCopy").out())
        .contains("NOTHING MOVES: the only object is at the target already.");
  }

  @Test
  void theSameClustersGiveTheSameFile() {
    World world = new World(folder).clusters("web-shop");
    plan(world, "-o", "a.yaml");
    String first = world.read("a.yaml");
    plan(world, "-o", "a.yaml");

    assertThat(world.read("a.yaml")).isEqualTo(first);
  }

  @Test
  void withoutAFileNothingIsSaved() throws Exception {
    World.Result result = plan(new World(folder).clusters("web-shop"));

    assertThat(result.exit()).isZero();
    assertThat(result.err()).contains("Nothing was saved");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void printsForMachinesAndSavesAtOnce() {
    World world = new World(folder).clusters("web-shop");

    World.Result result = plan(world, "-o", "json", "-o", "move.plan.yaml");

    assertThat(result.out()).startsWith("{").contains("\"kind\": \"PlanView\"");
    assertThat(result.out())
        .isEqualTo(world.run("show", "move.plan.yaml", "-o", "json").out())
        .contains("\"verb\":\"quiesce\"");
  }

  @Test
  void theDetailedExitCodeTellsChangesFromNone() {
    World world = new World(folder).clusters("web-shop");
    assertThat(plan(world, "--detailed-exitcode").exit()).isEqualTo(2);

    World empty = new World(folder).clusters("old", "").clusters("new", "");
    assertThat(plan(empty, "--detailed-exitcode").exit()).isZero();
  }

  @Test
  void anUndecidedStatefulSetBlocksThePlanUntilADefaultDecides() {
    World world = new World(folder).clusters("old", STATEFUL_SET).clusters("new", "");

    World.Result blocked = plan(world, "-o", "move.plan.yaml");

    assertThat(blocked.exit()).isEqualTo(10);
    assertThat(blocked.err())
        .contains(
            "Error M1102: sts/shop/db",
            "kubectl --context old label",
            "This command changed nothing");
    assertThat(world.run("show", "move.plan.yaml").exit()).isZero();
    World.Result decided = plan(world, "--default-for", "undecided=duplication");
    assertThat(decided.exit()).as(decided.err()).isZero();
    assertThat(decided.out()).contains("1 to hand over");
  }

  @Test
  void anUnknownLabelValueNamesTheObjectAndTheLegalValues() {
    World world =
        new World(folder)
            .clusters(
                "old",
                STATEFUL_SET.replace(
                    "{name: db, namespace: shop}",
                    "{name: db, namespace: shop, labels: {migrator.dev/protect-from: lost}}"))
            .clusters("new", "");

    World.Result result = plan(world);

    assertThat(result.exit()).isEqualTo(10);
    assertThat(result.err())
        .contains(
            "Error M1101",
            "sts/shop/db",
            "loss, duplication and none",
            "kubectl --context old label");
  }

  @Test
  void wrongOptionsAreToldBeforeAnyClusterIsAsked() {
    World world = new World(folder).file("bad.yaml", "apiVersion: migrator.dev/v1alpha1\nscpe: {}");
    assertTold(world.run("plan"), 64, "Error M1001", "--source-context");
    assertTold(world.run("plan", "--source-context", "old"), 64, "Error M1001", "--target-context");
    assertTold(plan(world, "--default-for", "undecided=perhaps"), 64, "M1001", "duplication");
    assertTold(plan(world, "--default-for", "cronjob=none"), 64, "Error M1001");
    assertTold(plan(world, "-o", "json", "-o", "yaml"), 64, "Error M1001");
    assertTold(plan(world, "-f", "missing.yaml"), 64, "Error M1002", "missing.yaml");
    assertTold(plan(world, "-f", "bad.yaml"), 64, "Error M1002", "scope");
    assertTold(plan(world), 64, "Error M1005", "old");
  }

  @Test
  void oneClusterUnderTwoNamesIsRefused() {
    World world = new World(folder).clusters("web-shop");
    world.clusters.put("new", world.simulated("old"));

    assertTold(plan(world), 10, "Error M1103", "same");
  }

  @Test
  void aServerThatDoesNotAnswerOrLetsUsNotInIsTold() {
    assertTold(
        plan(failing(new ClusterFailure.Unreachable("connection refused"))),
        13,
        "Error M1401",
        "connection refused");
    assertTold(plan(failing(new ClusterFailure.Unauthorized("token expired"))), 13, "Error M1402");
    World world = new World(folder).clusters("web-shop");
    world.simulated("old").world().deny(access -> isSecrets(access));
    assertTold(plan(world), 13, "Error M1403", "secrets");
  }

  /** Before the clusters are read: a plan of a large one takes its time. */
  @Test
  void aPlanThatCannotBeSavedIsToldBeforeAnythingIsRead() throws IOException {
    World world = failing(new ClusterFailure.Unreachable("connection refused"));

    assertTold(
        plan(world, "-o", "no/such/folder/move.plan.yaml"), 64, "Error M1001", "cannot be written");
    Files.createDirectory(folder.resolve("taken"));
    assertTold(plan(world, "-o", "taken"), 64, "Error M1001", "it is a folder, not a file");
    assertTold(plan(world, "-o", "fine.plan.yaml"), 13, "Error M1401");
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left.map(path -> path.getFileName().toString()))
          .noneMatch(name -> name.startsWith(".") || name.equals("fine.plan.yaml"));
    }
  }

  @Test
  void classifyShowsTheClassAndTheRuleOfEachObject() {
    World world = new World(folder).clusters("web-shop");

    World.Result table =
        world.run("classify", "--source-context", "old", "--target-context", "new");

    assertThat(table.exit()).as(table.err()).isZero();
    assertThat(table.out()).startsWith("OBJECT");
    assertThat(table.out()).containsPattern("deploy/shop/mailer +duplication +label");
    assertThat(table.out()).containsPattern("cronjob/shop/billing +duplication +default for");
  }

  @Test
  void whatHasNoLabelGetsACommandThatLabelsIt() {
    World world = new World(folder).clusters("web-shop");
    plan(world, "-o", "move.plan.yaml");

    World.Result commands = world.run("classify", "move.plan.yaml", "--unlabelled");

    assertThat(commands.out())
        .contains(
            "# cronjob/shop/billing, as now: default for CronJob.batch: two clusters would both run"
                + " its slots\nkubectl --context old label --overwrite -n shop cronjob.batch"
                + " billing migrator.dev/protect-from=duplication\n")
        .doesNotContain("mailer", "configmap");
    assertThat(world.run("classify", "move.plan.yaml", "-o", "json").out())
        .contains("\"class\":\"duplication\",\"rule\":\"label\",\"labelled\":true");
  }

  private World failing(ClusterFailure failure) {
    World world = new World(folder).clusters("web-shop");
    Cluster old = world.simulated("old");
    world.clusters.put(
        "old",
        new FaultyCluster(
            old,
            "old",
            FaultScript.when(r -> true, new Fault.Answer(failure)),
            new Traffic(),
            new ProcessLife(),
            world.clock));
    return world;
  }

  private static boolean isSecrets(Access access) {
    return access.resource().equals("secrets");
  }

  private static int changes(World world) {
    return Stream.of("old", "new")
        .mapToInt(context -> world.simulated(context).world().history().size())
        .sum();
  }

  private static World.Result plan(World world, String... more) {
    return world.run(
        Stream.concat(
                Stream.of("plan", "--source-context", "old", "--target-context", "new"),
                Stream.of(more))
            .toArray(String[]::new));
  }

  private static void assertTold(World.Result result, int exit, String... said) {
    assertThat(result.exit()).as(result.err()).isEqualTo(exit);
    assertThat(result.err()).contains(List.of(said)).contains("  Next:   ");
    assertThat(result.err()).doesNotContain("Exception", "\tat ");
    assertThat(result.out()).isEmpty();
  }
}
