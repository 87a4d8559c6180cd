package dev.migrator.execute;

import dev.migrator.migration.Migration.GatePolicy;

/** Who approves at a gate: a person, a command, or nobody. */
@FunctionalInterface
public interface Gatekeeper {

  /** What was said at a gate. */
  enum Answer {
    /** Go on. */
    OPEN,
    /** Not now: the run ends here, and {@code resume} asks again. */
    CLOSED
  }

  /**
   * Asks at a gate that nobody has opened yet; may take as long as a person does.
   *
   * @param gate such as {@code afterCopy}
   */
  Answer ask(String gate, GatePolicy policy);

  /** Whether somebody said go before the run came to the gate: then nobody is asked or told. */
  default boolean isApproved(String gate) {
    return false;
  }
}
