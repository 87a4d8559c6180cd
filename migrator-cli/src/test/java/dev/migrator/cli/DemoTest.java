package dev.migrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.cli.output.Terminal;
import dev.migrator.cli.wiring.Signals;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The first thing that people try. */
@Timeout(120)
class DemoTest {

  @TempDir Path folder;

  /** At whatever moment, also while it plans. */
  @Test
  void whoStopsItIsToldWhatItTouched() throws Exception {
    World world = new World(folder);
    AtomicBoolean sent = new AtomicBoolean();
    Thread person =
        Thread.ofVirtual()
            .start(
                () -> {
                  while (!sent.get()) {
                    try {
                      world.signals.send(Signals.Signal.INT);
                      sent.set(true);
                    } catch (AssertionError nobodyListensYet) {
                      Thread.onSpinWait();
                    }
                  }
                });

    World.Result result = world.run("demo");

    person.join();
    assertThat(world.signals.halts).containsExactly(130);
    assertThat(result.err())
        .contains("The demo was stopped. It has touched nothing but .migrator-demo.");
  }

  @Test
  void showsAWholeMoveAndTouchesNothingOutsideItsFolder() throws Exception {
    World.Result result = new World(folder).run("demo");

    assertThat(result.exit()).as(result.err()).isZero();
    assertThat(result.out())
        .containsSubsequence(
            "$ migrator plan --source-context old --target-context new",
            "$ migrator show move.plan.yaml --why cronjob/shop/billing",
            "a Job of billing is running in old",
            "$ migrator apply move.plan.yaml --yes",
            "$ migrator approve latest",
            "$ migrator resume latest",
            "Killed",
            "$ migrator status latest",
            "in doubt",
            "$ migrator resume latest",
            "Done: ",
            "$ migrator verify latest");
    assertThat(result.err())
        .containsSubsequence(
            "Error M2204: gate afterCopy",
            "drain    cronjob/shop/billing   waits: still running: job/billing-",
            "activate cronjob/shop/billing");
    assertThat(names(folder)).containsExactly(".migrator-demo");
    assertThat(names(folder.resolve(".migrator-demo")))
        .contains("move.plan.yaml", "migration.yaml", ".migrator");
  }

  @Test
  void leavesAReportOfAMoveThatWasKilledAndWentOn() throws Exception {
    World.Result result = new World(folder).run("demo", "--html");

    assertThat(result.exit()).as(result.err()).isZero();
    String last = result.err().lines().toList().getLast();
    assertThat(last).startsWith("Saved ").endsWith("report.html");
    String page = Files.readString(Path.of(last.substring("Saved ".length())));
    assertThat(page)
        .contains(">Moved.</h1>", "role=\"listitem\" aria-label=\"cronjob/shop/billing");
  }

  @Test
  void canBeSeenAgain() {
    assertThat(new World(folder).run("demo").exit()).isZero();
    World.Result again = new World(folder).run("demo");
    assertThat(again.exit()).as(again.err()).isZero();
  }

  @Test
  void emptiesNoFolderOfOthers() throws Exception {
    Files.createDirectories(folder.resolve("precious"));
    Files.writeString(folder.resolve("precious/letter"), "keep me");

    World.Result result = new World(folder).run("demo", "--dir", "precious");

    assertThat(result.exit()).isEqualTo(64);
    assertThat(result.err()).contains("Error M1001", "precious", "--dir another-folder");
    assertThat(Files.readString(folder.resolve("precious/letter"))).isEqualTo("keep me");
  }

  @Test
  void asksNothingAtATerminalEither() {
    World world =
        new World(folder)
            .withTerminal(
                new Terminal(true, true, true, 100, Terminal.Colours.ON_TERMINALS, true), "");

    World.Result result = world.run("demo");

    assertThat(result.exit()).as(result.err()).isZero();
    assertThat(result.err()).contains("\u001b[5A");
  }

  private static List<String> names(Path at) throws Exception {
    try (Stream<Path> files = Files.list(at)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
