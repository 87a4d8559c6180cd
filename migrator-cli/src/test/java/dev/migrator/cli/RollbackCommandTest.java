package dev.migrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.cli.wiring.Signals.Signal;
import dev.migrator.cluster.Access;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.journal.Journal;
import dev.migrator.journal.JournalRecord;
import dev.migrator.journal.RealDisk;
import dev.migrator.journal.RunDirectory;
import dev.migrator.journal.RunFile;
import dev.migrator.model.Digest;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Origin;
import dev.migrator.plan.Plan;
import dev.migrator.plan.file.PlanFile;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The way back of a run that stopped in the middle, as somebody types it. */
class RollbackCommandTest {

  private static final ObjectRef BILLING = new ObjectRef("batch", "CronJob", "shop", "billing");

  @TempDir Path folder;

  /**
   * A run in which the target's admission begins to refuse an object when it has left the source.
   */
  private World inTransit() {
    World world = new World(folder).clusters("web-shop");
    world
        .simulated("new")
        .world()
        .refuse(
            object ->
                object.ref().equals(BILLING)
                        && world.simulated("old").world().stored(BILLING).isEmpty()
                    ? Optional.of(new ClusterFailure.Forbidden("a policy denies it"))
                    : Optional.empty());
    world.plan();
    World.Result applied =
        world.run("apply", "move.plan.yaml", "--yes", "--approve-gate", "afterCopy");
    assertThat(applied.exit()).as(applied.err()).isNotZero();
    assertThat(world.simulated("old").world().stored(BILLING)).isEmpty();
    return world;
  }

  @Test
  void whatIsHalfWayIsNamedBroughtBackAndTheRestPlanned() {
    World world = inTransit();

    World.Result alone = world.run("rollback", "latest", "--yes");
    assertThat(alone.exit()).isEqualTo(10);
    assertThat(alone.err()).contains("M1110", "migrator resume r-", "--backward");

    World.Result asked = world.run("rollback", "latest", "--backward");
    assertThat(asked.err())
        .contains(
            "1 object of run",
            "cronjob/shop/billing is at neither cluster; its definition is in the vault",
            "After that the run cannot be resumed.",
            "--backward --yes");
    assertThat(asked.exit()).isEqualTo(64);
    assertThat(world.simulated("old").world().stored(BILLING)).isEmpty();

    World.Result back = world.run("rollback", "latest", "--backward", "--yes");
    assertThat(back.exit()).as(back.err()).isZero();
    Manifest billing = world.simulated("old").world().stored(BILLING).orElseThrow();
    assertThat(billing.at("spec", "suspend").asBoolean(false)).isFalse();
    assertThat(world.simulated("new").world().stored(BILLING)).isEmpty();
    assertThat(back.err()).contains("Saved back.plan.yaml: the way back, from new to old.");

    World.Result status = world.run("status", "latest");
    assertThat(status.out()).contains("on the way back").doesNotContain("migrator resume");
    World.Result resumed = world.run("resume", "latest");
    assertThat(resumed.err()).contains("M1006", "--backward");

    World.Result applied =
        world.run("apply", "back.plan.yaml", "--yes", "--approve-gate", "afterCopy");
    assertThat(applied.exit()).as(applied.err()).isZero();

    // Everything is back, so that the run can be taken back like one that deleted nothing.
    String run = back.err().replaceAll("(?s).*Then:  migrator rollback (r-[0-9a-z-]+) .*", "$1");
    World.Result asks = world.run("rollback", run);
    assertThat(asks.exit()).as("without a yes").isEqualTo(64);
    World.Result rolled = world.run("rollback", run, "--yes");
    assertThat(rolled.exit()).as(rolled.err()).isZero();
    assertThat(
            world.simulated("new").world().everything().stream()
                .filter(o -> o.annotations().containsKey("migrator.dev/origin")))
        .isEmpty();
    assertThat(world.simulated("old").world().stored(BILLING)).isPresent();
  }

