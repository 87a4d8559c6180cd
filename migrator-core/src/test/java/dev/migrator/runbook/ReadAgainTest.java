package dev.migrator.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.fault.Fault;
import dev.migrator.cluster.fault.FaultScript;
import dev.migrator.cluster.memory.MemoryCluster;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Plan;
import dev.migrator.plans.PlanCase;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code apply} reads the source as the plan was made, whatever it finds there. */
@Timeout(120)
class ReadAgainTest {

  private final Scene scene = new Scene(PlanCase.named("web-shop"));
  private final MemoryCluster source = scene.clusters.source();

  /** Its conversion webhook is down: it is served, and no list of it succeeds. */
  @Test
  void whatThePlanWasMadeWithoutIsNotReadByApplyEither() {
    define();
    scene.source =
        scene.faulty(
            source,
            FaultScript.when(
                r -> r.verb().equals("list") && r.resource().startsWith("widgets"),
                new Fault.Answer(new ClusterFailure.Unreachable("conversion webhook failed"))));
    Scene move = scene.with(plan(Set.of("example.org/v1"), false));
    assertThat(move.plan.reading().withoutApis()).containsExactly("example.org/v1");
    assertThat(move.plan.reading().unread()).containsExactly("widgets.example.org");

    ApplyRunbookTest.assertMoved(move, move.apply());
  }

  /** A Secret of another type may have such a name, and says nothing of Helm. */
  @Test
  void whetherTheRecordsOfHelmTravelIsWhatAPersonSaid() {
    load(secret("sh.helm.release.v1.not", "Opaque"));
    load(secret("sh.helm.release.v1.shop.v1", "helm.sh/release.v1"));

    Plan without = plan(Set.of(), false);
    assertThat(without.reading().helmReleases()).isFalse();
    assertThat(without.objectsByRef()).containsKey(ref("sh.helm.release.v1.not"));
    Scene move = scene.with(without);
    ApplyRunbookTest.assertMoved(move, move.apply());
    assertThat(plan(Set.of(), true).reading().helmReleases()).isTrue();
  }

  private Plan plan(Set<String> withoutApis, boolean helm) {
    return Planning.plan(
        scene.source,
        scene.target,
        scene.plan.settings(),
        new PlanningOptions(withoutApis, helm, false).withKey(Optional.of(Scene.KEY)));
  }

  private static ObjectRef ref(String name) {
    return new ObjectRef("", "Secret", "shop", name);
  }

  private static Manifest secret(String name, String type) {
    return Manifest.parse(
        """
        {"apiVersion": "v1", "kind": "Secret", "type": "%s",
         "metadata": {"name": "%s", "namespace": "shop"}, "data": {"release": "aGVsbA=="}}
        """
            .formatted(type, name));
  }

  private void define() {
    load(
        Manifest.parse(
            """
            {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
             "metadata": {"name": "widgets.example.org"},
             "spec": {"group": "example.org", "scope": "Namespaced",
                      "names": {"kind": "Widget", "listKind": "WidgetList", "plural": "widgets",
                                "singular": "widget"},
                      "versions": [{"name": "v1", "served": true, "storage": true,
                        "schema": {"openAPIV3Schema": {"type": "object",
                                   "x-kubernetes-preserve-unknown-fields": true}}}]}}
            """));
  }

  private void load(Manifest object) {
    MemoryCluster unused = source.load(object);
  }
}
