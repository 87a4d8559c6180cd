package dev.migrator.cli.command;

import dev.migrator.cli.output.Progress;
import dev.migrator.cli.wiring.Environment;
import dev.migrator.cli.wiring.Programs;
import dev.migrator.execute.Gatekeeper;
import dev.migrator.execute.Interruption;
import dev.migrator.migration.Migration.GatePolicy;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Opens a gate because the command line, a command, a person at the terminal or one at another
 * terminal says so. Where there is nobody to ask, a manual gate stays closed.
 */
final class AskingGatekeeper implements Gatekeeper {

  private static final Duration LOOK = Duration.ofMillis(250);
  // Not yes: one that was typed ahead, at the question before, must not open a gate.
  private static final Set<String> GO = Set.of("go");
  private static final Set<String> STOP = Set.of("stop", "no", "n");

  private final Environment environment;
  private final Progress progress;
  private final Interruption interruption;
  private final Approvals approvals;
  private final Set<String> approved;
  private final String run;
  private final List<String> startingEmpty;

  /**
   * @param approved gates that the command line opens
   * @param startingEmpty what starts without its data, in lines
   */
  AskingGatekeeper(
      Environment environment,
      Progress progress,
      Interruption interruption,
      Approvals approvals,
      Set<String> approved,
      List<String> startingEmpty) {
    this.environment = environment;
    this.progress = progress;
    this.interruption = interruption;
    this.approvals = approvals;
    this.approved = Set.copyOf(approved);
    this.run = approvals.directory().run().id();
    this.startingEmpty = List.copyOf(startingEmpty);
  }

  @Override
  public boolean isApproved(String gate) {
    return approved.contains(gate) || approvals.isGiven(gate);
  }

  @Override
  public Answer ask(String gate, GatePolicy policy) {
    return switch (policy) {
      case GatePolicy.Auto() -> Answer.OPEN;
      case GatePolicy.Manual() -> person(gate);
      case GatePolicy.Command(List < String > argv) -> command(gate, argv);
    };
  }

  private Answer person(String gate) {
    if (!environment.console().terminal().in()) {
      return Answer.CLOSED;
    }
    progress.pause();
    try {
      progress.say(List.of("", "Gate " + gate + ". " + meaning(gate)));
      progress.say(emptyAt(gate));
      progress.say(
          List.of(
              "Type go to open it, or stop to end here and resume later.",
              "From another terminal:  migrator approve " + run + " --gate " + gate));
      return wait(gate);
    } finally {
      progress.resume();
    }
  }

  /** Before what is handed over works at the target, data can still be copied. */
  private List<String> emptyAt(String gate) {
    if (startingEmpty.isEmpty() || gate.equals("afterRecreate")) {
      return List.of();
    }
    List<String> lines = new ArrayList<>();
    lines.add("Without the data that they have at the source, unless it was copied:");
    lines.addAll(startingEmpty);
    return lines;
  }

  /** A person may take days, may answer from elsewhere, and may press Ctrl-C meanwhile. */
  private Answer wait(String gate) {
    environment.console().raw("go or stop? ");
    while (!interruption.isRequested()) {
      Optional<String> typed =
          environment.console().typed().map(line -> line.strip().toLowerCase(Locale.ROOT));
      if (approvals.isGiven(gate) || typed.filter(GO::contains).isPresent()) {
        return Answer.OPEN;
      }
      if (typed.filter(STOP::contains).isPresent()) {
        return Answer.CLOSED;
      }
      typed.ifPresent(other -> environment.console().raw("go or stop? "));
      try {
        environment.time().sleep(LOOK);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return Answer.CLOSED;
      }
    }
    return Answer.CLOSED;
  }

  private Answer command(String gate, List<String> argv) {
    progress.say(List.of("gate " + gate + " asks: " + String.join(" ", argv)));
    try {
      Programs.Ended ended =
          environment
              .programs()
              .run(
                  new Programs.Command(
                      argv,
                      Map.of(
                          "MIGRATOR_GATE", gate,
                          "MIGRATOR_RUN", run,
                          "MIGRATOR_RUN_DIR", approvals.directory().root().toString()),
                      "",
                      Optional.empty()),
                  () -> interruption.isRequested() || approvals.isGiven(gate));
      if (ended.exitCode() == 0 || approvals.isGiven(gate)) {
        return Answer.OPEN;
      }
      List<String> said = new ArrayList<>();
      said.add("gate " + gate + " stays closed: the command ended with " + ended.exitCode());
      ended.lastWords().forEach(line -> said.add("  " + line));
      progress.say(said);
    } catch (IOException e) {
      progress.say(List.of("gate " + gate + " stays closed: " + String.valueOf(e.getMessage())));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return Answer.CLOSED;
  }

  private static String meaning(String gate) {
    return switch (gate) {
      case "afterCopy" ->
          "Both clusters can serve now, and nothing was deleted: shift the traffic, look around.";
      case "afterDetach" ->
          "No pod and no node of the source has the disks any more, and their claims are still"
              + " there: make sure that nothing else writes to them.";
      case "afterHandOver" ->
          "What must not run twice is gone from the source, and not yet at the target.";
      case "afterRecreate" -> "What must not run twice is at the target; the rest comes next.";
      default -> "";
    };
  }
}
