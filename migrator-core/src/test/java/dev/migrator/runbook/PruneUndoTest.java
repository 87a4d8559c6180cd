package dev.migrator.runbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.migrator.cluster.memory.MemoryCluster;
import dev.migrator.event.RunEvent;
import dev.migrator.journal.JournalRecord;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ProblemException;
import dev.migrator.plan.Plan;
import dev.migrator.proof.Scenes;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A prune at a source that lives on, and its way back. */
@Timeout(60)
class PruneUndoTest {

  private static final String RBAC = "rbac.authorization.k8s.io";
  private static final ObjectRef SETTINGS = ObjectRef.core("ConfigMap", "small", "settings");
  private static final ObjectRef WEB = new ObjectRef("apps", "Deployment", "small", "web");
  private static final ObjectRef BILLING = new ObjectRef("batch", "CronJob", "small", "billing");

  /** Its neighbours use the class, the priority and the role. */
  @Test
  void whatBelongsToTheWholeClusterStays() {
    Scene scene = moved();
    PrunePlan prune = plan(scene, Set.of());
    assertThat(prune.removed())
        .extracting(PrunePlan.Copy::ref)
        .contains(WEB, SETTINGS)
        .allMatch(ref -> !ref.namespace().isEmpty());
    assertThat(prune.kept())
        .containsEntry(
            ObjectRef.clusterScoped("storage.k8s.io", "StorageClass", "fast"),
            "the whole source may use it: it is cluster-scoped; to remove it: --cluster-scoped"
                + " fast");
  }

  @Test
  void whatOthersUseStaysAlsoWhenItIsAskedFor() {
    Scene scene = moved();
    PrunePlan prune =
        plan(scene, Set.of("fast", "urgent", "reports", "own", "app-own", "app-reports"));
    assertThat(prune.removed())
        .extracting(copy -> copy.ref().name())
        .contains("own", "app-own", "app-reports")
        .doesNotContain("fast", "urgent", "reports");
    assertThat(prune.kept())
        .containsEntry(
            ObjectRef.clusterScoped(RBAC, "ClusterRole", "reports"),
            "rolebinding.rbac.authorization.k8s.io/other/reports at the source uses it");
    assertThat(prune(scene, prune).outcome()).isEqualTo(RunEvent.Outcome.DONE);
    assertThat(atSource(scene, ObjectRef.clusterScoped(RBAC, "ClusterRole", "own"))).isEmpty();
  }

  @Test
  void whatTheTargetHadBeforeStaysAlsoWhenItIsAskedFor() {
    Scene scene = new Scene(Scenes.named("shared"));
    MemoryCluster unused =
        scene
            .clusters
            .target()
            .load(
                Manifest.parse(
                    """
                    {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole",
                     "metadata": {"name": "own"},
                     "rules": [{"apiGroups": [""], "resources": ["services"], "verbs": ["get"]}]}
                    """));
    Scene again = scene.planAgain();
    assertThat(again.apply().outcome()).isEqualTo(RunEvent.Outcome.DONE);
    assertThat(plan(again, Set.of("own", "app-own")).kept())
        .containsEntry(
            ObjectRef.clusterScoped(RBAC, "ClusterRole", "own"),
            "was not created at the target by this run");
  }

  /** Somebody binds it between the look and the deletion. */
  @Test
  void whatSomebodyBeganToUseStays() {
    Scene scene = moved();
    PrunePlan prune = plan(scene, Set.of("own", "app-own"));
    MemoryCluster unused =
        scene
            .clusters
            .source()
            .load(
                Manifest.parse(
                    """
                    {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding",
                     "metadata": {"name": "late", "namespace": "other"},
                     "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole",
                                 "name": "own"},
                     "subjects": []}
                    """));
    assertThat(prune(scene, prune).problems().getFirst().why())
        .endsWith("own: rolebinding.rbac.authorization.k8s.io/other/late at the source uses it");
    assertThat(atSource(scene, ObjectRef.clusterScoped(RBAC, "ClusterRole", "own"))).isPresent();
  }

