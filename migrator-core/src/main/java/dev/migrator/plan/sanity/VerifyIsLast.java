package dev.migrator.plan.sanity;

import dev.migrator.plan.Plan;
import dev.migrator.plan.Step;
import java.util.function.BiConsumer;

/** The last step compares the target with the plan, after all others. */
final class VerifyIsLast implements SanityCheck {

  @Override
  public void check(Plan plan, BiConsumer<String, String> breach) {
    boolean last =
        !plan.steps().isEmpty()
            && plan.steps().getLast() instanceof Step.Verify verify
            && verify.needs().size() == plan.steps().size() - 1;
    if (!last) {
      breach.accept("verify:target", "is not the last step, or does not wait for all others");
    }
  }
}
