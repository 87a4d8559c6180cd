package dev.migrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.exceptionfactory.jagged.x25519.X25519KeyPairGenerator;
import dev.migrator.cli.output.Terminal;
import dev.migrator.cli.wiring.Signals.Signal;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.journal.Journal;
import dev.migrator.journal.JournalRecord;
import dev.migrator.journal.RealDisk;
import dev.migrator.journal.RunDirectory;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A move by the command line: apply, the gate, failures, signals, resume, status. */
@Timeout(120)
class MoveTest {

  private static final Terminal TERMINAL =
      new Terminal(true, true, true, 100, Terminal.Colours.NEVER, false);
  private static final ObjectRef BILLING = new ObjectRef("batch", "CronJob", "shop", "billing");
  private static final ObjectRef PAYMENT_KEY = ObjectRef.core("Secret", "shop", "payment-key");
  private static final ObjectRef WEB = new ObjectRef("apps", "Deployment", "shop", "web");

  @TempDir Path folder;
  private World world = new World(Path.of(""));

  @BeforeEach
  void plan() {
    world = new World(folder).clusters("web-shop");
    world.plan("-f", Path.of("../plans/web-shop/migration.yaml").toAbsolutePath().toString());
  }

  @Test
  void movesEverythingAndSaysSo() throws Exception {
    World.Result result =
        world.run(
            "apply",
            "move.plan.yaml",
            "--yes",
            "--approve-gate",
            "afterCopy",
            "--events-file",
            "my-events.jsonl");

    assertThat(result.exit()).as(result.err()).isZero();
    assertThat(result.out()).matches("Done: \\d+ steps in .*, old -> new, verified\\.\\R");
    assertThat(result.err())
        .containsSubsequence(
            "Will be deleted at the source old",
            "copy     ns/shop   created",
            "note     gate afterCopy was approved already",
            "quiesce  cronjob/shop/billing",
            "activate cronjob/shop/billing",
            "Next:  migrator verify");
    assertMoved();
    assertThat(world.read("my-events.jsonl"))
        .startsWith("{\"apiVersion\":\"migrator.dev/v1alpha1\",\"kind\":\"RunEvent\",")
        .endsWith("\"problems\":[]}\n")
        .isEqualTo(Files.readString(run().resolve("events.jsonl")));
    assertThat(world.read("my-events.jsonl").lines()).allMatch(line -> line.startsWith("{"));
  }

  @Test
  void withoutAnybodyToAskItEndsAtTheGateAndGoesOnWhenResumed() {
    World.Result waiting = world.run("apply", "move.plan.yaml", "--yes");

    assertThat(waiting.exit()).as(waiting.err()).isEqualTo(21);
    assertThat(waiting.err())
        .containsSubsequence(
            "Error M2204: gate afterCopy waits for approval",
            "State:  ",
            "0 failed",
            "Nothing has been deleted at the source.",
            "migrator resume r-",
            "--approve-gate afterCopy");
    assertThat(world.simulated("old").world().stored(BILLING)).isPresent();
    World.Result status = world.run("status", "latest", "-o", "json");
    assertThat(status.out())
        .contains("\"state\": \"waiting at gate afterCopy\"", "\"waitingGate\": \"afterCopy\"");

    World.Result done = world.run("resume", "latest", "--approve-gate", "afterCopy");
    assertThat(done.exit()).as(done.err()).isZero();
    assertMoved();
    assertThat(world.run("status", "latest").out())
        .contains("done: ", "phase 2/4 hand over", "at the target");
  }

  @Test
  void aPersonAtTheTerminalOpensTheGate() {
    world.withTerminal(TERMINAL, "yes\nperhaps\ngo\n");

    World.Result result = world.run("apply", "move.plan.yaml");

    assertThat(result.exit()).as(result.err()).isZero();
    assertThat(result.err())
        .containsSubsequence(
            "Type yes to begin: ", "Gate afterCopy. Both clusters can serve now", "go or stop? ");
    assertMoved();
  }

