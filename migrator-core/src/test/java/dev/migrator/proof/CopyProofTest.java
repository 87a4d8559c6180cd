package dev.migrator.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.cluster.memory.MemoryCluster;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Step;
import dev.migrator.proof.Rehearsal.End;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Data that movers copy: ahead, and in the pause. */
@Timeout(300)
class CopyProofTest {

  private static final ObjectRef SPOOL = ObjectRef.core("PersistentVolumeClaim", "small", "spool");
  private static final ObjectRef WRITER = new ObjectRef("apps", "Deployment", "small", "writer");

  private final Rehearsal rehearsal = new Rehearsal(Scenes.named("copies"));
  private final MemoryCluster source = rehearsal.scene.clusters.source();
  private final MemoryCluster target = rehearsal.scene.clusters.target();

  private void whole(End end) {
    assertThat(CrashMatrixTest.isDone(end)).as("%s", end).isTrue();
    assertThat(rehearsal.judge()).isEmpty();
    assertThat(rehearsal.leftOver()).isEmpty();
  }

  @Test
  void everyClaimIsFilledFromItsOwn() {
    whole(rehearsal.run());
    assertThat(DiskChecker.claims(target)).hasSize(4);
    assertThat(DiskChecker.claims(source)).hasSize(4);
  }

  @Test
  void theStepsStandAheadAndInThePause() {
    List<String> steps =
        rehearsal.scene.plan.steps().stream().map(Step::id).map(id -> id.text()).toList();
    assertThat(steps)
        .containsSubsequence(
            "copy:" + SPOOL, "precopy:" + SPOOL, "gate:afterCopy", "quiesce:" + WRITER)
        .containsSubsequence("drain:" + WRITER, "capture:" + SPOOL, "delete:" + WRITER)
        .containsSubsequence(
            "capture:" + SPOOL, "fill:" + SPOOL, "inert:" + WRITER, "tidy:" + SPOOL);
  }
}
