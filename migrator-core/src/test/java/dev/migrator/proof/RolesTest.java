package dev.migrator.proof;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cluster.Access;
import dev.migrator.cluster.fault.Fault;
import dev.migrator.cluster.fault.FaultScript;
import dev.migrator.cluster.memory.MemoryCluster;
import dev.migrator.event.RunEvent;
import dev.migrator.event.RunEvent.Outcome;
import dev.migrator.journal.Vault;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Problem;
import dev.migrator.plan.Plan;
import dev.migrator.plans.PlanCase;
import dev.migrator.runbook.Roles;
import dev.migrator.runbook.Roles.Where;
import dev.migrator.runbook.RollbackRunbook;
import dev.migrator.runbook.RunContext;
import dev.migrator.runbook.Scene;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With the printed roles and nothing more a run is brought back, wherever it stopped. */
@Timeout(300)
class RolesTest {

  private static final ObjectRef CONSUMER =
      new ObjectRef("apps", "Deployment", "small", "consumer");
  private static final PlanCase OWNERS = new PlanCase(Path.of("src/test/resources/owners"));
  private static final int STOPS = 24;

  @ParameterizedTest
  @ValueSource(strings = {"web-shop", "scaled", "disks", "snapshots", "owners"})
  void theRolesOfTheWayBackAreEnough(String name) {
    PlanCase example =
        switch (name) {
          case "scaled", "disks", "snapshots" -> Scenes.named(name);
          case "owners" -> OWNERS;
          default -> PlanCase.named(name);
        };
    Rehearsal undisturbed = new Rehearsal(example);
    Rehearsal.End unused = undisturbed.run();
    int inTransit = 0;
    int handedOver = 0;
    for (int i = 1; i <= STOPS; i++) {
      Rehearsal rehearsal = new Rehearsal(example);
      String where = rehearsal.runUntil(undisturbed.points() * i / STOPS).toString();
      rehearsal.processIsKilled();
      if (rehearsal.image().vault().isEmpty()) {
        continue;
      }
      restrict(rehearsal);
      if (!rehearsal.inTransit().isEmpty()) {
        inTransit++;
        assertEnds(rehearsal, RollbackRunbook::restore, Outcome.RESTORED, where);
      }
      RollbackRunbook.Way way = rehearsal.wayBack();
      if (!way.plan().steps().isEmpty()) {
        handedOver++;
        Rehearsal.End back = rehearsal.backward(way.plan()).run();
        assertThat(CrashMatrixTest.isDone(back)).as(where + " " + back).isTrue();
      }
      assertEnds(rehearsal, RollbackRunbook::rollback, Outcome.ROLLED_BACK, where);
    }
    assertThat(inTransit).isPositive();
    assertThat(handedOver).isPositive();
  }

  @FunctionalInterface
  private interface Command {
    RunEvent.RunEnded of(RunContext runContext, Plan plan);
  }