  @Test
  void aPersonAtTheTerminalLeavesTheGateClosed() {
    world.withTerminal(TERMINAL, "yes\nstop\n");

    assertThat(world.run("apply", "move.plan.yaml").exit()).isEqualTo(21);
    assertThat(world.simulated("old").world().stored(BILLING)).isPresent();
  }

  @Test
  void aYesThatWasTypedAheadOpensNoGate() {
    world.withTerminal(TERMINAL, "yes\nyes\nstop\n");

    assertThat(world.run("apply", "move.plan.yaml").exit()).isEqualTo(21);
    assertThat(world.simulated("old").world().stored(BILLING)).isPresent();
  }

  @Test
  void theGateIsOpenedFromAnotherTerminalWhileThisOneWaits() throws Exception {
    assertThat(world.run("apply", "move.plan.yaml", "--yes").exit()).isEqualTo(21);
    assertThat(world.run("approve", "latest").out()).contains("Gate afterCopy of run r-");

    World.Result done = world.run("resume", "latest");
    assertThat(done.exit()).as(done.err()).isZero();
    assertThat(done.err())
        .contains("gate afterCopy was approved already")
        .doesNotContain("is reached", "waits for somebody");
    assertThat(world.run("approve", "latest").err()).contains("Error M1001", "waits at no gate");
  }

  @Test
  void whoWaitsAtATerminalSeesAnApprovalThatComesLater() {
    world.withTerminal(TERMINAL, "yes\n");
    world.clock.schedule(Duration.ofMinutes(90), this::approve);

    World.Result result = world.run("apply", "move.plan.yaml");

    assertThat(result.exit()).as(result.err()).isZero();
    assertMoved();
  }

  @Test
  void aCommandOpensTheGateOrLeavesItClosed() {
    world.file(
        "migration.yaml",
        """
        apiVersion: migrator.dev/v1alpha1
        kind: Migration
        scope: {namespaces: {include: [shop]}}
        gates: {afterCopy: {command: [./smoke-test, --all]}}
        """);
    world.run(
        "plan",
        "--source-context",
        "old",
        "--target-context",
        "new",
        "-f",
        "migration.yaml",
        "-o",
        "p.yaml");
    world.gateExit = 7;

    World.Result closed = world.run("apply", "p.yaml", "--yes");
    assertThat(closed.exit()).isEqualTo(21);
    assertThat(closed.err())
        .contains(
            "gate afterCopy stays closed: the command ended with 7", "  said by ./smoke-test");

    world.gateExit = 0;
    World.Result open = world.run("resume", "latest");
    assertThat(open.exit()).as(open.err()).isZero();
    assertThat(world.asked)
        .containsExactly(List.of("./smoke-test", "--all"), List.of("./smoke-test", "--all"));
  }

  /** Whoever consents to a plan sees every word that it runs here; when going on, too. */
  @Test
  void everyCommandOfAPlanIsShownInFullAtEachConsent() {
    String last = "x".repeat(300) + "-the-end";
    world.file(
        "migration.yaml",
        """
        apiVersion: migrator.dev/v1alpha1
        kind: Migration
        scope: {namespaces: {include: [shop]}}
        gates: {afterCopy: {command: [./smoke-test, %s]}}
        hooks:
          beforeHandOver: {command: [./quiet, %s]}
        """
            .formatted(last, last));
    world.run(
        "plan --source-context old --target-context new -f migration.yaml -o p.yaml".split(" "));
    world.gateExit = 7;

    for (World.Result asked :
        List.of(world.run("apply", "p.yaml", "--yes"), world.run("resume", "latest"))) {
      assertThat(asked.err().replaceAll("\\s+", " "))
          .containsSubsequence(
              "Commands that the plan runs on this machine:",
              "gate afterCopy command ./smoke-test " + last,
              "hook beforeHandOver command ./quiet " + last);
    }
  }

