package dev.migrator.it.moves;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.migrator.cli.Main;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The program in a process of its own, as its launcher starts it.
 *
 * <p>Crash: ends with this JVM.
 */
public final class MigratorProcess {

  private static final Duration LIMIT = Duration.ofMinutes(10);
  private static final Set<Process> ALIVE = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> ALIVE.forEach(Process::destroyForcibly), "end-migrator"));
  }

  /** What the program printed, and how it ended. */
  public record Outcome(List<String> command, int exitCode, String out, String err) {

    /** Fails with everything that was printed unless the program ended like that. */
    public Outcome expect(int wanted) {
      if (exitCode != wanted) {
        throw new AssertionError(
            "expected exit code %d, not %d, of migrator %s%n--- out%n%s%n--- err%n%s"
                .formatted(wanted, exitCode, String.join(" ", command), out, err));
      }
      return this;
    }
  }

  private final List<String> command;
  private final Process process;
  private final CompletableFuture<String> out;
  private final CompletableFuture<String> err;

  private MigratorProcess(List<String> command, Process process) {
    this.command = command;
    this.process = process;
    this.out = read(process.getInputStream());
    this.err = read(process.getErrorStream());
    ALIVE.add(process);
  }

  /** Starts the program in a folder. */
  public static MigratorProcess start(Path folder, List<String> arguments) {
    return start(folder, Map.of(), arguments);
  }

  /** Starts the program in a folder with more environment variables. */
  public static MigratorProcess start(
      Path folder, Map<String, String> environment, List<String> arguments) {
    return start(folder, environment, List.of(), arguments);
  }

  /** Starts the program in a folder with more options of the JVM, such as {@code -Xmx512m}. */
  public static MigratorProcess start(
      Path folder,
      Map<String, String> environment,
      List<String> jvmOptions,
      List<String> arguments) {
    List<String> all = new ArrayList<>();
    all.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    all.addAll(
        List.of(
            "-Xshare:auto",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:-UsePerfData",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow"));
    all.addAll(jvmOptions);
    all.addAll(List.of("-cp", classPath(), Main.class.getName()));
    return startProgram(folder, environment, all, arguments);
  }

  /**
   * Starts the program in a folder by words of one's own, such as the launcher of an archive.
   *
   * @param program the command without the arguments; its process must become that of the program
   */
  public static MigratorProcess startProgram(
      Path folder, Map<String, String> environment, List<String> program, List<String> arguments) {
    List<String> all = new ArrayList<>(program);
    all.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(all).directory(folder.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("KUBE"));
    builder.environment().putAll(environment);
    builder.redirectInput(new File("/dev/null"));
    try {
      return new MigratorProcess(List.copyOf(arguments), builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The packaged program where there is one, which names its libraries itself; else the classes.
   */
  private static String classPath() {
    try {
      Path program =
          Path.of(Main.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return Files.isRegularFile(program) && Files.isDirectory(program.resolveSibling("lib"))
          ? program.toString()
          : System.getProperty("java.class.path");
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** What {@code kill -9} does. Returns when the process is gone. */
  public Outcome kill() {
    // Not the process' own method, which closes what it has printed.
    process.toHandle().destroyForcibly();
    return await();
  }

  /** What Ctrl-C does. */
  public void interrupt() {
    try {
      new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Waits for its end. */
  public Outcome await() {
    try {
      if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
        throw new AssertionError(
            "migrator did not end in %s: %s%n--- out%n%s%n--- err%n%s"
                .formatted(LIMIT, command, out.join(), err.join()));
      }
      ALIVE.remove(process);
      return new Outcome(command, process.exitValue(), out.join(), err.join());
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while migrator runs", e);
    }
  }

  private static CompletableFuture<String> read(InputStream stream) {
    CompletableFuture<String> text = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try (stream) {
                text.complete(new String(stream.readAllBytes(), UTF_8));
              } catch (IOException e) {
                text.completeExceptionally(e);
              }
            });
    return text;
  }

  /** The id of the only run that the program began in the folder. */
  static String onlyRun(Path folder) throws IOException {
    try (Stream<Path> runs = Files.list(folder.resolve(".migrator"))) {
      return runs.filter(run -> Files.exists(run.resolve("run.json")))
          .map(run -> run.getFileName().toString())
          .reduce((one, other) -> one + " and " + other)
          .orElseThrow();
    }
  }
}
