package dev.migrator.proof;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cluster.Access;
import dev.migrator.cluster.fault.Fault;
import dev.migrator.cluster.fault.FaultScript;
import dev.migrator.cluster.memory.MemoryCluster;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Problem;
import dev.migrator.plan.Plan;
import dev.migrator.plans.PlanCase;
import dev.migrator.report.RunEvent;
import dev.migrator.report.RunEvent.Outcome;
import dev.migrator.runbook.Roles;
import dev.migrator.runbook.Roles.Side;
import dev.migrator.runbook.RollingBack;
import dev.migrator.runbook.Workplace;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With the printed roles and nothing more a run is brought back, wherever it stopped. */
@Timeout(300)
class RolesTest {

  private static final ObjectRef CONSUMER =
      new ObjectRef("apps", "Deployment", "small", "consumer");
  private static final int STOPS = 24;

  @ParameterizedTest
  @ValueSource(strings = {"web-shop", "scaled"})
  void theRolesOfTheWayBackAreEnough(String name) {
    PlanCase example = name.equals("scaled") ? Scenes.named(name) : PlanCase.named(name);
    Rehearsal undisturbed = new Rehearsal(example);
    Rehearsal.End unused = undisturbed.run();
    int halfWay = 0;
    int handedOver = 0;
    for (int i = 1; i <= STOPS; i++) {
      Rehearsal rehearsal = new Rehearsal(example);
      String where = rehearsal.runUntil(undisturbed.points() * i / STOPS).toString();
      rehearsal.processIsKilled();
      if (rehearsal.image().vault().isEmpty()) {
        continue;
      }
      restrict(rehearsal);
      if (!rehearsal.halfWay().isEmpty()) {
        halfWay++;
        assertEnds(rehearsal, RollingBack::restore, Outcome.RESTORED, where);
      }
      RollingBack.Way way = rehearsal.wayBack();
      if (!way.plan().steps().isEmpty()) {
        handedOver++;
        Rehearsal.End back = rehearsal.backward(way.plan()).run();
        assertThat(CrashMatrixTest.isDone(back)).as(where + " " + back).isTrue();
      }
      assertEnds(rehearsal, RollingBack::rollback, Outcome.ROLLED_BACK, where);
    }
    assertThat(halfWay).isPositive();
    assertThat(handedOver).isPositive();
  }

  @FunctionalInterface
  private interface Command {
    RunEvent.RunEnded of(Workplace workplace, Plan plan);
  }

  /** The table of a role is the least that the way back sends, and what it is asked for. */
  @Test
  void theRolesOfTheWayBackAllowNothingElse() {
    Rehearsal rehearsal = new Rehearsal(PlanCase.named("web-shop"));
    assertThat(writes(rehearsal, Side.SOURCE))
        .containsExactlyInAnyOrder(
            "create cronjobs.batch",
            "create deployments.apps",
            "patch cronjobs.batch",
            "patch cronjobs/status.batch",
            "patch deployments.apps",
            "watch cronjobs.batch",
            "watch deployments.apps");
    assertThat(writes(rehearsal, Side.TARGET))
        .containsExactlyInAnyOrder(
            "delete configmaps",
            "delete cronjobs.batch",
            "delete deployments.apps",
            "delete horizontalpodautoscalers.autoscaling",
            "delete ingresses.networking.k8s.io",
            "delete namespaces",
            "delete poddisruptionbudgets.policy",
            "delete secrets",
            "delete serviceaccounts",
            "delete services",
            "patch cronjobs.batch",
            "patch cronjobs/status.batch",
            "patch deployments.apps");
  }

  /** Before a kind's definition is at the target, its objects there are called as at the source. */
  @Test
  void whatTravelsWithItsDefinitionIsInTheRoleBeforeTheMove() {
    assertThat(writes(new Rehearsal(Scenes.named("scaled")), Side.TARGET))
        .contains(
            "delete helmreleases.helm.toolkit.fluxcd.io",
            "delete scaledobjects.keda.sh",
            "patch scaledobjects.keda.sh");
  }