  @Test
  void whatWasPrunedIsPutBack() {
    Scene scene = moved();
    Manifest before = atSource(scene, SETTINGS).orElseThrow();
    PrunePlan prune = plan(scene, Set.of("own", "app-own"));
    assertThat(prune(scene, prune).outcome()).isEqualTo(RunEvent.Outcome.DONE);
    assertThat(PruneUndo.missing(scene.directory(), scene.plan)).hasSize(prune.removed().size());
    RunEvent.RunEnded back = undo(scene);
    assertThat(back.problems()).isEmpty();
    assertThat(back.outcome()).isEqualTo(RunEvent.Outcome.DONE);
    prune.removed().forEach(copy -> assertThat(atSource(scene, copy.ref())).isPresent());
    assertThat(atSource(scene, SETTINGS).orElseThrow().at("data")).isEqualTo(before.at("data"));
    assertThat(PruneUndo.missing(scene.directory(), scene.plan)).isEmpty();
    assertThat(scene.directory().readJournal().state().finished().orElseThrow().ending())
        .isEqualTo(JournalRecord.Ending.DONE);
  }

  @Test
  void whatWasPutBackCanBePrunedAgain() {
    Scene scene = moved();
    PrunePlan first = plan(scene, Set.of());
    assertThat(prune(scene, first).outcome()).isEqualTo(RunEvent.Outcome.DONE);
    assertThat(undo(scene).outcome()).isEqualTo(RunEvent.Outcome.DONE);
    PrunePlan again = plan(scene, Set.of());
    assertThat(again.removed())
        .extracting(PrunePlan.Copy::ref)
        .containsExactlyElementsOf(first.removed().stream().map(PrunePlan.Copy::ref).toList());
    assertThat(prune(scene, again).outcome()).isEqualTo(RunEvent.Outcome.DONE);
    assertThat(undo(scene).outcome()).isEqualTo(RunEvent.Outcome.DONE);
    assertThat(atSource(scene, WEB)).isPresent();
  }

  @Test
  void thereIsNoWayBackwardToASourceThatWasPruned() {
    Scene scene = moved();
    assertThat(prune(scene, plan(scene, Set.of())).outcome()).isEqualTo(RunEvent.Outcome.DONE);
    ProblemException refused =
        catchThrowableOfType(
            ProblemException.class,
            () ->
                RollbackRunbook.backward(
                    scene.source, scene.target, scene.directory(), scene.plan));
    assertThat(refused.problem().code()).isEqualTo(ErrorCode.M1110);
    assertThat(refused.problem().next().getFirst()).startsWith("migrator prune r-test --undo");
    assertThat(undo(scene).outcome()).isEqualTo(RunEvent.Outcome.DONE);
    Plan back =
        RollbackRunbook.backward(scene.source, scene.target, scene.directory(), scene.plan).plan();
    assertThat(back.objectsByRef()).containsKey(BILLING);
  }

  /** What was handed back needs its settings where it is. */
  @Test
  void nothingIsPrunedWhenTheApplicationIsBack() {
    Scene scene = moved();
    Plan back =
        RollbackRunbook.backward(scene.source, scene.target, scene.directory(), scene.plan).plan();
    Scene way = scene.backward(back);
    assertThat(way.apply().outcome()).isEqualTo(RunEvent.Outcome.DONE);
    ProblemException refused =
        catchThrowableOfType(ProblemException.class, () -> plan(scene, Set.of()));
    assertThat(refused.problem().code()).isEqualTo(ErrorCode.M1107);
    assertThat(refused.problem().why()).startsWith("cronjob/small/billing");
  }

  private static Scene moved() {
    Scene scene = new Scene(Scenes.named("shared"));
    ApplyRunbookTest.assertMoved(scene, scene.apply());
    return scene;
  }

  private static PrunePlan plan(Scene scene, Set<String> clusterScoped) {
    return Pruning.plan(scene.source, scene.target, scene.directory(), scene.plan, clusterScoped);
  }

  private static RunEvent.RunEnded prune(Scene scene, PrunePlan prune) {
    return Pruning.prune(scene.runContext(scene.directory()), scene.plan, prune);
  }

  private static RunEvent.RunEnded undo(Scene scene) {
    return PruneUndo.undo(scene.runContext(scene.directory()), scene.plan);
  }

  private static Optional<Manifest> atSource(Scene scene, ObjectRef ref) {
    return scene.clusters.source().world().stored(ref);
  }
}
