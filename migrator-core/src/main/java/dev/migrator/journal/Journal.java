package dev.migrator.journal;

import dev.migrator.model.ErrorCode;
import dev.migrator.model.Problem;
import dev.migrator.model.ProblemException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The append-only memory of one run: intents before their effects, outcomes after them.
 *
 * <p>Safe for use by many threads. One fsync serves all that wait for one (group commit).
 *
 * <p>Errors: M2105 when the disk refuses anything. From then on every call fails: after a failed
 * fsync nobody knows what the file holds, so it is never tried again (promise P9). M2203 when the
 * file is corrupt.
 *
 * <p>Crash: every record whose {@link #force} returned is replayed; of the others a prefix may be.
 */
public final class Journal implements AutoCloseable {

  private final Path file;
  private final JournalHeader header;
  private final Disk.Appender appender;
  private final JournalState state;
  private final ReentrantLock writing = new ReentrantLock();
  private final ReentrantLock forcing = new ReentrantLock();
  private volatile long written;
  private volatile long forced;
  private volatile Optional<Problem> stopped = Optional.empty();

  private Journal(
      Path file, JournalHeader header, Disk.Appender appender, JournalState state, long records) {
    this.file = file;
    this.header = header;
    this.appender = appender;
    this.state = state;
    this.written = records;
    this.forced = records;
  }

  /**
   * Begins a journal.
   *
   * <p>Errors: M2105, also when there is one already: a journal is never begun twice.
   *
   * <p>Crash: the whole header is there, or no file.
   */
  public static Journal create(Disk disk, Path file, JournalHeader header) {
    if (disk.exists(file)) {
      throw unwritable(file, "it exists already").exception();
    }
    try {
      disk.write(file, JournalFormat.header(header));
      return new Journal(file, header, disk.append(file), new JournalState(), 0);
    } catch (IOException e) {
      throw unwritable(file, DiskTrouble.words(e)).exception();
    }
  }

  /**
   * Opens a journal to go on with it: replays it, cuts off a torn tail, and forces what is left, so
   * that what is known now is known after the next crash as well.
   */
  public static Journal open(Disk disk, Path file) {
    Replay replay = read(disk, file);
    try {
      if (replay.torn() > 0) {
        disk.truncate(file, replay.length());
      }
      Disk.Appender appender = disk.append(file);
      try {
        appender.force();
      } catch (IOException e) {
        appender.close();
        throw e;
      }
      return new Journal(file, replay.header(), appender, replay.state(), replay.records().size());
    } catch (IOException e) {
      throw unwritable(file, DiskTrouble.words(e)).exception();
    }
  }

  /** Reads a journal and changes nothing. */
  public static Replay read(Disk disk, Path file) {
    byte[] bytes;
    try {
      bytes = disk.read(file);
    } catch (IOException e) {
      throw Problem.of(
              ErrorCode.M2203, "the journal " + file + " cannot be read", DiskTrouble.words(e))
          .exception();
    }
    return JournalFormat.replay(bytes);
  }

  public JournalHeader header() {
    return header;
  }

  /** What all records so far add up to; follows every append. */
  public JournalState state() {
    return state;
  }

  /**
   * Appends without waiting for the disk: for what can be observed again.
   *
   * @return the record's sequence, to be forced when that matters
   */
  public long append(JournalRecord record) {
    writing.lock();
    try {
      requireRunning();
      long sequence = written + 1;
      byte[] frame = JournalFormat.record(sequence, written - forced, record);
      write(frame);
      written = sequence;
      state.apply(record);
      return sequence;
    } finally {
      writing.unlock();
    }
  }

  /** Returns when the record of that sequence, and all before it, are on disk. */
  public void force(long sequence) {
    if (forced >= sequence) {
      return;
    }
    forcing.lock();
    try {
      // Whoever had the lock before us may have forced our record too.
      if (forced >= sequence) {
        return;
      }
      requireRunning();
      long covered = written;
      force();
      forced = covered;
    } finally {
      forcing.unlock();
    }
  }

  /**
   * Appends and returns when the record is on disk. Only then may the effect that it announces be
   * sent.
   */
  public void commit(JournalRecord record) {
    force(append(record));
  }

  /** Forces what was appended, unless the journal has stopped, and closes the file. */
  @Override
  public void close() {
    try {
      if (stopped.isEmpty()) {
        force(written);
      }
    } finally {
      stopped = stopped.or(() -> Optional.of(unwritable(file, "it was closed")));
      try {
        appender.close();
      } catch (IOException e) {
        // All that matters was forced above; a close that fails loses nothing.
      }
    }
  }

  private void requireRunning() {
    Optional<Problem> why = stopped;
    if (why.isPresent()) {
      throw why.get().exception();
    }
  }

  private void write(byte[] frame) {
    boolean whole = false;
    try {
      appender.write(frame);
      whole = true;
    } catch (IOException e) {
      throw stop(DiskTrouble.words(e));
    } finally {
      stopUnless(whole);
    }
  }

  private void force() {
    boolean whole = false;
    try {
      appender.force();
      whole = true;
    } catch (IOException e) {
      throw stop(DiskTrouble.words(e));
    } finally {
      stopUnless(whole);
    }
  }

  private void stopUnless(boolean whole) {
    // Safeguard: failed-force-forgotten
    if (!whole && stopped.isEmpty()) {
      stopped = Optional.of(unwritable(file, "a write was cut off"));
    }
  }

  private ProblemException stop(String why) {
    Problem problem = unwritable(file, why);
    // Safeguard: failed-force-forgotten
    stopped = Optional.of(problem);
    return problem.exception();
  }

  private static Problem unwritable(Path file, String why) {
    return Problem.of(
        ErrorCode.M2105,
        "the journal " + file + " cannot be written, so no further write is sent",
        why,
        "migrator resume RUN   (once the disk is healthy and has space)");
  }
}
