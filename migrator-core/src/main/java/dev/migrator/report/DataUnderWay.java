package dev.migrator.report;

import dev.migrator.event.RunEvent;
import dev.migrator.event.StepText;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Plan;
import dev.migrator.plan.Step;
import dev.migrator.plan.Verb;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Data of a claim that a process carries at this moment.
 *
 * @param words what is done, and what it waits for
 */
public record DataUnderWay(ObjectRef claim, Step step, String words) {

  /**
   * What the events of a run tell of it, in the plan's order.
   *
   * @param events read only where the plan carries data: there may be many
   */
  public static List<DataUnderWay> of(
      Plan plan, Supplier<? extends Iterable<? extends RunEvent>> events) {
    List<Step.OnObject> steps =
        plan.steps().stream()
            .filter(Step.OnObject.class::isInstance)
            .map(Step.OnObject.class::cast)
            .filter(step -> step.is(Verb.PRECOPY, Verb.CAPTURE, Verb.FILL))
            .toList();
    Optional<RunTrace> run = steps.isEmpty() ? Optional.empty() : RunTrace.of(events.get());
    return run.stream()
        .flatMap(trace -> steps.stream().flatMap(step -> of(trace, step).stream()))
        .toList();
  }

  private static Optional<DataUnderWay> of(RunTrace run, Step.OnObject step) {
    return run.step(step.id())
        .filter(trace -> trace.state() == StepTrace.State.UNDER_WAY)
        .map(
            trace ->
                new DataUnderWay(
                    step.object(),
                    step,
                    StepText.doing(step) + (trace.said().isEmpty() ? "" : ": " + trace.said())));
  }
}