  /** A scaler that the run paused holds at 0 what comes back. */
  @Test
  void theRightToWakeAScalerIsAskedForBeforeAnythingIsBroughtBack() {
    Rehearsal rehearsal = new Rehearsal(Scenes.named("scaled"));
    Rehearsal.End died =
        rehearsal.run(
            FaultScript.when(
                request ->
                    request.cluster().equals("source")
                        && request.verb().equals("delete")
                        && request.object().filter(CONSUMER::equals).isPresent(),
                new Fault.Crash(Fault.Crash.Moment.AFTER_SEND)));
    assertThat(died).isInstanceOf(Rehearsal.End.Died.class);
    rehearsal.processIsKilled();
    assertThat(rehearsal.halfWay()).containsKey(CONSUMER);
    rehearsal
        .scene
        .clusters
        .source()
        .world()
        .deny(access -> access.verb().equals("patch") && access.resource().equals("scaledobjects"));
    Rehearsal.End end =
        rehearsal.perform(s -> RollingBack.restore(s.workplace(s.directory()), s.plan));
    assertThat(end).isInstanceOf(Rehearsal.End.Refused.class);
    Problem problem = ((Rehearsal.End.Refused) end).problem().problem();
    assertThat(problem.code()).isEqualTo(ErrorCode.M1403);
    assertThat(problem.why()).contains("patch scaledobjects.keda.sh");
    assertThat(String.join("\n", problem.next()))
        .contains("migrator rbac PLAN --role source --backward");
  }

  private static Set<String> writes(Rehearsal rehearsal, Side side) {
    Set<String> writes = rules(backward(rehearsal, side));
    writes.removeIf(w -> w.endsWith("*.*") || w.endsWith("leases.coordination.k8s.io"));
    return writes;
  }

  private static void assertEnds(
      Rehearsal rehearsal, Command command, Outcome outcome, String where) {
    Rehearsal.End end = rehearsal.perform(s -> command.of(s.workplace(s.directory()), s.plan));
    assertThat(end).as(where + " " + end).isInstanceOf(Rehearsal.End.Ended.class);
    assertThat(((Rehearsal.End.Ended) end).ended().outcome())
        .as(where + " " + end)
        .isEqualTo(outcome);
  }

  private static void restrict(Rehearsal rehearsal) {
    for (Side side : Side.values()) {
      MemoryCluster cluster =
          switch (side) {
            case SOURCE -> rehearsal.scene.clusters.source();
            case TARGET -> rehearsal.scene.clusters.target();
          };
      Set<String> allowed = rules(backward(rehearsal, side));
      cluster.world().deny(access -> !reads(access) && !allowed.contains(words(access)));
    }
  }

  private static ObjectNode backward(Rehearsal rehearsal, Side side) {
    return Roles.backward(
        rehearsal.scene.plan,
        rehearsal.scene.clusters.source(),
        rehearsal.scene.clusters.target(),
        side);
  }

  private static boolean reads(Access access) {
    return access.verb().equals("get") || access.verb().equals("list");
  }

  private static String words(Access access) {
    String sub = access.subresource().isEmpty() ? "" : "/" + access.subresource();
    String group = access.group().isEmpty() ? "" : "." + access.group();
    return access.verb() + " " + access.resource() + sub + group;
  }

  /** Everything that a role's rules allow, in words. */
  private static Set<String> rules(ObjectNode role) {
    Set<String> allowed = new TreeSet<>();
    for (JsonNode rule : role.path("rules")) {
      for (JsonNode group : rule.path("apiGroups")) {
        for (JsonNode resource : rule.path("resources")) {
          for (JsonNode verb : rule.path("verbs")) {
            String[] parts = resource.asText().split("/");
            allowed.add(
                words(
                    new Access(
                        verb.asText(),
                        group.asText(),
                        parts[0],
                        parts.length > 1 ? parts[1] : "",
                        "")));
          }
        }
      }
    }
    return allowed;
  }
}
