package dev.migrator.cluster;

import java.util.function.Supplier;

/**
 * The moment at which a write leaves this machine. A request may wait long before it: for a place
 * among those in flight, or because of {@code requestsPerSecond}. What must hold of a write is
 * asked again at its departure.
 */
public final class Departure {

  private static final ScopedValue<Runnable> CHECK = ScopedValue.newInstance();

  private Departure() {}

  /**
   * Does the write; whatever sends it calls {@link #now} first.
   *
   * @param check throws when the write must not leave any more; then nothing was sent
   */
  public static <T> T checkedBy(Runnable check, Supplier<T> write) {
    return ScopedValue.where(CHECK, check).call(write::get);
  }

  /** Called by what sends a write, right before it does. Throws what the check throws. */
  public static void now() {
    if (CHECK.isBound()) {
      CHECK.get().run();
    }
  }
}
