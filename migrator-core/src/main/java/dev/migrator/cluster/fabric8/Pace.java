package dev.migrator.cluster.fabric8;

import java.util.concurrent.locks.LockSupport;

/** Spaces requests so that no more than so many a second begin; 0 is no limit. */
final class Pace {

  private final long nanosBetween;
  private long nextFree;

  Pace(int requestsPerSecond) {
    this.nanosBetween = requestsPerSecond <= 0 ? 0 : 1_000_000_000L / requestsPerSecond;
  }

  void await() {
    if (nanosBetween == 0) {
      return;
    }
    long mine;
    synchronized (this) {
      mine = Math.max(System.nanoTime(), nextFree);
      nextFree = mine + nanosBetween;
    }
    for (long left = mine - System.nanoTime(); left > 0; left = mine - System.nanoTime()) {
      LockSupport.parkNanos(left);
      if (Thread.currentThread().isInterrupted()) {
        return;
      }
    }
  }
}
