package dev.migrator.journal;

import dev.migrator.model.ErrorCode;
import dev.migrator.model.Problem;
import dev.migrator.model.ProblemException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * Keeps the processes of this machine apart that work on one run. The lock ends with the process
 * that has it, however that ends.
 */
final class RunLock {

  /** A look has the lock for a moment too short to be told of. */
  private static final int ATTEMPTS = 200;

  /** In nanoseconds. */
  private static final long PAUSE = 100_000;

  private final Disk disk;
  private final Path root;
  private final String run;
  private final Path lockFile;
  private final Path holderFile;

  RunLock(Disk disk, Path root, String run) {
    this.disk = disk;
    this.root = root;
    this.run = run;
    this.lockFile = root.resolve("lock");
    this.holderFile = root.resolve("lock.holder");
  }

  /** Errors: M1301, naming the process that has it; M1009 when the disk refuses. */
  Closeable take(String holder) {
    try {
      Disk.Lock lock = lock().orElseThrow(() -> held(told()));
      disk.write(holderFile, holder.getBytes(StandardCharsets.UTF_8));
      return lock;
    } catch (IOException e) {
      throw Problem.of(
              ErrorCode.M1009,
              lockFile + " cannot be written",
              DiskTrouble.words(e),
              "ls -ld " + root)
          .withState("This command changed nothing: the run is as it was.")
          .exception();
    }
  }

  private Optional<Disk.Lock> lock() throws IOException {
    Optional<Disk.Lock> lock = disk.lock(lockFile);
    for (int attempt = 1; lock.isEmpty() && attempt < ATTEMPTS; attempt++) {
      LockSupport.parkNanos(PAUSE);
      lock = disk.lock(lockFile);
    }
    return lock;
  }

  /** Who has it; empty when nobody has. */
  Optional<String> holder() {
    if (!disk.exists(holderFile)) {
      return Optional.empty();
    }
    try {
      Optional<Disk.Lock> free = disk.lock(lockFile);
      if (free.isEmpty()) {
        return Optional.of(told());
      }
      free.get().close();
      return Optional.empty();
    } catch (IOException e) {
      // Where this file cannot be written, as in a copy of the folder, nobody works.
      return Optional.empty();
    }
  }

  /** Errors: M1301. */
  void requireFree() {
    Optional<String> holder = holder();
    if (holder.isPresent()) {
      throw held(holder.get());
    }
  }

  private ProblemException held(String holder) {
    return Problem.of(
            ErrorCode.M1301,
            "another process works on run " + run,
            "held by " + holder,
            "migrator status " + run,
            "migrator resume " + run + "   (when it has ended)")
        .exception();
  }

  private String told() {
    try {
      // Written after the lock is taken, so it may be absent for a moment.
      return disk.exists(holderFile)
          ? new String(disk.read(holderFile), StandardCharsets.UTF_8)
          : "a process that has just begun";
    } catch (IOException e) {
      return "a process that cannot be named: " + DiskTrouble.words(e);
    }
  }
}
