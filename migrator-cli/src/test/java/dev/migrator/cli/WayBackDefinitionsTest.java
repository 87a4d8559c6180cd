package dev.migrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.fault.Fault;
import dev.migrator.cluster.memory.MemoryCluster;
import dev.migrator.migration.Migration;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Plan;
import dev.migrator.plan.Severity;
import dev.migrator.plan.file.PlanFile;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What comes back to the source is what it was, whatever the migration file made of it. */
@Timeout(120)
class WayBackDefinitionsTest {

  private static final String TWO_REGISTRIES =
      "mappings: {images: {registry.old/: mirror.new/, quay.old/: mirror.new/}}\n";
  private static final String ANNOTATED =
      """
      modifiers:
        - conditions: {groupResource: cronjobs.batch}
          mergePatches:
            - patchData: |
                {"metadata": {"annotations": {"example.com/site": "new"}},
                 "spec": {"schedule": "30 * * * *", "startingDeadlineSeconds": null}}
      """;

  @TempDir Path folder;
  private World world = new World(Path.of(""));

  private void moved(String yaml, String migration) {
    moved(yaml, "", migration);
  }

  /** Namespaces are made by somebody else: two of them cannot travel as one. */
  private void movedInto(String namespace, String yaml, String migration) {
    moved(yaml, namespace(namespace), "scope: {resources: {exclude: [namespaces]}}\n" + migration);
  }

  private void moved(String yaml, String atTarget, String migration) {
    world = new World(folder).clusters("old", yaml).clusters("new", atTarget);
    world.file(
        "m.yaml",
        "apiVersion: migrator.dev/v1alpha1\nkind: Migration\nmetadata: {name: m}\n" + migration);
    world.plan("-f", "m.yaml");
    World.Result result =
        world.run(
            "apply",
            "move.plan.yaml",
            "--yes",
            "--accept-empty-volumes",
            "--approve-gate",
            "afterCopy");
    assertThat(result.exit()).as(result.err()).isZero();
  }

  private World.Result backward(String... more) {
    String[] line = new String[more.length + 4];
    System.arraycopy(new String[] {"rollback", "latest", "--backward", "--yes"}, 0, line, 0, 4);
    System.arraycopy(more, 0, line, 4, more.length);
    return world.run(line);
  }

  /** What was said at the end of the last way back. */
  private String advised = "";

  private void goneBack(String... more) {
    World.Result planned = backward(more);
    assertThat(planned.exit()).as(planned.out() + planned.err()).isZero();
    World.Result result =
        world.run("apply", "back.plan.yaml", "--yes", "--approve-gate", "afterCopy");
    assertThat(result.exit()).as(result.out() + result.err()).isZero();
    advised = result.err();
  }

  private static String namespace(String name) {
    return "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: " + name + "}\n";
  }

  private static String cron(String namespace, String name, String image) {
    return """
    ---
    apiVersion: batch/v1
    kind: CronJob
    metadata: {name: NAME, namespace: NS}
    spec:
      schedule: "0 * * * *"
      startingDeadlineSeconds: 300
      jobTemplate:
        spec:
          template:
            spec:
              restartPolicy: Never
              containers: [{name: c, image: "IMAGE", env: [{name: URL, value: x}]}]
    """
        .replace("NAME", name)
        .replace("NS", namespace)
        .replace("IMAGE", image);
  }

  private Optional<Manifest> find(String cluster, String ref) {
    return world
        .simulated(cluster)
        .world()
        .stored(ObjectRef.parse(ref))
        .filter(o -> !o.isBeingDeleted());
  }

  private Manifest stored(String cluster, String ref) {
    return find(cluster, ref).orElseThrow(() -> new AssertionError(ref + " is not at " + cluster));
  }

  private void edit(String ref, Consumer<ObjectNode> how) {
    MemoryCluster target = world.simulated("new");
    Object unused = target.world().edit(ObjectRef.parse(ref), how);
  }

  private static String image(Manifest cron) {
    return container(cron.tree()).path("image").asText();
  }

  private static ObjectNode container(ObjectNode cron) {
    return (ObjectNode) cron.at("/spec/jobTemplate/spec/template/spec/containers/0");
  }

  private Plan back() {
    return PlanFile.read(new StringReader(world.read("back.plan.yaml")));
  }