  @Test
  void commandsOfHooksAreShownBeforeTheyRunAndWhatTheySayStaysInTheRunsFolder() throws Exception {
    world.file(
        "migration.yaml",
        """
        apiVersion: migrator.dev/v1alpha1
        kind: Migration
        scope: {namespaces: {include: [shop]}}
        gates: {afterCopy: auto}
        hooks:
          beforeHandOver: {command: [./quiet, --all]}
          afterVerify: {command: [./tell], onFailure: continue}
        """);
    String planning = "plan --source-context old --target-context new -f migration.yaml -o p.yaml";
    world.run(planning.split(" "));
    world.gateExit = 3;

    World.Result failed = world.run("apply", "p.yaml", "--yes");
    assertThat(failed.exit()).as(failed.err()).isEqualTo(20);
    assertThat(failed.err())
        .containsSubsequence(
            "Commands that the plan runs on this machine:",
            "hook    beforeHandOver     command ./quiet --all",
            "hook    afterVerify        command ./tell   (may fail)",
            "hook:beforeHandOver said, before it failed:",
            "  said by ./quiet",
            "Error M2111: hook beforeHandOver failed",
            "the command ended with 3",
            "Nothing has been deleted at the source.",
            "migrator resume r-");
    assertThat(world.told).hasSize(1).first().asString().contains("\"attempt\":1").endsWith("}\n");
    try (Stream<Path> kept = Files.list(run().resolve("hooks"))) {
      assertThat(kept.map(file -> file.getFileName().toString()))
          .singleElement()
          .asString()
          .startsWith("hook-beforeHandOver.")
          .endsWith(".1.log");
    }
    assertThat(Files.readString(run().resolve("events.jsonl"))).doesNotContain("said by");

    world.gateExit = 0;
    World.Result done = world.run("resume", "latest");
    assertThat(done.exit()).as(done.err()).isZero();
    // What this process did is not all that the run did.
    assertThat(done.out())
        .matches("(?s)Done: \\d+ steps \\(\\d+ before, \\d+ now\\) in .*, old -> new, verified.*");
    assertThat(world.told).hasSize(3);
    assertThat(world.told.get(1)).contains("\"attempt\":2");
  }

  @Test
  void aFailureSaysWhatWhyTheStateAndWhatToType() {
    AtomicBoolean broken = new AtomicBoolean(true);
    world
        .simulated("new")
        .world()
        .refuse(
            object ->
                broken.get() && object.ref().equals(WEB)
                    ? Optional.of(new ClusterFailure.Forbidden("exceeded quota: pods"))
                    : Optional.empty());

    World.Result failed =
        world.run("apply", "move.plan.yaml", "--yes", "--approve-gate", "afterCopy");

    assertThat(failed.exit()).as(failed.err()).isEqualTo(20);
    assertThat(failed.err())
        .containsSubsequence("Error M2101: ", "  Why:    ", "exceeded quota: pods")
        .containsSubsequence("  State:  ", "1 failed", "Nothing has been deleted at the source.")
        .containsPattern("  Next:   migrator resume r-");
    assertThat(failed.err()).doesNotContain("Exception", "\tat ", " RUN");
    World.Result status = world.run("status", "latest");
    assertThat(status.exit()).isZero();
    assertThat(status.out()).contains("blocked: ", "failed: 1", "M2101: ", "migrator resume r-");

    broken.set(false);
    World.Result done = world.run("resume", "latest", "--approve-gate", "afterCopy");
    assertThat(done.exit()).as(done.err()).isZero();
    assertMoved();
  }

  @Test
  void aPlanThatIsStaleIsRefusedAndLeavesNoRun() throws Exception {
    world
        .simulated("old")
        .world()
        .edit(WEB, tree -> tree.withObjectProperty("spec").put("minReadySeconds", 7));

    World.Result result = world.run("apply", "move.plan.yaml", "--yes");

    assertThat(result.exit()).as(result.err()).isEqualTo(11);
    assertThat(result.err())
        .contains("Error M1202", "web", "  Next:   migrator apply move.plan.yaml --replan-changed");
    assertThat(world.simulated("new").world().stored(WEB)).isEmpty();
    assertThat(world.run("status", "latest").err()).contains("Error M1006");
  }

