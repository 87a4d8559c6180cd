package dev.migrator.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.event.RunEvent;
import dev.migrator.event.RunEvent.Outcome;
import dev.migrator.execute.CommandRunner;
import dev.migrator.execute.CommandRunner.Ended;
import dev.migrator.execute.Gatekeeper;
import dev.migrator.execute.StepThreads;
import dev.migrator.migration.Migration.HookPoint;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Json;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.StepId;
import dev.migrator.plans.PlanCase;
import dev.migrator.schema.Schemas;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Commands of the user's run in their places, at least once, and a failure stops what it should.
 */
@Timeout(60)
class HooksTest {

  private static final ObjectRef INVOICES = new ObjectRef("batch", "CronJob", "works", "invoices");
  private static final ObjectRef LEADER = ObjectRef.core("ConfigMap", "works", "leader");
  private static final String BEFORE_INVOICES = "before:CronJob.batch/works/invoices";

  private Scene scene = new Scene(PlanCase.named("hooks"));
  private final List<CommandRunner.Command> commands =
      Collections.synchronizedList(new ArrayList<>());

  /** What the next commands of a name come to; 0 otherwise. */
  private Optional<Ended> failing = Optional.empty();

  @BeforeEach
  void listen() {
    scene.commands = this::run;
  }

  private Ended run(CommandRunner.Command command) {
    commands.add(command);
    look(command.name());
    return failing.filter(e -> command.name().equals(BEFORE_INVOICES)).orElse(new Ended.Exited(0));
  }

  /** What the world must look like while a command runs. */
  private void look(String name) {
    switch (name) {
      case "hook:beforeCopy" -> {
        assertThat(scene.clusters.target().world().stored(ObjectRef.namespace("works"))).isEmpty();
        assertThat(scene.directory().vault()).as("all is in the vault").isPresent();
      }
      case "hook:beforeHandOver", "hook:beforeRecreate", BEFORE_INVOICES -> {
        assertThat(isSuspended(INVOICES)).isEqualTo(Optional.of(false));
        assertThat(atTarget(INVOICES)).isFalse();
      }
      case "before:ConfigMap/works/leader" -> assertThat(atSource(LEADER)).isTrue();
      case "after:ConfigMap/works/leader" -> {
        assertThat(atSource(LEADER)).isFalse();
        assertThat(atTarget(LEADER)).isTrue();
      }
      case "after:CronJob.batch/works/invoices", "hook:afterHandOver" -> {
        assertThat(atSource(INVOICES)).isFalse();
        assertThat(atTarget(INVOICES)).isTrue();
      }
      default -> {}
    }
  }

  private boolean atSource(ObjectRef ref) {
    return scene.clusters.source().world().stored(ref).isPresent();
  }

  private boolean atTarget(ObjectRef ref) {
    return scene.clusters.target().world().stored(ref).isPresent();
  }

  private Optional<Boolean> isSuspended(ObjectRef ref) {
    return scene
        .clusters
        .source()
        .world()
        .stored(ref)
        .map(o -> o.at("spec", "suspend").asBoolean(false));
  }

  private List<String> names() {
    return commands.stream().map(CommandRunner.Command::name).toList();
  }

  @Test
  void eachRunsOnceInItsPlace() {
    ApplyRunbookTest.assertMoved(scene, scene.apply());
    assertThat(names())
        .containsSubsequence(
            "hook:beforeCopy",
            "hook:afterCopy",
            "hook:beforeHandOver",
            "hook:beforeRecreate",
            BEFORE_INVOICES,
            "after:" + INVOICES,
            "hook:afterHandOver",
            "hook:afterRecreate",
            "hook:beforeVerify",
            "hook:afterVerify")
        .contains("before:" + LEADER, "after:" + LEADER)
        .hasSize(HookPoint.values().length + 2);
    assertThat(commands).allMatch(command -> command.attempt() == 1);
    StepId verify = new StepId("verify:target");
    assertThat(scene.plan.steps().getLast().needs()).contains(verify);
  }

  @Test
  void eachRunsOnceWithManyAtOnce() {
    scene.threads = StepThreads.of(scene.clock.threads());
    ApplyRunbookTest.assertMoved(scene, scene.apply());
    assertThat(names()).doesNotHaveDuplicates().hasSize(HookPoint.values().length + 2);
  }

  @Test
  void aCommandIsToldNamesAndNoBodies() {
    assertThat(scene.apply().outcome()).isEqualTo(Outcome.DONE);
    Schemas schemas = new Schemas();
    for (CommandRunner.Command command : commands) {
      JsonNode told = Json.parse(command.input());
      assertThat(schemas.errors("hook-call.schema.json", told)).as(command.input()).isEmpty();
      assertThat(command.input()).doesNotContain("very-secret-value", "green", "\n");
      assertThat(command.environment())
          .containsEntry("MIGRATOR_RUN", Scene.RUN)
          .containsEntry("MIGRATOR_ATTEMPT", "1")
          .containsEntry("MIGRATOR_HOOK", told.path("hook").asText());
    }
    JsonNode before =
        Json.parse(
            commands.stream()
                .filter(c -> c.name().equals(BEFORE_INVOICES))
                .findFirst()
                .orElseThrow()
                .input());
    assertThat(before.at("/object/atTarget/name").asText()).isEqualTo("invoices");
    assertThat(before.at("/step/phase").asText()).isEqualTo("hand over");
  }