  private List<String> found(String code) {
    return back().findings().stream()
        .filter(f -> f.code().equals(code))
        .map(f -> f.object().orElseThrow() + ": " + f.message())
        .toList();
  }

  /** Two registries became one, and the third was that one at the source already. */
  @Test
  void eachImageIsTheSourcesAgain() {
    moved(
        namespace("shop")
            + cron("shop", "one", "registry.old/c:1")
            + cron("shop", "two", "quay.old/c:1")
            + cron("shop", "three", "mirror.new/c:1"),
        TWO_REGISTRIES);
    assertThat(image(stored("new", "CronJob.batch/shop/two"))).isEqualTo("mirror.new/c:1");
    goneBack();
    assertThat(image(stored("old", "CronJob.batch/shop/one"))).isEqualTo("registry.old/c:1");
    assertThat(image(stored("old", "CronJob.batch/shop/two"))).isEqualTo("quay.old/c:1");
    assertThat(image(stored("old", "CronJob.batch/shop/three"))).isEqualTo("mirror.new/c:1");
  }

  @Test
  void whatModifiersChangedIsSetBack() {
    moved(namespace("shop") + cron("shop", "one", "c:1"), ANNOTATED);
    Manifest there = stored("new", "CronJob.batch/shop/one");
    assertThat(there.at("spec", "schedule").asText()).isEqualTo("30 * * * *");
    assertThat(there.has("spec", "startingDeadlineSeconds")).isFalse();
    goneBack();
    Manifest home = stored("old", "CronJob.batch/shop/one");
    assertThat(home.at("spec", "schedule").asText()).isEqualTo("0 * * * *");
    assertThat(home.at("spec", "startingDeadlineSeconds").asInt()).isEqualTo(300);
    assertThat(home.annotations()).doesNotContainKey("example.com/site");
  }

  @Test
  void whatSomebodyChangedAtTheTargetIsCarried() {
    moved(namespace("shop") + cron("shop", "one", "registry.old/c:1"), TWO_REGISTRIES);
    edit(
        "CronJob.batch/shop/one",
        tree -> {
          tree.withObjectProperty("spec").put("schedule", "15 * * * *");
          container(tree).withArrayProperty("env").addObject().put("name", "N").put("value", "1");
        });
    goneBack();
    Manifest home = stored("old", "CronJob.batch/shop/one");
    assertThat(home.at("spec", "schedule").asText()).isEqualTo("15 * * * *");
    assertThat(image(home)).isEqualTo("registry.old/c:1");
    assertThat(container(home.tree()).path("env")).hasSize(2);
  }

  @Test
  void aFieldThatBothChangedBlocksByName() {
    moved(namespace("shop") + cron("shop", "one", "registry.old/c:1"), TWO_REGISTRIES);
    edit("CronJob.batch/shop/one", tree -> container(tree).put("image", "mirror.new/c:2"));
    World.Result blocked = backward();
    assertThat(blocked.exit()).isEqualTo(10);
    assertThat(blocked.err()).contains("It is blocked").doesNotContain("migrator apply");
    assertThat(found("changed-at-target"))
        .singleElement()
        .asString()
        .contains("CronJob.batch/shop/one", "containers[name=c].image");
    World.Result refused = world.run("apply", "back.plan.yaml", "--yes");
    assertThat(refused.exit()).isEqualTo(10);
    assertThat(refused.err())
        .containsPattern("migrator rollback r-\\S+ --backward {3}\\(when that is done\\)")
        .doesNotContain("migrator plan");
    assertThat(find("old", "CronJob.batch/shop/one")).isEmpty();

    // The advice, as it is printed.
    String remedy =
        back().findings().stream()
            .filter(f -> f.code().equals("changed-at-target"))
            .findFirst()
            .orElseThrow()
            .remedy();
    String typed = remedy.replaceFirst("^migrator ", "").replaceFirst("   \\(.*", "");
    World.Result decided = world.run((typed + " --yes").split(" "));
    assertThat(decided.exit()).as(decided.err()).isZero();
    assertThat(found("changed-at-target")).singleElement().asString().contains("target has it");
    assertThat(found("not-set-back")).singleElement().asString().contains("mirror.new/c:2");
    goneBack("--where-changed", "target");
    assertThat(image(stored("old", "CronJob.batch/shop/one"))).isEqualTo("mirror.new/c:2");
  }

