package dev.migrator.execute;

import dev.migrator.journal.JournalState;
import dev.migrator.lifecycle.StepStatus;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.StepId;
import dev.migrator.plan.Verb;

/**
 * Jobs that are deleted when they have ended: that such a one is not at the target, though it was
 * begun there, is as planned.
 *
 * <p>Source: <a
 * href="https://kubernetes.io/docs/concepts/workloads/controllers/ttlafterfinished/">Automatic
 * Cleanup for Finished Jobs</a>
 */
public final class TtlDeletedJobs {

  private TtlDeletedJobs() {}

  /** Whether it is so, by what the run did: for an object that is not at the target. */
  public static boolean is(ObjectRef ref, Manifest definition, JournalState journal) {
    return deletesItself(definition)
        && (isDone(journal, StepId.of(Verb.COPY, ref))
            || isDone(journal, StepId.of(Verb.CREATE, ref))
            || mayBeDone(journal, StepId.of(Verb.ACTIVATE, ref)));
  }

  /** One that is suspended by its definition does not end. */
  static boolean deletesItself(Manifest definition) {
    return definition.ref().groupKind().equals("Job.batch")
        && definition.at("spec", "ttlSecondsAfterFinished").isNumber()
        && !definition.at("spec", "suspend").asBoolean(false);
  }

  /** Whether the step was done, or was sent and its response was lost. */
  static boolean mayBeDone(JournalState journal, StepId step) {
    JournalState.StepState state = journal.step(step);
    return state.status() == StepStatus.DONE || LateRequests.until(step, state).isPresent();
  }

  private static boolean isDone(JournalState journal, StepId step) {
    return journal.status(step) == StepStatus.DONE;
  }
}
