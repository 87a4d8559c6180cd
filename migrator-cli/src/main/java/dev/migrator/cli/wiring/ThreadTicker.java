package dev.migrator.cli.wiring;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** One thread a pulse, which does not keep the program alive. */
final class ThreadTicker implements Ticker {

  @Override
  public Beat start(Duration every, Runnable beat) {
    ScheduledExecutorService thread =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("pulse").factory());
    var unused =
        thread.scheduleAtFixedRate(beat, every.toNanos(), every.toNanos(), TimeUnit.NANOSECONDS);
    return thread::close;
  }
}
