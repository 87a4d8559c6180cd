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
import dev.migrator.execute.Gatekeeper;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Problem;
import dev.migrator.plans.PlanCase;
import dev.migrator.report.RunEvent;
import java.time.Duration;
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
    assertThat(refused.what()).contains("somebody excluded it");
    assertThat(isSuspended()).isFalse();
    assertThat(target.world().stored(BILLING)).isEmpty();

    edit(tree -> tree.withObjectProperty("labels").remove("migrator.dev/exclude"));
    MovingTest.assertMoved(scene, scene.resume());
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

    assertThat(refused(scene.resume()).what()).contains("somebody excluded it");
    assertThat(isSuspended()).isFalse();
    assertThat(target.world().stored(BILLING)).isEmpty();
  }

  @Test
  void whatSomebodyDeletesAtTheGateDoesNotMove() {
    waitAtTheGate(scene);
    edit(tree -> tree.putArray("finalizers").add("example.com/audit"));
    delete();
    Problem refused = refused(scene.resume());
    assertThat(refused.what()).contains("somebody deletes it");
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
    MovingTest.assertMoved(other, other.apply());

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
