package dev.migrator.runbook;

import dev.migrator.execute.StayReason;
import dev.migrator.execute.TargetRemovalDecision;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Step;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What taking a run back would do, as both clusters are now: those of its steps that would find
 * something to do.
 *
 * @param steps in the order in which they begin, needs apart
 * @param setBack what is stopped at the source, or may be, in the plan's order, then the
 *     autoscalers that are paused there
 * @param removed what is removed from the target, named as there, in the order in which it is
 *     removed
 * @param kept what the run created and stays at the target, and why
 */
public record RollbackPreview(
    List<Step.OnObject> steps,
    List<ObjectRef> setBack,
    List<ObjectRef> removed,
    Map<ObjectRef, String> kept) {

  public RollbackPreview {
    steps = List.copyOf(steps);
    setBack = List.copyOf(setBack);
    removed = List.copyOf(removed);
    kept = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(kept));
  }

  RollbackPreview(
      List<Step.OnObject> steps, List<ObjectRef> setBack, TargetRemovalDecision.Decision decision) {
    this(steps, setBack, decision.going(), words(decision.staying()));
  }

  private static Map<ObjectRef, String> words(Map<ObjectRef, StayReason> reasons) {
    Map<ObjectRef, String> words = new LinkedHashMap<>();
    reasons.forEach((ref, reason) -> words.put(ref, reason.words()));
    return words;
  }
}