  /** What changed is planned anew, shown and asked about; what is new since stays out. */
  @Test
  void whatChangedIsPlannedAnewAlone() throws Exception {
    world
        .simulated("old")
        .world()
        .edit(WEB, tree -> tree.withObjectProperty("spec").put("minReadySeconds", 7));
    Manifest settings =
        world
            .simulated("old")
            .world()
            .stored(ObjectRef.core("ConfigMap", "shop", "web-config"))
            .orElseThrow();
    world
        .simulated("old")
        .world()
        .load(
            List.of(
                settings.edit(
                    tree ->
                        tree.withObjectProperty("metadata")
                            .put("name", "new-since")
                            .remove(List.of("uid", "resourceVersion")))));

    World.Result moved =
        world.run(
            "apply", "move.plan.yaml", "--replan-changed", "--yes", "--approve-gate", "afterCopy");

    assertThat(moved.exit()).as(moved.err()).isZero();
    assertThat(moved.err()).contains("planned anew", "deploy/shop/web", "its definition changed");
    assertThat(
            world
                .simulated("new")
                .world()
                .stored(WEB)
                .map(web -> web.at("spec", "minReadySeconds").asInt()))
        .contains(7);
    assertThat(
            world.simulated("new").world().stored(ObjectRef.core("ConfigMap", "shop", "new-since")))
        .isEmpty();
  }

  /** Some controller writes into it all day, and nothing that is planned changes. */
  @Test
  void aSecretThatWasOnlyWrittenToIsNotStale() throws Exception {
    touch(PAYMENT_KEY);

    World.Result moved =
        world.run("apply", "move.plan.yaml", "--yes", "--approve-gate", "afterCopy");

    assertThat(moved.exit()).as(moved.err()).isZero();
    assertThat(moved.err()).doesNotContain("resourceVersion");
    assertMoved();
  }

  @Test
  void aSecretThatChangedIsStaleWhoeverHasTheKey() throws Exception {
    world
        .simulated("old")
        .world()
        .edit(PAYMENT_KEY, tree -> tree.withObjectProperty("data").put("key", "b3RoZXI="));

    World.Result result = world.run("apply", "move.plan.yaml", "--yes");

    assertThat(result.exit()).as(result.err()).isEqualTo(11);
    assertThat(result.err()).contains("Error M1202", "payment-key").doesNotContain("b3RoZXI=");
    World.Result again =
        world.run(
            "apply", "move.plan.yaml", "--replan-changed", "--yes", "--approve-gate", "afterCopy");
    assertThat(again.exit()).as(again.err()).isZero();
    assertThat(again.err()).contains("planned anew", "payment-key", "its definition changed");
    assertMoved();
  }

  /** A label that somebody adds counts as it does for every other kind. */
  @Test
  void aLabelOnASecretMakesThePlanStaleAsOnAnyObject() {
    world
        .simulated("old")
        .world()
        .edit(
            PAYMENT_KEY,
            tree ->
                tree.withObjectProperty("metadata")
                    .withObjectProperty("labels")
                    .put("rotated", "yes"));

    World.Result result = world.run("apply", "move.plan.yaml", "--yes");

    assertThat(result.exit()).as(result.err()).isEqualTo(11);
    assertThat(result.err()).contains("Error M1202", "payment-key");
  }

  private void touch(ObjectRef ref) {
    world
        .simulated("old")
        .world()
        .edit(
            ref,
            tree ->
                tree.withObjectProperty("metadata")
                    .withArrayProperty("managedFields")
                    .addObject()
                    .put("manager", "rotator"));
  }

