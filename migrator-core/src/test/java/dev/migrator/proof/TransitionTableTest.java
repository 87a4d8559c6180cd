package dev.migrator.proof;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.execute.HandOver;
import dev.migrator.execute.HandOver.Event;
import dev.migrator.execute.HandOver.State;
import dev.migrator.execute.HandOver.Transition;
import dev.migrator.plans.PlanCase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Every transition that the table of hand-overs declares is taken, and no other. */
@Timeout(120)
class TransitionTableTest {

  private static final Map<String, Event> EVENTS =
      Map.of(
          "quiesce", Event.QUIESCE,
          "drain", Event.DRAIN,
          "delete", Event.DELETE,
          "absent", Event.PROVE_ABSENT,
          "inert", Event.CREATE_INERT,
          "activate", Event.ACTIVATE);

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
    Rehearsal late =
        new Rehearsal(
            Scenes.varied(
                folder,
                "cron",
                "\"20\"",
                "\"600\"",
                "10m, onDrainTimeout: wait",
                "1m, onDrainTimeout: abort"));
    assertThat(CrashMatrixTest.isDone(late.run())).isFalse();
    late.scene.clock.advance(Duration.ofMinutes(9));
    assertThat(late.run()).isNotNull();
    follow(late, taken);
    assertThat(taken).containsExactlyInAnyOrderElementsOf(HandOver.TABLE);
  }

  /** By the journal: the outcomes of an object's steps, in their order. */
  private static void follow(Rehearsal rehearsal, Set<Transition> taken) {
    Map<String, State> states = new HashMap<>();
    for (JsonNode record : rehearsal.image().journal()) {
      String step = record.path("step").asText();
      int colon = step.indexOf(':');
      if (colon < 0 || !record.has("result")) {
        continue;
      }
      String object = step.substring(colon + 1);
      Optional<Event> event = event(step.substring(0, colon), record);
      if (event.isPresent()) {
        State from = states.getOrDefault(object, State.VAULTED);
        Optional<State> to = HandOver.after(from, event.get());
        assertThat(to).as("%s: %s after %s", object, event.get(), from).isPresent();
        states.put(object, to.orElseThrow());
        taken.add(new Transition(from, event.get(), to.orElseThrow()));
      }
    }
  }

  private static Optional<Event> event(String verb, JsonNode record) {
    Optional<Event> event = Optional.ofNullable(EVENTS.get(verb));
    if (!record.path("result").asText().equals("FAILED")) {
      return event;
    }
    boolean isSetBack =
        verb.equals("drain")
            && record.path("details").path("code").asText().equals("M2104")
            && record.path("details").path("why").asText().contains("set back");
    return isSetBack ? Optional.of(Event.SET_BACK) : Optional.empty();
  }
}
