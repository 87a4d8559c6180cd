package dev.migrator.execute;

import dev.migrator.cluster.ClusterException;
import dev.migrator.event.RefText;
import dev.migrator.inventory.ScopeFilter;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Manifest;
import dev.migrator.model.Problem;
import dev.migrator.plan.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What a person took out of the move since it was planned, by {@code migrator.dev/exclude} or by a
 * label that the selector does not match: it stays at the source, however far its hand-over came.
 *
 * <p>Crash: it only reads, but for {@link #whileWaiting}, which sets the source back.
 */
final class ExcludedMeanwhile {

  private final Run run;
  private final ScopeFilter scope;

  ExcludedMeanwhile(Run run) {
    this.run = run;
    this.scope = new ScopeFilter(run.plan().settings().scope(), run.plan().settings().mappings());
  }

  /** Before it is stopped. */
  Optional<StepResult> before(SourceObject source, Manifest live) {
    return why(live).map(why -> StepResult.failed(problem(source, why)));
  }

  /** After it was stopped, before it is deleted. */
  Optional<StepResult> beforeDeletion(SourceObject source, Manifest live) {
    return why(live)
        .map(
            why ->
                StepResult.failed(
                    source.inertia().fields().isEmpty()
                        ? problem(source, why + "; it is at the source")
                        : stopped(source, why)));
  }

  /** It cannot be left out like this: a resume comes first. */
  private Problem stopped(SourceObject source, String why) {
    return problem(
        source,
        why + "; it is stopped at the source, and a resume sets it going again",
        List.of(run.resume() + "   (sets it going again, and says how to go on without it)"));
  }

  /**
   * While what it runs is waited for, which may take as long as its longest Job.
   *
   * @param setBack sets the source going again; empty when it did, else why not
   */
  Optional<StepResult> whileWaiting(
      Step.OnObject step, SourceObject source, Supplier<Optional<StepResult>> setBack) {
    try {
      return source
          .read()
          .filter(live -> !source.isAnother(live))
          .flatMap(this::why)
          .map(why -> setBack(source, setBack, why));
    } catch (ClusterException e) {
      return Optional.of(run.unanswered(step, e));
    }
  }

  private StepResult setBack(
      SourceObject source, Supplier<Optional<StepResult>> setBack, String why) {
    Optional<StepResult> notBack =
        source.inertia().fields().isEmpty() ? Optional.empty() : setBack.get();
    return notBack.orElseGet(
        () -> StepResult.setBack(problem(source, why + "; it goes on at the source")));
  }

  private Optional<String> why(Manifest live) {
    return scope.ofMarks(live);
  }

  private Problem problem(SourceObject source, String why) {
    List<String> next = new ArrayList<>();
    run.without(source.ref(), "it stays at the source").ifPresent(next::add);
    next.add("or take that back, then: " + run.resume());
    return problem(source, why, next);
  }

  private static Problem problem(SourceObject source, String why, List<String> next) {
    return Problem.of(
        ErrorCode.M2205,
        RefText.of(source.ref()) + " is not handed over: it was excluded after it was planned",
        why,
        next.toArray(String[]::new));
  }
}
