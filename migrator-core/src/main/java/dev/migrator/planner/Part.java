package dev.migrator.planner;

/** The parts of the list, in order; a gate is the only step of its part. */
enum Part {
  COPY,
  GATE,
  HAND_OVER,
  SECOND_GATE,
  RECREATE,
  THIRD_GATE,
  LAST,
  FOURTH_GATE,
  POLICIES,
  VERIFY
}
