package dev.migrator.plan.sanity;

import dev.migrator.migration.Migration.HookPoint;
import dev.migrator.plan.Plan;
import dev.migrator.plan.Step;
import dev.migrator.plan.StepId;
import java.util.List;
import java.util.function.BiConsumer;

/** The last step compares the target with the plan, after all others. */
final class VerifyIsLast implements SanityCheck {

  /** Tells somebody that it is over: the only thing that may come later. */
  private static final StepId AFTER_IT = Step.Hook.id(HookPoint.AFTER_VERIFY);

  @Override
  public void check(Plan plan, BiConsumer<String, String> breach) {
    List<Step> steps = plan.steps().stream().filter(step -> !step.id().equals(AFTER_IT)).toList();
    boolean last =
        !steps.isEmpty()
            && steps.getLast() instanceof Step.Verify verify
            && verify.needs().size() == steps.size() - 1;
    if (!last) {
      breach.accept("verify:target", "is not the last step, or does not wait for all others");
    }
  }
}