  @Test
  void theSourcesValueGoesBackWhereAPersonSaysSo() {
    moved(namespace("shop") + cron("shop", "one", "registry.old/c:1"), TWO_REGISTRIES);
    edit("CronJob.batch/shop/one", tree -> container(tree).put("image", "mirror.new/c:2"));
    goneBack("--where-changed", "source");
    assertThat(image(stored("old", "CronJob.batch/shop/one"))).isEqualTo("registry.old/c:1");
  }

  @Test
  void whatChangesAfterTheWayBackWasPlannedIsNotPlannedAnewInSilence() {
    moved(namespace("shop") + cron("shop", "one", "registry.old/c:1"), TWO_REGISTRIES);
    assertThat(backward().exit()).isZero();
    edit("CronJob.batch/shop/one", tree -> container(tree).put("image", "mirror.new/c:2"));
    World.Result stale = world.run("apply", "back.plan.yaml", "--yes");
    assertThat(stale.err()).contains("M1202");
    World.Result again = world.run("apply", "back.plan.yaml", "--yes", "--replan-changed");
    assertThat(again.exit()).isEqualTo(10);
    assertThat(again.err())
        .contains("changed-at-target", "containers/0/image")
        .containsPattern("migrator rollback r-\\S+ --backward   \\(plans the way back again\\)")
        .doesNotContain("rollback RUN");
    assertThat(find("old", "CronJob.batch/shop/one")).isEmpty();
  }

  @Test
  void twoNamespacesThatBecameOneAreTwoAgain() {
    movedInto(
        "x",
        namespace("a") + cron("a", "j1", "c:1") + namespace("b") + cron("b", "j2", "c:1"),
        "mappings: {namespaces: {a: x, b: x}}\n");
    goneBack();
    assertThat(find("old", "CronJob.batch/a/j1")).isPresent();
    assertThat(find("old", "CronJob.batch/b/j2")).isPresent();
    assertThat(find("new", "CronJob.batch/x/j1")).isEmpty();
    assertThat(find("new", "CronJob.batch/x/j2")).isEmpty();
  }

  /** One namespace is mapped onto another that travels under its own name. */
  @Test
  void aNamespaceThatTookAnotherInIsNotMistakenForIt() {
    movedInto(
        "x",
        namespace("a") + cron("a", "j1", "c:1") + namespace("x") + cron("x", "j2", "c:1"),
        "mappings: {namespaces: {a: x}}\n");
    goneBack();
    assertThat(find("old", "CronJob.batch/a/j1")).isPresent();
    assertThat(find("old", "CronJob.batch/x/j2")).isPresent();
  }

  /**
   * A name of the target's that the source had used itself, in a namespace that does not travel.
   */
  @Test
  void aNameThatWasTheSourcesOwnStays() {
    String reads = "value: \"http://api.x.svc\"";
    moved(
        namespace("a")
            + namespace("x").replace("name: x", "name: x, labels: {migrator.dev/exclude: 'true'}")
            + cron("a", "j1", "c:1").replace("value: x", reads),
        "mappings: {namespaces: {a: x}}\n");
    goneBack();
    assertThat(container(stored("old", "CronJob.batch/a/j1").tree()).at("/env/0/value").asText())
        .isEqualTo("http://api.x.svc");
  }

  @Test
  void noPlanHoldsTheValueOfASecret() {
    moved(
        namespace("shop")
            + """
            ---
            apiVersion: v1
            kind: Secret
            metadata: {name: creds, namespace: shop, labels: {migrator.dev/protect-from: duplication}}
            data: {password: dGhlIHNvdXJjZSdzIG93bg==, user: YQ==}
            """,
        """
        modifiers:
          - conditions: {groupResource: secrets, resourceNameRegex: ^creds$}
            mergePatches: [{patchData: '{"data": {"password": "b3RoZXI="}}'}]
        """);
    assertThat(backward().exit()).isEqualTo(10);
    assertThat(world.read("back.plan.yaml")).doesNotContain("dGhlIHNvdXJjZSdzIG93bg", "b3RoZXI");
    assertThat(found("not-set-back")).singleElement().asString().contains("/data/password");
    // As it was, by hand; then nothing is left to set back.
    edit(
        "Secret/shop/creds",
        tree -> tree.withObjectProperty("data").put("password", "dGhlIHNvdXJjZSdzIG93bg=="));
    goneBack();
    assertThat(stored("old", "Secret/shop/creds").at("data", "password").asText())
        .isEqualTo("dGhlIHNvdXJjZSdzIG93bg==");
  }

