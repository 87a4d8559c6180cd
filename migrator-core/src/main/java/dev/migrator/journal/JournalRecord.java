package dev.migrator.journal;

import dev.migrator.model.Digest;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.StepId;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One thing that a run must still know after a crash. Carries no secret and no digest of one.
 *
 * <p>Source: docs/safety.md (intent before effect, outcome after it)
 */
public sealed interface JournalRecord {

  /** When it was written, by the run's clock; for people, never for decisions. */
  Instant at();

  /**
   * A process began to work on this run. The first one is {@code apply}, each later one another
   * command.
   */
  record RunStarted(Instant at, String command) implements JournalRecord {}

  /**
   * The vault is complete and durable. Nothing may be changed in a cluster before this is forced.
   */
  record Vaulted(Instant at, int objects) implements JournalRecord {}

  /**
   * A write is about to be sent. Without an outcome after it, the step is in doubt.
   *
   * @param uid the precondition that will be sent, or of the object that is to be copied; may be
   *     empty
   * @param resourceVersion likewise
   * @param body the digest of what will be sent; empty for Secrets and for requests without a body
   */
  record StepIntended(
      Instant at, StepId step, String uid, String resourceVersion, Optional<Digest> body)
      implements JournalRecord {}

  /**
   * What became of a step.
   *
   * @param details short facts by name, such as {@code uid} for the uid at the target; sorted;
   *     never a secret
   */
  record StepOutcome(Instant at, StepId step, Result result, Map<String, String> details)
      implements JournalRecord {
    /** Among the details of a failure: what {@link #mayArrive} says. */
    public static final String MAY_ARRIVE = "mayArrive";

    public StepOutcome {
      details = sorted(details);
    }

    /**
     * Until when a request of the step may still arrive; in the past when it has arrived by now, or
     * never will. Empty when the outcome of each is known.
     */
    public Optional<Instant> mayArrive() {
      return Optional.ofNullable(details.get(MAY_ARRIVE)).map(Instant::parse);
    }

    /** Whether the outcome of a request is not known; older journals say it by the code alone. */
    public boolean isOpen() {
      return mayArrive().isPresent() || ErrorCode.M2108.name().equals(details.get("code"));
    }
  }

  /** Something about one object that the hand-over learnt and cannot learn again later. */
  sealed interface Fact extends JournalRecord {
    ObjectRef object();
  }

  /**
   * How active the object was before we touched it. The first one of an object counts; later ones
   * are ignored, because by then the object may be in the state that we gave it.
   *
   * @param fields path to its value as JSON text, such as {@code spec.replicas} to {@code 3}; an
   *     empty text where the field was absent
   */
  record OriginalState(Instant at, ObjectRef object, Map<String, String> fields) implements Fact {
    public OriginalState {
      fields = sorted(fields);
    }
  }

  /**
   * The latest slot of a CronJob that ran at the source; empty when none ever did. The last record
   * of an object counts.
   */
  record LastScheduled(Instant at, ObjectRef object, Optional<Instant> slot) implements Fact {}

  /** Nothing that the object started runs any more, and it starts nothing. */
  record Drained(Instant at, ObjectRef object) implements Fact {}

  /** A person (or a command in their place) decided. The last answer to a question counts. */
  record OperatorDecision(Instant at, String question, String answer) implements JournalRecord {}

  /** The process ended its work on this run in order. */
  record RunFinished(Instant at, Ending ending) implements JournalRecord {}

  /** What became of a step. */
  enum Result {
    /** We did it, and the server said so. */
    DONE,
    /** It did not happen, or not fully; the details say why. */
    FAILED,
    /**
     * The outcome of an earlier intent was unknown; both clusters were read and show that it is
     * done.
     */
    OBSERVED
  }

  /** How a process ended its work. */
  enum Ending {
    DONE,
    BLOCKED,
    INTERRUPTED,
    WAITING,
    ROLLED_BACK,
    /** What was in transit is back at the source; what works at the target is still there. */
    RESTORED
  }

  private static Map<String, String> sorted(Map<String, String> texts) {
    return Collections.unmodifiableMap(new TreeMap<>(texts));
  }
}
