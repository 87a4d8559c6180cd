package dev.migrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.model.ObjectRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Who types what is printed, and only that, gets on. */
@Timeout(120)
class PrintedAdviceTest {

  private static final ObjectRef SETTINGS = ObjectRef.core("ConfigMap", "shop", "settings");

  private static final String SHOP =
      """
      apiVersion: v1
      kind: Namespace
      metadata: {name: shop}
      ---
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: settings, namespace: shop}
      ---
      apiVersion: batch/v1
      kind: CronJob
      metadata: {name: billing, namespace: shop, labels: {LABEL}}
      spec:
        schedule: "0 2 * * *"
        jobTemplate:
          spec:
            template:
              metadata: {labels: {TEMPLATE}}
              spec:
                restartPolicy: Never
                containers: [{name: billing, image: "registry.old/billing:2.0"}]
      """;

  private static final String UNDECIDED =
      """
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: lone, namespace: shop}
      spec: {containers: [{name: lone, image: "registry.old/lone:1"}]}
      """;

  /** Words that stand for something that is known whenever one of these commands is typed. */
  static final Pattern PLACEHOLDER =
      Pattern.compile(
          "\\b(PLAN|RUN|OLD|NEW|SOURCE-CONTEXT|TARGET-CONTEXT)\\b|migrator (plan )?\\.\\.\\.");

  @TempDir Path folder;

  private World world(String source) {
    return new World(folder).clusters("old", source).clusters("new", "");
  }

  private static String shop(String label, String template) {
    return SHOP.replace("LABEL", label).replace("TEMPLATE", template);
  }

  private static World.Result plan(World world) {
    return world.run(
        "plan", "--source-context", "old", "--target-context", "new", "-o", "move.plan.yaml");
  }

