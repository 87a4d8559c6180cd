package dev.migrator.it.cluster;

import dev.migrator.it.programs.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * One running program under {@code supervise.sh}, which ends it when this JVM goes, however that
 * happens: the supervisor reads from a pipe whose other end is here.
 *
 * <p>Crash: the file {@code <program>.pid} is in the cluster's folder for as long as the program
 * runs.
 */
final class SupervisedProgram {

  private static final Duration GRACE = Duration.ofSeconds(5);

  private final String program;
  private final Duration grace;
  private final Process supervisor;
  private final Path pidFile;
  private final Path log;

  private SupervisedProgram(
      String program, Duration grace, Process supervisor, Path pidFile, Path log) {
    this.program = program;
    this.grace = grace;
    this.supervisor = supervisor;
    this.pidFile = pidFile;
    this.log = log;
  }

  static SupervisedProgram start(
      Program program, Path executable, List<String> arguments, Path folder, Path logs)
      throws IOException {
    Path log = logs.resolve(program.fileName() + ".log");
    return start(program.fileName(), executable, arguments, folder, log, GRACE);
  }

  /**
   * Starts a program of any name.
   *
   * @param grace between SIGTERM and SIGKILL, whole seconds
   */
  static SupervisedProgram start(
      String program,
      Path executable,
      List<String> arguments,
      Path folder,
      Path log,
      Duration grace)
      throws IOException {
    Path pidFile = pidFile(folder, program);
    List<String> command = new ArrayList<>();
    command.add("/bin/sh");
    command.add(folder.resolve("supervise.sh").toString());
    command.add(pidFile.toString());
    command.add(log.toString());
    command.add(Long.toString(grace.toSeconds()));
    command.add(executable.toString());
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    // Nothing of the user's own settings may reach a test cluster.
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("KUBE") || name.startsWith("ETCD_"));
    environment.put("HOME", folder.toString());
    environment.put("KWOK_WORKDIR", folder.resolve("kwok").toString());
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    return new SupervisedProgram(program, grace, builder.start(), pidFile, log);
  }

  static Path pidFile(Path folder, String program) {
    return folder.resolve(program + ".pid");
  }

  String program() {
    return program;
  }

  boolean isAlive() {
    return supervisor.isAlive();
  }

  /** The pid of the program itself; empty when it has ended, or not begun. */
  Optional<Long> pid() {
    try {
      return Optional.of(Long.parseLong(Files.readString(pidFile).strip()));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends a signal such as {@code STOP}; does nothing when the program has ended. */
  void signal(String name) {
    pid()
        .ifPresent(
            pid -> {
              try {
                new ProcessBuilder("/bin/kill", "-" + name, Long.toString(pid)).start().waitFor();
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
  }

  /**
   * Closes the pipe: the supervisor sends SIGTERM now and SIGKILL after the grace period. Does not
   * wait.
   */
  void askToEnd() {
    try {
      signal("CONT");
      supervisor.getOutputStream().close();
    } catch (IOException e) {
      // Broken pipe: the supervisor has ended already, which is what was wanted.
      supervisor.destroy();
    }
  }

  /** Waits for the end that was asked for, and forces it when the supervisor itself fails to. */
  void awaitEnd() {
    try {
      if (!supervisor.waitFor(grace.toSeconds() + 5, TimeUnit.SECONDS)) {
        pid().flatMap(ProcessHandle::of).ifPresent(ProcessHandle::destroyForcibly);
        supervisor.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The last lines of its log. */
  String endOfLog() {
    try {
      List<String> lines = Files.readAllLines(log);
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
    } catch (IOException e) {
      return "(no log: " + e.getMessage() + ")";
    }
  }
}
