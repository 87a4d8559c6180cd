package dev.migrator.classify;

import dev.migrator.model.Problem;
import dev.migrator.model.Protection;
import java.util.Optional;

/** What classification says of one object. */
public sealed interface Verdict {

  /** What it is protected from; empty where it is not decided. */
  default Optional<Protection> decision() {
    return this instanceof Decided decided ? Optional.of(decided.protection()) : Optional.empty();
  }

  /** Whether it is decided, and like that. */
  default boolean is(Protection protection) {
    return decision().equals(Optional.of(protection));
  }

  /**
   * It is decided.
   *
   * @param rule who decided, in words: {@code label}, {@code namespace label}, {@code rule 2},
   *     {@code default for CronJob: ...}
   */
  record Decided(Protection protection, String rule) implements Verdict {}

  /** Nobody decides: {@code apply} refuses until somebody does. */
  record Undecided(String why) implements Verdict {}

  /** What the object says is not legal or contradicts itself. */
  record Illegal(Problem problem) implements Verdict {}
}
