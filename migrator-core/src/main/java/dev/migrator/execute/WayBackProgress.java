package dev.migrator.execute;

import dev.migrator.event.RefText;
import dev.migrator.event.RunEvent;
import dev.migrator.event.RunEvent.Outcome;
import dev.migrator.journal.JournalRecord.Ending;
import dev.migrator.journal.JournalRecord.RunFinished;
import dev.migrator.model.Amount;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Problem;
import dev.migrator.plan.Phase;
import dev.migrator.plan.StepId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What became of each object on a way back: told as it happens, and summed up at the end. */
final class WayBackProgress {

  private static final int SOME = 8;

  private final Run run;
  private final Map<ObjectRef, String> kept = new LinkedHashMap<>();
  private int looked;

  WayBackProgress(Run run) {
    this.run = run;
  }

  void begin(int objects) {
    run.events().accept(new RunEvent.RunStarted(run.clock().now(), run.id(), objects, 0));
  }

  /**
   * Of one object.
   *
   * @param how it was done, in words
   * @param why it was not; empty when it was
   */
  void note(StepId step, Phase phase, ObjectRef object, String how, Optional<String> why) {
    looked++;
    if (why.isPresent()) {
      kept.put(object, why.get());
      run.notice(RefText.of(object) + " " + why.get());
      return;
    }
    run.events().accept(new RunEvent.StepDone(run.clock().now(), step, phase, how));
  }

  /** Of an object that was noted before, or is not counted: it is not as it was after all. */
  void keep(ObjectRef object, String why) {
    kept.putIfAbsent(object, why);
  }

  /** How many objects were noted. */
  int looked() {
    return looked;
  }

  /**
   * It stopped at a checkpoint, and the same command goes on.
   *
   * @param work in words, such as {@code the rollback}
   * @param state of what is left
   */
  RunEvent.RunEnded interrupted(String work, int left, String state) {
    return end(
        Ending.INTERRUPTED,
        Outcome.INTERRUPTED,
        left,
        List.of(
            Problem.of(
                ErrorCode.M9130,
                work + " of run " + run.id() + " was interrupted at a checkpoint",
                state,
                run.resume())));
  }

  /**
   * It came to its end: blocked when anything was kept.
   *
   * @param failure what could not be done with an object, in words
   */
  RunEvent.RunEnded ended(Ending ending, Outcome outcome, String failure) {
    if (kept.isEmpty()) {
      return end(ending, outcome, 0, List.of());
    }
    List<String> some =
        kept.entrySet().stream()
            .limit(SOME)
            .map(e -> RefText.of(e.getKey()) + " " + e.getValue())
            .toList();
    return end(
        Ending.BLOCKED,
        Outcome.BLOCKED,
        0,
        List.of(
            Problem.of(
                ErrorCode.M2401,
                Amount.of(kept.size(), "object") + " " + failure,
                String.join("; ", some) + (kept.size() > SOME ? "; ..." : ""),
                "look at them, then: " + run.resume())));
  }

  private RunEvent.RunEnded end(Ending ending, Outcome outcome, int left, List<Problem> problems) {
    run.journal().commit(new RunFinished(run.clock().now(), ending));
    RunEvent.RunEnded ended =
        new RunEvent.RunEnded(
            run.clock().now(), outcome, looked - kept.size(), kept.size(), left, problems);
    run.events().accept(ended);
    return ended;
  }
}
