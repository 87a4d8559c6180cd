package dev.migrator.execute;

import dev.migrator.cluster.ClusterException;
import dev.migrator.event.RefText;
import dev.migrator.event.RunEvent;
import dev.migrator.journal.JournalRecord.OperatorDecision;
import dev.migrator.lifecycle.WayBack;
import dev.migrator.migration.Migration.GatePolicy;
import dev.migrator.migration.VolumeWay;
import dev.migrator.model.Amount;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Problem;
import dev.migrator.plan.Step;
import dev.migrator.plan.Verb;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Does the steps of a move: one action a kind of step. */
final class MoveSteps implements StepRunner {

  private static final int SOME = 5;

  private final Run run;
  private final Gatekeeper gatekeeper;
  private final Hooks hooks;
  private final HandOvers handOvers;
  private final Map<Verb, StepAction> actions = new EnumMap<>(Verb.class);

  MoveSteps(Run run, Gatekeeper gatekeeper, Hooks hooks, WatchHub watches) {
    this.run = run;
    this.gatekeeper = gatekeeper;
    this.hooks = hooks;
    this.handOvers = new HandOvers(run.plan(), run.journal().state());
    Descendants descendants =
        new Descendants(
            run.source(),
            new SharedLists(run.source().cluster(), run.clock()),
            Dependants.atSource(run));
    Set<ObjectRef> awaited = new HashSet<>(run.plan().objects(step -> step.is(Verb.AWAIT)));
    Creating creating = new Creating(run, watches);
    Quiescing quiescing = new Quiescing(run, handOvers);
    Draining draining = new Draining(run, handOvers, descendants, quiescing);
    ClaimTransfer transfer = new ClaimTransfer(run, creating, watches);
    CopyTransfer copies = new CopyTransfer(run, transfer);
    Map<VolumeWay, DataTransfer> transfers =
        Map.of(VolumeWay.SNAPSHOT, new SnapshotTransfer(run, transfer), VolumeWay.COPY, copies);
    Deleting deleting = new Deleting(run, handOvers, descendants);
    InertCreation inertCreation = new InertCreation(run, handOvers, creating);
    Requirements requirements = new Requirements(run);
    TrialCreate trial = new TrialCreate(run, inertCreation);
    AwaitingCurrent awaiting = new AwaitingCurrent(run, watches);
    actions.put(Verb.COPY, (s, log) -> creating.create(s, awaited.contains(s.object())));
    actions.put(Verb.CREATE, (s, log) -> creating.create(s, awaited.contains(s.object())));
    actions.put(
        Verb.AWAIT,
        (s, log) ->
            run.optional(awaiting.await(s, log), s.object(), "does not wait for it any more"));
    actions.put(Verb.HOOK_BEFORE, (s, log) -> hooks.run(s));
    actions.put(Verb.HOOK_AFTER, (s, log) -> hooks.run(s));
    actions.put(
        Verb.QUIESCE,
        (s, log) ->
            requirements
                .refusal(s)
                .or(() -> trial.refusal(s))
                .map(refused -> quiescing.withAWayOn(s, refused))
                .orElseGet(() -> quiescing.quiesce(s)));
    actions.put(Verb.DRAIN, draining::drain);
    actions.put(Verb.DELETE, (s, log) -> deleting.delete(s));
    actions.put(Verb.PROVE_ABSENT, deleting::proveAbsent);
    actions.put(
        Verb.CREATE_INERT, (s, log) -> inertCreation.createInert(s, awaited.contains(s.object())));
    actions.put(Verb.PRECOPY, copies::precopy);
    actions.put(Verb.CAPTURE, (s, log) -> transfer(transfers, s).capture(s, log));
    actions.put(Verb.FILL, (s, log) -> transfer(transfers, s).fill(s, log));
    actions.put(Verb.TIDY, new TransferTidying(run)::forward);
    actions.put(Verb.ACTIVATE, (s, log) -> inertCreation.activate(s));
  }

  private DataTransfer transfer(Map<VolumeWay, DataTransfer> transfers, Step.OnObject step) {
    return run.planned(step.object())
        .volume()
        .flatMap(volume -> Optional.ofNullable(transfers.get(volume.way())))
        .orElseThrow(() -> new IllegalStateException("nobody does " + step.id()));
  }

  @Override
  public StepResult run(Step step, StepLog log) {
    return switch (step) {
      case Step.OnObject s ->
          Optional.ofNullable(actions.get(s.verb()))
              .orElseThrow(() -> new IllegalStateException("nobody does " + s.id()))
              .run(s, log);
      case Step.Gate s -> gate(s, log);
      case Step.Hook s -> hooks.run(s);
      case Step.Verify s -> verify(s);
    };
  }

  /** What has left the source and is not yet at work at the target is brought to its end. */
  @Override
  public boolean mustFinish(Step step) {
    return step instanceof Step.OnObject on
        && handOvers.stage(on.object()).wayBack() == WayBack.BRING_BACK;
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
