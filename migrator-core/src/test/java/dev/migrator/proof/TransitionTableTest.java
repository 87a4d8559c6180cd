package dev.migrator.proof;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.event.RunEvent;
import dev.migrator.lifecycle.LifecycleEvent;
import dev.migrator.lifecycle.Stage;
import dev.migrator.lifecycle.Transition;
import dev.migrator.plans.PlanCase;
import dev.migrator.proof.Rehearsal.End;
import dev.migrator.runbook.RollbackRunbook;
import dev.migrator.runbook.Scene;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Every transition that the tables of an object's life declare is taken, and no other. */
@Timeout(240)
class TransitionTableTest {

  private static final Map<String, LifecycleEvent> EVENTS =
      Map.of(
          "quiesce", LifecycleEvent.QUIESCE,
          "drain", LifecycleEvent.DRAIN,
          "delete", LifecycleEvent.DELETE,
          "absent", LifecycleEvent.PROVE_ABSENT,
          "inert", LifecycleEvent.CREATE_INERT,
          "activate", LifecycleEvent.ACTIVATE,
          "copy", LifecycleEvent.COPY,
          "rollback", LifecycleEvent.SET_BACK,
          "remove", LifecycleEvent.REMOVE_COPY,
          "restore", LifecycleEvent.RESTORE);

  @TempDir Path folder;

  @Test
  void everyDeclaredTransitionIsTakenAndNoOther() {
    Set<Transition> taken = new HashSet<>();
    List<PlanCase> cases = new ArrayList<>(Scenes.small());
    cases.addAll(PlanCase.all());
    for (PlanCase example : cases) {
      Rehearsal rehearsal = new Rehearsal(example);
      assertThat(CrashMatrixTest.isDone(rehearsal.run())).isTrue();
      follow(rehearsal, taken);
    }
    Rehearsal formerly = OldPlansTest.formerly(PlanCase.named("custom-resources"));
    assertThat(CrashMatrixTest.isDone(formerly.run())).isTrue();
    follow(formerly, taken);
    Rehearsal late = new Rehearsal(late());
    assertThat(CrashMatrixTest.isDone(late.run())).isFalse();
    late.scene.clock.advance(Duration.ofMinutes(9));
    assertThat(late.run()).isNotNull();
    follow(late, taken);
    assertThat(taken).containsExactlyInAnyOrderElementsOf(Transition.FORWARD);
  }

  /** From wherever the way forward was stopped, by the way back that is offered there. */
  @Test
  void everyDeclaredWayBackIsTakenAndNoOther() {
    Set<Transition> taken = new HashSet<>();
    PlanCase example = Scenes.small().getFirst();
    Rehearsal undisturbed = new Rehearsal(example);
    assertThat(CrashMatrixTest.isDone(undisturbed.run())).isTrue();
    for (int stop = 1; stop < undisturbed.points(); stop++) {
      Rehearsal rehearsal = new Rehearsal(example);
      End unused = rehearsal.runUntil(stop);
      rehearsal.processIsKilled();
      if (rehearsal.image().vault().isPresent()) {
        takeBack(rehearsal, stop % 2 == 0);
        follow(rehearsal, taken);
      }
    }
    PlanCase tooLong = late();
    for (boolean isRolledBack : List.of(true, false)) {
      Rehearsal late = new Rehearsal(tooLong);
      assertThat(CrashMatrixTest.isDone(late.run())).isFalse();
      takeBack(late, isRolledBack);
      follow(late, taken);
    }
    taken.removeAll(Transition.FORWARD);
    assertThat(taken).containsExactlyInAnyOrderElementsOf(Transition.BACKWARD);
  }

  /** A Job runs longer than it is waited for, and the source is set back. */
  private PlanCase late() {
    return Scenes.varied(
        folder,
        "cron",
        "\"20\"",
        "\"600\"",
        "10m, onDrainTimeout: wait",
        "1m, onDrainTimeout: abort");
  }

  /**
   * By a rollback, where one is possible; else what is in transit first, and the rest by a plan.
   */
  private static void takeBack(Rehearsal rehearsal, boolean isRolledBack) {
    if (isRolledBack
        && rehearsal.perform(TransitionTableTest::rollback) instanceof End.Ended ended
        && ended.ended().outcome() == RunEvent.Outcome.ROLLED_BACK) {
      return;
    }
    End unused =
        rehearsal.perform(
            scene -> RollbackRunbook.restore(scene.runContext(scene.directory()), scene.plan));
    // The status of a quota is a moment behind what was deleted.
    rehearsal.scene.clock.advance(Duration.ofMinutes(1));
    RollbackRunbook.Way way = rehearsal.wayBack();
    if (!way.plan().steps().isEmpty()) {
      End back = rehearsal.backward(way.plan()).run();
      assertThat(CrashMatrixTest.isDone(back)).as("%s", back).isTrue();
    }
    End unusedEnd = rehearsal.perform(TransitionTableTest::rollback);
  }

  private static RunEvent.RunEnded rollback(Scene scene) {
    return RollbackRunbook.rollback(scene.runContext(scene.directory()), scene.plan);
  }

  /** By the journal: the outcomes of an object's steps, in their order. */
  private static void follow(Rehearsal rehearsal, Set<Transition> taken) {
    Map<String, Stage> stages = new HashMap<>();
    Set<String> ended = new HashSet<>();
    Set<String> handedOver = new HashSet<>();
    rehearsal.scene.plan.handedOver().forEach(ref -> handedOver.add(ref.toString()));
    for (JsonNode record : rehearsal.image().journal()) {
      String step = record.path("step").asText();
      String object = step.substring(step.indexOf(':') + 1);
      if (record.path("details").has("ended")) {
        ended.add(object);
      }
      Stage from = stages.getOrDefault(object, Stage.UNTOUCHED);
      Optional<LifecycleEvent> event =
          event(record, handedOver.contains(object), ended.contains(object));
      if (event.isPresent() && from != Stage.ENDED) {
        Optional<Stage> to = next(from, event.get());
        assertThat(to).as("%s: %s after %s", object, event.get(), from).isPresent();
        stages.put(object, to.orElseThrow());
        taken.add(new Transition(from, event.get(), to.orElseThrow()));
      }
    }
  }

  private static Optional<Stage> next(Stage from, LifecycleEvent event) {
    return Stream.concat(Transition.FORWARD.stream(), Transition.BACKWARD.stream())
        .filter(t -> t.from() == from && t.event() == event)
        .map(Transition::to)
        .findFirst();
  }

  private static Optional<LifecycleEvent> event(
      JsonNode record, boolean isHandedOver, boolean hasEnded) {
    String step = record.path("step").asText();
    String verb = step.substring(0, Math.max(0, step.indexOf(':')));
    String result = record.path("result").asText();
    if (result.equals("FAILED") && verb.equals("drain")) {
      return record.path("details").has("setBack")
          ? Optional.of(LifecycleEvent.SET_BACK)
          : Optional.empty();
    }
    if (result.isEmpty() || result.equals("FAILED")) {
      return Optional.empty();
    }
    if (verb.equals("create")) {
      return Optional.of(isHandedOver ? LifecycleEvent.CREATE : LifecycleEvent.COPY);
    }
    return Optional.ofNullable(EVENTS.get(verb))
        .map(
            event -> event == LifecycleEvent.PROVE_ABSENT && hasEnded ? LifecycleEvent.END : event);
  }
}