  /** A command that is refused leaves the run what it was. */
  @Test
  void aRunThatIsRolledBackStaysSo() {
    World world = new World(folder).clusters("web-shop");
    world.plan();
    world.run("apply", "move.plan.yaml", "--yes");
    assertThat(world.run("rollback", "latest", "--yes").exit()).isZero();
    String before = world.run("status", "latest").out();
    assertThat(before).contains("rolled back: ");

    assertThat(world.run("resume", "latest").err()).contains("Error M1006");
    assertThat(world.run("status", "latest").out()).isEqualTo(before);
    assertThat(world.run("prune", "latest").err())
        .contains("Error M1107", "migrator status r-")
        .doesNotContain("migrator resume");
    assertThat(world.run("rollback", "latest", "--backward").err())
        .contains("was rolled back: nothing of it is left")
        .doesNotContain("Next:");
    assertThat(world.run("status", "latest").out()).isEqualTo(before);
  }

  /** Nobody is asked about what cannot be done. */
  @Test
  void aRunThatChangedNothingIsRefusedBeforeTheQuestion() {
    World world = new World(folder).clusters("web-shop");
    world.plan();
    byte[] plan = world.read("move.plan.yaml").getBytes(StandardCharsets.UTF_8);
    RunFile.Login old = new RunFile.Login(Optional.empty(), "old");
    RunFile.Login target = new RunFile.Login(Optional.empty(), "new");
    RunDirectory run =
        RunDirectory.create(
            new RealDisk(),
            folder.resolve(".migrator"),
            new RunFile("r-1", Instant.EPOCH, Digest.ofBytes(plan), old, target, Map.of()),
            plan);
    Plan planned = PlanFile.read(new StringReader(world.read("move.plan.yaml")));
    try (Journal killed = run.createJournal(planned.source().uid(), planned.target().uid())) {
      killed.append(new JournalRecord.RunStarted(Instant.EPOCH, "apply"));
    }
    String before = world.run("status", "latest").out();

    for (String option : List.of("--dry-run", "--yes")) {
      World.Result refused = world.run("rollback", "latest", option);
      assertThat(refused.err())
          .contains("Error M1006", "there is nothing to roll back", "migrator plan --source")
          .doesNotContain("Rolls back run", "locked for this run");
    }
    assertThat(world.run("status", "latest").out()).isEqualTo(before);
  }

  /** What a rollback says beforehand, by name, is what it does. */
  @Test
  void whatIsTakenBackIsSaidByNameBeforeTheQuestion() {
    World world = new World(folder).clusters("web-shop");
    world.plan();
    world.onRequest(
        "old",
        request -> request.verb().equals("patch") && request.resource().startsWith("cronjobs"),
        request -> world.signals.send(Signal.INT));
    World.Result applied =
        world.run("apply", "move.plan.yaml", "--yes", "--approve-gate", "afterCopy");
    assertThat(applied.exit()).isEqualTo(130);
    assertThat(isSuspended(world)).isTrue();
    Set<ObjectRef> copies = marked(world);
    assertThat(copies).isNotEmpty();

    World.Result dry = world.run("rollback", "latest", "--dry-run");
    assertThat(dry.exit()).as(dry.err()).isZero();
    assertThat(dry.out())
        .contains(
            "Will be set back as it was at the source old: ",
            "  CronJob in shop: billing",
            "Will be deleted at the target new, if unchanged since: " + copies.size(),
            "  Deployment in shop: web");
    World.Result asked = world.run("rollback", "latest");
    assertThat(asked.exit()).isEqualTo(64);
    assertThat(asked.err()).contains("  Deployment in shop: web", "no terminal: pass --yes");
    JsonNode document =
        Json.parse(world.run("rollback", "latest", "--dry-run", "-o", "json").out());
    assertThat(refs(document.at("/removed"))).isEqualTo(copies);
    assertThat(refs(document.at("/setBack"))).contains(BILLING);
    // The steps are those that the rollback does, less those that find nothing to do.
    assertThat(refs(document.at("/steps")))
        .containsAll(refs(document.at("/setBack")))
        .hasSize(copies.size() + document.at("/setBack").size());
    assertThat(isSuspended(world)).isTrue();
    assertThat(marked(world)).isEqualTo(copies);

    assertThat(world.run("rollback", "latest", "--yes").exit()).isZero();
    assertThat(isSuspended(world)).isFalse();
    assertThat(marked(world)).isEmpty();
    assertThat(world.run("rollback", "latest", "--dry-run", "-o", "json").out())
        .contains("\"setBack\": []", "\"removed\": []");
    assertThat(world.run("rollback", "latest", "--dry-run").err())
        .isEqualTo("There is nothing to roll back.\n");
  }

