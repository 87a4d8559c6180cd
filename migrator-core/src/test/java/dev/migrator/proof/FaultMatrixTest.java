package dev.migrator.proof;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cluster.fault.Fault;
import dev.migrator.cluster.fault.FaultScript;
import dev.migrator.event.RunEvent;
import dev.migrator.event.RunEvent.Outcome;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.ObjectRef;
import dev.migrator.plans.PlanCase;
import dev.migrator.proof.Rehearsal.End;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Every fault of the catalogue at every request: each run ends done, or blocked with a reason, and
 * a resume after the fault is gone ends done. A sample of all pairs, drawn by the seed; {@code
 * -Dproof.runs=50000} draws more.
 */
@Timeout(3600)
class FaultMatrixTest {

  private static final int RUNS = 5_000;

  /** Longer than any request is late. */
  private static final Duration LATE = Duration.ofSeconds(30);

  @Test
  void whateverGoesWrongOnceAMoveEndsWithAReasonAndIsResumedToItsEnd() {
    Matrix matrix = Matrix.named("fault matrix");
    List<PlanCase> cases = new ArrayList<>(Scenes.small());
    cases.addAll(PlanCase.all());
    List<Matrix.Cell> all = new ArrayList<>();
    for (PlanCase example : cases) {
      add(all, example);
    }
    Collections.shuffle(all, new Random(matrix.seed()));
    int wanted = Math.min(all.size(), Matrix.wanted(RUNS));
    System.out.printf("fault matrix: %,d of all %,d pairs%n", wanted, all.size());
    matrix.run(all.subList(0, wanted));
  }

  private static void add(List<Matrix.Cell> cells, PlanCase example) {
    Rehearsal undisturbed = new Rehearsal(example);
    End end = undisturbed.run();
    if (!CrashMatrixTest.isDone(end)) {
      throw new AssertionError(example + " undisturbed: " + end);
    }
    Map<ObjectRef, ObjectNode> wanted = undisturbed.checker.result();
    for (int i = 0; i < undisturbed.requests(); i++) {
      int index = i;
      Fault.catalogue()
          .forEach(
              (name, fault) ->
                  cells.add(
                      new Matrix.Cell(
                          example,
                          "request " + index + " " + name,
                          random -> disturbed(example, index, fault, wanted))));
    }
  }

  private static List<String> disturbed(
      PlanCase example, int index, Fault fault, Map<ObjectRef, ObjectNode> wanted) {
    Rehearsal rehearsal = new Rehearsal(example);
    End first = rehearsal.run(FaultScript.atRequest(index, fault));
    List<String> wrong = new ArrayList<>(withoutReason(first));
    wrong.addAll(rehearsal.judge());
    rehearsal.scene.clock.advance(LATE);
    End second = rehearsal.run();
    if (!CrashMatrixTest.isDone(second)) {
      wrong.add("P4: the resume ended " + second);
    }
    wrong.addAll(rehearsal.judge());
    wrong.addAll(rehearsal.checker.compare(wanted, Set.of()));
    if (!wrong.isEmpty()) {
      wrong.add("stopped: " + first);
    }
    return wrong;
  }

  /** P4: done, or blocked with a reason that is no defect of ours. */
  static List<String> withoutReason(End how) {
    return switch (how) {
      case End.Ended end -> {
        RunEvent.RunEnded ended = end.ended();
        boolean fine =
            ended.outcome() == Outcome.DONE
                || (ended.outcome() == Outcome.BLOCKED
                    && !ended.problems().isEmpty()
                    && ended.problems().stream().noneMatch(p -> p.code() == ErrorCode.M9001));
        yield fine ? List.of() : List.of("P4: ended " + ended);
      }
      case End.Refused refused ->
          refused.problem().problem().code() == ErrorCode.M9001
              ? List.of("P4: refused " + refused.problem())
              : List.of();
      case End.Died died -> List.of("P4: died " + died.where());
    };
  }
}
