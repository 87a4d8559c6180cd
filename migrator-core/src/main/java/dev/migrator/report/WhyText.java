package dev.migrator.report;

import dev.migrator.event.Printable;
import dev.migrator.event.RefText;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Finding;
import dev.migrator.plan.LeftOut;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.Step;
import dev.migrator.plan.StepId;
import dev.migrator.plan.TargetNames;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Everything that a plan knows of one object: why it moves when it moves, or why it does not. */
public final class WhyText {

  private static final int MOST_NEEDS = 40;

  private final Plan plan;

  public WhyText(Plan plan) {
    this.plan = plan;
  }

  /** The objects that a person's words may mean, planned or left out; sorted. */
  public List<ObjectRef> matching(String typed) {
    Set<ObjectRef> found = new LinkedHashSet<>();
    plan.objects().stream().map(PlannedObject::ref).forEach(found::add);
    plan.leftOut().stream().map(LeftOut::ref).forEach(found::add);
    return found.stream().filter(ref -> RefText.matches(ref, typed)).sorted().toList();
  }

  /** What is known of this object. */
  public List<String> of(ObjectRef ref) {
    List<String> lines = new ArrayList<>();
    lines.add(Printable.of(ref.toString()));
    plan.objects().stream().filter(o -> o.ref().equals(ref)).forEach(o -> planned(o, lines));
    plan.leftOut().stream()
        .filter(l -> l.ref().equals(ref))
        .forEach(l -> lines.add("  left out    " + RefText.in(l.reason())));
    for (Finding finding : plan.findings()) {
      if (finding.object().filter(ref::equals).isPresent()) {
        lines.add("  note        " + RefText.in(finding.code() + " " + finding.message()));
      }
    }
    return List.copyOf(lines);
  }

  private void planned(PlannedObject object, List<String> lines) {
    lines.add(
        "  class       " + object.protection().label() + "  (" + Printable.of(object.rule()) + ")");
    ObjectRef there = TargetNames.of(object.ref(), plan.settings().mappings());
    if (!there.equals(object.ref())) {
      lines.add("  at target   " + Printable.of(there.toString()));
    }
    lines.add("  version     " + Printable.of(object.apiVersion()));
    if (object.alreadyThere()) {
      lines.add("  target      has an equal object: it is adopted, not created");
    }
    if (!object.notReady().isEmpty()) {
      lines.add("  not ready   at the source: " + Printable.of(object.notReady()));
    }
    DataTrace.of(plan).stream()
        .filter(data -> data.claim().equals(object.ref()))
        .forEach(data -> lines.add("  data        " + Printable.of(DataText.planned(data))));
    object.drops().forEach(drop -> lines.add("  left behind " + Printable.of(drop)));
    List<Step> steps = steps(object.ref());
    lines.add("  steps");
    steps.forEach(s -> lines.add("    " + s.phase().label() + ": " + Printable.of(s.id().text())));
    needs(object.ref(), steps, lines);
  }

  private List<Step> steps(ObjectRef ref) {
    return plan.steps().stream()
        .filter(s -> s instanceof Step.OnObject on && on.object().equals(ref))
        .toList();
  }

  /** The objects that must be there before this one, nearest first. */
  private void needs(ObjectRef ref, List<Step> own, List<String> lines) {
    Map<StepId, Step> byId =
        plan.steps().stream().collect(Collectors.toMap(Step::id, Function.identity()));
    Set<ObjectRef> found = new LinkedHashSet<>();
    Set<StepId> seen = new LinkedHashSet<>();
    Deque<StepId> queue = new ArrayDeque<>();
    own.forEach(step -> queue.addAll(step.needs()));
    while (!queue.isEmpty()) {
      StepId id = queue.removeFirst();
      if (seen.add(id) && byId.get(id) instanceof Step.OnObject step) {
        found.add(step.object());
        queue.addAll(step.needs());
      }
    }
    found.remove(ref);
    lines.add(found.isEmpty() ? "  needs       nothing" : "  needs, nearest first");
    found.stream().limit(MOST_NEEDS).forEach(need -> lines.add("    " + RefText.of(need)));
    if (found.size() > MOST_NEEDS) {
      lines.add("    and " + (found.size() - MOST_NEEDS) + " more");
    }
  }
}
