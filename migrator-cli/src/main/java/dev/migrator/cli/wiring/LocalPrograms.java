package dev.migrator.cli.wiring;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** Programs of this machine. */
final class LocalPrograms implements Programs {

  private static final long LOOK_MILLIS = 200;
  private static final long PATIENCE_SECONDS = 5;

  private final Path folder;
  private final Set<Process> running = ConcurrentHashMap.newKeySet();

  LocalPrograms(Path folder) {
    this.folder = folder;
  }

  @Override
  public Ended run(Command command, BooleanSupplier unwanted)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command.argv()).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().putAll(command.more());
    Process process = builder.start();
    running.add(process);
    try {
      tell(process, command.input());
      HeadAndTail speech = new HeadAndTail();
      // Read beside, so that a program that says much is not held up, and one that is silent can be
      // ended.
      Thread reader = Thread.ofVirtual().start(() -> speech.read(process));
      boolean tookTooLong = await(process, command, unwanted);
      // Something that it left behind may hold the stream open for ever.
      reader.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
      return new Ended(process.exitValue(), tookTooLong, speech.said(), speech.lastWords());
    } finally {
      end(process);
      running.remove(process);
    }
  }

  @Override
  public void endAll() {
    running.forEach(process -> family(process).forEach(ProcessHandle::destroyForcibly));
  }

  private static void tell(Process process, String input) {
    try (OutputStream to = process.getOutputStream()) {
      to.write(input.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // It does not listen, or is gone already: its exit code says whether that is well.
    }
  }

  /** Waits for its end; true when it had to be ended because of the time. */
  private static boolean await(Process process, Command command, BooleanSupplier unwanted)
      throws InterruptedException {
    long begin = System.nanoTime();
    while (!process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
      Duration passed = Duration.ofNanos(System.nanoTime() - begin);
      boolean late = command.timeout().filter(most -> passed.compareTo(most) >= 0).isPresent();
      if (late || unwanted.getAsBoolean()) {
        end(process);
        return late;
      }
    }
    return false;
  }

  /** Ends it and what it started: first politely, then not. */
  private static void end(Process process) throws InterruptedException {
    if (!process.isAlive()) {
      return;
    }
    List<ProcessHandle> family = family(process);
    family.forEach(ProcessHandle::destroy);
    try {
      CompletableFuture.allOf(
              family.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new))
          .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException e) {
      // What came to the family meanwhile goes as well.
      Stream.concat(family.stream(), family(process).stream())
          .forEach(ProcessHandle::destroyForcibly);
    }
    int unused = process.waitFor();
  }

  private static List<ProcessHandle> family(Process process) {
    return Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
  }
}
