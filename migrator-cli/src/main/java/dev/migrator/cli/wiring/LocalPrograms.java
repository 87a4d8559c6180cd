package dev.migrator.cli.wiring;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Programs of this machine. */
final class LocalPrograms implements Programs {

  private static final int LAST_LINES = 5;
  private static final int LONGEST_LINE = 400;
  private static final long LOOK_MILLIS = 200;
  private static final long PATIENCE_SECONDS = 5;

  private final Path folder;

  LocalPrograms(Path folder) {
    this.folder = folder;
  }

  @Override
  public Ended run(List<String> argv, Map<String, String> more, BooleanSupplier unwanted)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(argv)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    builder.environment().putAll(more);
    Process process = builder.start();
    Deque<String> lastWords = new ArrayDeque<>();
    // Read beside, so that a program that says much is not held up, and one that is silent can be
    // ended.
    Thread reader = Thread.ofVirtual().start(() -> read(process, lastWords));
    try {
      while (!process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        if (unwanted.getAsBoolean()) {
          end(process);
        }
      }
      reader.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
    } finally {
      end(process);
    }
    synchronized (lastWords) {
      return new Ended(process.exitValue(), List.copyOf(lastWords));
    }
  }

  private static void end(Process process) throws InterruptedException {
    if (process.isAlive()) {
      process.destroy();
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    }
  }

  private static void read(Process process, Deque<String> lastWords) {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      String line = lines.readLine();
      while (line != null) {
        synchronized (lastWords) {
          lastWords.addLast(line.substring(0, Math.min(line.length(), LONGEST_LINE)));
          if (lastWords.size() > LAST_LINES) {
            lastWords.removeFirst();
          }
        }
        line = lines.readLine();
      }
    } catch (IOException | UncheckedIOException e) {
      // The program was ended: what it said until then is known.
    }
  }
}
