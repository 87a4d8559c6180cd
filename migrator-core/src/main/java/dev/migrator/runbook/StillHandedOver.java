package dev.migrator.runbook;

import dev.migrator.event.RefText;
import dev.migrator.execute.ClusterSide;
import dev.migrator.execute.TtlDeletedJobs;
import dev.migrator.journal.JournalHeader;
import dev.migrator.journal.JournalState;
import dev.migrator.journal.Replay;
import dev.migrator.journal.RunDirectory;
import dev.migrator.lifecycle.Lifecycle;
import dev.migrator.lifecycle.WayBack;
import dev.migrator.model.Amount;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Origin;
import dev.migrator.model.Problem;
import dev.migrator.model.ProblemException;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.TargetNames;
import dev.migrator.sanitize.TargetDefinitions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Whether everything that was handed over still is at the target and nowhere else. What is back, on
 * its way back, or lost needs what was copied, at the source.
 *
 * <p>Reads each of these objects in both clusters.
 */
final class StillHandedOver {

  private final RunDirectory directory;
  private final Plan plan;
  private final ClusterSide source;
  private final ClusterSide target;
  private final JournalState journal;

  private StillHandedOver(
      RunDirectory directory, Plan plan, ClusterSide source, ClusterSide target) {
    this.directory = directory;
    this.plan = plan;
    this.source = source;
    this.target = target;
    this.journal = directory.readJournal().state();
  }

  /** Where an object is that is not where it should be. */
  private record Astray(ObjectRef ref, boolean atSource, String atTarget) {}

  /** Errors: M1107 with what is known of both clusters; as {@link CommandSide}. */
  static void require(RunDirectory directory, Plan plan, ClusterSide source, ClusterSide target) {
    new StillHandedOver(directory, plan, source, target).require();
  }

  private void require() {
    Set<ObjectRef> away = Set.copyOf(Lifecycle.of(plan, journal).handedOver(WayBack.MOVE_BACK));
    List<Astray> astray = new ArrayList<>();
    for (PlannedObject object : plan.objects()) {
      if (away.contains(object.ref())) {
        look(object).ifPresent(astray::add);
      }
    }
    Optional<Astray> back = astray.stream().filter(Astray::atSource).findFirst();
    if (back.isPresent()) {
      long many = astray.stream().filter(Astray::atSource).count();
      throw refused(
          Amount.of(many, "object") + " that was handed over is at the source",
          back.get(),
          "it may need the copies that are beside it",
          "migrator rollback "
              + directory.run().id()
              + "   (when all is back: removes the copies from the target instead)");
    }
    if (!astray.isEmpty()) {
      throw refused(
          Amount.of(astray.size(), "object") + " that was handed over does not work at the target",
          astray.getFirst(),
          "what brings it back to the source needs the copies that are there");
    }
  }

  private ProblemException refused(String what, Astray one, String why, String... more) {
    List<String> next = new ArrayList<>();
    next.addAll(waysBack());
    next.add("migrator verify " + directory.run().id());
    next.addAll(List.of(more));
    return Problem.of(
            ErrorCode.M1107,
            what + ", so nothing is removed there",
            "%s is %s the source and %s the target: %s"
                .formatted(
                    RefText.of(one.ref()), one.atSource() ? "at" : "not at", one.atTarget(), why),
            next.toArray(String[]::new))
        .exception();
  }

  private Optional<Astray> look(PlannedObject object) {
    ObjectRef ref = object.ref();
    boolean atSource = new CommandSide(source).get(ref, object.sourceApiVersion()).isPresent();
    ObjectRef there = TargetNames.of(ref, object.apiVersion(), plan.settings().mappings());
    Optional<Manifest> live = new CommandSide(target).get(there, object.apiVersion());
    String atTarget = live.map(StillHandedOver::words).orElse("not at");
    boolean isFine = atTarget.equals("at") || (live.isEmpty() && hasEnded(object));
    return atSource || !isFine
        ? Optional.of(new Astray(ref, atSource, atTarget))
        : Optional.empty();
  }

  private static String words(Manifest live) {
    if (live.isBeingDeleted()) {
      return "being deleted at";
    }
    return Origin.isStopped(live) ? "stopped by another run at" : "at";
  }

  /** A Job that deletes itself when it has ended. */
  private boolean hasEnded(PlannedObject object) {
    return directory
        .vault()
        .flatMap(vault -> vault.read(object.ref()))
        .map(was -> new TargetDefinitions(plan.settings()).of(was, object.apiVersion()).body())
        .filter(definition -> TtlDeletedJobs.is(object.ref(), definition, journal))
        .isPresent();
  }

  /**
   * A run the other way round that did not come to its end; and those that cannot be read, of which
   * nobody knows.
   */
  private List<String> waysBack() {
    List<String> open = new ArrayList<>();
    List<String> unread = new ArrayList<>();
    for (RunDirectory other : directory.others()) {
      String run = other.run().id();
      try {
        if (other.hasJournal() && isOpen(other.readJournal())) {
          open.add("migrator resume " + run + "   (is in transit back)");
        }
      } catch (ProblemException e) {
        unread.add(
            "migrator status " + run + "   (may be in transit back: " + e.problem().what() + ")");
      }
    }
    return Stream.concat(open.stream().limit(1), unread.stream()).toList();
  }

  private boolean isOpen(Replay run) {
    JournalHeader header = run.header();
    return header.sourceUid().equals(plan.target().uid())
        && header.targetUid().equals(plan.source().uid())
        && run.state().finished().isEmpty();
  }
}