  @Test
  void aSecretThatBothChangedIsNotOverwrittenWhereItIsInUse() {
    moved(
        namespace("shop")
            + """
            ---
            apiVersion: v1
            kind: Secret
            metadata: {name: creds, namespace: shop, labels: {migrator.dev/protect-from: duplication}}
            data: {password: dGhlIHNvdXJjZSdzIG93bg==, user: YQ==}
            """,
        """
        modifiers:
          - conditions: {groupResource: secrets, resourceNameRegex: ^creds$}
            mergePatches: [{patchData: '{"data": {"password": "b3RoZXI="}}'}]
        """);
    edit("Secret/shop/creds", tree -> tree.withObjectProperty("data").put("password", "dGhpcmQ="));
    // Of what somebody set there something may live: no advice is to overwrite it.
    for (String[] choice : new String[][] {{}, {"--where-changed", "source"}}) {
      assertThat(backward(choice).exit()).isEqualTo(10);
      assertThat(back().findings())
          .filteredOn(f -> f.severity() == Severity.BLOCKER)
          .isNotEmpty()
          .allSatisfy(
              f ->
                  assertThat(f.remedy())
                      .matches(
                          "migrator rollback r-\\S+ --backward --where-changed target   \\(.*"
                              + "can be set at old: .*/vault/shop/Secret.jsonl\\)"));
    }
    goneBack("--where-changed", "target");
    assertThat(stored("old", "Secret/shop/creds").at("data", "password").asText())
        .isEqualTo("dGhpcmQ=");
  }

  @Test
  void afterAWayBackTheCopiesOfTheWayThereAreNext() {
    moved(namespace("shop") + cron("shop", "one", "c:1"), "");
    String there = world.run("status", "latest").out().split(" ", 3)[1];
    assertThat(world.run("status", there).out()).contains("Next:   migrator verify " + there);
    goneBack();
    String next = "migrator rollback " + there + "   (removes the copies that it left at new)";
    assertThat(advised).contains("Next:  " + next).doesNotContain("migrator verify");
    assertThat(world.run("status", there).out())
        .contains("at the source: run r-", " moved it back", "Next:   " + next)
        .doesNotContain("migrator verify");
    World.Result rolled = world.run("rollback", there, "--yes");
    assertThat(rolled.exit()).as(rolled.err()).isZero();
    assertThat(world.run("status", there).out()).contains("rolled back").doesNotContain("Next:");
  }

  /** The way back of a way back is the way there. */
  @Test
  void aWayBackCanBeGoneBackToo() {
    movedInto(
        "x",
        namespace("a") + cron("a", "j1", "registry.old/c:1") + namespace("b"),
        "mappings: {namespaces: {a: x, b: x}, images: {registry.old/: mirror.new/}}\n");
    Manifest there = stored("new", "CronJob.batch/x/j1");
    goneBack();
    goneBack();
    // Forward again: what went back was the way back, and nothing of it is to be taken away.
    assertThat(advised).contains("Next:  migrator verify ").doesNotContain("migrator rollback");
    assertThat(image(stored("new", "CronJob.batch/x/j1"))).isEqualTo(image(there));
    assertThat(find("old", "CronJob.batch/a/j1")).isEmpty();
  }

  @Test
  void aDamagedVaultBlocksOnlyWhatItWouldTell() throws Exception {
    moved(namespace("shop") + cron("shop", "one", "registry.old/c:1"), TWO_REGISTRIES);
    try (var files = java.nio.file.Files.walk(folder.resolve(".migrator"))) {
      Path lines =
          files.filter(f -> f.toString().endsWith("CronJob.batch.jsonl")).findFirst().orElseThrow();
      java.nio.file.Files.writeString(
          lines, java.nio.file.Files.readString(lines).replace("registry.old", "registry.odd"));
    }
    assertThat(backward().exit()).isEqualTo(10);
    assertThat(found("not-set-back")).singleElement().asString().contains("CronJob.batch/shop/one");
  }

