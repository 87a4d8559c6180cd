package dev.migrator.plan;

import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What is done to one object: the first part of a step's id. */
public enum Verb {
  COPY("copy"),
  AWAIT("await"),
  HOOK_BEFORE("before"),
  HOOK_AFTER("after"),
  QUIESCE("quiesce"),
  DRAIN("drain"),
  DELETE("delete"),
  PROVE_ABSENT("absent"),
  CREATE_INERT("inert"),
  ACTIVATE("activate"),
  CREATE("create"),
  // Of these the journal knows, and no plan.
  PAUSE_SCALER("pause"),
  PAUSE_ROLLOUT("paused"),
  RELEASE_CLAIM("release"),
  ROLL_BACK("rollback"),
  RESTORE("restore"),
  BRING_ALONG("along"),
  PRUNE("prune"),
  UNDO_PRUNE("unprune");

  private static final Map<String, Verb> BY_LABEL =
      Stream.of(values()).collect(Collectors.toUnmodifiableMap(Verb::label, verb -> verb));

  private final String label;

  Verb(String label) {
    this.label = label;
  }

  /** As it stands in files. */
  public String label() {
    return label;
  }

  @Override
  public String toString() {
    return label;
  }

  static Optional<Verb> of(String label) {
    return Optional.ofNullable(BY_LABEL.get(label));
  }
}
