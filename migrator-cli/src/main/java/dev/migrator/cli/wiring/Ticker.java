package dev.migrator.cli.wiring;

import java.time.Duration;

/** Calls something again and again, beside everything else that goes on. */
public interface Ticker {

  /** Begins to call, the first time after the duration. */
  Beat start(Duration every, Runnable beat);

  /** Calls that go on until closed; no call is under way any more when that returns. */
  interface Beat extends AutoCloseable {
    @Override
    void close();
  }

  /** Calls nothing, ever. */
  static Ticker none() {
    return (every, beat) -> () -> {};
  }
}