  @Test
  void aDryRunOfWhatCannotBeTakenBackSaysSo() {
    World world = inTransit();
    World.Result dry = world.run("rollback", "latest", "--dry-run");
    assertThat(dry.exit()).isEqualTo(10);
    assertThat(dry.err()).contains("M1110", "--backward");
    World.Result both = world.run("rollback", "latest", "--dry-run", "--backward");
    assertThat(both.exit()).isEqualTo(64);
    assertThat(both.err()).contains("--dry-run does not go with --backward");
    World.Result form = world.run("rollback", "latest", "-o", "json");
    assertThat(form.err()).contains("-o goes with --dry-run only");
  }

  private static boolean isSuspended(World world) {
    return world
        .simulated("old")
        .world()
        .stored(BILLING)
        .orElseThrow()
        .at("spec", "suspend")
        .asBoolean(false);
  }

  private static Set<ObjectRef> marked(World world) {
    return world.simulated("new").world().everything().stream()
        .filter(o -> Origin.of(o).isPresent())
        .map(Manifest::ref)
        .collect(Collectors.toSet());
  }

  private static Set<ObjectRef> refs(JsonNode items) {
    Set<ObjectRef> refs = new HashSet<>();
    for (JsonNode item : items) {
      JsonNode ref = item.path("ref");
      refs.add(
          new ObjectRef(
              ref.path("group").asText(),
              ref.path("kind").asText(),
              ref.path("namespace").asText(),
              ref.path("name").asText()));
    }
    return refs;
  }

  /**
   * Nothing is in transit then, and the way back is another run: the dead one's locks are in its
   * way.
   */
  @Test
  void aRunThatDiedAtItsEndDoesNotKeepItsWayBackOff() {
    World world = new World(folder).clusters("web-shop");
    world.plan();
    List<String> both = List.of("old", "new");
    world.onRequest(
        "new",
        request -> request.verb().equals("delete") && request.resource().startsWith("leases"),
        request ->
            both.forEach(side -> world.simulated(side).world().deny(RollbackCommandTest::unlocks)));
    String[] apply = {"apply", "move.plan.yaml", "--yes", "--approve-gate", "afterCopy"};
    assertThat(world.run(apply).exit()).isZero();
    both.forEach(side -> world.simulated(side).world().allowAll());
    World.Result locked = world.run("unlock", "latest");
    assertThat(locked.out()).contains("source is locked by r-");

    assertThat(world.run("rollback", "latest", "--backward").exit()).isZero();
    apply[1] = "back.plan.yaml";
    World.Result back = world.run(apply);
    assertThat(back.exit()).as(back.err()).isZero();
    assertThat(world.simulated("old").world().stored(BILLING)).isPresent();
  }

  private static boolean unlocks(Access access) {
    return access.verb().equals("delete") && access.resource().equals("leases");
  }

  /** The way back of what is in transit is not gone on with by a rollback without its option. */
  @Test
  void aSecondCtrlCNamesTheWholeCommand() {
    World world = inTransit();
    world.onRequest(
        "old",
        request -> request.verb().equals("create") && request.resource().startsWith("cronjobs"),
        request -> {
          world.signals.send(Signal.INT);
          world.signals.send(Signal.INT);
        });
    String err = world.run("rollback", "latest", "--backward", "--yes").err();
    assertThat(err).contains("Stopped at once.");
    assertThat(err.substring(err.indexOf("Stopped at once.")))
        .containsPattern("migrator rollback r-[0-9-]+ --backward");
  }

  @Test
  void rightsAreAskedForBeforeAnythingIsRemoved() {
    World world = inTransit();
    world
        .simulated("old")
        .world()
        .deny(access -> access.verb().equals("create") && access.resource().equals("cronjobs"));
    World.Result back = world.run("rollback", "latest", "--backward", "--yes");
    assertThat(back.exit()).isEqualTo(13);
    assertThat(back.err()).contains("M1403", "create cronjobs.batch");
  }
}
