package dev.migrator.cli.command;

import dev.migrator.cli.output.Console;
import dev.migrator.cli.output.Style;
import dev.migrator.cli.wiring.DemoWorld;
import dev.migrator.cli.wiring.Environment;
import dev.migrator.cli.wiring.Signals;
import dev.migrator.journal.Disk;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows a whole move between two simulated clusters. */
@Command(
    name = "demo",
    description = {
      "Shows a whole move between two simulated clusters: plan, gate, hand-over of a CronJob",
      "whose Job runs, a kill in the middle, resume, verification.",
      "Asks nothing, needs no cluster, and touches nothing outside its folder."
    },
    mixinStandardHelpOptions = true,
    footer = {"", "Examples:", "  migrator demo", "  migrator demo --html"})
public final class DemoCommand implements Callable<Integer> {

  private static final String MARK = ".migrator-demo-folder";
  private static final Duration PACE = Duration.ofMillis(25);
  private static final Duration AT_THE_GATE = Duration.ofSeconds(20);

  private final Environment environment;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      defaultValue = ".migrator-demo",
      description = "The demo's folder, emptied first (default: ${DEFAULT-VALUE}).")
  private String directory = ".migrator-demo";

  @Option(names = "--html", description = "Leave a report of the move as HTML, too.")
  private boolean html;

  DemoCommand(Environment environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    Path folder = environment.path(directory);
    prepare(folder);
    boolean watched = environment.console().terminal().err();
    DemoWorld world =
        new DemoWorld(environment, folder, text("source.yaml"), watched ? PACE : Duration.ZERO);
    tell(
        "Two simulated clusters, old (v1.34.4) and new (v1.36.3), with a small shop in old.",
        "Time is simulated, too. Everything is written to " + directory + ", and nothing else.");
    Signals.Watch signals = environment.signals().watch(this::stop);
    try {
      return new Story(world).run();
    } finally {
      signals.close();
    }
  }

  /** What is simulated needs no checkpoint: it ends at once, at whatever moment. */
  private void stop(Signals.Signal signal) {
    environment
        .console()
        .say(
            List.of(
                "",
                "The demo was stopped. It has touched nothing but " + directory + ".",
                "Next:  migrator demo   (begins anew)"));
    environment.signals().halt(signal.exitCode());
  }

  /** Makes the folder empty, if it is ours or new. */
  private void prepare(Path folder) {
    Disk disk = environment.disk();
    try {
      if (disk.exists(folder) && !disk.exists(folder.resolve(MARK))) {
        throw Problem.of(
                ErrorCode.M1001,
                directory + " is there already and is no folder of a demo",
                "it would be emptied",
                "migrator demo --dir another-folder")
            .exception();
      }
      disk.delete(folder);
      disk.createDirectories(folder);
      disk.write(folder.resolve(MARK), new byte[0]);
      disk.write(
          folder.resolve("migration.yaml"),
          text("migration.yaml").getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw Problem.of(
              ErrorCode.M1001,
              directory + " cannot be written",
              String.valueOf(e.getMessage()),
              "migrator demo --dir another-folder")
          .exception();
    }
  }

  private void tell(String... lines) {
    Console console = environment.console();
    console.print("");
    for (String line : lines) {
      console.print(Style.QUIET.on(console.terminal().results(), "# " + line));
    }
  }

  private static String text(String resource) {
    try (InputStream in =
        Objects.requireNonNull(
            DemoCommand.class.getResourceAsStream("/dev/migrator/cli/demo/" + resource))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The commands of a move, one after the other, each in a process of its own. */
  private final class Story {

    private final DemoWorld world;

    Story(DemoWorld world) {
      this.world = world;
    }

    int run() {
      expect(
          0,
          world.process(),
          "plan --source-context old --target-context new -f migration.yaml -o move.plan.yaml");
      tell("Why does the billing move as it does?");
      expect(0, world.process(), "show move.plan.yaml --why cronjob/shop/billing");
      if (!world.letAJobRun()) {
        throw new IllegalStateException("the simulated CronJob did not start a Job");
      }
      tell("At " + world.now() + " a Job of billing is running in old. The move begins.");
      expect(ErrorCode.Category.DECISION.exitCode(), world.process(), "apply move.plan.yaml --yes");
      world.letPass(AT_THE_GATE);
      tell("Both clusters can serve. The traffic is shifted, and the gate is approved.");
      expect(0, world.process(), "approve latest");
      tell("The billing is handed over. In the middle of it the process is killed by kill -9.");
      killed(world.processKilledAt("delete", "CronJob"), "resume latest");
      expect(0, world.process(), "status latest");
      tell("Whoever comes next goes on. It looks first, at both clusters.");
      expect(0, world.process(), "resume latest");
      tell("Is everything where it belongs?");
      expect(0, world.process(), "verify latest");
      if (html) {
        tell("What it did, as a page for the browser:");
        expect(0, world.process(), "report latest --html");
      }
      tell("That was all. The plan, the journal and the vault are in " + directory + ".");
      return 0;
    }

    private void expect(int wanted, Environment process, String typed) {
      int exit = execute(process, typed);
      if (exit != wanted) {
        throw new IllegalStateException(
            "the demo's command ended with " + exit + ", not " + wanted + ": migrator " + typed);
      }
    }

    private void killed(Environment process, String typed) {
      try {
        int exit = execute(process, typed);
        throw new IllegalStateException("it was not killed, and ended with " + exit);
      } catch (Error e) {
        if (!DemoWorld.isDeath(e)) {
          throw e;
        }
        environment.console().print("Killed");
      }
    }

    private int execute(Environment process, String typed) {
      Console console = environment.console();
      console.print("");
      console.print(Style.STRONG.on(console.terminal().results(), "$ migrator " + typed));
      return MigratorCommand.commandLine(process)
          .execute(List.of(typed.split(" ")).toArray(String[]::new));
    }
  }
}