  @Test
  void anUnknownSideIsRefusedBeforeAnythingIsAsked() {
    moved(namespace("shop") + cron("shop", "one", "c:1"), "");
    World.Result refused = backward("--where-changed", "here");
    assertThat(refused.exit()).isEqualTo(64);
    assertThat(refused.err()).containsPattern(Pattern.compile("M1001.*here"));
    assertThat(world.run("rollback", "latest", "--where-changed", "source").err())
        .contains("go with --backward");
  }

  /** What a command says of the way there is not said of the way back. */
  @Test
  void aGateOfTheWayBackIsOpenedByAPerson() {
    moved(
        namespace("shop") + cron("shop", "one", "c:1"), "gates: {afterCopy: {command: [check]}}\n");
    world.asked.clear();
    assertThat(backward().exit()).isZero();
    assertThat(back().settings().gates().get("afterCopy"))
        .isEqualTo(new Migration.GatePolicy.Manual());
    assertThat(world.run("apply", "back.plan.yaml", "--yes").exit()).isNotZero();
    assertThat(world.asked).isEmpty();
    assertThat(find("new", "CronJob.batch/shop/one")).isPresent();
  }

  /** Claims that both clusters may write to have their namespace's new name at the target. */
  @Test
  void whatWasSaidOfSharedVolumesHoldsOnTheWayBack() {
    moved(
        namespace("a") + cron("a", "one", "c:1"),
        """
        mappings: {namespaces: {a: x}}
        volumes: [{match: {namespace: a, claim: files}, via: share}]
        """);
    assertThat(backward().exit()).isZero();
    assertThat(back().settings().data().volumes())
        .singleElement()
        .satisfies(volume -> assertThat(volume.match().namespace()).isEqualTo("x"));
  }

  /** At three in the morning "source" is the cluster of which everybody calls the other one so. */
  @Test
  void aMessageOfTheWayBackNamesTheContext() {
    moved(namespace("shop") + cron("shop", "one", "c:1"), "");
    world.faults(
        "new",
        request ->
            request.verb().equals("list") && request.resource().equals("namespaces")
                ? new Fault.Answer(new ClusterFailure.Forbidden("no"))
                : new Fault.None());
    World.Result refused = backward();
    assertThat(refused.err())
        .contains("at the source (new)", "kubectl --context new auth can-i list");
  }

  private static void setUrl(ObjectNode cron, String url) {
    ((ObjectNode) container(cron).at("/env/0")).put("value", url);
  }

  private static String url(Manifest cron) {
    return container(cron.tree()).at("/env/0/value").asText();
  }

  /** As it is now, but where it calls others by the names that they have at the source. */
  @Test
  void theTargetsValueGoesBackWithTheNamesOfTheSource() {
    moved(
        namespace("shop")
            + cron("shop", "one", "c:1").replace("value: x", "value: http://db.shop.svc/1"),
        "mappings: {namespaces: {shop: store}}\n");
    Manifest there = stored("new", "CronJob.batch/store/one");
    assertThat(url(there)).isEqualTo("http://db.store.svc/1");
    edit("CronJob.batch/store/one", tree -> setUrl(tree, "http://db.store.svc/2"));
    goneBack("--where-changed", "target");
    assertThat(url(stored("old", "CronJob.batch/shop/one"))).isEqualTo("http://db.shop.svc/2");
  }

  /** The source has a namespace of the name that the move gave to another one. */
  @Test
  void aChangedTextThatNamedTheSourcesOwnNamespaceIsNotTakenForTheMovedOne() {
    moved(
        namespace("shop")
            + namespace("store")
            + cron("shop", "one", "c:1").replace("value: x", "value: http://db.store.svc/1"),
        "scope: {namespaces: {include: [shop]}}\nmappings: {namespaces: {shop: store}}\n");
    assertThat(url(stored("new", "CronJob.batch/store/one"))).isEqualTo("http://db.store.svc/1");
    edit("CronJob.batch/store/one", tree -> setUrl(tree, "http://db.store.svc/2"));
    World.Result planned = backward();
    assertThat(planned.exit()).as(planned.out() + planned.err()).isEqualTo(10);
    assertThat(found("changed-at-target")).singleElement().asString().contains("env[name=URL]");
  }
}
