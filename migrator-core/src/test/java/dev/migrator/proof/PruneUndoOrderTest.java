package dev.migrator.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.cluster.fault.Fault;
import dev.migrator.execute.StepThreads;
import dev.migrator.model.ObjectRef;
import dev.migrator.plans.PlanCase;
import dev.migrator.runbook.PruneUndo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What others need is put back first: an owner that is not there yet is left out of what it owns.
 */
@Timeout(120)
class PruneUndoOrderTest {

  @Test
  void theOrderHoldsAfterAWaitForALateRemoval() {
    Rehearsal rehearsal = WayBackMatrixTest.movedToPrune(PlanCase.named("web-shop"));
    rehearsal.scene.threads = StepThreads.of(rehearsal.scene.clock.threads());
    int[] deletions = {0};
    // The process dies at its sixth removal, and nobody knows what became of that.
    Rehearsal.End died =
        rehearsal.run(
            request ->
                request.verb().equals("delete")
                        && !request.resource().startsWith("leases")
                        && deletions[0]++ == 5
                    ? new Fault.Crash(Fault.Crash.Moment.BEFORE_SEND)
                    : new Fault.None(),
            WayBackMatrixTest::prune);
    assertThat(died).isInstanceOf(Rehearsal.End.Died.class);
    rehearsal.processIsKilled();
    rehearsal.scene.disk = rehearsal.disk;
    rehearsal.scene.clock.advance(Duration.ofSeconds(40));
    List<ObjectRef> wanted =
        new ArrayList<>(PruneUndo.missing(rehearsal.scene.directory(), rehearsal.scene.plan));
    List<ObjectRef> created = new ArrayList<>();
    Rehearsal.End end =
        rehearsal.run(
            request -> {
              if (request.cluster().equals("source")
                  && request.verb().equals("create")
                  && !request.resource().startsWith("leases")) {
                synchronized (created) {
                  created.add(request.object().orElseThrow());
                }
              }
              return new Fault.None();
            },
            WayBackMatrixTest::undo);
    assertThat(end).isInstanceOf(Rehearsal.End.Ended.class);
    wanted.retainAll(created);
    assertThat(created).containsExactlyElementsOf(wanted);
  }
}
