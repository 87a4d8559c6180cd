package dev.migrator.it.jmh;

import dev.migrator.journal.Journal;
import dev.migrator.journal.JournalHeader;
import dev.migrator.journal.JournalRecord;
import dev.migrator.journal.RealDisk;
import dev.migrator.model.Digest;
import dev.migrator.plan.StepId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/** Intents a second that are on a real disk, one thread against thirty-two that share an fsync. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
public class GroupCommit {

  private static final String HEX = "00112233445566778899aabbccddeeff";

  private Path folder;
  private Journal journal;

  /** Begins a journal. */
  @Setup
  public void open() throws IOException {
    folder = Files.createTempDirectory(Path.of("target"), "journal");
    journal =
        Journal.create(
            new RealDisk(),
            folder.resolve("journal"),
            new JournalHeader("r-bench", new Digest(HEX), "source-uid", "target-uid"));
  }

  /** Ends it. */
  @TearDown
  public void close() {
    journal.close();
  }

  /** Each waits for its own. */
  @Benchmark
  @Threads(1)
  public void alone() {
    journal.commit(intent());
  }

  /** One force serves all that wait. */
  @Benchmark
  @Threads(32)
  public void together() {
    journal.commit(intent());
  }

  /** What a copy costs: nobody waits. */
  @Benchmark
  @Threads(1)
  public long notForced() {
    return journal.append(intent());
  }

  private static JournalRecord intent() {
    return new JournalRecord.StepIntended(
        Instant.now(),
        new StepId("quiesce:CronJob.batch/shop/bill-" + (Thread.currentThread().threadId() % 64)),
        "00000000-0000-4000-8000-000000000001",
        "12345",
        Optional.of(new Digest(HEX)));
  }
}
