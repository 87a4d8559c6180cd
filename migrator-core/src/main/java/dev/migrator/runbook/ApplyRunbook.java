package dev.migrator.runbook;

import dev.migrator.cluster.ClusterException;
import dev.migrator.event.RefText;
import dev.migrator.event.RunEvent;
import dev.migrator.execute.ClusterSide;
import dev.migrator.execute.Execution;
import dev.migrator.execute.Locks;
import dev.migrator.execute.RunTools;
import dev.migrator.execute.WayBackDecision;
import dev.migrator.journal.Journal;
import dev.migrator.journal.JournalRecord;
import dev.migrator.journal.Vault;
import dev.migrator.model.Amount;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.PlanKey;
import dev.migrator.model.Problem;
import dev.migrator.model.ProblemException;
import dev.migrator.plan.LeftOut;
import dev.migrator.plan.Plan;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Carries out a plan: prepare, copy, hand over, recreate, verify. The same for a first run and for
 * one that goes on after a failure, because both begin by looking.
 *
 * <p>Errors: a {@link dev.migrator.model.ProblemException} means that nothing was changed in either
 * cluster by this process: M1103 one cluster, M1107 the plan is blocked, M1201 other clusters,
 * M1202 objects changed since, M1301 locked, M1401 to M1403 unreachable or not permitted, M2203 and
 * M2206 a damaged journal or vault. Whatever happens later is told by the returned ending.
 *
 * <p>Crash: before the vault is complete nothing was changed, and the next process begins anew;
 * after it the journal says what was intended, and the clusters what happened.
 */
public final class ApplyRunbook {

  private static final int SOME = 5;

  private final RunContext runContext;
  private final Plan plan;
  private final Preparation preparation;

  private ApplyRunbook(RunContext runContext, Plan plan, Preparation preparation) {
    this.runContext = runContext;
    this.plan = plan;
    this.preparation = preparation;
  }

  /** Asks both clusters whether they are those of the plan; errors as {@link Preparation#of}. */
  static ApplyRunbook prepared(RunContext runContext, Plan plan) {
    return new ApplyRunbook(
        runContext,
        plan,
        Preparation.of(plan, runContext.source(), runContext.target(), hasBegun(runContext)));
  }

  private static boolean hasBegun(RunContext runContext) {
    return runContext.directory().hasJournal()
        && runContext.directory().readJournal().state().vaulted();
  }

  /** Begins a run. */
  public static RunEvent.RunEnded apply(RunContext runContext, Plan plan) {
    ApplyRunbook run = prepared(runContext, plan);
    OtherRuns.requireNoneInTransit(runContext.directory(), plan);
    return run.move("apply");
  }

  /** Goes on with a run after a failure, an interruption or a crash. */
  public static RunEvent.RunEnded resume(RunContext runContext, Plan plan) {
    return ApplyRunbook.prepared(runContext, plan).move("resume");
  }

  /** Asked before anything is removed anywhere. */
  void requireRightsToRestore(List<ObjectRef> inTransit) {
    preparation.requireRightsToRestore(inTransit);
  }

  private RunEvent.RunEnded move(String command) {
    preparation.requireRights();
    return withLocks(
        command,
        this::requireForward,
        (source, target, locks, journal) -> {
          noteLeftOut();
          return Execution.of(
              plan,
              source,
              target,
              journal,
              vault(journal),
              tools(runContext, locks, plan.keyCheck().flatMap(runContext.directory()::planKey)));
        });
  }

  /** What is done to both clusters while they are locked for this run. */
  interface Work {
    RunEvent.RunEnded on(ClusterSide source, ClusterSide target, Locks locks, Journal journal);
  }

  /** Does the work under the run directory's lock and both leases, with the run's journal open. */
  RunEvent.RunEnded withLocks(String command, Work work) {
    return withLocks(command, journal -> {}, work);
  }

  /**
   * As {@link #withLocks(String, Work)}, if nothing is said against it.
   *
   * @param permission throws when the command must not begin: then the journal says nothing of it,
   *     and a run that has ended stays as it ended
   */
  private RunEvent.RunEnded withLocks(String command, Consumer<Journal> permission, Work work) {
    ClusterSide source = preparation.sourceSide();
    ClusterSide target = preparation.targetSide();
    Closeable alone = runContext.directory().lock(runContext.holder());
    try (Locks locks = locks(source, target);
        Journal journal = journal()) {
      permission.accept(journal);
      tell("both clusters are locked for this run");
      journal.append(new JournalRecord.RunStarted(runContext.time().now(), command));
      return work.on(source, target, locks, journal);
    } finally {
      unlock(alone);
    }
  }

  /** For what creates nothing that a secret is needed for. */
  static RunTools tools(RunContext runContext, Locks locks) {
    return tools(runContext, locks, Optional.empty());
  }

  private static RunTools tools(RunContext runContext, Locks locks, Optional<PlanKey> key) {
    return new RunTools(
        runContext.time(),
        locks,
        runContext.threads(),
        runContext.gatekeeper(),
        runContext.commands(),
        runContext.interruption(),
        key,
        runContext.events());
  }

