package dev.migrator.journal;

import dev.migrator.journal.JournalRecord.Drained;
import dev.migrator.journal.JournalRecord.LastScheduled;
import dev.migrator.journal.JournalRecord.OperatorDecision;
import dev.migrator.journal.JournalRecord.OriginalState;
import dev.migrator.journal.JournalRecord.RunFinished;
import dev.migrator.journal.JournalRecord.RunStarted;
import dev.migrator.journal.JournalRecord.StepIntended;
import dev.migrator.journal.JournalRecord.StepOutcome;
import dev.migrator.journal.JournalRecord.Vaulted;
import dev.migrator.lifecycle.StepRecords;
import dev.migrator.lifecycle.StepStatus;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.StepId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What the records of a journal add up to, up to date with every append. Safe for use by many
 * threads.
 *
 * <p>A record that is missing here proves nothing: the tail may have been torn off. Observe the
 * clusters before acting.
 */
public final class JournalState implements StepRecords {

  /** The command that works on a run that has ended. */
  public static final String PRUNE = "prune";

  private final Map<StepId, StepState> steps = new ConcurrentHashMap<>();
  private final Map<ObjectRef, OriginalState> originals = new ConcurrentHashMap<>();
  private final Map<ObjectRef, LastScheduled> lastScheduled = new ConcurrentHashMap<>();
  private final Set<ObjectRef> drained = ConcurrentHashMap.newKeySet();
  private final Map<String, OperatorDecision> decisions = new ConcurrentHashMap<>();
  private final AtomicInteger starts = new AtomicInteger();

  /** Counted under the journal's lock. */
  private long records;

  private volatile boolean vaulted;
  private volatile Optional<RunFinished> finished = Optional.empty();

  JournalState() {}

  /** What the records add up to. */
  public static JournalState of(List<JournalRecord> records) {
    JournalState state = new JournalState();
    records.forEach(state::apply);
    return state;
  }

  /**
   * The latest that is known of a step.
   *
   * @param intent the latest intent
   * @param outcome the outcome that came after that intent
   * @param intents how often it was intended, by all processes
   * @param last the place of its last record among those of steps
   */
  public record StepState(
      Optional<StepIntended> intent, Optional<StepOutcome> outcome, int intents, long last) {

    static final StepState NONE = new StepState(Optional.empty(), Optional.empty(), 0, 0);

    public StepStatus status() {
      if (outcome.isPresent()) {
        return switch (outcome.get().result()) {
          case DONE, OBSERVED -> StepStatus.DONE;
          case FAILED -> StepStatus.FAILED;
        };
      }
      return intent.isPresent() ? StepStatus.IN_DOUBT : StepStatus.NOT_STARTED;
    }
  }

  /** Called by the journal under its lock: one record at a time, in the order of the file. */
  void apply(JournalRecord record) {
    switch (record) {
      case RunStarted started -> {
        starts.incrementAndGet();
        // A prune that is cut off, or taken back, leaves the run what it was.
        if (!started.command().startsWith(PRUNE)) {
          finished = Optional.empty();
        }
      }
      case Vaulted all -> vaulted = true;
      case StepIntended intent ->
          steps.merge(
              intent.step(),
              new StepState(Optional.of(intent), Optional.empty(), 1, ++records),
              (known, told) ->
                  new StepState(told.intent(), Optional.empty(), known.intents() + 1, told.last()));
      case StepOutcome outcome ->
          steps.merge(
              outcome.step(),
              new StepState(Optional.empty(), Optional.of(outcome), 0, ++records),
              (known, told) ->
                  new StepState(known.intent(), told.outcome(), known.intents(), told.last()));
      case OriginalState original ->
          // Safeguard: original-overwritten
          originals.putIfAbsent(original.object(), original);
      case LastScheduled last -> lastScheduled.put(last.object(), last);
      case Drained done -> drained.add(done.object());
      case OperatorDecision decision -> decisions.put(decision.question(), decision);
      case RunFinished end -> finished = Optional.of(end);
    }
  }

  @Override
  public StepStatus status(StepId step) {
    return step(step).status();
  }

  @Override
  public Map<String, String> details(StepId step) {
    return step(step).outcome().map(StepOutcome::details).orElse(Map.of());
  }

  @Override
  public boolean isInDoubt(StepId step) {
    return switch (status(step)) {
      case IN_DOUBT -> true;
      case FAILED -> step(step).outcome().filter(StepOutcome::isOpen).isPresent();
      case NOT_STARTED, DONE -> false;
    };
  }

  @Override
  public boolean isNewer(StepId one, StepId other) {
    return step(one).last() > step(other).last();
  }

  public StepState step(StepId step) {
    return steps.getOrDefault(step, StepState.NONE);
  }

  /** Every step with an intent or an outcome, by id. */
  public Map<StepId, StepState> steps() {
    return new TreeMap<>(steps);
  }

  /** The steps whose last intent has no outcome, sorted. */
  public Set<StepId> inDoubt() {
    Set<StepId> found = new TreeSet<>();
    steps.forEach(
        (id, state) -> {
          if (state.status() == StepStatus.IN_DOUBT) {
            found.add(id);
          }
        });
    return found;
  }

  /** How active the object was before we touched it: the first record of it. */
  public Optional<OriginalState> original(ObjectRef object) {
    return Optional.ofNullable(originals.get(object));
  }

  /** The latest slot that ran at the source; empty when that was not recorded or none ever ran. */
  public Optional<Instant> lastScheduled(ObjectRef object) {
    return Optional.ofNullable(lastScheduled.get(object)).flatMap(LastScheduled::slot);
  }

  public boolean drained(ObjectRef object) {
    return drained.contains(object);
  }

  /** The last answer to the question. */
  public Optional<OperatorDecision> decision(String question) {
    return Optional.ofNullable(decisions.get(question));
  }

  /** How many processes have worked on this run. */
  public int starts() {
    return starts.get();
  }

  /** Whether the vault was complete before anything was changed. */
  public boolean vaulted() {
    return vaulted;
  }

  /** How the last process ended; empty when it is at work or was cut off. */
  public Optional<RunFinished> finished() {
    return finished;
  }
}
