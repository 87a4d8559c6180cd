package dev.migrator.cli.wiring;

import dev.migrator.cli.output.Console;
import dev.migrator.cluster.Timekeeper;
import dev.migrator.journal.Disk;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Everything outside the program that commands touch, so that tests can give them another world.
 *
 * @param folder where relative paths of the command line begin
 * @param newRunId gives an id that no other run has
 */
public record Surroundings(
    Console console,
    Connections connections,
    Timekeeper time,
    Disk disk,
    Path folder,
    Map<String, String> environment,
    Supplier<String> newRunId,
    Signals signals) {

  public Surroundings {
    environment = Map.copyOf(environment);
  }

  /** A path as it was typed, made absolute. */
  public Path path(String typed) {
    return folder.resolve(typed).normalize();
  }
}