  static void unlock(Closeable alone) {
    try {
      alone.close();
    } catch (IOException e) {
      // The operating system takes it back when the process ends.
    }
  }

  private Locks locks(ClusterSide source, ClusterSide target) {
    try {
      return Locks.take(
          source,
          target,
          runContext.time(),
          runContext.directory().run().id(),
          runContext.holder(),
          this::tell);
    } catch (ClusterException e) {
      throw new CommandSide("clusters", runContext.source())
          .problem("take the lock (" + e.getMessage() + ")", e.failure());
    }
  }

  /** The run's journal, bound to these clusters and this plan. */
  private Journal journal() {
    if (!runContext.directory().hasJournal()) {
      return runContext.directory().createJournal(plan.source().uid(), plan.target().uid());
    }
    Journal journal = runContext.directory().openJournal();
    journal
        .header()
        .requireSame(runContext.directory().header(plan.source().uid(), plan.target().uid()));
    return journal;
  }

  /** A run that was taken back, even in part, does not go on: what it copied may be gone. */
  private void requireForward(Journal journal) {
    String run = runContext.directory().run().id();
    Optional<String> back = WayBackDecision.command(journal.state(), run);
    // Safeguard: resumed-on-the-way-back
    if (back.isPresent()) {
      throw Problem.of(
              ErrorCode.M1006,
              "run " + run + " was rolled back, or is being rolled back",
              "a run that is rolled back is not resumed",
              back.get() + "   (if it did not come to its end)",
              "migrator plan ...   (a new plan, and a new run)")
          .exception();
    }
  }

  /** Complete before anything is changed: a run that has one goes on with it. */
  private Vault vault(Journal journal) {
    if (journal.state().vaulted()) {
      return runContext
          .directory()
          .vault()
          .map(Vault::synced)
          .orElseThrow(
              () ->
                  Problem.of(
                          ErrorCode.M2206,
                          "the run's vault is gone: " + runContext.directory().vaultDirectory(),
                          "the journal says that it was complete",
                          "migrator status " + runContext.directory().run().id())
                      .exception());
    }
    // A whole vault may be all that is left of what was changed: it is never made anew.
    Optional<Vault> whole = runContext.directory().vault().map(Vault::synced);
    Optional<PlanKey> key = key();
    Preparation.Vaulted vaulted =
        // Safeguard: vault-made-anew
        whole.isPresent()
            ? stillIn(whole.get(), key)
            : preparation.vaulted(runContext.directory().createVault(), key);
    journal.commit(new JournalRecord.Vaulted(runContext.time().now(), vaulted.vault().size()));
    tell(
        Amount.of(vaulted.vault().size(), "object is", "objects are")
            + " unchanged since the plan, and in the vault");
    noteAdded(vaulted.added());
    return vaulted.vault();
  }

  /** By which Secrets are compared; without it a run is stricter, and says so. */
  private Optional<PlanKey> key() {
    if (plan.keyCheck().isEmpty()) {
      return Optional.empty();
    }
    Optional<PlanKey> key = runContext.directory().planKey(plan.keyCheck().get());
    if (key.isEmpty()) {
      notice(
          "the plan's key, a file beside the plan, is not here: a Secret counts as changed when its"
              + " resourceVersion did, even if it was only written to");
    }
    return key;
  }

  /** What changed may have been changed by this run, when its journal lost what it said of it. */
  private Preparation.Vaulted stillIn(Vault whole, Optional<PlanKey> key) {
    try {
      return preparation.stillIn(whole, key);
    } catch (ProblemException e) {
      if (e.problem().code() != ErrorCode.M1202) {
        throw e;
      }
      String run = runContext.directory().run().id();
      throw Problem.of(
              ErrorCode.M1202,
              e.problem().what(),
              e.problem().why()
                  + "; the run has a whole vault and its journal does not say so: it may be that"
                  + " the run itself changed them",
              "migrator resume " + run + " --rebuild   (makes the journal again, and goes on)")
          .withState("This command changed nothing.")
          .exception();
    }
  }

  private void noteLeftOut() {
    plan.leftOut().stream()
        .filter(LeftOut::isByAPerson)
        .forEach(left -> notice(RefText.of(left.ref()) + " stays at the source: " + left.reason()));
  }

  private void noteAdded(List<ObjectRef> added) {
    if (!added.isEmpty()) {
      String some = added.stream().limit(SOME).map(RefText::of).collect(Collectors.joining(", "));
      notice(
          Amount.of(added.size(), "object is new", "objects are new")
              + " at the source since the plan was made, and left there: "
              + some
              + (added.size() > SOME ? ", ..." : ""));
    }
  }

  private void notice(String text) {
    runContext.events().accept(new RunEvent.Notice(runContext.time().now(), text));
  }

  private void tell(String what) {
    runContext.events().accept(new RunEvent.Prepared(runContext.time().now(), what));
  }
}
