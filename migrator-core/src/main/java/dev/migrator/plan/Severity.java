package dev.migrator.plan;

/** How much a finding matters. */
public enum Severity {
  /** {@code apply} refuses the plan. */
  BLOCKER,
  /** Cannot be undone by rollback. */
  IRREVERSIBLE,
  /** Could not be proven in advance. */
  UNPROVEN,
  /** Likely to hurt. */
  WARNING,
  /** Good to know. */
  NOTE
}
