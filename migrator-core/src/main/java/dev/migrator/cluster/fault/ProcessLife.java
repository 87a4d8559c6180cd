package dev.migrator.cluster.fault;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Whether our simulated process still lives. All clusters and disks of a process share one; after
 * its death none of its threads gets anything done any more.
 */
public final class ProcessLife {

  private final AtomicReference<Optional<String>> death = new AtomicReference<>(Optional.empty());

  /** Where the process died; empty while it lives. */
  public Optional<String> death() {
    return death.get();
  }

  /** The process dies now, and so does the calling thread. */
  public ProcessDied die(String where) {
    death.compareAndSet(Optional.empty(), Optional.of(where));
    return new ProcessDied(where);
  }

  /** Errors: {@link ProcessDied} when the process is dead. */
  public void check() {
    death
        .get()
        .ifPresent(
            where -> {
              throw new ProcessDied(where);
            });
  }

  /** The end of the process; no code of ours may catch it and go on. */
  public static final class ProcessDied extends Error {

    private static final long serialVersionUID = 1L;

    ProcessDied(String where) {
      super("the process died at " + where);
    }
  }
}
