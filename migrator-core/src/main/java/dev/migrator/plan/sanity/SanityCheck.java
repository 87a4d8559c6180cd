package dev.migrator.plan.sanity;

import dev.migrator.plan.Plan;
import java.util.function.BiConsumer;

/** One thing that must be true of every plan, whoever made it. */
interface SanityCheck {

  /** Reports each breach as the id of a step or the ref of an object, and what is wrong with it. */
  void check(Plan plan, BiConsumer<String, String> breach);

  /** The name under which people read of it. */
  default String name() {
    return getClass().getSimpleName();
  }
}