  /** The table of a role is the least that the way back sends, and what it is asked for. */
  @Test
  void theRolesOfTheWayBackAllowNothingElse() {
    Rehearsal rehearsal = new Rehearsal(PlanCase.named("web-shop"));
    assertThat(writes(rehearsal, Where.SOURCE))
        .containsExactlyInAnyOrder(
            "create cronjobs.batch",
            "create deployments.apps",
            "patch cronjobs.batch",
            "patch cronjobs/status.batch",
            "patch deployments.apps",
            "watch cronjobs.batch",
            "watch deployments.apps");
    assertThat(writes(rehearsal, Where.TARGET))
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

  /** A Service hangs on what the Store's controller made; a Shelf is left to its controller. */
  @Test
  void whatWentAlongMayBeBroughtBackBeforeAndAfterTheRun() {
    Rehearsal rehearsal = new Rehearsal(OWNERS);
    assertThat(writes(rehearsal, Where.SOURCE))
        .contains("create serviceaccounts", "create services")
        .doesNotContain("create shelves.example.com", "create configmaps");
    rehearsal
        .scene
        .clusters
        .source()
        .load(
            Manifest.parse(
                """
                {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "since",
                 "namespace": "data", "ownerReferences": [{"apiVersion": "example.com/v1",
                 "kind": "Store", "name": "files", "controller": true,
                 "uid": "14fe4356-31f7-3c0d-84ae-596c20b8d21d"}]}}
                """));
    Rehearsal.End end = rehearsal.run();
    assertThat(CrashMatrixTest.isDone(end)).as(end.toString()).isTrue();
    assertThat(writes(rehearsal, Where.SOURCE))
        .contains("create serviceaccounts", "create services", "create configmaps");
  }

  /** Before a kind's definition is at the target, its objects there are called as at the source. */
  @Test
  void whatTravelsWithItsDefinitionIsInTheRoleBeforeTheMove() {
    assertThat(writes(new Rehearsal(Scenes.named("scaled")), Where.TARGET))
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
    assertThat(rehearsal.inTransit()).containsKey(CONSUMER);
    rehearsal
        .scene
        .clusters
        .source()
        .world()
        .deny(access -> access.verb().equals("patch") && access.resource().equals("scaledobjects"));
    Rehearsal.End end =
        rehearsal.perform(s -> RollbackRunbook.restore(s.runContext(s.directory()), s.plan));
    assertThat(end).isInstanceOf(Rehearsal.End.Refused.class);
    Problem problem = ((Rehearsal.End.Refused) end).problem().problem();
    assertThat(problem.code()).isEqualTo(ErrorCode.M1403);
    assertThat(problem.why()).contains("patch scaledobjects.keda.sh");
    assertThat(String.join("\n", problem.next()))
        .contains("migrator rbac PLAN --role source --backward");
  }

  /** No {@code *}: it would include {@code pods/exec} and {@code nodes/proxy}. */
  @ParameterizedTest
  @ValueSource(strings = {"web-shop", "custom-resources", "disks", "snapshots"})
  void theRolesOfAMoveAreEnoughAndNameEveryResource(String name) {
    Rehearsal rehearsal =
        new Rehearsal(
            switch (name) {
              case "disks", "snapshots" -> Scenes.named(name);
              default -> PlanCase.named(name);
            });
    for (Where where : Where.values()) {
      List<ObjectNode> roles =
          Roles.toApply(
              rehearsal.scene.plan,
              rehearsal.scene.clusters.source(),
              rehearsal.scene.clusters.target(),
              where,
              Optional.empty());
      assertThat(roles.toString()).doesNotContain("\"*\"", "pods/", "nodes/");
      allowOnly(cluster(rehearsal, where), rules(roles));
    }
    Rehearsal.End end = rehearsal.run();
    assertThat(CrashMatrixTest.isDone(end)).as(end.toString()).isTrue();
  }

  /** A namespace that is not there yet has no Role: what is created in it is allowed everywhere. */
  @Test
  void whatIsWrittenIsAllowedInTheNamespacesOfTheScopeAlone() {
    Rehearsal rehearsal = new Rehearsal(PlanCase.named("web-shop"));
    Set<String> namespaces = new TreeSet<>();
    for (Access access : rules(backward(rehearsal, Where.SOURCE))) {
      if (!reads(access) && !access.verb().equals("watch")) {
        namespaces.add(access.namespace());
      }
    }
    assertThat(namespaces).isNotEmpty();
    assertThat(rehearsal.scene.plan.settings().scope().namespaces().include()).isNotEmpty();
    assertThat(namespaces).doesNotContain("").contains("kube-system");
  }

  @Test
  void theyAreBoundToWhomTheyAreFor() {
    Rehearsal rehearsal = new Rehearsal(PlanCase.named("web-shop"));
    List<ObjectNode> objects =
        Roles.toPlan(
            rehearsal.scene.clusters.source(),
            Where.SOURCE,
            Optional.of(new Roles.Subject("ServiceAccount", "ops", "mover")));
    assertThat(objects)
        .extracting(o -> o.path("kind").asText())
        .containsExactly("ClusterRole", "ClusterRoleBinding");
    assertThat(objects.getLast().path("subjects").toString())
        .isEqualTo("[{\"namespace\":\"ops\",\"kind\":\"ServiceAccount\",\"name\":\"mover\"}]");
    assertThat(rules(objects)).allMatch(RolesTest::reads);
  }

  private static Set<String> writes(Rehearsal rehearsal, Where where) {
    Set<String> writes = new TreeSet<>();
    for (Access access : rules(backward(rehearsal, where))) {
      if (!reads(access) && !access.resource().equals("leases")) {
        writes.add(words(access));
      }
    }
    return writes;
  }

  private static void assertEnds(
      Rehearsal rehearsal, Command command, Outcome outcome, String where) {
    Rehearsal.End end = rehearsal.perform(s -> command.of(s.runContext(s.directory()), s.plan));
    assertThat(end).as(where + " " + end).isInstanceOf(Rehearsal.End.Ended.class);
    assertThat(((Rehearsal.End.Ended) end).ended().outcome())
        .as(where + " " + end)
        .isEqualTo(outcome);
  }

  static void restrict(Rehearsal rehearsal) {
    for (Where where : Where.values()) {
      MemoryCluster cluster = cluster(rehearsal, where);
      allowOnly(cluster, rules(backward(rehearsal, where)));
    }
  }

  private static MemoryCluster cluster(Rehearsal rehearsal, Where where) {
    return switch (where) {
      case SOURCE -> rehearsal.scene.clusters.source();
      case TARGET -> rehearsal.scene.clusters.target();
    };
  }

  /** As RBAC does: a rule of a Role holds in its namespace, one of a ClusterRole everywhere. */
  private static void allowOnly(MemoryCluster cluster, Set<Access> allowed) {
    cluster
        .world()
        .deny(
            access ->
                Stream.of(access.namespace(), "")
                    .map(
                        namespace ->
                            new Access(
                                access.verb(),
                                access.group(),
                                access.resource(),
                                access.subresource(),
                                namespace))
                    .noneMatch(allowed::contains));
  }

  private static List<ObjectNode> backward(Rehearsal rehearsal, Where where) {
    return Roles.toGoBack(
        rehearsal.scene.plan,
        Vault.kept(rehearsal.disk, Scene.STATE.resolve(Scene.RUN).resolve("vault")),
        rehearsal.scene.clusters.source(),
        rehearsal.scene.clusters.target(),
        where,
        Optional.empty());
  }

  private static boolean reads(Access access) {
    return access.verb().equals("get") || access.verb().equals("list");
  }

  private static String words(Access access) {
    String sub = access.subresource().isEmpty() ? "" : "/" + access.subresource();
    String group = access.group().isEmpty() ? "" : "." + access.group();
    return access.verb() + " " + access.resource() + sub + group;
  }

  /** Everything that the rules of these roles allow; a namespace is that of the Role. */
  private static Set<Access> rules(List<ObjectNode> roles) {
    Set<Access> allowed = new HashSet<>();
    for (ObjectNode role : roles) {
      String namespace = role.path("metadata").path("namespace").asText();
      for (JsonNode rule : role.path("rules")) {
        for (JsonNode group : rule.path("apiGroups")) {
          for (JsonNode resource : rule.path("resources")) {
            for (JsonNode verb : rule.path("verbs")) {
              String[] parts = resource.asText().split("/");
              allowed.add(
                  new Access(
                      verb.asText(),
                      group.asText(),
                      parts[0],
                      parts.length > 1 ? parts[1] : "",
                      namespace));
            }
          }
        }
      }
    }
    return allowed;
  }
}