  /** The journal lost its records, the vault is whole: no new run, and the way on is named. */
  @Test
  void aJournalThatLostItsRecordsIsMadeAgain() throws Exception {
    World.Result waiting = world.run("apply", "move.plan.yaml", "--yes");
    assertThat(waiting.exit()).as(waiting.err()).isEqualTo(21);
    world
        .simulated("old")
        .world()
        .edit(BILLING, tree -> tree.withObjectProperty("spec").put("suspend", true));
    Path journal = run().resolve("journal");
    byte[] bytes = Files.readAllBytes(journal);
    int header = 20 + java.nio.ByteBuffer.wrap(bytes).getInt(12);
    Files.write(journal, java.util.Arrays.copyOf(bytes, header));

    World.Result refused = world.run("resume", "latest", "--approve-gate", "afterCopy");
    assertThat(refused.exit()).as(refused.err()).isEqualTo(11);
    assertThat(refused.err())
        .containsPattern("Error M1202")
        .containsPattern("migrator resume r-\\S+ --rebuild");
    assertThat(refused.err()).doesNotContain("migrator plan ...");

    World.Result done = world.run("resume", "latest", "--rebuild", "--approve-gate", "afterCopy");
    assertThat(done.exit()).as(done.err()).isZero();
    assertThat(run().resolve("journal.damaged")).exists();
    assertMoved();
    World.Result whole = world.run("resume", "latest", "--rebuild");
    assertThat(whole.err()).contains("Error M1001", "is whole");
  }

  @Test
  void aDamagedJournalIsNotTakenFromWhoWritesIt() throws Exception {
    world.run("apply", "move.plan.yaml", "--yes");
    Path journal = run().resolve("journal");
    byte[] bytes = Files.readAllBytes(journal);
    // In its first record, with whole ones behind.
    bytes[20 + java.nio.ByteBuffer.wrap(bytes).getInt(12) + 25] ^= 1;
    Files.write(journal, bytes);
    RunDirectory directory =
        RunDirectory.find(new RealDisk(), folder.resolve(".migrator"), "latest");
    try (Closeable held = directory.lock("pid 7 on another terminal")) {
      assertThat(held).isNotNull();
      World.Result result = world.run("resume", "latest", "--rebuild");

      assertThat(result.exit()).as(result.err()).isEqualTo(12);
      assertThat(journal).exists();
    }
    World.Result done =
        world.run("resume", "latest", "--rebuild", "--yes", "--approve-gate", "afterCopy");
    assertThat(done.exit()).as(done.err()).isZero();
    assertMoved();
  }

  @Test
  void aRunThatAnotherProcessWorksOnIsLocked() throws Exception {
    world.run("apply", "move.plan.yaml", "--yes");
    RunDirectory directory =
        RunDirectory.find(new RealDisk(), folder.resolve(".migrator"), "latest");
    try (Closeable held = directory.lock("pid 7 on another terminal")) {
      assertThat(held).isNotNull();
      World.Result result = world.run("resume", "latest");

      assertThat(result.exit()).as(result.err()).isEqualTo(12);
      assertThat(result.err()).contains("Error M1301", "pid 7 on another terminal");
      assertThat(world.run("status", "latest").exit()).isZero();
    }
  }

  /** Nothing is foreseen and nobody is asked what cannot be done now. */
  @Test
  void whoWorksOnARunIsNamedBeforeAnythingIsAsked() throws Exception {
    world.run("apply", "move.plan.yaml", "--yes");
    RunDirectory directory =
        RunDirectory.find(new RealDisk(), folder.resolve(".migrator"), "latest");
    try (Closeable held = directory.lock("pid 7 on another terminal")) {
      assertThat(held).isNotNull();
      for (List<String> command :
          List.of(
              List.of("rollback", "latest"),
              List.of("rollback", "latest", "--backward"),
              List.of("prune", "latest"),
              List.of("prune", "latest", "--undo"))) {
        World.Result result = world.run(command.toArray(String[]::new));
        assertThat(result.exit()).as(result.err()).isEqualTo(12);
        assertThat(result.err())
            .startsWith("Error M1301")
            .contains("pid 7 on another terminal")
            .doesNotContain("Rolls back", "pass --yes");
      }
      assertThat(world.run("status", "latest").out()).contains("at work: pid 7 on another term");
    }
    assertThat(world.run("status", "latest").out()).doesNotContain("at work");
  }

