package dev.migrator.journal;

import static dev.migrator.journal.JournalSamples.AT;
import static dev.migrator.journal.JournalSamples.BILLING;
import static dev.migrator.journal.JournalSamples.COPY;
import static dev.migrator.journal.JournalSamples.DELETE;
import static dev.migrator.journal.JournalSamples.HEADER;
import static dev.migrator.journal.JournalSamples.QUIESCE;
import static dev.migrator.journal.JournalSamples.RECORDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.migrator.journal.HookedDisk.Effect;
import dev.migrator.journal.HookedDisk.Moment;
import dev.migrator.journal.JournalRecord.OriginalState;
import dev.migrator.journal.JournalRecord.Result;
import dev.migrator.journal.JournalRecord.RunStarted;
import dev.migrator.journal.JournalRecord.StepIntended;
import dev.migrator.journal.JournalRecord.StepOutcome;
import dev.migrator.journal.memory.SimulatedDisk;
import dev.migrator.lifecycle.StepStatus;
import dev.migrator.model.Digest;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.ProblemException;
import dev.migrator.plan.StepId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class JournalTest {

  private static final Path FILE = Path.of("run/journal");

  private final SimulatedDisk disk = new SimulatedDisk();

  JournalTest() throws IOException {
    disk.createDirectories(Path.of("run"));
  }

  @Test
  void everyRecordComesBackAsItWasWritten() {
    try (Journal journal = Journal.create(disk, FILE, HEADER)) {
      RECORDS.forEach(journal::append);
    }
    Replay replay = Journal.read(disk, FILE);
    assertThat(replay.header()).isEqualTo(HEADER);
    assertThat(replay.records()).isEqualTo(RECORDS);
    assertThat(replay.torn()).isZero();
  }

  @Test
  void stateIsTheSameWhileWritingAndAfterReplay() {
    JournalState live;
    try (Journal journal = Journal.create(disk, FILE, HEADER)) {
      RECORDS.forEach(journal::commit);
      live = journal.state();
    }
    try (Journal reopened = Journal.open(disk, FILE)) {
      for (JournalState state : List.of(live, reopened.state())) {
        assertThat(state.status(COPY)).isEqualTo(StepStatus.FAILED);
        assertThat(state.status(QUIESCE)).isEqualTo(StepStatus.DONE);
        assertThat(state.status(DELETE)).isEqualTo(StepStatus.IN_DOUBT);
        assertThat(state.status(new StepId("activate:x"))).isEqualTo(StepStatus.NOT_STARTED);
        assertThat(state.inDoubt()).containsExactly(DELETE);
        assertThat(state.step(DELETE).intent().orElseThrow().resourceVersion()).isEqualTo("19");
        assertThat(state.original(BILLING).orElseThrow().fields())
            .containsEntry("spec.suspend", "");
        assertThat(state.lastScheduled(BILLING)).isPresent();
        assertThat(state.lastScheduled(BILLING.inNamespace("x"))).isEmpty();
        assertThat(state.drained(BILLING)).isTrue();
        assertThat(state.decision("gate afterCopy").orElseThrow().answer()).isEqualTo("approved");
        assertThat(state.vaulted()).isTrue();
        assertThat(state.starts()).isEqualTo(1);
        assertThat(state.finished()).isPresent();
      }
      reopened.commit(new RunStarted(AT, "resume"));
      assertThat(reopened.state().finished()).isEmpty();
    }
  }

  @Test
  void anotherIntentPutsAFailedStepInDoubtAgainAndTheFirstOriginalStateStays() {
    StepIntended again = new StepIntended(AT, COPY, "u1", "17", Optional.empty());
    List<JournalRecord> records = new ArrayList<>(RECORDS);
    records.add(again);
    records.add(new OriginalState(AT, BILLING, Map.of("spec.suspend", "true")));
    JournalState state = JournalState.of(records);
    assertThat(state.status(COPY)).isEqualTo(StepStatus.IN_DOUBT);
    assertThat(state.original(BILLING).orElseThrow().fields()).containsEntry("spec.suspend", "");
    records.add(new StepOutcome(AT, COPY, Result.DONE, Map.of("uid", "u9")));
    assertThat(JournalState.of(records).status(COPY)).isEqualTo(StepStatus.DONE);
  }

  @Test
  void aTailThatIsCutAnywhereGivesAPrefixAndCanBeWrittenOn() throws IOException {
    byte[] whole = written(1);
    int header = JournalFormat.header(HEADER).length;
    int previous = 0;
    for (int length = 0; length <= whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      if (length < header) {
        assertCorrupt(() -> JournalFormat.replay(cut));
        continue;
      }
      Replay replay = JournalFormat.replay(cut);
      assertThat(replay.records()).isEqualTo(RECORDS.subList(0, replay.records().size()));
      assertThat(replay.records().size()).isBetween(previous, previous + 1);
      previous = replay.records().size();

      put(cut);
      try (Journal journal = Journal.open(disk, FILE)) {
        journal.commit(new RunStarted(AT, "resume"));
      }
      assertThat(Journal.read(disk, FILE).records())
          .hasSize(previous + 1)
          .endsWith(new RunStarted(AT, "resume"));
    }
    assertThat(previous).isEqualTo(RECORDS.size());
  }

  @Test
  void aFlippedBitLosesOnlyTheLastRecordOrStopsTheRun() throws IOException {
    byte[] whole = written(1);
    int last = whole.length - JournalFormat.record(RECORDS.size(), 0, RECORDS.getLast()).length;
    for (int bit = 0; bit < whole.length * 8; bit++) {
      byte[] flipped = whole.clone();
      flipped[bit / 8] ^= (byte) (1 << (bit % 8));
      if (bit / 8 < last) {
        assertCorrupt(() -> JournalFormat.replay(flipped));
      } else {
        assertThat(JournalFormat.replay(flipped).records())
            .isEqualTo(RECORDS.subList(0, RECORDS.size() - 1));
      }
    }
  }

  /**
   * In a group, what was lost cannot be told from what was never forced; but nothing forced before
   * the group may be missing.
   */
  @Test
  void aFlippedBitInAGroupNeverHidesWhatEarlierGroupsForced() throws IOException {
    byte[] whole = written(5);
    int lastGroup = RECORDS.size() / 5 * 5;
    for (int bit = 0; bit < whole.length * 8; bit++) {
      byte[] flipped = whole.clone();
      flipped[bit / 8] ^= (byte) (1 << (bit % 8));
      try {
        List<JournalRecord> records = JournalFormat.replay(flipped).records();
        assertThat(records)
            .isEqualTo(RECORDS.subList(0, records.size()))
            .hasSizeBetween(lastGroup, RECORDS.size() - 1);
      } catch (ProblemException e) {
        assertThat(e.problem().code()).isEqualTo(ErrorCode.M2203);
      }
    }
  }

  @Test
  void aMissingRecordIsCorruptionEvenWhenAllThatIsThereIsWhole() throws IOException {
    byte[] header = JournalFormat.header(HEADER);
    byte[] first = JournalFormat.record(1, 0, RECORDS.get(0));
    byte[] third = JournalFormat.record(3, 0, RECORDS.get(2));
    assertCorrupt(() -> JournalFormat.replay(joined(header, first, third)));
    assertCorrupt(() -> JournalFormat.replay(joined(header, first, first)));
  }

  @Test
  void garbageIsRefusedOrReadAsAPrefix() throws IOException {
    byte[] whole = written(3);
    for (int seed = 0; seed < 3000; seed++) {
      Random random = new Random(seed);
      byte[] broken = whole.clone();
      for (int i = random.nextInt(4); i >= 0; i--) {
        int from = random.nextInt(broken.length);
        byte[] garbage = new byte[1 + random.nextInt(64)];
        random.nextBytes(garbage);
        System.arraycopy(garbage, 0, broken, from, Math.min(garbage.length, broken.length - from));
      }
      byte[] file = Arrays.copyOf(broken, random.nextInt(broken.length + 100));
      try {
        List<JournalRecord> records = JournalFormat.replay(file).records();
        assertThat(records).as("seed %d", seed).isEqualTo(RECORDS.subList(0, records.size()));
      } catch (ProblemException e) {
        assertThat(e.problem().code()).as("seed %d", seed).isEqualTo(ErrorCode.M2203);
      }
    }
  }

  @Test
  void aHugeBrokenTailIsSearchedInBoundedTime() {
    byte[] header = JournalFormat.header(HEADER);
    byte[] tail = new byte[4 * 1024 * 1024];
    // Looks like the beginning of a long record at every eighth byte.
    for (int i = 0; i + 24 < tail.length; i += 24) {
      tail[i + 1] = 0x0f;
      tail[i + 15] = 9;
      tail[i + 20] = 3;
    }
    assertCorrupt(() -> JournalFormat.replay(joined(header, tail)));
  }

  @Test
  void oneForceServesAllThatWait() throws Exception {
    int threads = 64;
    AtomicInteger forces = new AtomicInteger();
    CountDownLatch appended = new CountDownLatch(threads);
    HookedDisk counting =
        new HookedDisk(
            disk,
            (moment, effect, path, bytes) -> {
              if (!path.equals(FILE)) {
                return;
              }
              if (effect == Effect.APPEND && moment == Moment.AFTER) {
                appended.countDown();
              }
              if (effect == Effect.FORCE
                  && moment == Moment.BEFORE
                  && forces.incrementAndGet() == 1) {
                await(appended);
              }
            });
    try (Journal journal = Journal.create(counting, FILE, HEADER)) {
      List<Thread> committers = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        JournalRecord record =
            new StepIntended(AT, new StepId("copy:" + i), "", "", Optional.empty());
        committers.add(Thread.ofVirtual().start(() -> journal.commit(record)));
      }
      for (Thread committer : committers) {
        committer.join();
      }
      // The first is for one, the second for the 63 that came meanwhile: but for the last of them,
      // whose bytes the disk may have before the journal has counted it.
      assertThat(forces.get()).isBetween(2, 3);
    }
    assertThat(Journal.read(disk, FILE).records()).hasSize(threads);
  }

  @Test
  void afterAFailedForceNothingIsWrittenEverAgain() {
    AtomicInteger forces = new AtomicInteger();
    Journal journal = Journal.create(failing(Effect.FORCE, forces), FILE, HEADER);
    long sequence = journal.append(RECORDS.get(0));
    assertUnwritable(() -> journal.force(sequence));
    assertUnwritable(() -> journal.force(sequence));
    assertUnwritable(() -> journal.append(RECORDS.get(1)));
    journal.close();
    assertThat(forces).as("a failed fsync is not tried again").hasValue(1);
  }

  @Test
  void aFullDiskStopsTheJournalAndItGoesOnWhenThereIsSpace() {
    Journal journal = Journal.create(disk, FILE, HEADER);
    journal.commit(RECORDS.get(0));
    disk.leaveSpace(10);
    assertUnwritable(() -> journal.append(RECORDS.get(1)));
    disk.makeSpace();
    assertUnwritable(() -> journal.append(RECORDS.get(1)));
    journal.close();
    try (Journal reopened = Journal.open(disk, FILE)) {
      reopened.commit(RECORDS.get(1));
    }
    assertThat(Journal.read(disk, FILE).records()).isEqualTo(RECORDS.subList(0, 2));
  }

  @Test
  void aJournalServesItsOwnRunOnlyAndIsNeverBegunTwice() {
    Journal.create(disk, FILE, HEADER).close();
    assertUnwritable(() -> Journal.create(disk, FILE, HEADER));
    JournalHeader other =
        new JournalHeader("r-7f3a", HEADER.plan(), "uid-source", "uid-of-another");
    assertThatThrownBy(() -> HEADER.requireSame(other))
        .hasMessageContaining("M1201")
        .hasMessageContaining("uid-of-another");
    JournalHeader replanned =
        new JournalHeader(
            "r-7f3a", new Digest("ff112233445566778899aabbccddeeff"), "uid-source", "uid-target");
    assertThatThrownBy(() -> HEADER.requireSame(replanned))
        .hasMessageContaining("M1201")
        .hasMessageContaining("digest");
  }

  /**
   * The file in the resources was written once and is never written again: version 1 must stay
   * readable, byte for byte.
   */
  @Test
  void theRecordedJournalOfVersion1IsReplayed() throws IOException {
    byte[] recorded;
    try (var in = JournalTest.class.getResourceAsStream("version-1.journal")) {
      recorded = in == null ? new byte[0] : in.readAllBytes();
    }
    Replay replay = JournalFormat.replay(recorded);
    assertThat(replay.header()).isEqualTo(HEADER);
    assertThat(replay.records()).isEqualTo(RECORDS);
    assertThat(written(1)).isEqualTo(recorded);
  }

  @Test
  void anUnknownVersionIsRefusedByName() throws IOException {
    byte[] header = JournalFormat.header(HEADER);
    assertThatThrownBy(() -> JournalFormat.replay(JournalFormatProbe.withVersion(header, 2)))
        .hasMessageContaining("M2203")
        .hasMessageContaining("format version 2");
  }

  @Test
  void itWorksOnTheRealDisk(@TempDir Path folder) throws IOException {
    RealDisk real = new RealDisk();
    Path file = folder.resolve("journal");
    try (Journal journal = Journal.create(real, file, HEADER)) {
      RECORDS.forEach(journal::commit);
    }
    Files.write(file, new byte[] {0, 0, 0, 9, 1, 2}, java.nio.file.StandardOpenOption.APPEND);
    Journal.open(real, file).close();
    assertThat(Journal.read(real, file).records()).isEqualTo(RECORDS);
    assertThat(Journal.read(real, file).torn()).isZero();
  }

  private HookedDisk failing(Effect failing, AtomicInteger calls) {
    return new HookedDisk(
        disk,
        (moment, effect, path, bytes) -> {
          if (effect == failing && moment == Moment.BEFORE && path.equals(FILE)) {
            calls.incrementAndGet();
            throw new IOException("Input/output error");
          }
        });
  }

  /** The bytes of the samples, forced after each {@code group}. */
  private byte[] written(int group) throws IOException {
    disk.delete(FILE);
    try (Journal journal = Journal.create(disk, FILE, HEADER)) {
      for (int i = 0; i < RECORDS.size(); i++) {
        long sequence = journal.append(RECORDS.get(i));
        if ((i + 1) % group == 0) {
          journal.force(sequence);
        }
      }
    }
    return disk.read(FILE);
  }

  private void put(byte[] content) throws IOException {
    disk.write(FILE, content);
  }

  private static byte[] joined(byte[]... parts) {
    java.io.ByteArrayOutputStream all = new java.io.ByteArrayOutputStream();
    Arrays.asList(parts).forEach(all::writeBytes);
    return all.toByteArray();
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      if (!latch.await(20, TimeUnit.SECONDS)) {
        throw new IOException("the others never came");
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private static void assertCorrupt(ThrowingCallable call) {
    assertThatThrownBy(call).isInstanceOf(ProblemException.class).hasMessageStartingWith("M2203");
  }

  private static void assertUnwritable(ThrowingCallable call) {
    assertThatThrownBy(call).isInstanceOf(ProblemException.class).hasMessageStartingWith("M2105");
  }
}
