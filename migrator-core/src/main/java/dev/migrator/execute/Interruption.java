package dev.migrator.execute;

import java.util.concurrent.CompletableFuture;

/**
 * The wish that a run stops: what is in flight ends, nothing new begins, the run can be resumed.
 * Safe for use by many threads.
 */
public final class Interruption {

  private final CompletableFuture<Boolean> wish = new CompletableFuture<>();

  /** Asks the run to stop; asking again changes nothing. */
  public void request() {
    wish.complete(true);
  }

  public boolean isRequested() {
    return wish.isDone();
  }

  /** Completes when the run shall stop: for whoever waits. */
  CompletableFuture<Boolean> wish() {
    return wish;
  }
}