  @Test
  void aFailureLeavesItsObjectAloneAndIsRepeatedByResume() {
    failing = Optional.of(new Ended.Exited(3));
    RunEvent.RunEnded ended = scene.apply();
    assertThat(ended.outcome()).isEqualTo(Outcome.BLOCKED);
    assertThat(ended.problems()).hasSize(1);
    assertThat(ended.problems().getFirst().code()).isEqualTo(ErrorCode.M2111);
    assertThat(ended.problems().getFirst().what())
        .isEqualTo("hook beforeEachHandOver of cronjob/works/invoices failed");
    assertThat(ended.problems().getFirst().why()).isEqualTo("the command ended with 3");
    assertThat(isSuspended(INVOICES)).isEqualTo(Optional.of(false));
    assertThat(atTarget(LEADER)).as("another hand-over goes on").isTrue();

    commands.clear();
    failing = Optional.empty();
    ApplyRunbookTest.assertMoved(scene, scene.resume());
    assertThat(names())
        .startsWith(BEFORE_INVOICES, "after:" + INVOICES)
        .doesNotContain("hook:beforeCopy", "before:" + LEADER, "after:" + LEADER);
    assertThat(commands.getFirst().attempt()).isEqualTo(2);
    assertThat(commands.getFirst().input()).contains("\"attempt\":2");
  }

  @Test
  void everyWayToFailSaysWhich() {
    failing = Optional.of(new Ended.TookTooLong());
    assertThat(scene.apply().problems().getFirst().why())
        .isEqualTo("the command was ended after 1 min, its timeout");
    failing = Optional.of(new Ended.NotStarted("no such program"));
    assertThat(scene.resume().problems().getFirst().why())
        .isEqualTo("the command cannot be run: no such program");
    failing = Optional.empty();
    ApplyRunbookTest.assertMoved(scene, scene.resume());
    assertThat(commands.stream().filter(c -> c.name().equals(BEFORE_INVOICES)))
        .extracting(CommandRunner.Command::attempt)
        .containsExactly(1, 2, 3);
  }

  @Test
  void whatMayFailIsToldAndTheRunGoesOn() {
    scene.commands =
        command ->
            command.name().equals("hook:beforeCopy") || command.name().equals("hook:afterVerify")
                ? new Ended.Exited(9)
                : new Ended.Exited(0);
    ApplyRunbookTest.assertMoved(scene, scene.apply());
    assertThat(
            scene.events.stream().filter(RunEvent.Notice.class::isInstance).map(Object::toString))
        .anyMatch(notice -> notice.contains("hook beforeCopy failed: the command ended with 9"));
  }

  @Test
  void aPhaseThatMayNotBeginIsNotBegun() {
    scene.commands =
        command ->
            command.name().equals("hook:beforeHandOver")
                ? new Ended.Exited(1)
                : new Ended.Exited(0);
    assertThat(scene.apply().problems()).extracting(p -> p.code()).containsExactly(ErrorCode.M2111);
    assertThat(isSuspended(INVOICES)).isEqualTo(Optional.of(false));
    assertThat(atSource(LEADER)).isTrue();
  }

  @Test
  void aCrashInACommandRunsItAgain() {
    scene.commands =
        command -> {
          if (command.name().equals(BEFORE_INVOICES)) {
            throw new IllegalStateException("the process is gone");
          }
          return run(command);
        };
    assertThat(scene.apply().outcome()).isEqualTo(Outcome.BLOCKED);
    assertThat(scene.directory().readJournal().state().inDoubt())
        .contains(new StepId(BEFORE_INVOICES));
    scene.commands = this::run;
    commands.clear();
    ApplyRunbookTest.assertMoved(scene, scene.resume());
    assertThat(commands.getFirst().name()).isEqualTo(BEFORE_INVOICES);
    assertThat(commands.getFirst().attempt()).isEqualTo(2);
  }

  @Test
  void aCommandThatTheSameCtrlCEndedIsNotAFailure() {
    scene.commands =
        command -> {
          if (command.name().equals(BEFORE_INVOICES)) {
            scene.interruption.request();
            return new Ended.Exited(130);
          }
          return run(command);
        };
    RunEvent.RunEnded ended = scene.apply();
    assertThat(ended.outcome()).isEqualTo(Outcome.INTERRUPTED);
    assertThat(ended.problems()).isEmpty();
    scene.commands = this::run;
    ApplyRunbookTest.assertMoved(scene, scene.resume());
  }

  @Test
  void whatIsDoneIsNotRunAgainAfterAClosedGate() {
    scene.gatekeeper = (gate, policy) -> Gatekeeper.Answer.CLOSED;
    assertThat(scene.apply().outcome()).isEqualTo(Outcome.WAITING);
    assertThat(names()).containsExactly("hook:beforeCopy", "hook:afterCopy");
    scene.gatekeeper = (gate, policy) -> Gatekeeper.Answer.OPEN;
    ApplyRunbookTest.assertMoved(scene, scene.resume());
    assertThat(names()).doesNotHaveDuplicates().hasSize(HookPoint.values().length + 2);
  }

  @Test
  void aPhaseWithoutStepsHasNoCommands() {
    assertThat(Arrays.asList(HookPoint.values())).hasSize(10);
    assertThat(new Scene(PlanCase.named("config-only")).plan.steps())
        .noneMatch(step -> step.command().isPresent());
  }
}
