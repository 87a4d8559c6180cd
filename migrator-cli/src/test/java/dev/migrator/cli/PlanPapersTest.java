package dev.migrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.migration.Migration;
import dev.migrator.migration.MigrationFile;
import dev.migrator.model.ObjectRef;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of plans: one step, two plans, and the file that a plan begins with. */
class PlanPapersTest {

  private static final ObjectRef WEB = new ObjectRef("apps", "Deployment", "shop", "web");

  @TempDir Path folder;
  private World world = new World(Path.of(""));

  @BeforeEach
  void world() {
    world = new World(folder).clusters("web-shop");
  }

  @Test
  void aStepIsFoundByItsIdAndByItsNumber() {
    plan("a.yaml");
    World.Result byId = world.run("show", "a.yaml", "--step", "quiesce:CronJob.batch/shop/billing");

    assertThat(byId.exit()).as(byId.err()).isZero();
    assertThat(byId.out())
        .contains(
            "  phase       hand over",
            "  does        stops it at the source",
            "  class       duplication",
            "  needs       gate:afterCopy",
            "  needed by   drain:CronJob.batch/shop/billing");
    String number = byId.out().replaceFirst("(?s)step (\\d+) of .*", "$1");
    assertThat(world.run("show", "a.yaml", "--step", number).out()).isEqualTo(byId.out());
  }

  @Test
  void aStepThatIsNotThereIsTold() {
    plan("a.yaml");
    for (String typed : new String[] {"0", "1000000", "copy:Nothing//x", "99999999999"}) {
      World.Result result = world.run("show", "a.yaml", "--step", typed);
      assertThat(result.exit()).isEqualTo(64);
      assertThat(result.err()).contains("Error M1001: the plan has no step " + typed);
    }
  }

  @Test
  void twoEqualPlansSayTheSame() {
    plan("a.yaml");
    plan("b.yaml");

    World.Result same = world.run("diff", "a.yaml", "b.yaml", "--detailed-exitcode");
    assertThat(same.exit()).isZero();
    assertThat(same.out()).isEmpty();
    assertThat(same.err()).contains("Both plans say the same.");
    assertThat(world.run("diff", "a.yaml", "b.yaml", "-o", "json").out())
        .contains("\"same\": true", "\"changes\": []");
  }

  @Test
  void everyKindOfDifferenceIsTold() {
    plan("a.yaml");
    world
        .simulated("old")
        .world()
        .edit(
            WEB,
            tree -> {
              tree.withObjectProperty("spec").put("replicas", 5);
              tree.withObjectProperty("metadata")
                  .withObjectProperty("labels")
                  .put("migrator.dev/protect-from", "none");
            });
    world.file(
        "m.yaml",
        """
        scope: {resources: {exclude: [poddisruptionbudgets.policy]}}
        handover: {drainTimeout: 1h}
        """);
    plan("b.yaml", "-f", "m.yaml");

    World.Result result = world.run("diff", "a.yaml", "b.yaml", "--detailed-exitcode");

    assertThat(result.exit()).as(result.err()).isEqualTo(2);
    assertThat(result.out())
        .containsPattern("~ handover.drainTimeout +.*30m.* -> .*1h|~ handover.drainTimeout +.*60m")
        .containsPattern(
            "~ deploy/shop/web +class loss -> none \\(label\\); its definition changed")
        .containsPattern("- pdb/shop/web");
    assertThat(world.run("diff", "a.yaml", "b.yaml", "-o", "json").out())
        .contains("\"topic\":\"objects\",\"change\":\"removed\",\"subject\":\"pdb/shop/web\"");
    assertThat(world.run("diff", "b.yaml", "a.yaml").out()).containsPattern("\\+ pdb/shop/web");
  }

  @Test
  void aBrokenPlanCannotBeCompared() {
    plan("a.yaml");
    assertThat(world.run("diff", "a.yaml", "nothing.yaml").exit()).isEqualTo(64);
    assertThat(world.run("diff", "a.yaml").exit()).isEqualTo(64);
  }

  @Test
  void theFirstMigrationFileDecidesNothingAndIsValid() {
    world.clusters.clear();
    world
        .clusters(
            "old",
            World.source("web-shop")
                + """
                ---
                apiVersion: apps/v1
                kind: StatefulSet
                metadata: {name: "1", namespace: shop}
                spec:
                  replicas: 1
                  serviceName: db
                  selector: {matchLabels: {app: db}}
                  template:
                    metadata: {labels: {app: db}}
                    spec: {containers: [{name: db, image: "registry.example/db:1"}]}
                """)
        .clusters("new", "");
    World.Result result = world.run("init", "--source-context", "old", "--target-context", "new");

    assertThat(result.exit()).as(result.err()).isZero();
    String text = world.read("migration.yaml");
    Migration read = MigrationFile.read(text);
    assertThat(read).isEqualTo(Migration.defaults());
    assertThat(text)
        .containsPattern("# +shop +\\d+ loss, 2 duplication, 2 none")
        .contains(
            "#   - {match: {group: apps, kind: StatefulSet, namespace: shop, name: \"1\"},"
                + " protectFrom: duplication}   # or loss, or none",
            "#   - {match: {group: batch, kind: CronJob, namespace: shop, name: billing},"
                + " protectFrom: duplication}   # as it is now");
  }

  @Test
  void theRulesOfTheFirstFileWorkWhenTheyAreTakenIn() {
    world.run("init", "--source-context", "old", "--target-context", "new");
    String text = world.read("migration.yaml");
    world.file(
        "migration.yaml",
        text.replace("  rules: []\n", "  rules:\n").replaceAll("  #   - \\{match", "    - {match"));

    World.Result planned = plan("p.yaml", "-f", "migration.yaml");
    assertThat(planned.exit()).as(planned.err()).isZero();
    assertThat(world.run("show", "p.yaml").out()).contains("duplication (rule 1)");
  }

  @Test
  void whatSomebodyWroteIsNotWrittenOver() {
    world.file("migration.yaml", "mine");
    World.Result refused = world.run("init", "--source-context", "old", "--target-context", "new");

    assertThat(refused.exit()).isEqualTo(64);
    assertThat(refused.err()).contains("Error M1001: migration.yaml is there already");
    assertThat(world.read("migration.yaml")).isEqualTo("mine");
    World.Result printed =
        world.run("init", "--source-context", "old", "--target-context", "new", "-o", "-");
    assertThat(printed.out()).contains("kind: Migration");
  }

  private World.Result plan(String file, String... more) {
    List<String> typed =
        new ArrayList<>(
            List.of("plan", "--source-context", "old", "--target-context", "new", "-o", file));
    typed.addAll(List.of(more));
    return world.run(typed.toArray(String[]::new));
  }
}
