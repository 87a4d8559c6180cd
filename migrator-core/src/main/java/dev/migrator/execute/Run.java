package dev.migrator.execute;

import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.event.RefText;
import dev.migrator.event.RunEvent;
import dev.migrator.event.StepText;
import dev.migrator.journal.Journal;
import dev.migrator.journal.JournalRecord.StepIntended;
import dev.migrator.journal.Vault;
import dev.migrator.migration.Migration;
import dev.migrator.model.Digest;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Origin;
import dev.migrator.model.PlanKey;
import dev.migrator.model.Problem;
import dev.migrator.model.ProblemException;
import dev.migrator.model.ResourceType;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.Step;
import dev.migrator.plan.StepId;
import dev.migrator.plan.TargetNames;
import dev.migrator.sanitize.TargetDefinitions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** What all steps of a run share. */
record Run(
    String id,
    Plan plan,
    Map<ObjectRef, PlannedObject> objects,
    ClusterSide source,
    ClusterSide target,
    Journal journal,
    Vault vault,
    TargetDefinitions definitions,
    InterruptibleWait clock,
    StepThreads threads,
    Optional<PlanKey> key,
    Consumer<RunEvent> events) {

  /** From here on nothing is written to either cluster unless the locks last long enough. */
  static Run of(
      Plan plan,
      ClusterSide source,
      ClusterSide target,
      Journal journal,
      Vault vault,
      RunTools tools) {
    source.guardBy(tools.locks());
    target.guardBy(tools.locks());
    return new Run(
        journal.header().run(),
        plan,
        plan.objectsByRef(),
        source,
        target,
        journal,
        vault,
        new TargetDefinitions(plan.settings()),
        new InterruptibleWait(tools.time(), tools.locks(), tools.interruption()),
        tools.threads(),
        tools.key(),
        oneAtATime(tools.events()));
  }

  /**
   * The same run seen from the other side: it creates at the source, what it creates is called as
   * the source calls it, and nothing of it was mapped or modified.
   */
  Run homeward() {
    Migration settings = plan.settings().withoutChanges();
    Plan home =
        new Plan(
            /* source= */ plan.target(),
            /* target= */ plan.source(),
            Optional.empty(),
            settings,
            plan.reading(),
            plan.objects().stream().map(PlannedObject::asAtSource).toList(),
            plan.steps(),
            plan.leftOut(),
            plan.findings());
    return new Run(
        id,
        home,
        home.objectsByRef(),
        /* source= */ target,
        /* target= */ source,
        journal,
        vault,
        new TargetDefinitions(settings),
        clock,
        threads,
        key,
        events);
  }

  private static Consumer<RunEvent> oneAtATime(Consumer<RunEvent> events) {
    ReentrantLock lock = new ReentrantLock();
    return event -> {
      lock.lock();
      try {
        events.accept(event);
      } finally {
        lock.unlock();
      }
    };
  }

  PlannedObject planned(ObjectRef ref) {
    return Optional.ofNullable(objects.get(ref))
        .orElseThrow(() -> new IllegalStateException(ref + " is not planned"));
  }

  /** What the object is called at the target, in the group that is written there. */
  ObjectRef atTarget(PlannedObject object) {
    return TargetNames.of(object.ref(), object.apiVersion(), plan.settings().mappings());
  }

  /** The type at which the source is read. */
  ResourceType sourceType(PlannedObject object) {
    return source.requireType(object.ref().kind(), object.sourceApiVersion());
  }

  /** The object as it was at the source before anything changed. */
  Manifest vaulted(ObjectRef ref) {
    return vault
        .read(ref)
        .orElseThrow(
            () ->
                Problem.of(ErrorCode.M2206, "the vault does not hold " + RefText.of(ref), "")
                    .exception());
  }

  /** What is to be sent for the object, before the mark of its origin. */
  Manifest definition(PlannedObject object) {
    return definition(object, vaulted(object.ref()));
  }

  Manifest definition(PlannedObject object, Manifest atSource) {
    return definitions.of(atSource, object.apiVersion()).body();
  }

  /** The definition with the mark of its origin. */
  Manifest marked(PlannedObject object, Manifest definition) {
    String mark = new Origin(id, object.uid(), digest(definition)).text();
    return definition.edit(
        tree ->
            tree.withObjectProperty("metadata")
                .withObjectProperty("annotations")
                .put(Origin.ANNOTATION, mark));
  }

  /** In its inert form, with the mark of who holds it there, where the kind has such a form. */
  Manifest held(SuspensionFields suspension, Manifest body) {
    return suspension.fields().isEmpty()
        ? body
        : suspension
            .inert(body)
            .edit(
                tree ->
                    tree.withObjectProperty("metadata")
                        .withObjectProperty("annotations")
                        .put(Origin.HELD, id));
  }

  /** Only a run's own object; what an equal earlier run made belongs to that one. */
  boolean made(Manifest live, PlannedObject object) {
    return Origin.isOf(live, id, object.uid());
  }

  /** Of Secrets there is none outside the vault. */
  static Optional<Digest> digest(Manifest body) {
    // Safeguard: digest-of-secrets
    return body.ref().groupKind().equals("Secret")
        ? Optional.empty()
        : Optional.of(Digest.of(body.tree()));
  }

  /** Writes down, durably, that a request is about to be sent. */
  void intend(Step step, String uid, String resourceVersion, Optional<Digest> body) {
    intend(step.id(), uid, resourceVersion, body);
  }

  void intend(StepId step, String uid, String resourceVersion, Optional<Digest> body) {
    // Safeguard: intent-not-forced
    journal.commit(new StepIntended(clock.now(), step, uid, resourceVersion, body));
  }

  void notice(String message) {
    events.accept(new RunEvent.Notice(clock.now(), message));
  }

  /** A request of this step was refused for good. */
  StepResult refused(ErrorCode code, Step step, ClusterFailure failure) {
    return refused(code, StepText.doing(step), failure);
  }

  /** What this step had to know was not told, and nothing was sent. */
  StepResult unanswered(Step step, ClusterException question) {
    return failed(
        ErrorCode.M2110,
        StepText.doing(step) + ": " + ErrorCode.M2110.title(),
        String.valueOf(question.getMessage()));
  }

  StepResult refused(ErrorCode code, String doing, ClusterFailure failure) {
    return failed(code, doing + ": " + code.title(), failure.detail());
  }

  StepResult failed(ErrorCode code, String what, String why, String... next) {
    return StepResult.failed(
        Problem.of(code, what, why, next.length == 0 ? new String[] {resume()} : next));
  }

  ProblemException fatal(ErrorCode code, String what, String why) {
    return Problem.of(code, what, why, resume()).exception();
  }

  /** The command that goes on without this object; empty for a run that is being taken back. */
  Optional<String> without(ObjectRef ref, String then) {
    return WayBackDecision.command(journal.state(), id).isPresent()
        ? Optional.empty()
        : Optional.of(
            "migrator resume %s --leave-out %s   (%s)".formatted(id, RefText.of(ref), then));
  }

  /** A failure that leaves a way on without the object. */
  StepResult optional(StepResult result, ObjectRef ref, String then) {
    if (!(result instanceof StepResult.Failed failed) || failed.mayArrive()) {
      return result;
    }
    List<String> next = new ArrayList<>(failed.problem().next());
    without(ref, then).ifPresent(next::add);
    return new StepResult.Failed(
        Problem.of(
            failed.problem().code(),
            failed.problem().what(),
            failed.problem().why(),
            next.toArray(String[]::new)),
        failed.mayArrive(),
        failed.isSetBack());
  }

  /** The command that goes on: a run that is being taken back does not go forward. */
  String resume() {
    return WayBackDecision.command(journal.state(), id).orElse("migrator resume " + id);
  }
}
