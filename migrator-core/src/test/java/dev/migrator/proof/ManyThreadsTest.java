package dev.migrator.proof;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cluster.fault.Fault;
import dev.migrator.cluster.fault.FaultScript;
import dev.migrator.execute.StepThreads;
import dev.migrator.model.ObjectRef;
import dev.migrator.plans.PlanCase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Steps in threads of their own: crashes and faults at random. The seed decides where, the threads
 * decide the order, so that a run is not the same twice.
 */
@Timeout(900)
class ManyThreadsTest {

  private static final int RUNS = 200;

  @Test
  void crashesAndFaultsWithManyStepsAtOnce() {
    Matrix matrix = Matrix.named("many threads");
    List<PlanCase> cases = new ArrayList<>(Scenes.small());
    cases.add(PlanCase.named("cron-fleet"));
    cases.add(PlanCase.named("web-shop"));
    List<Matrix.Cell> cells = new ArrayList<>();
    for (PlanCase example : cases) {
      Rehearsal undisturbed = new Rehearsal(example);
      undisturbed.run();
      Map<ObjectRef, ObjectNode> wanted = undisturbed.checker.result();
      for (int i = 0; i < RUNS / cases.size(); i++) {
        int points = undisturbed.points();
        cells.add(
            new Matrix.Cell(
                example, "threads " + i, random -> run(example, points, wanted, random)));
      }
    }
    matrix.run(cells);
  }

  private static List<String> run(
      PlanCase example, int points, Map<ObjectRef, ObjectNode> wanted, SplittableRandom random) {
    Rehearsal rehearsal = new Rehearsal(example);
    rehearsal.scene.threads = StepThreads.of(rehearsal.scene.clock.threads());
    List<String> wrong = new ArrayList<>();
    String where;
    if (random.nextBoolean()) {
      Rehearsal.End end = rehearsal.runUntil(points / 3 + random.nextInt(points * 2 / 3));
      where = end.toString();
      rehearsal.powerFails(random);
    } else {
      Rehearsal.End end =
          rehearsal.run(
              FaultScript.random(
                  random.nextLong(), 30, new ArrayList<>(Fault.catalogue().values())));
      where = end.toString();
      wrong.addAll(FaultMatrixTest.withoutReason(end));
    }
    wrong.addAll(rehearsal.judge());
    rehearsal.scene.clock.advance(Duration.ofSeconds(30));
    Rehearsal.End last = rehearsal.run();
    if (!CrashMatrixTest.isDone(last)) {
      wrong.add("P4: the resume ended " + last);
    }
    wrong.addAll(rehearsal.judge());
    wrong.addAll(rehearsal.checker.compare(wanted, Set.of()));
    if (!wrong.isEmpty()) {
      wrong.add("stopped: " + where);
    }
    return wrong;
  }
}
