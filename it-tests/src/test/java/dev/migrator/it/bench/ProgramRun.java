package dev.migrator.it.bench;

import dev.migrator.it.moves.MigratorProcess;
import dev.migrator.it.moves.MigratorProcess.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One command of the program, timed from the start of its process to its end.
 *
 * @param peakMegabytes the most memory that its process had at a time; 0 where that is not known
 * @param processor the processor time that it had, up to a tenth of a second before its end
 */
record ProgramRun(Outcome outcome, double seconds, long peakMegabytes, Duration processor) {

  /** Runs a command that must end with exit code 0. */
  static ProgramRun of(Path folder, Starter starter, List<String> arguments) {
    long begin = System.nanoTime();
    MigratorProcess process = starter.start(folder, arguments);
    AtomicLong peak = new AtomicLong();
    AtomicReference<Duration> processor = new AtomicReference<>(Duration.ZERO);
    Thread watcher = Thread.ofVirtual().start(() -> watch(process, peak, processor));
    Outcome outcome = process.await();
    double seconds = (System.nanoTime() - begin) / 1e9;
    watcher.interrupt();
    outcome.expect(0);
    return new ProgramRun(outcome, seconds, peak.get(), processor.get());
  }

  private static void watch(
      MigratorProcess process, AtomicLong peak, AtomicReference<Duration> processor) {
    Path status = Path.of("/proc", Long.toString(process.pid()), "status");
    try {
      while (process.isAlive()) {
        Files.readAllLines(status).stream()
            .filter(line -> line.startsWith("VmHWM:"))
            .map(line -> line.replaceAll("[^0-9]", ""))
            .forEach(kilobytes -> peak.set(Long.parseLong(kilobytes) / 1024));
        ProcessHandle.of(process.pid())
            .flatMap(handle -> handle.info().totalCpuDuration())
            .ifPresent(processor::set);
        Thread.sleep(100);
      }
    } catch (IOException e) {
      // Not Linux, or it has just ended.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
