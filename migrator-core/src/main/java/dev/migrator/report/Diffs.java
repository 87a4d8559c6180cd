package dev.migrator.report;

import dev.migrator.plan.PlannedObject;
import java.util.List;

/** What changes in an object on its way, for whoever shows it. */
@FunctionalInterface
public interface Diffs {

  /**
   * The lines of {@link DiffText}, values of Secrets masked; empty where the objects themselves are
   * not at hand.
   */
  List<String> of(PlannedObject object);

  /** For a plan alone, which holds no objects. */
  static Diffs none() {
    return object -> List.of();
  }
}
