package dev.migrator.execute;

import dev.migrator.journal.Journal;
import dev.migrator.journal.JournalRecord.OperatorDecision;
import dev.migrator.journal.JournalState;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/**
 * That a run does not go on forward any more, by which way it goes back.
 *
 * <p>Crash: it is on disk before anything is taken back; the same command goes on with it.
 */
public enum WayBackDecision {
  /** Everything is taken back; nothing was deleted at the source. */
  ROLL_BACK("begun", ""),
  /** What is in transit is brought back; what works at the target stays there. */
  RESTORE("backward", " --backward");

  private static final String QUESTION = "rollback";

  private final String answer;
  private final String option;

  WayBackDecision(String answer, String option) {
    this.answer = answer;
    this.option = option;
  }

  /** What was decided last; empty for a run that goes forward. */
  public static Optional<WayBackDecision> of(JournalState journal) {
    return journal
        .decision(QUESTION)
        .map(
            decision ->
                Arrays.stream(values())
                    .filter(one -> one.answer.equals(decision.answer()))
                    .findFirst()
                    .orElse(ROLL_BACK));
  }

  /** Writes it down; durable when this returns. */
  void commit(Journal journal, Instant now) {
    journal.commit(new OperatorDecision(now, QUESTION, answer));
  }

  /** The command that goes on with it. */
  public String command(String run) {
    return "migrator rollback " + run + option;
  }

  /** The command that goes on with a way back that was begun; empty when none was. */
  public static Optional<String> command(JournalState journal, String run) {
    return of(journal).map(decision -> decision.command(run));
  }
}