  @ParameterizedTest
  @EnumSource
  void theFirstSignalStopsAtACheckpoint(Signal signal) {
    world.onRequest(
        "new", request -> request.verb().equals("create"), r -> world.signals.send(signal));

    World.Result stopped =
        world.run("apply", "move.plan.yaml", "--yes", "--approve-gate", "afterCopy");

    assertThat(stopped.exit()).as(stopped.err()).isEqualTo(signal.exitCode());
    assertThat(stopped.err())
        .containsSubsequence(
            "Stopping: what is in flight ends", "Error M9130", "migrator resume r-");
    assertThat(world.signals.halts).isEmpty();
    World.Result done = world.run("resume", "latest", "--approve-gate", "afterCopy");
    assertThat(done.exit()).as(done.err()).isZero();
    assertMoved();
  }

  @Test
  void theSecondSignalStopsAtOnceAndNamesWhatIsInDoubt() {
    world.onRequest(
        "old",
        request -> request.verb().equals("delete") && request.object().equals(Optional.of(BILLING)),
        request -> {
          world.signals.send(Signal.INT);
          world.signals.send(Signal.INT);
        });

    World.Result stopped =
        world.run("apply", "move.plan.yaml", "--yes", "--approve-gate", "afterCopy");

    assertThat(world.signals.halts).containsExactly(130);
    assertThat(stopped.err())
        .containsSubsequence(
            "Stopped at once.",
            "In doubt",
            "  deleting cronjob/shop/billing at the source",
            "Next:   migrator resume r-");
  }

  @Test
  void aRunWithASealedVaultGoesOnOnlyWithTheIdentity() throws Exception {
    KeyPair operator = new X25519KeyPairGenerator().generateKeyPair();
    String recipient = text(operator.getPublic());
    world.file("key.txt", "# public key: " + recipient + "\n" + text(operator.getPrivate()) + "\n");
    world.file(
        "other.txt", text(new X25519KeyPairGenerator().generateKeyPair().getPrivate()) + "\n");

    World.Result waiting =
        world.run("apply", "move.plan.yaml", "--yes", "--vault-recipient", recipient);
    assertThat(waiting.exit()).as(waiting.err()).isEqualTo(21);
    assertThat(run().resolve("vault/shop/Secret.jsonl.sealed")).exists();
    assertThat(run().resolve("vault/shop/Secret.jsonl")).doesNotExist();
    assertThat(run().resolve("run.json")).content().contains(recipient);

    for (List<String> without :
        List.of(
            List.of("resume", "latest", "--approve-gate", "afterCopy"),
            List.of("resume", "latest", "--vault-identity", "other.txt"),
            List.of("verify", "latest"),
            List.of("rollback", "latest", "--yes"))) {
      World.Result refused = world.run(without.toArray(String[]::new));
      assertThat(refused.exit()).as(refused.err()).isEqualTo(64);
      assertThat(refused.err())
          .contains("Error M1008", "payment-key", "--vault-identity")
          .doesNotContain("AGE-SECRET-KEY", " RUN");
    }
    assertThat(world.simulated("old").world().stored(BILLING)).isPresent();
    World.Result missing = world.run("resume", "latest", "--vault-identity", "nowhere.txt");
    assertThat(missing.err()).contains("Error M1008", "nowhere.txt");

    world.environment.put("MIGRATOR_VAULT_IDENTITY", folder.resolve("key.txt").toString());
    World.Result done = world.run("resume", "latest", "--approve-gate", "afterCopy");
    assertThat(done.exit()).as(done.err()).isZero();
    assertMoved();
    assertThat(world.run("verify", "latest").exit()).isZero();
    assertThat(world.run("prune", "latest", "--yes").exit()).isZero();
    Path pruned = run().resolve("prunes/prune-1/vault/shop");
    assertThat(pruned.resolve("Secret.jsonl.sealed")).exists();
    assertThat(pruned.resolve("Secret.jsonl")).doesNotExist();
    World.Result back = world.run("prune", "latest", "--undo", "--yes");
    assertThat(back.exit()).as(back.err()).isZero();
  }

