package dev.migrator.check;

import dev.migrator.migration.Migration;
import dev.migrator.plan.Finding;
import dev.migrator.sanitize.MappedStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** All checks of one plan. A new one is added to the list in {@link #of}. */
public final class Checks implements Check {

  private final Grants grants = new Grants();
  private final ServiceAddresses services = new ServiceAddresses();
  private final StatusMemory statuses;
  private final List<Check> all = new ArrayList<>();

  private Checks(Migration migration) {
    this.statuses = new StatusMemory(new MappedStatus(migration.mappings().namespaces()));
  }

  /**
   * Asks the target for what checks must know before they see the source.
   *
   * @param advised the name of the source's context, where the user wants advice on the eight
   *     factors
   */
  public static Checks of(Migration migration, Optional<String> advised, ClusterView target) {
    Checks checks = new Checks(migration);
    StorageReach storage = new StorageReach(migration.data().volumes());
    LimitRanges limits = new LimitRanges();
    target.all("LimitRange").forEach(limit -> limits.add(limit, false));
    DuplicateDefaults defaults = new DuplicateDefaults();
    checks.all.addAll(
        List.of(
            // What an object shows alone.
            new Observations(),
            new CascadingDeletions(),
            new ChangedActivity(),
            new RepairedDefinitions(),
            new ChangedSincePlanned(),
            new HeldByRun(),
            new Reconciled(),
            checks.statuses,
            // What leaves, stays, or is in both clusters.
            new UnmatchedScope(),
            new UnreadKinds(),
            new IgnoredLabels(),
            new StayingBehind(),
            new DeletedWithOwner(),
            new Orphans(),
            new RecreatedContent(),
            new TwoWriters(storage),
            new StayingData(storage),
            new UnsharedStorage(storage),
            new DiskHandOver(),
            new DiskDrivers(),
            new SnapshotTravel(),
            new CopyTravel(),
            new CaptureInUse(),
            new OldData(),
            new ActsOutside(),
            checks.grants,
            // What depends on one another.
            new MissingReferences(),
            new BrokenCycles(),
            new HandOverHazards(),
            // What the target refuses or changes.
            new LimitRangeViolations(limits),
            new ExceededQuotas(limits, defaults, target.all("ResourceQuota")),
            new WebhookInterceptions(WebhookMatches.of(target)),
            new PodSecurityLevels(),
            checks.services,
            defaults));
    String label = migration.classification().label().key();
    advised.ifPresent(context -> checks.all.add(new Factors(label, context)));
    return checks;
  }

  @Override
  public void see(CheckedObject object) {
    all.forEach(check -> check.see(object));
  }

  @Override
  public List<Finding> findings(Move move) {
    return all.stream().flatMap(check -> check.findings(move).stream()).toList();
  }

  /** Who is granted what, by what was seen. */
  public Grants grants() {
    return grants;
  }

  /**
   * What a plan remembers of its data, by what was seen.
   *
   * @param said by the migration file
   * @param withRanges the same with the target's ranges; they count where something asks for an
   *     address
   */
  public Migration.Data remembered(Migration.Data said, Migration.Data withRanges) {
    return (services.areAsked() ? withRanges : said).withStatusOf(statuses.known());
  }
}
