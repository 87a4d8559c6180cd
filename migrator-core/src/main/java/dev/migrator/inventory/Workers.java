package dev.migrator.inventory;

import java.util.function.Supplier;

/** Who does work that nothing waits for yet. */
public interface Workers {

  /** Whoever asks does it, at once. */
  Workers HERE =
      new Workers() {
        @Override
        public int ahead() {
          return 0;
        }

        @Override
        public <T> Supplier<T> begin(Supplier<T> work) {
          T result = work.get();
          return () -> result;
        }
      };

  /** How many pieces of work may be begun before the result of the first is asked for. */
  int ahead();

  /**
   * Begins the work.
   *
   * @return waits for its end and gives its result, or throws what it threw
   */
  <T> Supplier<T> begin(Supplier<T> work);
}