  @Test
  void whatIsNoRecipientIsRefusedBeforeAnythingBegins() {
    World.Result refused =
        world.run("apply", "move.plan.yaml", "--yes", "--vault-recipient", "age1nonsense");
    assertThat(refused.exit()).isEqualTo(64);
    assertThat(refused.err()).contains("Error M1008", "age1nonsense", "age-keygen");
    assertThat(world.run("status", "latest").err()).contains("Error M1006");
  }

  private static String text(Key key) {
    return new String(key.getEncoded(), StandardCharsets.US_ASCII);
  }

  @Test
  void watchingARunThatHasEndedShowsItOnce() {
    world.run("apply", "move.plan.yaml", "--yes");

    World.Result watched = world.run("status", "latest", "--watch");

    assertThat(watched.exit()).isZero();
    assertThat(watched.out()).contains("waiting at gate afterCopy").doesNotContain("\u001b");
  }

  /** Whoever watches a run whose process was killed is told, and waits for nobody. */
  @Test
  @Timeout(30)
  void watchingARunThatWasKilledShowsItOnce() throws IOException {
    world.run("apply", "move.plan.yaml", "--yes");
    RunDirectory run =
        RunDirectory.find(new RealDisk(), folder.resolve(".migrator"), RunDirectory.LATEST);
    try (Journal journal = run.openJournal()) {
      journal.append(new JournalRecord.RunStarted(Instant.EPOCH, "resume"));
    }

    World.Result watched = world.run("status", "latest", "--watch");

    assertThat(watched.exit()).isZero();
    assertThat(watched.out())
        .contains("interrupted: 11 of 29 steps done, at a gate", "Next:   migrator resume r-");
  }

  @Test
  void aRollbackThatIsBlockedIsGoneOnWithByRollback() {
    world.run("apply", "move.plan.yaml", "--yes");
    Manifest unused =
        world
            .simulated("new")
            .world()
            .edit(
                new ObjectRef("", "ConfigMap", "shop", "web-config"),
                tree -> tree.withObjectProperty("data").put("somebody", "changed this"));

    World.Result blocked = world.run("rollback", "latest", "--yes");

    assertThat(blocked.exit()).as(blocked.err()).isEqualTo(23);
    assertThat(blocked.err())
        .contains(
            "Error M2401: 2 objects could not be put back",
            "cm/shop/web-config was changed at the target",
            "migrator rollback r-",
            "[ 1/13] rollback deploy/shop/preview   nothing of this run is at the target",
            "ns/shop holds cm/shop/web-config, which stays")
        .doesNotContain("migrator resume");
    assertThat(world.run("status", "latest").out())
        .contains("rollback blocked: 11 of 29 steps done", "Next:   migrator rollback r-")
        .doesNotContain("migrator resume");
  }

  @Test
  void aSecondCtrlCNamesTheCommandThatGoesOn() {
    world.run("apply", "move.plan.yaml", "--yes");
    world.onRequest(
        "new",
        request -> request.verb().equals("delete"),
        request -> {
          world.signals.send(Signal.INT);
          world.signals.send(Signal.INT);
        });

    assertThat(world.run("rollback", "latest", "--yes").err())
        .contains("Stopped at once.", "migrator rollback r-")
        .doesNotContain("migrator resume");
  }

  private void approve() {
    assertThat(world.run("approve", "latest").exit()).isZero();
  }

  private Path run() throws Exception {
    try (Stream<Path> runs = Files.list(folder.resolve(".migrator"))) {
      return runs.findFirst().orElseThrow();
    }
  }

  private void assertMoved() {
    assertThat(world.simulated("old").world().stored(BILLING)).isEmpty();
    assertThat(world.simulated("new").world().stored(BILLING)).isPresent();
    assertThat(world.simulated("old").world().stored(WEB)).isPresent();
    assertThat(world.simulated("new").world().stored(WEB)).isPresent();
  }
}
