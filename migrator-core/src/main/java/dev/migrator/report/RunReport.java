package dev.migrator.report;

import dev.migrator.event.RunEvent;
import dev.migrator.lifecycle.StepRecords;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Problem;
import dev.migrator.plan.Plan;
import dev.migrator.plan.Step;
import dev.migrator.plan.StepId;
import dev.migrator.plan.Verb;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A plan, and what became of it so far: everything that a report shows.
 *
 * <p>It is made of a plan and events, and neither holds an object's body: no value of a Secret can
 * be in it.
 *
 * @param handle what a person types for it: a plan's file or a run's id
 * @param run empty for a plan that was not applied
 * @param records what is known of the run's steps, for where its objects are
 * @param pruned what prunes of the run removed from the source, or may have, and nobody put back
 * @param worker the process of this machine that works on the run; empty when none is known
 */
public record RunReport(
    String handle,
    Plan plan,
    Optional<RunTrace> run,
    StepRecords records,
    List<ObjectRef> pruned,
    Optional<String> worker) {

  public RunReport {
    pruned = List.copyOf(pruned);
  }

  /** A plan that was not applied. */
  public static RunReport ofPlan(String file, Plan plan) {
    return new RunReport(
        file, plan, Optional.empty(), StepRecords.NONE, List.of(), Optional.empty());
  }

  /** A run, by its events in the order in which they were told, and nothing else. */
  public static RunReport ofRun(String run, Plan plan, Iterable<? extends RunEvent> events) {
    Optional<RunTrace> trace = RunTrace.of(events);
    return new RunReport(
        run,
        plan,
        trace,
        trace.map(told -> (StepRecords) told).orElse(StepRecords.NONE),
        List.of(),
        Optional.empty());
  }

  /** The same run; where its objects are is read from its journal. */
  public RunReport withRecords(StepRecords journal) {
    return new RunReport(handle, plan, run, journal, pruned, worker);
  }

  /** The same run, of which prunes removed these from the source. */
  public RunReport withPruned(List<ObjectRef> removed) {
    return new RunReport(handle, plan, run, records, removed, worker);
  }

  /** The same run, on which this process works. */
  public RunReport withWorker(Optional<String> process) {
    return new RunReport(handle, plan, run, records, pruned, process);
  }

  /** How many steps of the plan are in which state. */
  public record Progress(int steps, int done, int failed, int underWay) {
    public int notStarted() {
      return steps - done - failed - underWay;
    }
  }

  /** A step that failed, and why. */
  public record Failure(StepId step, Problem problem) {}

  /** Counts all steps of the plan. */
  public Progress progress() {
    return progress(plan.steps());
  }

  /** Counts some steps. */
  public Progress progress(List<Step> steps) {
    Map<StepTrace.State, Integer> counts = new EnumMap<>(StepTrace.State.class);
    for (Step step : steps) {
      run.flatMap(trace -> trace.step(step.id()))
          .ifPresent(trace -> counts.merge(trace.state(), 1, Integer::sum));
    }
    return new Progress(
        steps.size(),
        counts.getOrDefault(StepTrace.State.DONE, 0),
        counts.getOrDefault(StepTrace.State.FAILED, 0),
        counts.getOrDefault(StepTrace.State.UNDER_WAY, 0));
  }

  /** Every object that is handed over, in the plan's order. */
  public List<HandOverTrace> handOvers() {
    return HandOverTrace.of(plan, records, run.map(RunTrace::steps).orElse(Map.of()));
  }

  /** Every claim of which somebody decided how its data travels, by ref. */
  public List<DataTrace> data() {
    return DataTrace.of(plan, records, run.map(RunTrace::steps).orElse(Map.of()), handOvers());
  }

  /** The steps that failed, in the plan's order. */
  public List<Failure> failures() {
    List<Failure> failures = new ArrayList<>();
    run.ifPresent(
        trace ->
            plan.steps()
                .forEach(
                    step ->
                        trace
                            .step(step.id())
                            .flatMap(StepTrace::problem)
                            .ifPresent(p -> failures.add(new Failure(step.id(), p)))));
    return List.copyOf(failures);
  }

  /**
   * What went wrong beside the steps that failed, each once: what the run ended with.
   *
   * <p>Shape: without those that a failed step tells of already.
   */
  public List<Problem> otherProblems() {
    List<Problem> others = new ArrayList<>(run.map(RunTrace::problems).orElse(List.of()));
    failures()
        .forEach(
            f ->
                others.removeIf(
                    p -> p.code() == f.problem().code() && p.what().equals(f.problem().what())));
    return List.copyOf(others);
  }

  /**
   * Whether an object was deleted at the source, or may have been: then rollback is a move back.
   */
  private boolean hasDeleted() {
    return run.isPresent()
        && plan.steps().stream()
            .anyMatch(s -> s.is(Verb.DELETE) && run.get().step(s.id()).isPresent());
  }

  /** What to type next, the most advisable first. */
  public List<String> next() {
    Set<String> commands = new LinkedHashSet<>();
    failures().forEach(f -> f.problem().next().forEach(c -> commands.add(c)));
    otherProblems().forEach(p -> p.next().forEach(c -> commands.add(c)));
    if (run.isEmpty()) {
      commands.add("migrator show " + handle);
      if (!plan.isBlocked()) {
        commands.add("migrator apply " + handle);
      }
      return List.copyOf(commands);
    }
    Optional<RunEvent.Outcome> outcome = run.get().outcome();
    if (commands.isEmpty()) {
      for (String verb : outcome.map(this::verbs).orElse(List.of("status", "resume"))) {
        commands.add("migrator " + verb + " " + handle);
      }
      if (!pruned.isEmpty()) {
        // What goes back needs beside it what was removed.
        commands.add("migrator prune " + handle + " --undo");
      } else if (!outcome.equals(Optional.of(RunEvent.Outcome.ROLLED_BACK))) {
        commands.add("migrator rollback " + handle + (hasDeleted() ? " --backward" : ""));
      }
    }
    return commands.stream().limit(6).toList();
  }

  private List<String> verbs(RunEvent.Outcome outcome) {
    return switch (outcome) {
      case DONE -> pruned.isEmpty() ? List.of("verify", "prune") : List.of("verify");
      case BLOCKED, INTERRUPTED, WAITING -> List.of("resume", "status");
      case ROLLED_BACK, RESTORED -> List.of("status");
    };
  }
}
