package dev.migrator.proof;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.event.RunEvent.Outcome;
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
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Stops a move at every append, force, rename, send and response, and again while it is resumed. By
 * {@code -Dproof.runs=50000} more of them.
 */
@Timeout(3600)
class CrashMatrixTest {

  private static final int RUNS = 5_000;

  /** How many more are stopped a second time, while they are resumed. */
  private static final int AGAIN = 2_500;

  /** So many stops has a long case. */
  private static final int LONG = 4_000;

  static final List<Duration> PAUSES =
      List.of(
          Duration.ZERO, Duration.ofMillis(200), Duration.ofSeconds(7), Duration.ofSeconds(150));

  @Test
  void stoppedAnywhereAMoveKeepsItsPromisesAndIsResumedToItsEnd() {
    Matrix matrix = Matrix.named("crash matrix");
    List<PlanCase> cases = new ArrayList<>(Scenes.small());
    cases.addAll(PlanCase.all());
    List<Matrix.Cell> cells = new ArrayList<>();
    for (PlanCase example : cases) {
      add(cells, example, 0);
    }
    int wanted = Math.max(cells.size() + AGAIN, Matrix.wanted(RUNS));
    for (int round = 1; cells.size() < wanted; round++) {
      List<Matrix.Cell> again = new ArrayList<>();
      for (PlanCase example : cases) {
        add(again, example, round);
      }
      Collections.shuffle(again, new Random(matrix.seed() + round));
      cells.addAll(again.subList(0, Math.min(again.size(), wanted - cells.size())));
    }
    matrix.run(cells);
  }

  private static void add(List<Matrix.Cell> cells, PlanCase example, int round) {
    Rehearsal undisturbed = new Rehearsal(example);
    End end = undisturbed.run();
    if (!isDone(end)) {
      throw new AssertionError(example + " undisturbed: " + end);
    }
    Map<ObjectRef, ObjectNode> wanted = undisturbed.checker.result();
    // Of the longest every third, here; by -Dproof.runs all of them.
    int stride = undisturbed.points() > LONG && Matrix.wanted(RUNS) == RUNS ? 3 : 1;
    for (int i = round % stride; i < undisturbed.points(); i += stride) {
      int stop = i;
      cells.add(
          new Matrix.Cell(
              example,
              "stop " + stop + " round " + round,
              random -> stopped(example, stop, round > 0, wanted, random)));
    }
  }

  private static List<String> stopped(
      PlanCase example,
      int stop,
      boolean again,
      Map<ObjectRef, ObjectNode> wanted,
      SplittableRandom random) {
    Rehearsal rehearsal = new Rehearsal(example);
    List<String> wrong = new ArrayList<>();
    End end = rehearsal.runUntil(stop);
    String where = end.toString();
    wrong.addAll(afterDeath(rehearsal, end, random));
    if (again) {
      // Most of a resume is reading; stops are drawn from all of it.
      end = rehearsal.runUntil(random.nextInt(Math.max(2, 600 - stop / 2)));
      where += ", then " + end;
      wrong.addAll(afterDeath(rehearsal, end, random));
    }
    end = rehearsal.run();
    if (!isDone(end)) {
      wrong.add("P4: the resume ended " + end);
    }
    wrong.addAll(rehearsal.judge());
    wrong.addAll(rehearsal.leftOver());
    wrong.addAll(rehearsal.checker.compare(wanted, Set.of()));
    if (!wrong.isEmpty()) {
      wrong.add("stopped: " + where);
    }
    return wrong;
  }

  static List<String> afterDeath(Rehearsal rehearsal, End end, RandomGenerator random) {
    if (end instanceof End.Refused) {
      return List.of("P4: refused: " + end);
    }
    if (random.nextBoolean()) {
      rehearsal.powerFails(random);
    } else {
      rehearsal.processIsKilled();
    }
    List<String> broken = rehearsal.judge();
    rehearsal.scene.clock.advance(PAUSES.get(random.nextInt(PAUSES.size())));
    return broken;
  }

  static boolean isDone(End end) {
    return end instanceof End.Ended ended && ended.ended().outcome() == Outcome.DONE;
  }
}
