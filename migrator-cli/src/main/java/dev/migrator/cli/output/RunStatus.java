package dev.migrator.cli.output;

import dev.migrator.event.RefText;
import dev.migrator.event.StepText;
import dev.migrator.execute.Rollback;
import dev.migrator.execute.WayBackDecision;
import dev.migrator.journal.JournalRecord.Ending;
import dev.migrator.journal.JournalRecord.RunFinished;
import dev.migrator.journal.JournalState;
import dev.migrator.lifecycle.Lifecycle;
import dev.migrator.lifecycle.Position;
import dev.migrator.lifecycle.StepStatus;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Phase;
import dev.migrator.plan.Plan;
import dev.migrator.plan.Step;
import dev.migrator.plan.StepId;
import dev.migrator.plan.Verb;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Where a run is, as far as its journal and its plan tell. Asks no cluster, so a step in doubt may
 * have happened or not.
 */
public final class RunStatus {

  private final Plan plan;
  private final JournalState journal;
  private final Lifecycle lifecycle;

  public RunStatus(Plan plan, JournalState journal) {
    this.plan = plan;
    this.journal = journal;
    this.lifecycle = Lifecycle.of(plan, journal);
  }

  /** How far one phase is. */
  public record Part(Phase phase, int done, int total) {}

  /**
   * A step that did not happen.
   *
   * @param words what did not happen and why, naming the object
   * @param why as it was recorded
   */
  public record Failure(StepId step, String words, String why) {}

  public int total() {
    return plan.steps().size();
  }

  public int done() {
    return count(StepStatus.DONE);
  }

  public int notStarted() {
    return count(StepStatus.NOT_STARTED);
  }

  /** Every phase that has steps, in order. */
  public List<Part> parts() {
    Map<Phase, Part> parts = new EnumMap<>(Phase.class);
    for (Step step : plan.steps()) {
      Part known = parts.getOrDefault(step.phase(), new Part(step.phase(), 0, 0));
      int more = journal.status(step.id()) == StepStatus.DONE ? 1 : 0;
      parts.put(step.phase(), new Part(step.phase(), known.done() + more, known.total() + 1));
    }
    return List.copyOf(parts.values());
  }

  /** That of the first step that is not done; the last phase when all are. */
  public Phase phase() {
    return plan.steps().stream()
        .filter(step -> journal.status(step.id()) != StepStatus.DONE)
        .map(Step::phase)
        .findFirst()
        .orElse(Phase.VERIFY);
  }

  /** Writes whose outcome is not known: resume reads the clusters to find out. */
  public Set<StepId> inDoubt() {
    return journal.inDoubt();
  }

  /** Whether somebody began to take the run back: then it does not go forward any more. */
  public boolean isTakenBack() {
    return WayBackDecision.of(journal).isPresent();
  }

  /** What a step does, in words. */
  public String doing(StepId step) {
    return new StepText(plan).doing(step);
  }

  /** What did not happen, in the plan's order, with the reason that was recorded. */
  public List<Failure> failures() {
    List<Failure> failures = new ArrayList<>();
    for (Step step : plan.steps()) {
      if (journal.status(step.id()) == StepStatus.FAILED) {
        String why = why(step.id());
        String subject = step instanceof Step.OnObject on ? RefText.of(on.object()) : "";
        String words =
            why.contains(subject) && !why.isEmpty() ? why : StepText.doing(step) + ": " + why;
        failures.add(new Failure(step.id(), words, why));
      }
    }
    return failures;
  }

  /** What a person took out of the run, by ref. */
  public List<ObjectRef> leftOutByHand() {
    return plan.leftOutByAPerson();
  }

  /** Every object that is handed over, in the order of the plan's deletions. */
  public Map<ObjectRef, Position> handOvers() {
    return lifecycle.handedOver();
  }

  /** Those that work nowhere at this moment, or may not. */
  public Map<ObjectRef, Position> stopped() {
    Map<ObjectRef, Position> stopped = new LinkedHashMap<>(handOvers());
    stopped.values().removeIf(position -> !position.isPaused());
    return stopped;
  }

  /** Whether any deletion at the source was at least announced. */
  public boolean anythingDeleted() {
    return plan.steps().stream()
        .anyMatch(
            step -> step.is(Verb.DELETE) && journal.status(step.id()) != StepStatus.NOT_STARTED);
  }

  /** The gate that everything before it is done for, and that is not open. */
  public Optional<String> waitingGate() {
    if (isTakenBack()) {
      return Optional.empty();
    }
    for (Step step : plan.steps()) {
      if (step instanceof Step.Gate gate && !isOpen(gate)) {
        boolean reached = gate.needs().stream().allMatch(n -> journal.status(n) == StepStatus.DONE);
        return reached ? Optional.of(gate.name()) : Optional.empty();
      }
    }
    return Optional.empty();
  }

  private boolean isOpen(Step.Gate gate) {
    return journal.status(gate.id()) == StepStatus.DONE
        || journal.decision(gate.id().text()).filter(d -> d.answer().equals("open")).isPresent();
  }

  /** Whether a process has worked on it. */
  public boolean hasBegun() {
    return journal.starts() > 0;
  }

  /** How the last process ended; empty when it is at work or was cut off. */
  public Optional<Ending> ending() {
    return journal.finished().map(RunFinished::ending);
  }

  /** Whether anything left the source and is not back: then the way back has a plan of its own. */
  public boolean isAnythingAway() {
    return !Rollback.away(plan, journal).isEmpty();
  }

  private String why(StepId step) {
    return journal
        .step(step)
        .outcome()
        .map(
            outcome ->
                String.join(
                    ": ",
                    Stream.of("code", "what", "why")
                        .map(name -> outcome.details().getOrDefault(name, ""))
                        .filter(text -> !text.isEmpty())
                        .toList()))
        .orElse("");
  }

  private int count(StepStatus status) {
    return (int) plan.steps().stream().filter(step -> journal.status(step.id()) == status).count();
  }
}
