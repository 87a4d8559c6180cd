package dev.migrator.runbook;

import dev.migrator.event.EventParser;
import dev.migrator.event.RunEvent;
import dev.migrator.journal.Disk;
import dev.migrator.journal.JournalRecord;
import dev.migrator.journal.JournalRecord.Ending;
import dev.migrator.journal.RunDirectory;
import dev.migrator.model.Amount;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Problem;
import dev.migrator.plan.Phase;
import dev.migrator.plan.Plan;
import dev.migrator.plan.Step;
import dev.migrator.plan.StepId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What happened in a run, for a report: its events, and from its journal what they lack. Events are
 * not forced to disk; what the journal says of a step is what counts.
 */
public final class RunHistory {

  private static final String GATE = "gate:";

  private final RunDirectory directory;
  private final Map<StepId, Phase> phases;
  private final int steps;

  private RunHistory(RunDirectory directory, Plan plan) {
    this.directory = directory;
    this.phases = plan.steps().stream().collect(Collectors.toMap(Step::id, Step::phase));
    this.steps = plan.steps().size();
  }

  /**
   * The events of a run, the earliest first; empty for a run that has done nothing.
   *
   * <p>Errors: M2203 when the journal is corrupt.
   */
  public static List<RunEvent> of(Disk disk, RunDirectory directory, Plan plan) {
    RunHistory history = new RunHistory(directory, plan);
    List<RunEvent> told = history.told(disk);
    List<RunEvent> all = new ArrayList<>(told);
    all.addAll(missing(told, history.journalled()));
    // Stable: where two have one time, what was told comes first.
    all.sort(Comparator.comparing(RunEvent::at));
    return List.copyOf(all);
  }

  private List<RunEvent> told(Disk disk) {
    if (!disk.exists(directory.eventsFile())) {
      return List.of();
    }
    try {
      String lines = new String(disk.read(directory.eventsFile()), StandardCharsets.UTF_8);
      return EventParser.events(lines.lines());
    } catch (IOException e) {
      return List.of();
    }
  }

  private List<RunEvent> journalled() {
    if (!directory.hasJournal()) {
      return List.of();
    }
    List<RunEvent> events = new ArrayList<>();
    Set<StepId> done = new HashSet<>();
    Set<StepId> failed = new HashSet<>();
    for (JournalRecord record : directory.readJournal().records()) {
      if (record instanceof JournalRecord.StepOutcome outcome
          && phases.containsKey(outcome.step())) {
        boolean isDone = outcome.result() != JournalRecord.Result.FAILED;
        (isDone ? done : failed).add(outcome.step());
        (isDone ? failed : done).remove(outcome.step());
      }
      event(record, done.size(), failed.size()).ifPresent(events::add);
    }
    return events;
  }

  private Optional<RunEvent> event(JournalRecord record, int done, int failed) {
    return switch (record) {
      case JournalRecord.RunStarted r ->
          Optional.of(new RunEvent.RunStarted(r.at(), directory.run().id(), steps, done));
      case JournalRecord.Vaulted r ->
          Optional.of(new RunEvent.Prepared(r.at(), "vaulted " + Amount.of(r.objects(), "object")));
      case JournalRecord.StepIntended r ->
          phase(r.step()).map(phase -> new RunEvent.StepStarted(r.at(), r.step(), phase));
      case JournalRecord.StepOutcome r -> outcome(r);
      case JournalRecord.OperatorDecision r ->
          Optional.of(new RunEvent.Notice(r.at(), decision(r)));
      case JournalRecord.RunFinished r ->
          Optional.of(
              new RunEvent.RunEnded(
                  r.at(), ending(r.ending()), done, failed, steps - done - failed, List.of()));
      case JournalRecord.OriginalState r -> Optional.empty();
      case JournalRecord.LastScheduled r -> Optional.empty();
      case JournalRecord.Drained r -> Optional.empty();
    };
  }

  private static String decision(JournalRecord.OperatorDecision decision) {
    return decision.question().startsWith(GATE)
        ? "gate " + decision.question().substring(GATE.length()) + " was opened"
        : decision.question() + ": " + decision.answer();
  }

  private Optional<Phase> phase(StepId step) {
    return Optional.ofNullable(phases.get(step));
  }

  private Optional<RunEvent> outcome(JournalRecord.StepOutcome outcome) {
    return switch (outcome.result()) {
      case DONE ->
          phase(outcome.step())
              .map(phase -> new RunEvent.StepDone(outcome.at(), outcome.step(), phase, ""));
      case OBSERVED ->
          phase(outcome.step())
              .map(
                  phase ->
                      new RunEvent.StepDone(
                          outcome.at(), outcome.step(), phase, "seen to be done, after a crash"));
      case FAILED ->
          phase(outcome.step())
              .map(
                  phase -> new RunEvent.StepFailed(outcome.at(), outcome.step(), failure(outcome)));
    };
  }

  private Problem failure(JournalRecord.StepOutcome outcome) {
    Map<String, String> details = outcome.details();
    ErrorCode code =
        List.of(ErrorCode.values()).stream()
            .filter(c -> c.name().equals(details.get("code")))
            .findFirst()
            .orElse(ErrorCode.M2108);
    return Problem.of(
        code,
        details.getOrDefault("what", outcome.step() + " failed"),
        details.getOrDefault("why", ""),
        "migrator resume " + directory.run().id());
  }

  private static RunEvent.Outcome ending(Ending ending) {
    return switch (ending) {
      case DONE -> RunEvent.Outcome.DONE;
      case BLOCKED -> RunEvent.Outcome.BLOCKED;
      case INTERRUPTED -> RunEvent.Outcome.INTERRUPTED;
      case WAITING -> RunEvent.Outcome.WAITING;
      case ROLLED_BACK -> RunEvent.Outcome.ROLLED_BACK;
      case RESTORED -> RunEvent.Outcome.RESTORED;
    };
  }

  /** Journal records without an event. */
  private static List<RunEvent> missing(List<RunEvent> told, List<RunEvent> journalled) {
    if (told.isEmpty()) {
      return journalled;
    }
    Set<StepId> begun = new HashSet<>();
    Set<StepId> done = new HashSet<>();
    Set<StepId> failed = new HashSet<>();
    for (RunEvent event : told) {
      switch (event) {
        case RunEvent.StepStarted e -> begun.add(e.step());
        case RunEvent.StepDone e -> done.add(e.step());
        case RunEvent.StepFailed e -> failed.add(e.step());
        case RunEvent.RunStarted e -> {}
        case RunEvent.Prepared e -> {}
        case RunEvent.StepWaiting e -> {}
        case RunEvent.Notice e -> {}
        case RunEvent.GateReached e -> {}
        case RunEvent.RunEnded e -> {}
      }
    }
    boolean endTold = told.getLast() instanceof RunEvent.RunEnded;
    RunEvent lastTold = told.getLast();
    return journalled.stream()
        .filter(
            event ->
                switch (event) {
                  case RunEvent.StepStarted e -> !begun.contains(e.step());
                  case RunEvent.StepDone e -> !done.contains(e.step());
                  case RunEvent.StepFailed e ->
                      !failed.contains(e.step()) && !done.contains(e.step());
                  case RunEvent.RunEnded e -> !endTold && !e.at().isBefore(lastTold.at());
                  case RunEvent.RunStarted e -> false;
                  case RunEvent.Prepared e -> false;
                  case RunEvent.StepWaiting e -> false;
                  case RunEvent.Notice e -> true;
                  case RunEvent.GateReached e -> false;
                })
        .toList();
  }
}
