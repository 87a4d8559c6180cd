package dev.migrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.event.EventJson;
import dev.migrator.event.RunEvent;
import dev.migrator.journal.Disk;
import dev.migrator.journal.Journal;
import dev.migrator.journal.JournalRecord;
import dev.migrator.journal.RealDisk;
import dev.migrator.journal.RunDirectory;
import dev.migrator.journal.RunFile;
import dev.migrator.model.Digest;
import dev.migrator.model.Json;
import dev.migrator.model.Yaml;
import dev.migrator.plan.Plan;
import dev.migrator.plan.Step;
import dev.migrator.plan.file.PlanFile;
import dev.migrator.schema.Schemas;
import java.io.Closeable;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code migrator report}. */
class ReportCommandTest {

  private static final Instant AT = Instant.parse("2026-03-01T02:00:00Z");

  /** The value of the Secret that the example's source holds. */
  private static final String SECRET = "not-a-real-key";

  @TempDir Path folder;

  private World planned() {
    World world = new World(folder).clusters("web-shop");
    world.plan();
    return world;
  }

  @Test
  void aPlanIsToldAndWrittenBesideItself() {
    World world = planned();

    World.Result told = world.run("report", "move.plan.yaml");
    assertThat(told.exit()).as(told.err()).isZero();
    assertThat(told.out()).startsWith("Ready to apply.").contains("FROM old", "Can I go back?");

    World.Result saved = world.run("report", "move.plan.yaml", "--html");
    assertThat(saved.exit()).as(saved.err()).isZero();
    assertThat(saved.err()).isEqualTo("Saved " + folder.resolve("move.plan.html") + "\n");
    assertThat(world.read("move.plan.html")).startsWith("<!doctype html>").endsWith("</html>\n");
  }

  @Test
  void noValueOfASecretReachesTheReport() {
    World world = planned();
    world.run("report", "move.plan.yaml", "-o", "out.html");
    String encoded = Base64.getEncoder().encodeToString(SECRET.getBytes(StandardCharsets.UTF_8));
    String page = world.read("out.html");
    assertThat(World.source("web-shop")).as("the source has the value").contains(SECRET);
    assertThat(page).as("the page names the Secret").contains("payment-key");
    assertThat(page).doesNotContain(SECRET, encoded);
    assertThat(world.run("report", "move.plan.yaml").out()).doesNotContain(SECRET, encoded);
  }

  @Test
  void aMoveIsToldByEventsAndByTheJournalAlike() throws IOException {
    World world = planned();
    World.Result applied =
        world.run("apply", "move.plan.yaml", "--yes", "--approve-gate", "afterCopy");
    assertThat(applied.exit()).as(applied.err()).isZero();

    assertThat(world.run("report", "latest").out())
        .startsWith("Moved. ")
        .contains(
            "Which half of it happened?   All of it", "Longest pauses", "cronjob/shop/billing");
    // Events are for people only: without them the journal tells the same.
    RunDirectory run =
        RunDirectory.find(new RealDisk(), folder.resolve(".migrator"), RunDirectory.LATEST);
    Files.delete(run.eventsFile());
    assertThat(world.run("report", "latest").out())
        .startsWith("Moved. ")
        .contains(
            "Which half of it happened?   All of it", "Longest pauses", "cronjob/shop/billing");

    assertThat(world.run("report", "latest").out())
        .contains(
            "Yes, by a plan of its own",
            "Next:  migrator rollback " + run.run().id() + " --backward");
  }

  @Test
  void aRunLeavesItsReportWithMaskedDifferencesAndNoSecret() throws IOException {
    World world = planned();
    World.Result waiting = world.run("apply", "move.plan.yaml", "--yes");
    assertThat(waiting.exit()).isEqualTo(21);
    RunDirectory run =
        RunDirectory.find(new RealDisk(), folder.resolve(".migrator"), RunDirectory.LATEST);
    Path page = run.root().resolve("report.html");
    assertThat(waiting.err()).contains("Report: " + page);
    assertThat(Files.readString(page)).contains("Waiting for approval.");

    World.Result done = world.run("resume", "latest", "--approve-gate", "afterCopy");
    assertThat(done.exit()).as(done.err()).isZero();
    String text = Files.readString(page);
    String encoded = Base64.getEncoder().encodeToString(SECRET.getBytes(StandardCharsets.UTF_8));
    assertThat(text).contains("Moved.").doesNotContain(SECRET, encoded);
    String diffs = text.substring(text.indexOf("id=\"diffs\">"));
    assertThat(diffs).contains("--- source  ", "payment-key", "(secret)", "-  uid:");
  }

  @Test
  void aReportThatCannotBeWrittenChangesNothing() throws IOException {
    World world = planned();
    assertThat(world.run("apply", "move.plan.yaml", "--yes").exit()).isEqualTo(21);
    RunDirectory run =
        RunDirectory.find(new RealDisk(), folder.resolve(".migrator"), RunDirectory.LATEST);
    Path page = run.root().resolve("report.html");
    Files.delete(page);
    Files.createDirectories(page.resolve("in-the-way"));
    World.Result done = world.run("resume", "latest", "--approve-gate", "afterCopy");
    assertThat(done.exit()).as(done.err()).isZero();
    assertThat(done.err()).contains("The report was not written: ");
  }

