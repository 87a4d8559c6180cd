package dev.migrator.runbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cluster.Deletion;
import dev.migrator.cluster.fault.Fault;
import dev.migrator.cluster.fault.FaultScript;
import dev.migrator.cluster.fault.FaultyCluster;
import dev.migrator.cluster.fault.ProcessLife;
import dev.migrator.cluster.fault.Traffic;
import dev.migrator.cluster.memory.MemoryCluster;
import dev.migrator.cluster.memory.ServedTypes;
import dev.migrator.event.RunEvent;
import dev.migrator.execute.Gatekeeper;
import dev.migrator.migration.Migration;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Problem;
import dev.migrator.plans.PlanCase;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What came to pass since an object was planned keeps it from being stopped. */
@Timeout(120)
class ObjectionsTest {

  private static final ObjectRef BILLING = new ObjectRef("batch", "CronJob", "shop", "billing");

  private final Scene scene = new Scene(PlanCase.named("web-shop"));
  private final MemoryCluster source = scene.clusters.source();
  private final MemoryCluster target = scene.clusters.target();

  @Test
  void whatSomebodyExcludedAtTheGateStays() {
    waitAtTheGate(scene);
    edit(tree -> tree.withObjectProperty("labels").put("migrator.dev/exclude", "true"));
    Problem refused = refused(scene.resume());
    assertThat(refused.what()).contains("it was excluded");
    assertThat(isSuspended()).isFalse();
    assertThat(target.world().stored(BILLING)).isEmpty();

    edit(tree -> tree.withObjectProperty("labels").remove("migrator.dev/exclude"));
    ApplyRunbookTest.assertMoved(scene, scene.resume());
  }

  @Test
  void whatWasStoppedBeforeItWasExcludedGoesOn() {
    scene.source =
        new FaultyCluster(
            source,
            "mortal",
            FaultScript.when(
                r -> r.verb().equals("patch") && r.object().filter(BILLING::equals).isPresent(),
                new Fault.Crash(Fault.Crash.Moment.AFTER_SEND)),
            new Traffic(),
            new ProcessLife(),
            scene.clock);
    assertThat(catchThrowableOfType(ProcessLife.ProcessDied.class, scene::apply)).isNotNull();
    scene.source = source;
    scene.clock.advance(Duration.ofMinutes(5));
    assertThat(isSuspended()).isTrue();
    edit(tree -> tree.withObjectProperty("annotations").put("migrator.dev/exclude", "true"));

    assertThat(refused(scene.resume()).what()).contains("it was excluded");
    assertThat(isSuspended()).isFalse();
    assertThat(target.world().stored(BILLING)).isEmpty();
  }

  @Test
  void whatSomebodyExcludesWhileItsJobIsWaitedForGoesOn() {
    waitAtTheGate(scene);
    run(BILLING);
    AtomicInteger looks = new AtomicInteger();
    scene.source =
        faulty(
            request -> {
              if (isSuspended() && request.verb().equals("list") && looks.incrementAndGet() == 5) {
                exclude();
              }
              return new Fault.None();
            });
    Problem refused = refused(scene.resume());
    assertThat(looks.get()).isGreaterThanOrEqualTo(5);
    assertThat(refused.what()).contains("it was excluded");
    assertThat(refused.why()).contains("it goes on at the source");
    assertThat(isSuspended()).isFalse();
    assertThat(target.world().stored(BILLING)).isEmpty();
  }

  @Test
  void whatSomebodyExcludesRightBeforeItsDeletionIsNotDeleted() {
    waitAtTheGate(scene);
    AtomicBoolean done = new AtomicBoolean();
    scene.source =
        faulty(
            request -> {
              if (request.verb().equals("delete")
                  && request.object().filter(BILLING::equals).isPresent()
                  && done.compareAndSet(false, true)) {
                exclude();
              }
              return new Fault.None();
            });
    Problem refused = refused(scene.resume());
    assertThat(done).isTrue();
    assertThat(refused.what()).contains("it was excluded");
    assertThat(refused.why()).contains("it is stopped");
    assertThat(source.world().stored(BILLING)).isPresent();
    assertThat(target.world().stored(BILLING)).isEmpty();

    scene.source = source;
    assertThat(refused(scene.resume()).what()).contains("it was excluded");
    assertThat(isSuspended()).isFalse();
  }

  @Test
  void whatSomebodyLabelledOutOfTheSelectorStays() {
    Scene selected =
        scene.with(
            Planning.plan(source, target, selecting("team!=leaving"), PlanningOptions.defaults()));
    waitAtTheGate(selected);
    edit(tree -> tree.withObjectProperty("labels").put("team", "leaving"));
    Problem refused = refused(selected.resume());
    assertThat(refused.what()).contains("it was excluded");
    assertThat(refused.why()).contains("team!=leaving");
    assertThat(isSuspended()).isFalse();
    assertThat(target.world().stored(BILLING)).isEmpty();
  }

