package dev.migrator.execute;

import dev.migrator.journal.JournalState;
import dev.migrator.journal.JournalState.StepStatus;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Plan;
import dev.migrator.plan.Step;
import dev.migrator.plan.StepId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How far each hand-over of a run came, by what its journal says. A record that is missing makes it
 * look less far than it came, never farther.
 */
public enum Whereabouts {
  /** Nothing was begun. */
  UNTOUCHED,
  /** It was told to stop, and its deletion was not announced. It may have been set back. */
  STOPPED,
  /** Its deletion was at least announced, and it does not work at the target yet. */
  BETWEEN,
  /** It works at the target. */
  HANDED_OVER,
  /** It ran to its end at the source and moves nowhere. */
  ENDED,
  /** It was half-way, and was brought back to the source. */
  RESTORED;

  /** Of everything that is handed over, in the plan's order. */
  public static Map<ObjectRef, Whereabouts> of(Plan plan, JournalState journal) {
    Map<ObjectRef, Whereabouts> found = new LinkedHashMap<>();
    last(plan).forEach((ref, works) -> found.put(ref, of(ref, works, journal)));
    return found;
  }

  /** The objects that are at one of these places, in the plan's order. */
  public static List<ObjectRef> at(Plan plan, JournalState journal, Whereabouts... places) {
    Set<Whereabouts> wanted = Set.of(places);
    return of(plan, journal).entrySet().stream()
        .filter(e -> wanted.contains(e.getValue()))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** The step after which each works at the target, in the plan's order. */
  static Map<ObjectRef, StepId> last(Plan plan) {
    Map<ObjectRef, StepId> last = new LinkedHashMap<>();
    for (Step step : plan.steps()) {
      switch (step) {
        case Step.DeleteAtSource s -> last.put(s.object(), s.id());
        // In plans of builds before docs/adr/0030, of what cannot be told to stop.
        case Step.Create s -> last.replace(s.object(), s.id());
        case Step.Activate s -> last.replace(s.object(), s.id());
        case Step.Quiesce s -> {}
        case Step.Drain s -> {}
        case Step.ProveAbsent s -> {}
        case Step.CreateInert s -> {}
        case Step.Copy s -> {}
        case Step.AwaitCurrent s -> {}
        case Step.Verify s -> {}
        case Step.Gate s -> {}
        case Step.RunsCommand s -> {}
      }
    }
    return last;
  }

  private static Whereabouts of(ObjectRef ref, StepId works, JournalState journal) {
    if (journal.status(Restoring.step(ref)) == StepStatus.DONE) {
      return RESTORED;
    }
    if (journal.status(new StepId("delete:" + ref)) == StepStatus.NOT_STARTED) {
      boolean untouched = journal.status(new StepId("quiesce:" + ref)) == StepStatus.NOT_STARTED;
      return untouched ? UNTOUCHED : STOPPED;
    }
    if (Draining.hasEnded(journal, ref)) {
      return journal.status(new StepId("absent:" + ref)) == StepStatus.DONE ? ENDED : BETWEEN;
    }
    return journal.status(works) == StepStatus.DONE ? HANDED_OVER : BETWEEN;
  }

  /** Whether the object of the source carries the mark of having been stopped. */
  public static boolean isStopped(Manifest atSource) {
    return atSource.annotations().containsKey(SourceObject.QUIESCED);
  }

  /** Whether the autoscaler carries the run's mark of having been paused. */
  public static boolean isPaused(Manifest scaler, String run) {
    return run.equals(scaler.annotations().get(Autoscalers.OURS));
  }
}
