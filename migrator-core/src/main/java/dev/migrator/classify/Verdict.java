package dev.migrator.classify;

import dev.migrator.model.Problem;
import dev.migrator.model.Protection;

/** What classification says of one object. */
public sealed interface Verdict {

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