  private static void assertNothingIsLeftOpen(World.Result result) {
    assertThat(Typist.next(result))
        .isNotEmpty()
        .allSatisfy(line -> assertThat(line).doesNotContainPattern(PLACEHOLDER));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "M1101 | migrator.dev/protect-from: duplicaton       |                                    |"
            + " ''",
        "M1101 |                                              | migrator.dev/protect-from: never  |"
            + " ''",
        "M1108 | migrator.dev/protect-from: loss_duplication |                                    |"
            + " ''",
        "M1108 | migrator.dev/protect-from: loss  | migrator.dev/protect-from: duplication        |"
            + " ''",
        "M1102 |                                              |                                   "
            + " | lone",
      })
  void whatBlocksAPlanIsDecidedByWhatIsPrinted(
      String code, String label, String template, String undecided) {
    World world =
        world(
            shop(label == null ? "" : label, template == null ? "" : template)
                + (undecided.isEmpty() ? "" : UNDECIDED));
    World.Result blocked = plan(world);
    assertThat(blocked.exit()).isEqualTo(10);
    assertThat(blocked.err()).contains("Error " + code);
    assertNothingIsLeftOpen(blocked);
    World.Result refused = world.run("apply", "move.plan.yaml", "--yes");
    assertThat(refused.err()).contains("Error " + code);
    assertNothingIsLeftOpen(refused);

    Typist typist = new Typist(world);
    typist.kubectl(refused);
    World.Result again = typist.migrator(refused, "migrator plan ");
    assertThat(again.exit()).as(again.err()).isZero();
    assertDone(world.run("apply", "move.plan.yaml", "--yes", "--approve-gate", "afterCopy"));
  }

  private static final String TWO_WRITERS =
      """
      apiVersion: v1
      kind: Namespace
      metadata: {name: db}
      ---
      apiVersion: v1
      kind: PersistentVolume
      metadata: {name: disk}
      spec:
        capacity: {storage: 1Gi}
        accessModes: [ReadWriteOnce]
        persistentVolumeReclaimPolicy: Retain
        storageClassName: ""
        nfs: {server: 192.0.2.9, path: /x}
        claimRef: {namespace: db, name: data}
      ---
      apiVersion: v1
      kind: PersistentVolumeClaim
      metadata: {name: data, namespace: db}
      spec:
        storageClassName: ""
        volumeName: disk
        accessModes: [ReadWriteOnce]
        resources: {requests: {storage: 1Gi}}
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: pg, namespace: db}
      spec:
        replicas: 1
        strategy: {type: Recreate}
        selector: {matchLabels: {app: pg}}
        template:
          metadata: {labels: {app: pg}}
          spec:
            containers:
              - {name: pg, image: "pg:1", volumeMounts: [{name: d, mountPath: /d}]}
            volumes: [{name: d, persistentVolumeClaim: {claimName: data}}]
      """;

  private static final String CASCADING =
      """
      apiVersion: v1
      kind: Namespace
      metadata: {name: argocd}
      ---
      apiVersion: apiextensions.k8s.io/v1
      kind: CustomResourceDefinition
      metadata: {name: KIND.argoproj.io}
      spec:
        group: argoproj.io
        names: {kind: NAME, plural: KIND}
        scope: Namespaced
        versions:
          - name: v1alpha1
            served: true
            storage: true
            schema:
              openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}
      ---
      apiVersion: argoproj.io/v1alpha1
      kind: NAME
      metadata:
        name: shop
        namespace: argocd
        labels: {migrator.dev/protect-from: duplication}
        finalizers: [FINALIZER]
      spec: {project: default}
      """;

  static Stream<Arguments> blockers() {
    return Stream.of(
        Arguments.of("two-writers", TWO_WRITERS),
        Arguments.of("acts-outside", World.source("edge-controllers")),
        Arguments.of(
            "cascading-deletion",
            CASCADING
                .replace("KIND", "applications")
                .replace("NAME", "Application")
                .replace("FINALIZER", "resources-finalizer.argocd.argoproj.io")),
        Arguments.of(
            "cascading-deletion",
            CASCADING
                .replace("KIND", "applicationsets")
                .replace("NAME", "ApplicationSet")
                .replace("finalizers: [FINALIZER]", "annotations: {}")));
  }

  /** At most three ways out are printed at a time, so it may take some rounds. */
  @ParameterizedTest
  @MethodSource("blockers")
  void whoTypesWhatABlockerPrintsComesToAPlan(String code, String source) {
    World world = world(source);
    World.Result planned = plan(world);
    assertThat(planned.exit()).isEqualTo(10);
    assertThat(planned.out() + planned.err()).contains(code);
    Typist typist = new Typist(world);
    for (int round = 0; round < 5 && planned.exit() == 10; round++) {
      assertNothingIsLeftOpen(planned);
      typist.kubectl(planned);
      planned = typist.migrator(planned, "migrator plan ");
    }
    assertThat(planned.exit()).as(planned.err()).isZero();
  }

  @Test
  void whatChangedSinceThePlanIsPlannedByWhatIsPrinted() {
    World world = world(shop("", ""));
    assertThat(plan(world).exit()).isZero();
    change(world, "one");
    World.Result stale = world.run("apply", "move.plan.yaml", "--yes");
    assertThat(stale.err()).contains("Error M1202");
    assertNothingIsLeftOpen(stale);
    Typist typist = new Typist(world);
    World.Result planned = typist.migrator(stale, "migrator plan ");
    assertThat(planned.exit()).as(planned.err()).isZero();

    change(world, "two");
    World.Result again = world.run("apply", "move.plan.yaml", "--yes");
    assertDone(typist.migrator(again, "migrator apply ", "--yes", "--approve-gate", "afterCopy"));
  }

  @Test
  void aGroupThatCannotBeReadIsWaitedForByWhatIsPrinted() {
    World world = world(shop("", ""));
    assertThat(plan(world).exit()).isZero();
    assertDone(world.run("apply", "move.plan.yaml", "--yes", "--approve-gate", "afterCopy"));
    world.simulated("old").world().breakGroup("custom.example.com/v1", "HTTP 503");
    World.Result unread = world.run("prune", "latest", "--yes");
    assertThat(unread.err()).contains("Error M1104");
    assertNothingIsLeftOpen(unread);
    assertThat(Typist.next(unread))
        .containsExactly("kubectl --context old get apiservices", "migrator prune latest --yes");
  }

  @Test
  void thePlanOfAnUnreadGroupIsTypedAgainWithWhatWasGivenBefore() {
    World world = world(shop("", ""));
    world.simulated("old").world().breakGroup("custom.example.com/v1", "HTTP 503");
    World.Result unread = plan(world);
    assertThat(Typist.next(unread))
        .contains(
            "migrator plan --source-context old --target-context new -o move.plan.yaml"
                + " --without-api custom.example.com/v1");
    assertThat(new Typist(world).migrator(unread, "migrator plan ").exit()).isZero();
  }

  @Test
  void aContextThatIsMissingIsAskedForBesideTheOneThatWasGiven() {
    World.Result result = world(shop("", "")).run("plan", "--source-context", "old");
    assertThat(Typist.next(result))
        .contains("migrator plan --source-context old --target-context NAME");
  }

  @Test
  void rightsThatAreMissingAreAskedForAtTheClusterThatLacksThem() {
    World world = world(shop("", ""));
    assertThat(plan(world).exit()).isZero();
    world.simulated("new").world().deny(access -> access.verb().equals("create"));
    World.Result refused = world.run("apply", "move.plan.yaml", "--yes");
    assertThat(refused.err()).contains("Error M1403");
    assertNothingIsLeftOpen(refused);
    assertThat(Typist.next(refused))
        .anyMatch(line -> line.startsWith("kubectl --context new auth can-i "))
        .anyMatch(line -> line.startsWith("migrator rbac move.plan.yaml --role target"));
  }

  @Test
  void aRunThatIsTakenBackNamesItsPlanAnew() {
    World world = world(shop("", ""));
    assertThat(plan(world).exit()).isZero();
    assertThat(world.run("apply", "move.plan.yaml", "--yes").exit()).isEqualTo(21);
    assertThat(world.run("rollback", "latest", "--yes").exit()).isZero();
    World.Result refused = world.run("resume", "latest");
    assertNothingIsLeftOpen(refused);
    World.Result planned = new Typist(world).migrator(refused, "migrator plan ");
    assertThat(planned.exit()).as(planned.err()).isZero();
  }

  @Test
  void aFileThatIsThereIsWrittenOverByWhatIsPrinted() {
    World world = world(shop("", "")).file("migration.yaml", "# mine\n");
    World.Result there = world.run("init", "--source-context", "old", "--target-context", "new");
    assertNothingIsLeftOpen(there);
    assertThat(Typist.next(there))
        .contains(
            "migrator init --source-context old --target-context new --force",
            "migrator init --source-context old --target-context new -o another.yaml");
    World.Result written = new Typist(world).migrator(there, "migrator init ");
    assertThat(written.exit()).as(written.err()).isZero();
    assertThat(written.err())
        .contains(
            "Next:  migrator plan --source-context old --target-context new -f migration.yaml -o"
                + " move.plan.yaml");
  }

  /** However it was started, the program calls itself by one name, and the README says so. */
  @Test
  void everyCommandThatIsPrintedBeginsWithTheNameAlone() throws IOException {
    Pattern command =
        Pattern.compile("(\\S*)migrator (?:plan|apply|resume|rollback|status|show|prune)\\b");
    List<String> begins = new ArrayList<>();
    try (Stream<Path> pages = Files.list(Path.of("..", "docs", "errors"))) {
      for (Path page : pages.filter(p -> p.toString().endsWith(".md")).toList()) {
        String text = Files.readString(page);
        // What the program says, which ErrorExamplesTest holds.
        Matcher found = command.matcher(text.substring(Math.max(0, text.indexOf("## Example"))));
        while (found.find()) {
          begins.add(found.group(1));
        }
      }
    }
    assertThat(begins).hasSizeGreaterThan(50).containsOnly("");
    assertThat(Files.readString(Path.of("..", "README.md"))).contains("export PATH=$PWD:$PATH");
  }

  private static void change(World world, String value) {
    var unused =
        world
            .simulated("old")
            .world()
            .edit(
                SETTINGS, (ObjectNode tree) -> tree.withObjectProperty("data").put("value", value));
  }

  private static void assertDone(World.Result result) {
    assertThat(result.exit()).as(result.err()).isZero();
    assertThat(List.of(result.out().split("\n"))).anyMatch(line -> line.startsWith("Done: "));
  }
}
