package dev.migrator.cli.command;

import dev.migrator.cli.output.AfterTheRun;
import dev.migrator.cli.wiring.Environment;
import dev.migrator.journal.Replay;
import dev.migrator.journal.RunDirectory;
import dev.migrator.lifecycle.Lifecycle;
import dev.migrator.lifecycle.Stage;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ProblemException;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.TargetNames;
import dev.migrator.runbook.PruneUndo;
import dev.migrator.runbook.RollbackRunbook;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The other runs of the folder between the same two clusters, and what they made of a run. */
final class LaterRuns {

  private final RunDirectory directory;
  private final Plan plan;
  private final List<Other> others = new ArrayList<>();

  private LaterRuns(RunDirectory directory, Plan plan) {
    this.directory = directory;
    this.plan = plan;
    if (!plan.handedOver().isEmpty()) {
      directory.others().stream().filter(RunDirectory::hasJournal).forEach(this::read);
    }
  }

  /**
   * Another run.
   *
   * @param isReverse whether it moves the other way
   * @param active what it has handed over, as its source called it
   */
  private record Other(
      RunDirectory directory, Plan plan, boolean isReverse, List<ObjectRef> active) {

    String id() {
      return directory.run().id();
    }

    boolean movesBack(Other earlier) {
      return isReverse != earlier.isReverse
          && namesAtTarget(earlier.plan).keySet().stream().anyMatch(plan.handedOver()::contains);
    }

    boolean isAfter(RunDirectory run) {
      return directory.run().createdAt().isAfter(run.run().createdAt());
    }
  }

  static AfterTheRun of(RunDirectory directory, Plan plan) {
    LaterRuns later = new LaterRuns(directory, plan);
    Map<ObjectRef, String> handedOver = new HashMap<>();
    Map<ObjectRef, String> broughtBack = new HashMap<>();
    later.note(handedOver, broughtBack);
    return new AfterTheRun(
        PruneUndo.missing(directory, plan),
        handedOver,
        broughtBack,
        PruneUndo.isInterrupted(directory, plan),
        directory.worker());
  }

  /**
   * The run that this one has moved back; empty when this one goes forward, be it again after a way
   * back.
   */
  static Optional<String> takenBack(RunDirectory directory, Plan plan) {
    LaterRuns runs = new LaterRuns(directory, plan);
    List<Other> before =
        new ArrayList<>(runs.others.stream().filter(other -> !other.isAfter(directory)).toList());
    before.add(new Other(directory, plan, false, List.of()));
    Map<String, String> back = new HashMap<>();
    for (int i = 0; i < before.size(); i++) {
      Other run = before.get(i);
      for (Other earlier : before.subList(0, i)) {
        if (!back.containsKey(earlier.id()) && run.movesBack(earlier)) {
          back.put(run.id(), earlier.id());
        }
      }
    }
    return Optional.ofNullable(back.get(directory.run().id()));
  }

  /** The run whose way back the plan is, of all of the folder; the latest of them. */
  static Optional<String> ofWayBack(Environment environment, Path folder, Plan plan) {
    if (!environment.disk().exists(folder)) {
      return Optional.empty();
    }
    return RunDirectory.all(environment.disk(), folder).reversed().stream()
        .filter(run -> isWayBack(plan, run))
        .map(run -> run.run().id())
        .findFirst();
  }

  /** Whose plan is damaged, nothing is known of. */
  private static boolean isWayBack(Plan plan, RunDirectory run) {
    try {
      return RollbackRunbook.isWayBack(plan, PlanFiles.of(run));
    } catch (ProblemException e) {
      return false;
    }
  }

  private void note(Map<ObjectRef, String> handedOver, Map<ObjectRef, String> broughtBack) {
    Map<ObjectRef, ObjectRef> names = namesAtTarget(plan);
    for (Other other : others) {
      for (ObjectRef ref : other.active()) {
        if (!other.isReverse()) {
          handedOver.put(ref, other.id());
          broughtBack.remove(ref);
        } else if (other.isAfter(directory) && names.containsKey(ref)) {
          broughtBack.put(names.get(ref), other.id());
        }
      }
    }
  }

  /** A run whose plan or journal is damaged tells nothing. */
  private void read(RunDirectory other) {
    try {
      Replay replay = other.readJournal();
      String from = replay.header().sourceUid();
      String to = replay.header().targetUid();
      boolean isSame = from.equals(plan.source().uid()) && to.equals(plan.target().uid());
      boolean isReverse = from.equals(plan.target().uid()) && to.equals(plan.source().uid());
      if (isSame || isReverse) {
        Plan its = PlanFiles.of(other);
        List<ObjectRef> active = new ArrayList<>();
        Lifecycle.of(its, replay.state())
            .handedOver()
            .forEach(
                (ref, position) -> {
                  if (position.stage() == Stage.ACTIVE) {
                    active.add(ref);
                  }
                });
        others.add(new Other(other, its, isReverse, active));
      }
    } catch (ProblemException e) {
      // Whoever asks for that run is told.
      return;
    }
  }

  /** What is handed over, by the name that it has at the target. */
  private static Map<ObjectRef, ObjectRef> namesAtTarget(Plan plan) {
    Map<ObjectRef, ObjectRef> names = new HashMap<>();
    for (ObjectRef ref : plan.handedOver()) {
      Optional.ofNullable(plan.objectsByRef().get(ref))
          .map(PlannedObject::apiVersion)
          .ifPresent(
              version -> names.put(TargetNames.of(ref, version, plan.settings().mappings()), ref));
    }
    return names;
  }
}
