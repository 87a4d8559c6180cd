package dev.migrator.execute;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Runs the commands that a plan names, on the machine that works on the move. */
@FunctionalInterface
public interface CommandRunner {

  /**
   * Runs a command to its end, or to the end of its time. It is not cut short when the run shall
   * stop.
   */
  Ended run(Command command) throws InterruptedException;

  /**
   * What is to be run.
   *
   * @param name of the step that runs it; for people, and to file what the command says
   * @param attempt how often it was begun, this time included, from 1
   * @param environment added to ours
   * @param input one JSON document, for the command's standard input; holds no object's body
   */
  record Command(
      String name,
      int attempt,
      List<String> argv,
      Duration timeout,
      Map<String, String> environment,
      String input) {
    public Command {
      argv = List.copyOf(argv);
      environment = Map.copyOf(environment);
    }
  }

  /** How it ended. What it said is no part of this: it may hold a secret. */
  sealed interface Ended {
    /** By itself. */
    record Exited(int code) implements Ended {}

    /** It took too long, and was ended with everything that it started. */
    record TookTooLong() implements Ended {}

    /** There is no such program, or it cannot be run. */
    record NotStarted(String why) implements Ended {}
  }

  /** Runs nothing, and says so. */
  static CommandRunner none() {
    return command -> new Ended.NotStarted("commands are not run here");
  }
}
