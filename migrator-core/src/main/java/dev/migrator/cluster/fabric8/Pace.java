package dev.migrator.cluster.fabric8;

import java.util.concurrent.TimeUnit;

/** Spaces requests so that no more than so many a second begin; 0 is no limit. */
final class Pace {

  private final long nanosBetween;
  private long nextFree;

  Pace(int requestsPerSecond) {
    this.nanosBetween = requestsPerSecond <= 0 ? 0 : 1_000_000_000L / requestsPerSecond;
    this.nextFree = System.nanoTime();
  }

  void await() throws InterruptedException {
    if (nanosBetween == 0) {
      return;
    }
    long mine;
    synchronized (this) {
      long now = System.nanoTime();
      mine = nextFree - now > 0 ? nextFree : now;
      nextFree = mine + nanosBetween;
    }
    TimeUnit.NANOSECONDS.sleep(mine - System.nanoTime());
  }
}
