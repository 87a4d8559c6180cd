package dev.migrator.execute;

import dev.migrator.cluster.ClusterException;
import dev.migrator.event.RefText;
import dev.migrator.event.RunEvent;
import dev.migrator.journal.JournalRecord.OperatorDecision;
import dev.migrator.lifecycle.WayBack;
import dev.migrator.migration.Migration.GatePolicy;
import dev.migrator.model.Amount;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Problem;
import dev.migrator.plan.Step;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Does a step, whichever it is: one small runner a kind of step. */
final class StepRunner {

  private static final int SOME = 5;

  private final Run run;
  private final Gatekeeper gatekeeper;
  private final Hooks hooks;
  private final HandOvers handOvers;
  private final Set<ObjectRef> awaited = new HashSet<>();
  private final Creating creating;
  private final Quiescing quiescing;
  private final Draining draining;
  private final Deleting deleting;
  private final InertCreation activating;
  private final Requirements requirements;
  private final TrialCreate trial;
  private final AwaitingCurrent awaiting;

  StepRunner(Run run, Gatekeeper gatekeeper, Hooks hooks, WatchHub watches) {
    this.run = run;
    this.gatekeeper = gatekeeper;
    this.hooks = hooks;
    this.handOvers = new HandOvers(run.plan(), run.journal().state());
    Descendants descendants =
        new Descendants(
            run.source(),
            new SharedLists(run.source().cluster(), run.clock()),
            Dependants.atSource(run));
    this.creating = new Creating(run, watches);
    this.quiescing = new Quiescing(run, handOvers);
    this.draining = new Draining(run, handOvers, descendants, quiescing);
    this.deleting = new Deleting(run, handOvers, descendants);
    this.activating = new InertCreation(run, handOvers, creating);
    this.requirements = new Requirements(run);
    this.trial = new TrialCreate(run, activating);
    this.awaiting = new AwaitingCurrent(run, watches);
    for (Step step : run.plan().steps()) {
      if (step instanceof Step.AwaitCurrent await) {
        awaited.add(await.object());
      }
    }
  }

  StepResult run(Step step, StepLog log) {
    return switch (step) {
      case Step.Copy s -> creating.create(s, awaited.contains(s.object()));
      case Step.AwaitCurrent s ->
          run.optional(awaiting.await(s, log), s.object(), "does not wait for it any more");
      case Step.Gate s -> gate(s, log);
      case Step.RunsCommand s -> hooks.run(s);
      case Step.Quiesce s ->
          requirements
              .refusal(s)
              .or(() -> trial.refusal(s))
              .map(refused -> quiescing.withAWayOn(s, refused))
              .orElseGet(() -> quiescing.quiesce(s));
      case Step.Drain s -> draining.drain(s, log);
      case Step.DeleteAtSource s -> deleting.delete(s);
      case Step.ProveAbsent s -> deleting.proveAbsent(s, log);
      case Step.CreateInert s -> activating.createInert(s, awaited.contains(s.object()));
      case Step.Activate s -> activating.activate(s);
      case Step.Create s -> creating.create(s, awaited.contains(s.object()));
      case Step.Verify s -> verify(s);
    };
  }

  /** Whether the object has left the source and is not yet at work at the target. */
  boolean isBetween(ObjectRef ref) {
    return handOvers.stage(ref).wayBack() == WayBack.BRING_BACK;
  }

  private StepResult gate(Step.Gate gate, StepLog log) {
    String question = "gate:" + gate.name();
    boolean opened =
        run.journal()
            .state()
            .decision(question)
            .filter(decision -> decision.answer().equals("open"))
            .isPresent();
    if (opened) {
      return StepResult.observed("was opened");
    }
    if (gatekeeper.isApproved(gate.name())) {
      run.notice("gate " + gate.name() + " was approved already");
      return opened(question);
    }
    GatePolicy policy =
        run.plan().settings().gates().getOrDefault(gate.name(), new GatePolicy.Auto());
    if (!(policy instanceof GatePolicy.Auto)) {
      run.events().accept(new RunEvent.GateReached(run.clock().now(), gate.name()));
      log.waits(run.clock().now(), "waits for approval");
    }
    return switch (gatekeeper.ask(gate.name(), policy)) {
      case OPEN -> opened(question);
      case CLOSED -> new StepResult.Closed();
    };
  }

  private StepResult opened(String question) {
    run.journal().commit(new OperatorDecision(run.clock().now(), question, "open"));
    return StepResult.done("open");
  }

  private StepResult verify(Step.Verify step) {
    try {
      List<TargetCheck.Mismatch> wrong =
          new TargetCheck(
                  run.plan(),
                  run.source(),
                  run.target(),
                  run.vault(),
                  run.journal().state(),
                  run.definitions())
              .mismatches();
      // Safeguard: no-verification
      if (wrong.isEmpty()) {
        return StepResult.done("everything is as planned");
      }
      return StepResult.failed(problem(wrong));
    } catch (ClusterException e) {
      return run.unanswered(step, e);
    }
  }

  private Problem problem(List<TargetCheck.Mismatch> wrong) {
    String some =
        String.join(
            "; ",
            wrong.stream().limit(SOME).map(m -> RefText.of(m.ref()) + " " + m.what()).toList());
    return Problem.of(
        ErrorCode.M2301,
        Amount.of(wrong.size(), "object is", "objects are") + " not as planned",
        some + (wrong.size() > SOME ? "; and " + (wrong.size() - SOME) + " more" : ""),
        "migrator verify " + run.id());
  }
}
