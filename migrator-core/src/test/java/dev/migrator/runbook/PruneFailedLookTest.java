package dev.migrator.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.fault.Fault;
import dev.migrator.cluster.memory.MemoryCluster;
import dev.migrator.event.RunEvent;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ProblemException;
import dev.migrator.proof.Scenes;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A copy that stays because a look failed keeps what it needs. */
@Timeout(60)
class PruneFailedLookTest {

  private static final ObjectRef SETTINGS = ObjectRef.core("ConfigMap", "small", "settings");
  private static final ObjectRef WEB = new ObjectRef("apps", "Deployment", "small", "web");

  /** The deletion, or one of the looks before it, is the one that fails. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5})
  void whatCouldNotBeLookedAtKeepsWhatItNeeds(int failing) {
    Scene scene = new Scene(Scenes.named("shared"));
    ApplyRunbookTest.assertMoved(scene, scene.apply());
    own(scene.clusters.source());
    own(scene.clusters.target());
    PrunePlan prune = Pruning.plan(scene.source, scene.target, scene.directory(), scene.plan);
    assertThat(prune.removed()).extracting(PrunePlan.Copy::ref).contains(WEB, SETTINGS);
    int[] looks = {0};
    scene.source =
        scene.faulty(
            scene.source,
            request ->
                request.verb().equals("get")
                        && request.object().filter(ref -> ref.name().equals("made")).isPresent()
                        && looks[0]++ == failing
                    ? new Fault.Answer(new ClusterFailure.Forbidden("not now"))
                    : new Fault.None());
    try {
      RunEvent.RunEnded ended =
          Pruning.prune(scene.runContext(scene.directory()), scene.plan, prune);
      assertThat(ended.outcome()).isIn(RunEvent.Outcome.BLOCKED, RunEvent.Outcome.DONE);
    } catch (ProblemException e) {
      // Nothing more is done: that would do, too.
      assertThat(e.problem().why()).contains("not now");
    }
    if (scene.clusters.source().world().stored(WEB).isPresent()) {
      assertThat(scene.clusters.source().world().stored(SETTINGS)).isPresent();
    }
  }

  /** What its controller made, and the prune keeps in its vault. */
  private static void own(MemoryCluster cluster) {
    String uid = cluster.world().stored(WEB).orElseThrow().uid();
    MemoryCluster unused =
        cluster.load(
            Manifest.parse(
                """
                {"apiVersion": "v1", "kind": "ConfigMap",
                 "metadata": {"name": "made", "namespace": "small", "ownerReferences": [
                   {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web", "uid": "%s"}]},
                 "data": {"a": "b"}}
                """
                    .formatted(uid)));
  }
}