  private static Migration selecting(String selector) {
    Migration all = PlanCase.named("web-shop").migration();
    return new Migration(
        all.name(),
        new Migration.Scope(all.scope().namespaces(), selector, all.scope().resources()),
        all.classification(),
        all.mappings(),
        all.modifiers(),
        all.gates(),
        all.hooks(),
        all.handover(),
        all.limits(),
        all.data());
  }

  private FaultyCluster faulty(FaultScript script) {
    return new FaultyCluster(
        source, "watched", script, new Traffic(), new ProcessLife(), scene.clock);
  }

  private void exclude() {
    edit(tree -> tree.withObjectProperty("labels").put("migrator.dev/exclude", "true"));
  }

  /** A Job of it that takes ten hours. */
  private void run(ObjectRef cronJob) {
    String uid = source.world().stored(cronJob).orElseThrow().uid();
    MemoryCluster unused =
        source.load(
            Manifest.parse(
                """
                {"apiVersion": "batch/v1", "kind": "Job",
                 "metadata": {"name": "%s-29134080", "namespace": "%s",
                  "ownerReferences": [{"apiVersion": "batch/v1", "kind": "CronJob", "name": "%s",
                   "uid": "%s", "controller": true}]},
                 "spec": {"template": {"spec": {"restartPolicy": "Never",
                  "containers": [{"name": "billing", "image": "registry.old/billing:2.0"}]},
                  "metadata": {"annotations": {"sim.migrator.dev/duration-seconds": "36000"}}}}}
                """
                    .formatted(cronJob.name(), cronJob.namespace(), cronJob.name(), uid)));
    scene.clock.advance(Duration.ofMinutes(1));
  }

  @Test
  void whatSomebodyDeletesAtTheGateDoesNotMove() {
    waitAtTheGate(scene);
    edit(tree -> tree.putArray("finalizers").add("example.com/audit"));
    delete();
    Problem refused = refused(scene.resume());
    assertThat(refused.what()).contains("it is being deleted");
    assertThat(refused.why()).contains("example.com/audit");
    edit(tree -> tree.remove("finalizers"));
    scene.clock.advance(Duration.ofMinutes(5));
    assertThat(source.world().stored(BILLING)).isEmpty();
    assertThat(target.world().stored(BILLING)).isEmpty();
  }

  @Test
  void whatAnotherRunHandedOverIsNotToBeCreatedAgain() {
    waitAtTheGate(scene);
    Scene other = scene.planAgain();
    other.run = "r-other";
    ApplyRunbookTest.assertMoved(other, other.apply());

    Problem refused = refused(scene.resume());
    assertThat(refused.why()).contains("run r-other handed it over");
    assertThat(refused.next().toString()).doesNotContain("kubectl create").contains("r-other");
    assertThat(source.world().stored(BILLING)).isEmpty();
  }

  @Test
  void whatIsAtTheTargetWithoutOurMarkIsNotToBeCreatedAgain() {
    waitAtTheGate(scene);
    Manifest theirs =
        source.world().stored(BILLING).orElseThrow().edit(tree -> tree.remove("status"));
    delete();
    MemoryCluster unused = target.load(theirs);
    Problem refused = refused(scene.resume());
    assertThat(refused.why()).contains("no run made of it");
    assertThat(refused.next().toString()).doesNotContain("kubectl create");
  }

  @Test
  void whatIsAtNeitherClusterIsInTheVault() {
    waitAtTheGate(scene);
    delete();
    Problem refused = refused(scene.resume());
    assertThat(refused.why()).contains("the target does not have it");
    assertThat(refused.next().toString()).contains("kubectl create");
  }

  private static void waitAtTheGate(Scene scene) {
    scene.gatekeeper = (gate, policy) -> Gatekeeper.Answer.CLOSED;
    assertThat(scene.apply().outcome()).isEqualTo(RunEvent.Outcome.WAITING);
    scene.gatekeeper = (gate, policy) -> Gatekeeper.Answer.OPEN;
  }

  private static Problem refused(RunEvent.RunEnded ended) {
    assertThat(ended.problems())
        .filteredOn(ObjectionsTest::isOfBilling)
        .as(ended.problems().toString())
        .hasSize(1);
    return ended.problems().stream().filter(ObjectionsTest::isOfBilling).findFirst().orElseThrow();
  }

  private static boolean isOfBilling(Problem problem) {
    return problem.code() == ErrorCode.M2205 && problem.what().contains("cronjob/shop/billing");
  }

  private void delete() {
    Manifest billing = source.world().stored(BILLING).orElseThrow();
    Object unused =
        source.delete(
            ServedTypes.named("batch/v1", "CronJob"),
            BILLING,
            Deletion.background(billing.uid(), billing.resourceVersion()));
  }

  private void edit(Consumer<ObjectNode> metadata) {
    Manifest unused =
        source.world().edit(BILLING, tree -> metadata.accept(tree.withObjectProperty("metadata")));
  }

  private boolean isSuspended() {
    return source.world().stored(BILLING).orElseThrow().at("spec", "suspend").asBoolean(false);
  }
}
