package dev.migrator.cli.command;

import dev.migrator.cli.output.Progress;
import dev.migrator.cli.wiring.Environment;
import dev.migrator.cli.wiring.Programs;
import dev.migrator.execute.CommandRunner;
import dev.migrator.journal.RunDirectory;
import dev.migrator.model.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs the commands of hooks on this machine. What each says is kept in the run's folder, a file a
 * time, and not told to anybody else: it may hold what only its owner may see.
 */
final class HookCommands implements CommandRunner {

  private static final int LONGEST_NAME = 120;
  private static final int HEX = 8;

  private final Environment surroundings;
  private final Progress progress;
  private final RunDirectory directory;

  HookCommands(Environment surroundings, Progress progress, RunDirectory directory) {
    this.surroundings = surroundings;
    this.progress = progress;
    this.directory = directory;
  }

  @Override
  public Ended run(Command command) throws InterruptedException {
    Map<String, String> environment = new HashMap<>(command.environment());
    environment.put("MIGRATOR_RUN_DIR", directory.root().toString());
    try {
      Programs.Ended ended =
          surroundings
              .programs()
              .run(
                  new Programs.Command(
                      command.argv(),
                      environment,
                      command.input() + "\n",
                      Optional.of(command.timeout())),
                  // What was begun comes to its end or to its time-out: half of it helps nobody.
                  () -> false);
      Optional<Path> kept = keep(command, ended.said());
      if (ended.tookTooLong() || ended.exitCode() != 0) {
        tell(command, ended, kept);
      }
      return ended.tookTooLong() ? new Ended.TookTooLong() : new Ended.Exited(ended.exitCode());
    } catch (IOException e) {
      return new Ended.NotStarted(String.valueOf(e.getMessage()));
    }
  }

  private void tell(Command command, Programs.Ended ended, Optional<Path> kept) {
    List<String> lines = new ArrayList<>();
    lines.add(command.name() + " said, before it failed:");
    ended.lastWords().forEach(line -> lines.add("  " + line));
    if (ended.lastWords().isEmpty()) {
      lines.add("  nothing");
    }
    kept.ifPresent(file -> lines.add("  (all of it: " + file + ")"));
    progress.say(lines);
  }

  /** A command is not held up because its words cannot be kept. */
  private Optional<Path> keep(Command command, String said) {
    if (said.isEmpty()) {
      return Optional.empty();
    }
    Path folder = directory.root().resolve("hooks");
    Path file = folder.resolve(fileName(command));
    try {
      surroundings.disk().createDirectories(folder);
      surroundings.disk().write(file, said.getBytes(StandardCharsets.UTF_8));
      return Optional.of(file);
    } catch (IOException e) {
      progress.say(
          List.of(
              "what "
                  + command.name()
                  + " said cannot be kept: "
                  + String.valueOf(e.getMessage())));
      return Optional.empty();
    }
  }

  /** Readable, and unlike every other one. */
  private static String fileName(Command command) {
    String readable = command.name().replaceAll("[^A-Za-z0-9._-]+", "-");
    String digest = Digest.ofBytes(command.name().getBytes(StandardCharsets.UTF_8)).hex();
    return "%s.%s.%d.log"
        .formatted(
            readable.substring(0, Math.min(readable.length(), LONGEST_NAME)),
            digest.substring(0, HEX),
            command.attempt());
  }
}
