package dev.migrator.cli.wiring;

import dev.migrator.cli.output.Console;
import dev.migrator.cluster.TimeSource;
import dev.migrator.execute.StepThreads;
import dev.migrator.journal.Disk;
import dev.migrator.model.PlanKey;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Everything outside the program that commands touch, so that tests can give them another world.
 *
 * @param folder where relative paths of the command line begin
 * @param newRunId gives an id that no other run has
 * @param newPlanKey gives a key that nobody can guess
 * @param process who we are, such as {@code pid 4711 on build-3}
 */
public record Environment(
    Console console,
    Connections connections,
    TimeSource time,
    Disk disk,
    Path folder,
    Map<String, String> environment,
    Supplier<String> newRunId,
    Supplier<PlanKey> newPlanKey,
    Signals signals,
    StepThreads threads,
    Ticker ticker,
    Programs programs,
    String process) {

  public Environment {
    environment = Map.copyOf(environment);
  }

  /** A path as it was typed, made absolute. */
  public Path path(String typed) {
    return folder.resolve(typed).normalize();
  }
}
