package dev.migrator.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Activity;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.Step;
import dev.migrator.plan.StepId;
import dev.migrator.plan.Verb;
import dev.migrator.plan.file.PlanFile;
import dev.migrator.plans.PlanCase;
import dev.migrator.proof.Rehearsal.End;
import dev.migrator.runbook.RollbackRunbook;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Runs that an older build began: what could not be told to stop was only deleted, proven absent
 * and created. They are still read, ended, and taken back.
 */
@Timeout(120)
class OldPlansTest {

  private static final int STOPS = 40;

  @Test
  void aRunThatAnOlderBuildBeganEndsHoweverOftenItIsStopped() {
    Rehearsal undisturbed = formerly(PlanCase.named("custom-resources"));
    assertThat(PlanFile.read(reader(undisturbed))).isEqualTo(undisturbed.scene.plan);
    assertThat(CrashMatrixTest.isDone(undisturbed.run())).isTrue();
    assertThat(undisturbed.judge()).isEmpty();
    int inTransit = 0;
    for (int i = 1; i < STOPS; i++) {
      Rehearsal rehearsal = formerly(PlanCase.named("custom-resources"));
      End unused = rehearsal.runUntil(undisturbed.points() * i / STOPS);
      rehearsal.processIsKilled();
      if (rehearsal.image().vault().isEmpty()) {
        continue;
      }
      inTransit += rehearsal.inTransit().size();
      if (i % 2 == 0 && !rehearsal.inTransit().isEmpty()) {
        End back =
            rehearsal.perform(s -> RollbackRunbook.restore(s.runContext(s.directory()), s.plan));
        assertThat(rehearsal.inTransit()).as(back.toString()).isEmpty();
      } else {
        End end = rehearsal.run();
        assertThat(CrashMatrixTest.isDone(end)).as(end.toString()).isTrue();
        assertThat(rehearsal.judge()).isEmpty();
      }
    }
    assertThat(inTransit).isPositive();
  }

  private static StringReader reader(Rehearsal rehearsal) {
    return new StringReader(new String(rehearsal.scene.planBytes(), StandardCharsets.UTF_8));
  }

  /** The case by the plan that a build before docs/adr/0030 made of it. */
  static Rehearsal formerly(PlanCase example) {
    Rehearsal now = new Rehearsal(example);
    return now.with(formerly(now.scene.plan));
  }

  private static Plan formerly(Plan plan) {
    Set<ObjectRef> passive =
        plan.handedOver().stream()
            .filter(ref -> !Activity.runs(ref))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(passive).isNotEmpty();
    Map<StepId, List<StepId>> instead = new HashMap<>();
    for (Step step : plan.steps()) {
      if (step instanceof Step.OnObject on && passive.contains(on.object())) {
        StepId create = new StepId("create:" + on.object());
        switch (on.verb()) {
          case QUIESCE -> {
            instead.put(on.id(), on.needs());
            instead.put(new StepId("drain:" + on.object()), on.needs());
          }
          case CREATE_INERT, ACTIVATE -> instead.put(on.id(), List.of(create));
          default -> {}
        }
      }
    }
    List<Step> steps = new ArrayList<>();
    for (Step step : plan.steps()) {
      boolean isPassive = step instanceof Step.OnObject on && passive.contains(on.object());
      List<StepId> needs = needs(step, instead);
      if (isPassive && step instanceof Step.OnObject inert && inert.is(Verb.CREATE_INERT)) {
        steps.add(new Step.OnObject(Verb.CREATE, inert.object(), needs));
      } else if (!isPassive || step.is(Verb.DELETE) || step.is(Verb.PROVE_ABSENT)) {
        // An older build did not stop it, and so it did not start it again.
        steps.add(step.waiting(needs));
      }
    }
    return new Plan(
        plan.source(),
        plan.target(),
        Optional.empty(),
        plan.settings(),
        plan.reading(),
        plan.objects().stream().map(OldPlansTest::withoutKey).toList(),
        steps,
        plan.leftOut(),
        plan.findings());
  }

  /** Before docs/adr/0041 nothing bound a Secret but its resourceVersion. */
  private static PlannedObject withoutKey(PlannedObject object) {
    return new PlannedObject(
        object.ref(),
        object.apiVersion(),
        object.sourceApiVersion(),
        object.uid(),
        object.resourceVersion(),
        object.digest(),
        Optional.empty(),
        object.protection(),
        object.rule(),
        object.volume(),
        object.alreadyThere(),
        object.drops(),
        object.notReady(),
        object.autoscaled());
  }

  private static List<StepId> needs(Step step, Map<StepId, List<StepId>> instead) {
    Set<StepId> needs = new TreeSet<>();
    step.needs().forEach(need -> needs.addAll(instead.getOrDefault(need, List.of(need))));
    return List.copyOf(needs);
  }
}
