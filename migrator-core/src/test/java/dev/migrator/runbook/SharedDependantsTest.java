package dev.migrator.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.fault.Fault;
import dev.migrator.cluster.memory.World;
import dev.migrator.event.RunEvent;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.plans.PlanCase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What another owner keeps at the source does not end with an object that leaves it. */
@Timeout(60)
class SharedDependantsTest {

  private static final ObjectRef STORE = new ObjectRef("example.com", "Store", "data", "files");
  private static final ObjectRef KEEPER = ObjectRef.core("ConfigMap", "data", "keeper");
  private static final ObjectRef SHARED = new ObjectRef("apps", "Deployment", "data", "shared");

  private final Scene scene = new Scene(new PlanCase(Path.of("src/test/resources/owners")));
  private final World world = scene.clusters.source().world();

  @BeforeEach
  void bothOwnADeploymentWithPods() {
    load(
        """
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "keeper", "namespace": "data"}}
        """);
    Manifest deployment =
        Manifest.parse(
                """
                {"apiVersion": "apps/v1", "kind": "Deployment",
                 "metadata": {"name": "shared", "namespace": "data"},
                 "spec": {"replicas": 1, "selector": {"matchLabels": {"app": "shared"}},
                  "template": {"metadata": {"labels": {"app": "shared"}},
                               "spec": {"containers": [{"name": "c", "image": "example.com/c:1"}]}}}}
                """)
            .edit(
                tree -> {
                  ArrayNode owners =
                      tree.withObjectProperty("metadata").putArray("ownerReferences");
                  own(owners, STORE).put("controller", true);
                  own(owners, KEEPER);
                });
    load(deployment.tree().toString());
    scene.clock.advance(Duration.ofMinutes(1));
    assertThat(pods()).isEqualTo(1);
  }

  private void load(String json) {
    Object unused = scene.clusters.source().load(Manifest.parse(json));
  }

  private ObjectNode own(ArrayNode owners, ObjectRef by) {
    Manifest owner = world.stored(by).orElseThrow();
    return owners
        .addObject()
        .put("apiVersion", owner.apiVersion())
        .put("kind", owner.kind())
        .put("name", owner.name())
        .put("uid", owner.uid());
  }

  private long pods() {
    return world.everything().stream()
        .filter(o -> o.kind().equals("Pod") && o.name().startsWith("shared-"))
        .count();
  }

  private void assertKept() {
    scene.clock.advance(Duration.ofMinutes(5));
    assertThat(world.stored(SHARED).orElseThrow().isBeingDeleted()).isFalse();
    assertThat(pods()).isEqualTo(1);
  }

  @Test
  void itIsNotWaitedFor() {
    ApplyRunbookTest.assertMoved(scene, scene.apply());
    assertThat(world.stored(STORE)).isEmpty();
    assertKept();
  }

  @Test
  void itDoesNotHoldTheWayBack() {
    scene
        .clusters
        .target()
        .world()
        .refuse(
            object ->
                object.ref().equals(STORE) && world.stored(STORE).isEmpty()
                    ? Optional.of(new ClusterFailure.Forbidden("a policy denies it"))
                    : Optional.empty());
    assertThat(scene.apply().outcome()).isEqualTo(RunEvent.Outcome.BLOCKED);
    assertThat(world.stored(STORE)).isEmpty();
    assertThat(RollbackRunbook.restore(scene.runContext(scene.directory()), scene.plan).outcome())
        .isEqualTo(RunEvent.Outcome.RESTORED);
    assertThat(world.stored(STORE)).isPresent();
    assertKept();
  }

  /** Two that leave own an account together: whichever goes last takes it along. */
  @Test
  void whatTwoThatLeaveShareIsInTheVaultBeforeTheFirstOfThemGoes() {
    ObjectRef second = new ObjectRef("example.com", "Store", "data", "second");
    ObjectRef shared = ObjectRef.core("ServiceAccount", "data", "both");
    load(
        """
        {"apiVersion": "example.com/v1", "kind": "Store",
         "metadata": {"name": "second", "namespace": "data",
                      "labels": {"migrator.dev/protect-from": "duplication"}}}
        """);
    load(
        Manifest.parse(
                """
                {"apiVersion": "v1", "kind": "ServiceAccount",
                 "metadata": {"name": "both", "namespace": "data"}}
                """)
            .edit(
                tree -> {
                  ArrayNode owners =
                      tree.withObjectProperty("metadata").putArray("ownerReferences");
                  own(owners, STORE).put("controller", true);
                  own(owners, second);
                })
            .tree()
            .toString());
    Scene again = scene.planAgain();
    List<Boolean> kept = new ArrayList<>();
    again.source =
        again.faulty(
            again.source,
            request -> {
              if (request.verb().equals("delete")
                  && request.object().filter(ref -> ref.kind().equals("Store")).isPresent()) {
                kept.add(again.directory().vault().orElseThrow().entry(shared).isPresent());
              }
              return new Fault.None();
            });
    ApplyRunbookTest.assertMoved(again, again.apply());
    assertThat(kept).containsExactly(true, true);
  }

  /** It lost its other owner only after it was seen to be kept. */
  @Test
  void whatNobodyElseKeepsAnyMoreIsWaitedForToItsEnd() {
    Manifest unused =
        world.edit(
            SHARED,
            tree ->
                ((ArrayNode) tree.withObjectProperty("metadata").get("ownerReferences")).remove(1));
    ApplyRunbookTest.assertMoved(scene, scene.apply());
    assertThat(world.stored(SHARED)).isEmpty();
    assertThat(pods()).isZero();
  }
}
