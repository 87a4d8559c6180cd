package dev.migrator.runbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.migrator.cluster.fault.Fault;
import dev.migrator.cluster.fault.FaultScript;
import dev.migrator.cluster.fault.FaultyCluster;
import dev.migrator.cluster.fault.ProcessLife;
import dev.migrator.cluster.fault.Traffic;
import dev.migrator.cluster.memory.MemoryCluster;
import dev.migrator.event.RunEvent;
import dev.migrator.execute.Gatekeeper;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ProblemException;
import dev.migrator.plans.PlanCase;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a cluster cannot tell of is not taken for absent. */
@Timeout(120)
class UnreadGroupsTest {

  private static final ObjectRef BILLING = new ObjectRef("batch", "CronJob", "shop", "billing");
  private static final ObjectRef FLOW =
      new ObjectRef("argoproj.io", "CronWorkflow", "shop", "charge");
  private static final ObjectRef WIDGET = new ObjectRef("example.org", "Widget", "shop", "w");

  private final Scene scene = new Scene(PlanCase.named("web-shop"));
  private final MemoryCluster source = scene.clusters.source();
  private final MemoryCluster target = scene.clusters.target();

  @Test
  void whatTheTargetCannotTellOfIsNotBroughtBack() {
    Scene flow = killedWhenItWasActive();
    target.world().breakGroup("argoproj.io/v1alpha1", "503");
    assertThat(
            catchThrowableOfType(
                    ProblemException.class,
                    () ->
                        RollbackRunbook.whereInTransit(
                            flow.source, flow.target, flow.directory(), flow.plan))
                .problem()
                .code())
        .isEqualTo(ErrorCode.M1401);

    RunEvent.RunEnded ended = RollbackRunbook.restore(flow.runContext(flow.directory()), flow.plan);
    assertThat(ended.outcome()).isEqualTo(RunEvent.Outcome.BLOCKED);
    assertThat(ended.problems().toString()).contains("argoproj.io/v1alpha1");
    assertThat(source.world().stored(FLOW)).isEmpty();
    assertThat(target.world().stored(FLOW)).isPresent();
  }

  @Test
  void whatMayOwnSomethingUnreadIsNotStopped() {
    define(source, "example.org", "v1", "Widget", "widgets");
    Scene move = scene.planAgain();
    move.gatekeeper = (gate, policy) -> Gatekeeper.Answer.CLOSED;
    assertThat(move.apply().outcome()).isEqualTo(RunEvent.Outcome.WAITING);
    load(source, widget(source.world().stored(BILLING).orElseThrow()));
    source.world().breakGroup("example.org/v1", "503");

    move.gatekeeper = (gate, policy) -> Gatekeeper.Answer.OPEN;
    RunEvent.RunEnded ended = move.resume();
    assertThat(ended.problems())
        .anyMatch(p -> p.code() == ErrorCode.M2110 && p.why().contains("example.org/v1"));
    move.clock.advance(Duration.ofMinutes(5));
    assertThat(source.world().stored(WIDGET)).isPresent();
    assertThat(source.world().stored(BILLING).orElseThrow().at("spec", "suspend").asBoolean(false))
        .isFalse();
  }

  @Test
  void aNamespaceThatMayHoldSomethingUnreadIsNotRemoved() {
    define(target, "example.org", "v1", "Widget", "widgets");
    scene.gatekeeper = (gate, policy) -> Gatekeeper.Answer.CLOSED;
    assertThat(scene.apply().outcome()).isEqualTo(RunEvent.Outcome.WAITING);
    load(target, widget(target.world().stored(ObjectRef.namespace("shop")).orElseThrow()));
    target.world().breakGroup("example.org/v1", "503");
    RunEvent.RunEnded ended =
        RollbackRunbook.rollback(scene.runContext(scene.directory()), scene.plan);
    assertThat(ended.problems().toString()).contains("example.org/v1");
    scene.clock.advance(Duration.ofMinutes(5));
    assertThat(target.world().stored(WIDGET)).isPresent();
  }

  /** Measurements hold nothing: a cluster without its metrics server can be moved. */
  @Test
  void whatHoldsNothingNeedNotBeRead() {
    source.world().breakGroup("metrics.k8s.io/v1beta1", "503");
    target.world().breakGroup("metrics.k8s.io/v1beta1", "503");
    Scene move = scene.planAgain();
    ApplyRunbookTest.assertMoved(move, move.apply());
  }

  /** The target's object was told to go on, and nobody wrote it down. */
  private Scene killedWhenItWasActive() {
    define(source, "argoproj.io", "v1alpha1", "CronWorkflow", "cronworkflows");
    load(
        source,
        Manifest.parse(
            """
            {"apiVersion": "argoproj.io/v1alpha1", "kind": "CronWorkflow",
             "metadata": {"name": "charge", "namespace": "shop",
                          "labels": {"migrator.dev/protect-from": "duplication"}},
             "spec": {"schedule": "0 * * * *"}}
            """));
    Scene move = scene.planAgain();
    assertThat(move.plan.isBlocked()).as(move.plan.findings().toString()).isFalse();
    move.target =
        new FaultyCluster(
            target,
            "mortal",
            FaultScript.when(
                r -> r.verb().equals("patch") && r.object().filter(FLOW::equals).isPresent(),
                new Fault.Crash(Fault.Crash.Moment.AFTER_SEND)),
            new Traffic(),
            new ProcessLife(),
            move.clock);
    assertThat(catchThrowableOfType(ProcessLife.ProcessDied.class, move::apply)).isNotNull();
    move.target = target;
    move.clock.advance(Duration.ofMinutes(5));
    assertThat(source.world().stored(FLOW)).isEmpty();
    assertThat(target.world().stored(FLOW).orElseThrow().at("spec", "suspend").asBoolean(false))
        .isFalse();
    return move;
  }

  private static Manifest widget(Manifest owner) {
    return Manifest.parse(
            "{\"apiVersion\": \"example.org/v1\", \"kind\": \"Widget\","
                + " \"metadata\": {\"name\": \"w\", \"namespace\": \"shop\"}}")
        .edit(
            tree -> {
              if (!owner.namespace().isEmpty()) {
                tree.withObjectProperty("metadata")
                    .set(
                        "ownerReferences",
                        Json.parse(
                            "[{\"apiVersion\": \"%s\", \"kind\": \"%s\", \"name\": \"%s\", \"uid\": \"%s\"}]"
                                .formatted(
                                    owner.apiVersion(), owner.kind(), owner.name(), owner.uid())));
              }
            });
  }

  private static void define(
      MemoryCluster cluster, String group, String version, String kind, String plural) {
    load(
        cluster,
        Manifest.parse(
            """
            {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
             "metadata": {"name": "PLURAL.GROUP"},
             "spec": {"group": "GROUP", "scope": "Namespaced",
                      "names": {"kind": "KIND", "listKind": "KINDList", "plural": "PLURAL",
                                "singular": "KIND-one"},
                      "versions": [{"name": "VERSION", "served": true, "storage": true,
                        "schema": {"openAPIV3Schema": {"type": "object",
                                   "x-kubernetes-preserve-unknown-fields": true}}}]}}
            """
                .replace("KIND-one", kind.toLowerCase(java.util.Locale.ROOT))
                .replace("PLURAL", plural)
                .replace("GROUP", group)
                .replace("KIND", kind)
                .replace("VERSION", version)));
  }

  private static void load(MemoryCluster cluster, Manifest object) {
    MemoryCluster unused = cluster.load(object);
  }
}
