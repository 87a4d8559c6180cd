package dev.migrator.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.fault.Fault;
import dev.migrator.lifecycle.Lifecycle;
import dev.migrator.lifecycle.Stage;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Verb;
import dev.migrator.plans.PlanCase;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A process is stopped while something is stopped at the source, and the next one gets no answer.
 */
@Timeout(300)
class SecondStopTest {

  @Test
  void whatIsStoppedIsNotSaidToBeAtWork() {
    PlanCase example = Scenes.small().getFirst();
    Rehearsal undisturbed = new Rehearsal(example);
    assertThat(CrashMatrixTest.isDone(undisturbed.run())).isTrue();
    Set<ObjectRef> seen = new HashSet<>();
    for (int stop = undisturbed.points() / 3; stop < undisturbed.points(); stop += 4) {
      Rehearsal rehearsal = new Rehearsal(example);
      Rehearsal.End unused = rehearsal.runUntil(stop);
      rehearsal.processIsKilled();
      if (rehearsal.image().vault().isEmpty()) {
        continue;
      }
      List<ObjectRef> stopped = at(rehearsal, Stage.STOPPED, Stage.DRAINED);
      if (stopped.isEmpty()) {
        continue;
      }
      rehearsal.scene.clock.advance(java.time.Duration.ofMinutes(3));
      Rehearsal.End silent =
          rehearsal.run(
              request ->
                  request.verb().equals("prove")
                      ? new Fault.Answer(new ClusterFailure.Forbidden("not now"))
                      : new Fault.None());
      for (ObjectRef ref : stopped) {
        boolean isStill =
            rehearsal.scene.clusters.source().world().stored(ref).isPresent()
                && rehearsal
                    .scene
                    .directory()
                    .readJournal()
                    .state()
                    .details(dev.migrator.plan.StepId.of(Verb.QUIESCE, ref))
                    .containsKey("code");
        if (isStill) {
          seen.add(ref);
          assertThat(at(rehearsal, Stage.UNTOUCHED)).as("%s, %s", stop, silent).doesNotContain(ref);
        }
      }
    }
    assertThat(seen).isNotEmpty();
  }

  private static List<ObjectRef> at(Rehearsal rehearsal, Stage... stages) {
    return Lifecycle.of(rehearsal.scene.plan, rehearsal.scene.directory().readJournal().state())
        .handedOver()
        .entrySet()
        .stream()
        .filter(e -> Set.of(stages).contains(e.getValue().stage()))
        .map(java.util.Map.Entry::getKey)
        .toList();
  }
}
