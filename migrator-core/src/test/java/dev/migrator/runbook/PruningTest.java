package dev.migrator.runbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.cluster.Deletion;
import dev.migrator.cluster.fault.Fault;
import dev.migrator.cluster.memory.MemoryCluster;
import dev.migrator.cluster.memory.ServedTypes;
import dev.migrator.event.RunEvent;
import dev.migrator.journal.RunDirectory;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ProblemException;
import dev.migrator.plans.PlanCase;
import dev.migrator.proof.Scenes;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a prune takes along, and what moves while it is at work. */
@Timeout(60)
class PruningTest {

  private static final ObjectRef WEB = new ObjectRef("apps", "Deployment", "shop", "web");
  private static final ObjectRef CLAIM = ObjectRef.core("PersistentVolumeClaim", "shop", "data");
  private static final ObjectRef QUOTA = ObjectRef.core("ResourceQuota", "settings", "limits");

  /** As a StatefulSet's claims with {@code whenDeleted: Delete}. */
  @Test
  void whatAClaimBelongsToStaysAtTheSource() {
    Scene scene = moved("web-shop");
    owned(scene, stored(scene, WEB));
    PrunePlan prune = plan(scene);
    assertThat(prune.removed()).isNotEmpty().extracting(PrunePlan.Copy::ref).doesNotContain(WEB);
    assertThat(prune.kept()).containsEntry(WEB, "takes pvc/shop/data with it");
    assertThat(prune(scene, prune, event -> {}).outcome()).isEqualTo(RunEvent.Outcome.DONE);
    scene.clock.advance(Duration.ofMinutes(2));
    assertThat(scene.clusters.source().world().stored(CLAIM)).isPresent();
  }

  @Test
  void whatAClaimBelongsToByThoseBetweenStaysAtTheSource() {
    Scene scene = moved("web-shop");
    owned(scene, ownedBy(scene, "ReplicaSet", stored(scene, WEB)));
    assertThat(plan(scene).kept()).containsEntry(WEB, "takes pvc/shop/data with it");
  }

  /** The rest of the source may use it: classes, roles, drivers. */
  @Test
  void whatIsClusterScopedStays() {
    Scene scene = new Scene(Scenes.named("shared"));
    ApplyRunbookTest.assertMoved(scene, scene.apply());
    PrunePlan prune = plan(scene);
    assertThat(prune.removed())
        .extracting(PrunePlan.Copy::ref)
        .noneMatch(ObjectRef::isClusterScoped);
    assertThat(prune.kept())
        .containsValue(
            "the whole source may use it: it is cluster-scoped; to remove it: --cluster-scoped"
                + " fast");
  }

  /** Such a volume lasts as long as its pod, and goes at every rollout, too. */
  @Test
  void theVolumeOfAPodKeepsNobodyElse() {
    Scene scene = moved("web-shop");
    Manifest set = ownedBy(scene, "ReplicaSet", stored(scene, WEB));
    owned(scene, ownedBy(scene, "Pod", set));
    assertThat(plan(scene).removed()).extracting(PrunePlan.Copy::ref).contains(WEB);
  }

  @Test
  void aClaimThatCameAfterThePrunePlanStaysToo() {
    Scene scene = moved("web-shop");
    PrunePlan prune = plan(scene);
    assertThat(prune.removed()).extracting(PrunePlan.Copy::ref).contains(WEB);
    owned(scene, stored(scene, WEB));
    RunEvent.RunEnded ended = prune(scene, prune, event -> {});
    assertThat(ended.outcome()).isEqualTo(RunEvent.Outcome.BLOCKED);
    assertThat(ended.problems().getFirst().why())
        .contains("deploy/shop/web: takes pvc/shop/data with it")
        .contains("svc/shop/web: works for deploy/shop/web, which stays at the source")
        .contains("cm/shop/web-config: deploy/shop/web at the source uses it");
    scene.clock.advance(Duration.ofMinutes(2));
    assertThat(scene.clusters.source().world().stored(CLAIM)).isPresent();
  }

  /** As the status of a quota, a budget or an autoscaler, whenever another object goes. */
  @Test
  void whatOnlyHasAnotherStatusIsRemoved() {
    Scene scene = moved("config-only");
    PrunePlan prune = plan(scene);
    assertThat(prune.removed()).extracting(PrunePlan.Copy::ref).contains(QUOTA);
    otherStatus(scene, QUOTA);
    RunEvent.RunEnded ended = prune(scene, prune, event -> {});
    assertThat(ended.problems()).isEmpty();
    assertThat(ended.outcome()).isEqualTo(RunEvent.Outcome.DONE);
    assertThat(scene.clusters.source().world().stored(QUOTA)).isEmpty();
  }

  /** Its status moves between each look and the deletion after it. */
  @Test
  void whatNeverHoldsStillIsTriedAFewTimes() {
    Scene scene = moved("config-only");
    PrunePlan prune = plan(scene);
    AtomicInteger asked = new AtomicInteger();
    scene.source =
        scene.faulty(
            scene.source,
            request -> {
              if (request.verb().equals("delete")
                  && request.resource().equals("resourcequotas")
                  && asked.incrementAndGet() < 4) {
                otherStatus(scene, QUOTA);
              }
              return new Fault.None();
            });
    assertThat(prune(scene, prune, event -> {}).outcome()).isEqualTo(RunEvent.Outcome.DONE);
    assertThat(asked).hasValue(4);
  }

