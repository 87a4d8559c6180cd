package dev.migrator.cli.output;

import dev.migrator.execute.Rollback;
import dev.migrator.execute.Whereabouts;
import dev.migrator.journal.JournalRecord.Ending;
import dev.migrator.journal.JournalRecord.RunFinished;
import dev.migrator.journal.JournalRecord.StepOutcome;
import dev.migrator.journal.JournalState;
import dev.migrator.journal.JournalState.StepStatus;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.LeftOut;
import dev.migrator.plan.Phase;
import dev.migrator.plan.Plan;
import dev.migrator.plan.Step;
import dev.migrator.plan.StepId;
import dev.migrator.report.RefText;
import dev.migrator.report.StepText;
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
  private final Map<ObjectRef, Whereabouts> places;

  public RunStatus(Plan plan, JournalState journal) {
    this.plan = plan;
    this.journal = journal;
    this.places = Whereabouts.of(plan, journal);
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

  /**
   * Where one duplicate-intolerant object is.
   *
   * @param failed the step that failed; empty when none did
   */
  public record HandOver(ObjectRef object, Place place, Optional<StepId> failed) {

    /** In a few words. */
    public String words() {
      return place == Place.IN_DOUBT
          ? place.words()
          : place.words() + failed.map(step -> "; " + noun(step) + " failed").orElse("");
    }

    private static String noun(StepId step) {
      String verb = step.text().substring(0, step.text().indexOf(':'));
      return switch (verb) {
        case "quiesce" -> "stop";
        case "absent" -> "proof of absence";
        default -> verb;
      };
    }
  }

  /** Where the only copy of an object is, and whether it works there. */
  public enum Place {
    UNTOUCHED("as it was, at the source"),
    STOPPED("stopped, at the source"),
    DRAINED("stopped and drained, at the source"),
    DELETED("deleted at the source, in the vault"),
    ABSENT("gone from the source, in the vault"),
    INERT("inert, at the target"),
    ACTIVE("at the target"),
    SET_BACK("set back, and at work at the source: what it runs did not end in time"),
    RESTORED("back at the source"),
    IN_DOUBT("in doubt: a request was sent, its outcome is not known");

    private final String words;

    Place(String words) {
      this.words = words;
    }

    public String words() {
      return words;
    }
  }

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
    return journal.decision(Rollback.QUESTION).isPresent();
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
    return plan.leftOut().stream().filter(LeftOut::isByAPerson).map(LeftOut::ref).toList();
  }

  /** Every duplicate-intolerant object, in the plan's order. */
  public List<HandOver> handOvers() {
    Map<ObjectRef, List<Step.OnObject>> byObject = new LinkedHashMap<>();
    for (Step step : plan.steps()) {
      if (step instanceof Step.OnObject on
          && (on.phase() == Phase.HAND_OVER || on.phase() == Phase.RECREATE)) {
        byObject.computeIfAbsent(on.object(), ref -> new ArrayList<>()).add(on);
      }
    }
    return byObject.entrySet().stream()
        .filter(e -> e.getValue().stream().anyMatch(Step.DeleteAtSource.class::isInstance))
        .map(
            e ->
                new HandOver(
                    e.getKey(), place(e.getKey(), e.getValue()), failed(e.getKey(), e.getValue())))
        .toList();
  }

  /** Those that work nowhere at this moment. */
  public List<HandOver> stopped() {
    return handOvers().stream()
        .filter(
            h ->
                switch (h.place()) {
                  case UNTOUCHED, ACTIVE, SET_BACK, RESTORED -> false;
                  case STOPPED, DRAINED, DELETED, ABSENT, INERT, IN_DOUBT -> true;
                })
        .toList();
  }

  /** Whether any deletion at the source was at least announced. */
  public boolean anythingDeleted() {
    return plan.steps().stream()
        .anyMatch(
            step ->
                step instanceof Step.DeleteAtSource
                    && journal.status(step.id()) != StepStatus.NOT_STARTED);
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

  /** How the last process ended; empty when it is at work or was cut off. */
  public Optional<Ending> ending() {
    return journal.finished().map(RunFinished::ending);
  }

  /** Whether anything left the source and is not back: then the way back has a plan of its own. */
  public boolean isAnythingAway() {
    return !Rollback.away(plan, journal).isEmpty();
  }

  private Place place(ObjectRef object, List<Step.OnObject> steps) {
    return isRestored(object) ? Place.RESTORED : place(steps);
  }

  private boolean isRestored(ObjectRef object) {
    return places.get(object) == Whereabouts.RESTORED;
  }

  private Place place(List<Step.OnObject> steps) {
    Place place = Place.UNTOUCHED;
    for (Step.OnObject step : steps) {
      if (step instanceof Step.RunsCommand) {
        // A command of the user's says nothing about where the object is.
        continue;
      }
      switch (journal.status(step.id())) {
        case IN_DOUBT -> {
          return Place.IN_DOUBT;
        }
        case FAILED -> {
          return failed(step.id(), place);
        }
        case DONE -> place = after(step, place, steps);
        case NOT_STARTED -> {}
      }
    }
    return place;
  }

  private Place failed(StepId step, Place before) {
    StepOutcome outcome = journal.step(step).outcome().orElseThrow();
    String code = outcome.details().getOrDefault("code", "");
    if (code.equals(ErrorCode.M2108.name()) || outcome.mayArrive().isPresent()) {
      return Place.IN_DOUBT;
    }
    // Work that does not end in time is given back to the source.
    return code.equals(ErrorCode.M2104.name()) ? Place.SET_BACK : before;
  }

  private Optional<StepId> failed(ObjectRef object, List<Step.OnObject> steps) {
    return steps.stream()
        .filter(step -> !isRestored(object))
        .map(Step::id)
        .filter(id -> journal.status(id) == StepStatus.FAILED)
        .findFirst();
  }

  private static Place after(Step.OnObject step, Place before, List<Step.OnObject> all) {
    return switch (step) {
      case Step.Quiesce s -> Place.STOPPED;
      case Step.Drain s -> Place.DRAINED;
      case Step.DeleteAtSource s -> Place.DELETED;
      case Step.ProveAbsent s -> Place.ABSENT;
      case Step.CreateInert s ->
          all.stream().anyMatch(Step.Activate.class::isInstance) ? Place.INERT : Place.ACTIVE;
      case Step.Activate s -> Place.ACTIVE;
      case Step.Create s -> Place.ACTIVE;
      case Step.Copy s -> before;
      case Step.AwaitCurrent s -> before;
      case Step.HookBefore s -> before;
      case Step.HookAfter s -> before;
    };
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
