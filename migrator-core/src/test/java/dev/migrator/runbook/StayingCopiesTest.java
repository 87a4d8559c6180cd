package dev.migrator.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.cluster.Deletion;
import dev.migrator.cluster.memory.MemoryCluster;
import dev.migrator.cluster.memory.ServedTypes;
import dev.migrator.event.RunEvent;
import dev.migrator.execute.Gatekeeper;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.proof.Scenes;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a rollback leaves at the target, because somebody needs it, or because it is the last. */
@Timeout(60)
class StayingCopiesTest {

  private static final String RBAC = "rbac.authorization.k8s.io";
  private static final ObjectRef ROLE = ObjectRef.clusterScoped(RBAC, "ClusterRole", "reports");
  private static final ObjectRef SETTINGS = ObjectRef.core("ConfigMap", "small", "settings");
  private static final ObjectRef SMALL = ObjectRef.core("Namespace", "", "small");
  private static final ObjectRef URGENT =
      ObjectRef.clusterScoped("scheduling.k8s.io", "PriorityClass", "urgent");

  /** Another run found the role there already, and only created what binds it. */
  @Test
  void aRoleThatAnotherRunBindsStays() {
    Scene scene = atGate();
    loadAtTarget(
        scene,
        """
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "other"}}
        """,
        """
        {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding",
         "metadata": {"name": "reports", "namespace": "other",
                      "annotations": {"migrator.dev/origin": "r-other/uid-1/-"}},
         "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole",
                     "name": "reports"},
         "subjects": [{"kind": "ServiceAccount", "name": "default", "namespace": "other"}]}
        """);
    RunEvent.RunEnded back = rollback(scene);
    assertThat(back.outcome()).isEqualTo(RunEvent.Outcome.BLOCKED);
    assertThat(back.problems().getFirst().why())
        .isEqualTo(
            "clusterrole.rbac.authorization.k8s.io/reports stays:"
                + " rolebinding.rbac.authorization.k8s.io/other/reports at the target uses"
                + " it");
    assertThat(atTarget(scene, ROLE)).isPresent();
    assertThat(atTarget(scene, ObjectRef.clusterScoped(RBAC, "ClusterRole", "own"))).isEmpty();
    // Its claim was in use by the copied Deployment: the data stays, and no more than that.
    assertThat(atTarget(scene, SMALL)).isPresent();
    assertThat(atTarget(scene, SETTINGS)).isEmpty();
  }

  /** The pods of somebody else's Deployment are made by its controller, not by the run. */
  @Test
  void aPriorityClassThatSomebodysPodsNameStays() {
    Scene scene = atGate();
    loadAtTarget(
        scene,
        """
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "other"}}
        """,
        """
        {"apiVersion": "apps/v1", "kind": "Deployment",
         "metadata": {"name": "neighbour", "namespace": "other"},
         "spec": {"replicas": 1, "selector": {"matchLabels": {"app": "n"}},
                  "template": {"metadata": {"labels": {"app": "n"}},
                    "spec": {"priorityClassName": "urgent",
                             "containers": [{"name": "n", "image": "registry.example/n:1"}]}}}}
        """);
    assertThat(rollback(scene).problems().getFirst().why())
        .contains("priorityclass.scheduling.k8s.io/urgent stays");
    assertThat(atTarget(scene, URGENT)).isPresent();
  }

  @Test
  void whatOnlyTheRunsOwnObjectsReferToGoes() {
    Scene scene = atGate();
    RunEvent.RunEnded back = rollback(scene);
    assertThat(back.problems()).isEmpty();
    assertThat(back.outcome()).isEqualTo(RunEvent.Outcome.ROLLED_BACK);
    assertThat(atTarget(scene, URGENT)).isEmpty();
  }

  /** It may be that the copy at the target is the only one that is left. */
  @Test
  void aCopyThatTheSourceLacksStays() {
    Scene scene = atGate();
    Optional<Manifest> unused =
        scene
            .clusters
            .source()
            .delete(
                ServedTypes.named("v1", "ConfigMap"),
                SETTINGS,
                new Deletion("", "", Deletion.Propagation.BACKGROUND));
    RunEvent.RunEnded back = rollback(scene);
    assertThat(back.outcome()).isEqualTo(RunEvent.Outcome.BLOCKED);
    assertThat(back.problems().getFirst().why())
        .contains("cm/small/settings stays: the source does not have it any more");
    assertThat(atTarget(scene, SETTINGS)).isPresent();
    assertThat(atTarget(scene, SMALL)).isPresent();
  }

  /** Only the ServiceAccount of this name, and only the bundle, come with every namespace. */
  @Test
  void aStrangersConfigMapCalledDefaultKeepsTheNamespace() {
    Scene scene = atGate();
    loadAtTarget(
        scene,
        """
        {"apiVersion": "v1", "kind": "ConfigMap",
         "metadata": {"name": "default", "namespace": "small"}, "data": {"theirs": "yes"}}
        """);
    assertThat(rollback(scene).problems().getFirst().why())
        .contains("ns/small holds what is not ours");
    assertThat(atTarget(scene, ObjectRef.core("ConfigMap", "small", "default"))).isPresent();
  }

  @Test
  void anIdentityThatSomebodyGaveTheDefaultAccountKeepsTheNamespace() {
    Scene scene = atGate();
    Manifest unused =
        scene
            .clusters
            .target()
            .world()
            .edit(
                ObjectRef.core("ServiceAccount", "small", "default"),
                tree ->
                    tree.withObject("/metadata/annotations")
                        .put("eks.amazonaws.com/role-arn", "arn:aws:iam::1:role/shop"));
    assertThat(rollback(scene).problems().getFirst().why())
        .contains("ns/small holds what is not ours");
  }

  private static Scene atGate() {
    Scene scene = new Scene(Scenes.named("shared"));
    scene.gatekeeper = (gate, policy) -> Gatekeeper.Answer.CLOSED;
    assertThat(scene.apply().outcome()).isEqualTo(RunEvent.Outcome.WAITING);
    return scene;
  }

  private static RunEvent.RunEnded rollback(Scene scene) {
    return RollbackRunbook.rollback(scene.runContext(scene.directory()), scene.plan);
  }

  private static Optional<Manifest> atTarget(Scene scene, ObjectRef ref) {
    return scene.clusters.target().world().stored(ref);
  }

  private static void loadAtTarget(Scene scene, String... objects) {
    for (String object : objects) {
      MemoryCluster unused = scene.clusters.target().load(Manifest.parse(object));
    }
  }
}