  @Test
  void whatSomebodyChangedAfterThePrunePlanStays() {
    Scene scene = moved("config-only");
    PrunePlan prune = plan(scene);
    Manifest unused =
        scene
            .clusters
            .source()
            .world()
            .edit(QUOTA, tree -> tree.withObject("/spec/hard").put("configmaps", "30"));
    RunEvent.RunEnded ended = prune(scene, prune, event -> {});
    assertThat(ended.outcome()).isEqualTo(RunEvent.Outcome.BLOCKED);
    assertThat(ended.problems().getFirst().why()).endsWith("changed at the source since it moved");
    assertThat(scene.clusters.source().world().stored(QUOTA)).isPresent();
  }

  /** A finalizer is no part of what moved, and still says that more may go with it. */
  @Test
  void whatGotAFinalizerAfterThePrunePlanStays() {
    Scene scene = moved("custom-resources");
    PrunePlan prune = plan(scene);
    ObjectRef custom =
        prune.removed().stream()
            .map(PrunePlan.Copy::ref)
            .filter(ref -> ref.group().equals("parking.example.com"))
            .findFirst()
            .orElseThrow();
    Manifest unused =
        scene
            .clusters
            .source()
            .world()
            .edit(
                custom,
                tree ->
                    tree.withObject("/metadata").putArray("finalizers").add("example.com/cascade"));
    assertThat(prune(scene, prune, event -> {}).problems().getFirst().why())
        .endsWith("its controller ends it, and may delete more with it");
    assertThat(stored(scene, custom).isBeingDeleted()).isFalse();
  }

  private static void otherStatus(Scene scene, ObjectRef ref) {
    Manifest unused =
        scene
            .clusters
            .source()
            .world()
            .editStatus(ref, status -> status.put("seen", status.path("seen").asInt() + 1));
  }

  private static Scene moved(String example) {
    Scene scene = new Scene(PlanCase.named(example));
    ApplyRunbookTest.assertMoved(scene, scene.apply());
    return scene;
  }

  private static PrunePlan plan(Scene scene) {
    return Pruning.plan(scene.source, scene.target, scene.directory(), scene.plan);
  }

  private static RunEvent.RunEnded prune(
      Scene scene, PrunePlan prune, Consumer<RunEvent> audience) {
    return Pruning.prune(scene.runContext(scene.directory(), audience), scene.plan, prune);
  }

  private static Manifest stored(Scene scene, ObjectRef ref) {
    return scene.clusters.source().world().stored(ref).orElseThrow();
  }

  /** An object of this kind that the owner controls. */
  private static Manifest ownedBy(Scene scene, String kind, Manifest owner) {
    return scene.clusters.source().world().everything().stream()
        .filter(object -> object.kind().equals(kind))
        .filter(
            object -> {
              JsonNode first = object.at("metadata", "ownerReferences").path(0);
              return first.path("uid").asText().equals(owner.uid());
            })
        .findFirst()
        .orElseThrow();
  }

  /** Puts in a claim that goes when its owner goes. */
  private static void owned(Scene scene, Manifest owner) {
    MemoryCluster unused =
        scene
            .clusters
            .source()
            .load(
                Manifest.parse(
                    """
                    {"apiVersion": "v1", "kind": "PersistentVolumeClaim",
                     "metadata": {"name": "data", "namespace": "shop", "ownerReferences": [
                       {"apiVersion": "%s", "kind": "%s", "name": "%s", "uid": "%s"}]},
                     "spec": {"accessModes": ["ReadWriteOnce"],
                              "resources": {"requests": {"storage": "1Gi"}}}}
                    """
                        .formatted(owner.apiVersion(), owner.kind(), owner.name(), owner.uid())));
  }

  /** What another run's journal says is only a hint here. */
  @Test
  void aJournalThatCannotBeReadIsNamedAndStopsNothingElse() throws java.io.IOException {
    Scene scene = new Scene(PlanCase.named("web-shop"));
    ApplyRunbookTest.assertMoved(scene, scene.apply());
    RunDirectory other = scene.created("r-other");
    scene.disk.write(
        other.journalFile(), "no journal\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    assertThat(Pruning.plan(scene.source, scene.target, scene.directory(), scene.plan).removed())
        .isNotEmpty();
    ObjectRef billing = new ObjectRef("batch", "CronJob", "shop", "billing");
    Manifest there = scene.clusters.target().world().stored(billing).orElseThrow();
    assertThat(
            scene
                .clusters
                .target()
                .delete(
                    ServedTypes.named("batch/v1", "CronJob"),
                    billing,
                    Deletion.background(there.uid(), there.resourceVersion())))
        .isEmpty();
    ProblemException refused =
        catchThrowableOfType(
            ProblemException.class,
            () -> Pruning.plan(scene.source, scene.target, scene.directory(), scene.plan));
    assertThat(refused.problem().code()).isEqualTo(ErrorCode.M1107);
    assertThat(refused.problem().next())
        .anyMatch(next -> next.startsWith("migrator status r-other   (may be in transit back"));
  }
}
