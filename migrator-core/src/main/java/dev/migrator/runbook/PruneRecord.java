package dev.migrator.runbook;

import dev.migrator.execute.ClusterSide;
import dev.migrator.execute.ConcurrentRequests;
import dev.migrator.execute.PrunedCopiesRestore;
import dev.migrator.journal.Journal;
import dev.migrator.journal.JournalRecord;
import dev.migrator.journal.JournalRecord.Ending;
import dev.migrator.journal.JournalRecord.StepIntended;
import dev.migrator.journal.JournalState;
import dev.migrator.journal.RunDirectory;
import dev.migrator.journal.Vault;
import dev.migrator.journal.VaultEntry;
import dev.migrator.journal.VaultWriter;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlannedObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a prune remembers: each copy as it was when it was removed, in a vault of its own, and each
 * removal, in a journal of its own.
 *
 * <p>Crash: nothing is removed before the vault is whole and the removal is on disk.
 */
final class PruneRecord implements AutoCloseable {

  private static final int AT_ONCE = 16;

  /** So many bodies at most are in memory. */
  private static final int SOME = 256;

  private final RunContext runContext;
  private final Vault vault;
  private final Journal journal;

  private PruneRecord(RunContext runContext, Vault vault, Journal journal) {
    this.runContext = runContext;
    this.vault = vault;
    this.journal = journal;
  }

  /** Keeps every copy that is to be removed as it is now. */
  static PruneRecord begin(
      RunContext runContext, ClusterSide source, Plan plan, PrunePlan prunePlan) {
    RunDirectory own = runContext.directory().createPrune(runContext.time().now());
    VaultWriter vault = own.createVault();
    Map<ObjectRef, PlannedObject> objects = plan.objectsByRef();
    CommandSide side = new CommandSide(source);
    List<PrunePlan.Copy> open = prunePlan.removed();
    for (int from = 0; from < open.size(); from += SOME) {
      ConcurrentRequests.of(AT_ONCE)
          .ask(
              open.subList(from, Math.min(open.size(), from + SOME)),
              (PrunePlan.Copy copy) ->
                  side.get(copy.ref(), planned(objects, copy).sourceApiVersion())
                      .filter(live -> live.uid().equals(copy.uid())))
          .forEach(live -> live.ifPresent(vault::store));
    }
    Vault sealed = vault.seal();
    Journal journal = own.createJournal(plan.source().uid(), plan.target().uid());
    journal.append(new JournalRecord.RunStarted(runContext.time().now(), JournalState.PRUNE));
    journal.commit(new JournalRecord.Vaulted(runContext.time().now(), sealed.size()));
    return new PruneRecord(runContext, sealed, journal);
  }

  private static PlannedObject planned(Map<ObjectRef, PlannedObject> objects, PrunePlan.Copy copy) {
    return Optional.ofNullable(objects.get(copy.ref())).orElseThrow();
  }

  /** Whether the vault has exactly this state. */
  boolean holds(ObjectRef ref, String uid, String resourceVersion) {
    Optional<VaultEntry> entry = vault.entry(ref);
    return entry
        .filter(e -> e.uid().equals(uid) && e.resourceVersion().equals(resourceVersion))
        .isPresent();
  }

  /** Keeps a newer state of a copy. */
  void keep(Manifest live) {
    if (!holds(live.ref(), live.uid(), live.resourceVersion())) {
      VaultEntry unused = vault.replace(live);
    }
  }

  /** Writes down, durably, that the removal of this state is about to be sent. */
  void intend(ObjectRef ref, String uid, String resourceVersion) {
    journal.commit(
        new StepIntended(
            runContext.time().now(),
            PrunedCopiesRestore.removal(ref),
            uid,
            resourceVersion,
            Optional.empty()));
  }

  /** The run whose copies are pruned. */
  String run() {
    return runContext.directory().run().id();
  }

  /** What its removals and their ends are written to. */
  Journal journal() {
    return journal;
  }

  /** What is removed, as it was. */
  Vault vault() {
    return vault;
  }

  void end(Ending ending) {
    journal.append(new JournalRecord.RunFinished(runContext.time().now(), ending));
  }

  @Override
  public void close() {
    journal.close();
  }
}