  @Test
  void aReportIsDataToo() {
    World world = planned();
    Schemas schemas = new Schemas();
    World.Result plan = world.run("report", "move.plan.yaml", "-o", "json");
    assertThat(plan.exit()).as(plan.err()).isZero();
    JsonNode ofPlan = Json.parse(plan.out());
    assertThat(schemas.errors("report.schema.json", ofPlan)).isEmpty();
    assertThat(ofPlan.path("of").asText()).isEqualTo("plan");

    world.run("apply", "move.plan.yaml", "--yes", "--approve-gate", "afterCopy");
    JsonNode ofRun = Json.parse(world.run("report", "latest", "-o", "json").out());
    assertThat(schemas.errors("report.schema.json", ofRun)).isEmpty();
    assertThat(ofRun.path("outcome").asText()).isEqualTo("done");
    assertThat(ofRun.path("objects")).hasSize(ofPlan.path("objects").size());
    assertThat(ofRun.path("handOvers")).isNotEmpty();
    assertThat(ofRun.at("/handOvers/0/place").asText()).isEqualTo("active");
    assertThat(ofRun.at("/handOvers/0/pauseMillis").isInt()).isTrue();
    assertThat(Yaml.parse(world.run("report", "latest", "-o", "yaml").out())).contains(ofRun);
    ((ObjectNode) ofRun).remove("steps");
    assertThat(schemas.errors("report.schema.json", ofRun)).isNotEmpty();
  }

  @Test
  void aWayBackIsToldAsOne() {
    World world = planned();
    assertThat(world.run("apply", "move.plan.yaml", "--yes").exit()).isEqualTo(21);
    assertThat(world.run("report", "latest").out())
        .startsWith("Waiting for approval. ")
        .contains("Yes: nothing was deleted");

    World.Result back = world.run("rollback", "latest", "--yes");
    assertThat(back.exit()).as(back.err()).isZero();
    assertThat(world.run("report", "latest").out())
        .startsWith("Rolled back. ")
        .contains("None is left", "You are back");
  }

  @Test
  void aRunIsToldByItsEvents() throws IOException {
    World world = planned();
    RunDirectory run = run(world);
    Step first = plan(world).steps().getFirst();
    try (Disk.Appender events = run.events()) {
      for (RunEvent event :
          new RunEvent[] {
            new RunEvent.RunStarted(AT, "r-1", 9, 0),
            new RunEvent.StepStarted(AT, first.id(), first.phase()),
            new RunEvent.StepDone(AT.plusMillis(40), first.id(), first.phase(), "created")
          }) {
        events.write((EventJson.line(event) + "\n").getBytes(StandardCharsets.UTF_8));
      }
      events.write("{\"cut off".getBytes(StandardCharsets.UTF_8));
    }

    World.Result told = world.run("report", "latest");
    assertThat(told.exit()).as(told.err()).isZero();
    assertThat(told.out())
        .startsWith("Interrupted. 1 of ")
        .contains("No process of this machine works on it")
        .contains("Next:  migrator status r-1");
    Closeable work = run.lock("pid 4711 on here (resume)");
    assertThat(world.run("report", "latest").out())
        .startsWith("Under way. 1 of ")
        .contains("At work: pid 4711 on here (resume).");
    work.close();
    assertThat(world.run("report", "r-1", "--html").exit()).isZero();
    assertThat(run.root().resolve("report.html")).isRegularFile();
    assertThat(world.run("report", run.root().toString()).out()).isEqualTo(told.out());
  }

  @Test
  void whatTheJournalKnowsCountsWhereNoEventTellsIt() throws IOException {
    World world = planned();
    RunDirectory run = run(world);
    Plan plan = plan(world);
    Step first = plan.steps().getFirst();
    try (Journal journal = run.createJournal("a", "b")) {
      journal.append(new JournalRecord.RunStarted(AT, "apply"));
      journal.append(
          new JournalRecord.StepIntended(AT.plusMillis(5), first.id(), "", "", Optional.empty()));
      journal.append(
          new JournalRecord.StepOutcome(
              AT.plusMillis(9), first.id(), JournalRecord.Result.DONE, Map.of()));
      journal.append(
          new JournalRecord.RunFinished(AT.plusMillis(20), JournalRecord.Ending.INTERRUPTED));
    }
    assertThat(world.run("report", "latest").out()).startsWith("Interrupted. 1 of ");

    // Then the events of a process whose last ones are lost.
    try (Disk.Appender events = run.events()) {
      RunEvent event = new RunEvent.RunStarted(AT, "r-1", 9, 0);
      events.write((EventJson.line(event) + "\n").getBytes(StandardCharsets.UTF_8));
    }
    assertThat(world.run("report", "latest").out()).startsWith("Interrupted. 1 of ");
  }

  @Test
  void whatCannotBeFoundOrWrittenIsSaid() {
    World world = planned();
    assertThat(world.run("report", "r-none").exit()).isEqualTo(64);
    assertThat(world.run("report", "r-none").err()).contains("M1006");
    World.Result unwritable = world.run("report", "move.plan.yaml", "-o", "none/out.html");
    assertThat(unwritable.exit()).isEqualTo(64);
    assertThat(unwritable.err()).contains("M1001", "none/out.html cannot be written");
    assertThat(Files.exists(folder.resolve("none"))).isFalse();
  }

  private RunDirectory run(World world) {
    byte[] plan = world.read("move.plan.yaml").getBytes(StandardCharsets.UTF_8);
    RunFile.Login login = new RunFile.Login(Optional.empty(), "old");
    return RunDirectory.create(
        new RealDisk(),
        folder.resolve(".migrator"),
        new RunFile("r-1", AT, Digest.ofBytes(plan), login, login, Map.of()),
        plan);
  }

  private static Plan plan(World world) {
    return PlanFile.read(new StringReader(world.read("move.plan.yaml")));
  }
}
