package dev.migrator.cli.output;

import dev.migrator.event.RefText;
import dev.migrator.event.RunEvent;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Phase;
import dev.migrator.plan.Plan;
import dev.migrator.plan.Step;
import dev.migrator.plan.StepId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is known of a run while it goes on. Follows the events; the number of steps comes from the
 * plan and never grows.
 *
 * <p>For use by one thread at a time.
 */
public final class RunView {

  /** Too early an estimate is a wrong one. */
  private static final Duration FIRST_ESTIMATE = Duration.ofSeconds(5);

  private static final int FEWEST_DONE = 3;

  private final Plan plan;
  private final Map<StepId, Step> steps = new HashMap<>();
  private final Set<StepId> done = new HashSet<>();
  private int firstOpen;
  private final Map<StepId, String> inFlight = new LinkedHashMap<>();
  private final Set<StepId> failed = new HashSet<>();
  private final int doneBefore;
  private final Optional<String> stage;
  private int total;
  private Optional<Instant> began = Optional.empty();
  private Duration paused = Duration.ZERO;

  /**
   * @param alreadyDone what earlier processes of this run did
   */
  public RunView(Plan plan, Set<StepId> alreadyDone) {
    this.plan = plan;
    this.stage = Optional.empty();
    this.total = plan.steps().size();
    for (Step step : plan.steps()) {
      steps.put(step.id(), step);
    }
    alreadyDone.forEach(this::finish);
    doneBefore = done.size();
  }

  private RunView(Plan plan, String stage) {
    this.plan = plan;
    this.stage = Optional.of(stage);
    this.doneBefore = 0;
  }

  /**
   * Of work on a run whose steps are not those of its plan; how many it has is told when it begins.
   *
   * @param stage such as {@code rollback}
   */
  public static RunView of(Plan plan, String stage) {
    return new RunView(plan, stage);
  }

  /** Takes in what happened. */
  public void accept(RunEvent event) {
    if (began.isEmpty()) {
      began = Optional.of(event.at());
    }
    switch (event) {
      case RunEvent.StepStarted e -> inFlight.put(e.step(), "");
      case RunEvent.StepWaiting e -> inFlight.put(e.step(), e.why());
      case RunEvent.StepDone e -> {
        inFlight.remove(e.step());
        finish(e.step());
      }
      case RunEvent.StepFailed e -> {
        inFlight.remove(e.step());
        failed.add(e.step());
      }
      case RunEvent.RunEnded e -> inFlight.clear();
      case RunEvent.RunStarted e -> total = stage.isPresent() ? e.steps() : total;
      case RunEvent.Prepared e -> {}
      case RunEvent.Notice e -> {}
      case RunEvent.GateReached e -> {}
    }
  }

  private void finish(StepId id) {
    if ((stage.isPresent() || steps.containsKey(id)) && done.add(id)) {
      failed.remove(id);
    }
  }

  /** Time that passed while a person was asked does not count for the estimate. */
  void notCounting(Duration duration) {
    paused = paused.plus(duration);
  }

  public int total() {
    return total;
  }

  public int done() {
    return done.size();
  }

  public int failed() {
    return failed.size();
  }

  /** The context names. */
  public String source() {
    return plan.source().context();
  }

  public String target() {
    return plan.target().context();
  }

  /** What it is at: a phase of the plan, or another work. */
  public String stage() {
    return stage.orElseGet(() -> Screen.phase(phase()));
  }

  /** The phase of the first step that is not done; the last phase when all are. */
  public Phase phase() {
    while (firstOpen < plan.steps().size() && done.contains(plan.steps().get(firstOpen).id())) {
      firstOpen++;
    }
    return firstOpen == plan.steps().size() ? Phase.VERIFY : plan.steps().get(firstOpen).phase();
  }

  /** What it waits for, the longest first; those that say why come before the others. */
  public List<Waiting> waiting(int atMost) {
    List<Waiting> waiting = new ArrayList<>();
    for (boolean withReason : new boolean[] {true, false}) {
      for (Map.Entry<StepId, String> e : inFlight.entrySet()) {
        if (waiting.size() < atMost && e.getValue().isEmpty() != withReason) {
          waiting.add(new Waiting(name(e.getKey()), verb(e.getKey()), e.getValue()));
        }
      }
    }
    return waiting;
  }

  /** How many steps are in flight. */
  public int inFlight() {
    return inFlight.size();
  }

  /** How many of them say why they wait. */
  public long waiting() {
    return inFlight.values().stream().filter(why -> !why.isEmpty()).count();
  }

  /** Whether this is news of the step; that a gate waits is told by the gate. */
  boolean isNews(RunEvent.StepWaiting event) {
    return !event.why().equals(inFlight.get(event.step()))
        && !(steps.get(event.step()) instanceof Step.Gate);
  }

  /** Since the first event of this process. */
  public Duration elapsed(Instant now) {
    return began.map(start -> Duration.between(start, now)).orElse(Duration.ZERO);
  }

  /** How long it will still take if it goes on as it did; empty when that cannot be said yet. */
  public Optional<Duration> estimate(Instant now) {
    Duration worked = elapsed(now).minus(paused);
    int doneNow = done.size() - doneBefore;
    int left = total() - done.size();
    if (worked.compareTo(FIRST_ESTIMATE) < 0 || doneNow < FEWEST_DONE || left == 0) {
      return Optional.empty();
    }
    return Optional.of(worked.multipliedBy(left).dividedBy(doneNow));
  }

  /** The object of a step as people write it, or what it is where it has none. */
  public String name(StepId id) {
    return switch (steps.get(id)) {
      case Step.OnObject on -> RefText.of(on.object());
      case Step.Gate gate -> gate.name();
      case Step.Hook hook -> hook.point().label();
      case Step.Verify verify -> "target";
      case null -> stage.isPresent() ? RefText.of(ObjectRef.parse(id.subject())) : id.text();
    };
  }

  /** What a step does, in a word. */
  public String verb(StepId id) {
    return switch (steps.get(id)) {
      case Step.OnObject on -> on.verb().label();
      case Step.Gate gate -> "gate";
      case Step.Hook hook -> "hook";
      case Step.Verify verify -> "verify";
      case null -> stage.orElse("");
    };
  }

  /**
   * Something that is waited for.
   *
   * @param why may be empty
   */
  public record Waiting(String object, String verb, String why) {}
}
