package dev.migrator.proof;

import dev.migrator.cluster.memory.MemoryCluster;
import dev.migrator.graph.Reference;
import dev.migrator.graph.References;
import dev.migrator.journal.JournalRecord;
import dev.migrator.journal.JournalState;
import dev.migrator.lifecycle.Lifecycle;
import dev.migrator.lifecycle.Position;
import dev.migrator.migration.Migration;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Origin;
import dev.migrator.model.ProblemException;
import dev.migrator.model.Protection;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.TargetNames;
import dev.migrator.plans.PlanCase;
import dev.migrator.runbook.PruneUndo;
import dev.migrator.runbook.Pruning;
import dev.migrator.runbook.RollbackRunbook;
import dev.migrator.runbook.Scene;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Two clusters, and the runs on them, each with a plan that is or is not applied. All names are
 * those of the first source.
 */
final class Walk {

  private static final int MOST_RUNS = 3;

  /** Those in this namespace stay where they are. */
  private static final String NEIGHBOURS = "other";

  enum Verb {
    APPLY,
    RESUME,
    PRUNE,
    PRUNE_ALL,
    UNDO,
    ROLLBACK,
    BACKWARD
  }

  /**
   * A command.
   *
   * @param run counted from 0; each way back is a run of its own
   */
  record Command(Verb verb, int run) {
    @Override
    public String toString() {
      return verb + " " + run;
    }
  }

  private final List<Scene> runs = new ArrayList<>();
  private final Set<ObjectRef> wanted = new TreeSet<>();
  private final Map<ObjectRef, String> claims = new TreeMap<>();
  private final MemoryCluster source;
  private final MemoryCluster target;
  private final Migration.Mappings mappings;

  Walk(PlanCase example) {
    Scene scene = new Scene(example);
    runs.add(scene);
    source = scene.clusters.source();
    target = scene.clusters.target();
    mappings = scene.plan.settings().mappings();
    scene.plan.objects().forEach(object -> wanted.add(object.ref()));
    for (Manifest object : source.world().everything()) {
      if (object.kind().equals("PersistentVolumeClaim")) {
        claims.put(object.ref(), object.uid());
      }
      if (object.namespace().equals(NEIGHBOURS) && !object.kind().equals("Pod")) {
        wanted.add(object.ref());
      }
    }
  }

  Walk all(List<Command> sequence) {
    sequence.forEach(this::perform);
    return this;
  }

  /** What is printed by any command or page for what there is. */
  List<Command> commands() {
    List<Command> commands = new ArrayList<>();
    for (int run = 0; run < runs.size(); run++) {
      for (Verb verb : Verb.values()) {
        boolean fits =
            isBegun(runs.get(run))
                ? verb != Verb.APPLY && (verb != Verb.BACKWARD || runs.size() < MOST_RUNS)
                : verb == Verb.APPLY;
        if (fits) {
          commands.add(new Command(verb, run));
        }
      }
    }
    return commands;
  }

  private static boolean isBegun(Scene scene) {
    return scene.disk.exists(Scene.STATE.resolve(scene.run).resolve("run.json"));
  }

  /** Does it, or is told why not. */
  void perform(Command command) {
    Scene scene = runs.get(command.run());
    try {
      switch (command.verb()) {
        case APPLY -> scene.apply();
        case RESUME -> scene.resume();
        case PRUNE -> prune(scene, Set.of());
        case PRUNE_ALL ->
            prune(
                scene,
                scene.plan.objects().stream()
                    .map(object -> object.ref().name())
                    .collect(Collectors.toSet()));
        case UNDO -> PruneUndo.undo(scene.runContext(scene.directory()), scene.plan);
        case ROLLBACK -> RollbackRunbook.rollback(scene.runContext(scene.directory()), scene.plan);
        case BACKWARD -> backward(scene);
      }
    } catch (ProblemException e) {
      // It says why it does nothing.
    }
    scene.clock.advance(Duration.ofMinutes(3));
  }

  private static void prune(Scene scene, Set<String> names) {
    Pruning.prune(
        scene.runContext(scene.directory()),
        scene.plan,
        Pruning.plan(scene.source, scene.target, scene.directory(), scene.plan, names));
  }

  private void backward(Scene scene) {
    if (!RollbackRunbook.whereInTransit(scene.source, scene.target, scene.directory(), scene.plan)
        .isEmpty()) {
      RollbackRunbook.restore(scene.runContext(scene.directory()), scene.plan);
    }
    RollbackRunbook.Way way =
        RollbackRunbook.backward(scene.source, scene.target, scene.directory(), scene.plan);
    if (!way.plan().steps().isEmpty()) {
      Scene back = scene.backward(way.plan());
      back.run = "r-" + runs.size();
      runs.add(back);
    }
  }

  /** What no sequence of commands may come to; empty when all is well. */
  List<String> wrong() {
    List<String> wrong = new ArrayList<>();
    Set<ObjectRef> counted =
        runs.getFirst().plan.objects().stream()
            .filter(object -> object.protection() == Protection.DUPLICATION)
            .map(PlannedObject::ref)
            .collect(Collectors.toCollection(TreeSet::new));
    for (ObjectRef ref : counted) {
      if (live(source, ref).filter(Walk::fires).isPresent()
          && live(target, ref).filter(Walk::fires).isPresent()) {
        wrong.add(ref + " is at work in both clusters");
      }
    }
    for (ObjectRef ref : wanted) {
      if (live(source, ref).isEmpty() && live(target, ref).isEmpty()) {
        wrong.add(ref + " is in neither cluster");
      }
      if (ref.namespace().equals(NEIGHBOURS) && live(source, ref).isEmpty()) {
        wrong.add("the neighbours' " + ref + " is gone");
      }
    }
    claims.forEach(
        (ref, uid) -> {
          if (live(source, ref).filter(o -> o.uid().equals(uid)).isEmpty()) {
            wrong.add("the source's claim " + ref + " is gone");
          }
        });
    wanted.stream().filter(ref -> ref.namespace().equals(NEIGHBOURS)).forEach(counted::add);
    for (MemoryCluster cluster : List.of(source, target)) {
      counted.forEach(ref -> lacking(cluster, ref, wrong));
    }
    return wrong;
  }

  private static boolean fires(Manifest object) {
    return !object.at("spec", "suspend").asBoolean(false)
        && object.at("spec", "replicas").asInt(1) > 0
        && !object.kind().equals("DaemonSet");
  }

  /** What an object needs by name is in the same cluster; not looked for where names are mapped. */
  private void lacking(MemoryCluster cluster, ObjectRef ref, List<String> wrong) {
    Optional<Manifest> live = live(cluster, ref);
    for (Reference reference : live.map(References::of).orElse(List.of())) {
      if (reference instanceof Reference.ToObject to
          && wanted.contains(to.target())
          && live(cluster, to.target()).isEmpty()) {
        wrong.add(ref + " has no " + to.target() + " beside it");
      }
    }
  }

  private Optional<Manifest> live(MemoryCluster cluster, ObjectRef ref) {
    ObjectRef there = cluster == target ? TargetNames.of(ref, mappings) : ref;
    return cluster.world().stored(there).filter(object -> !object.isBeingDeleted());
  }

  /** Everything that decides what comes next. */
  String state() {
    StringBuilder state = new StringBuilder();
    for (MemoryCluster cluster : List.of(source, target)) {
      wanted.forEach(ref -> state.append(live(cluster, ref).isPresent() ? '1' : '0'));
      state.append('|');
    }
    for (Scene scene : runs) {
      state.append(isBegun(scene) ? ending(scene) : "planned").append('[');
      for (PlannedObject object : scene.plan.objects()) {
        state.append(
            scene
                .clusters
                .source()
                .world()
                .stored(object.ref())
                .map(
                    live ->
                        live.uid().equals(object.uid())
                            ? '='
                            : Origin.isOf(live, object.uid()) ? 'm' : '?')
                .orElse('-'));
      }
      state.append(']');
    }
    return state.toString();
  }

  private static String ending(Scene scene) {
    if (!scene.directory().hasJournal()) {
      return "nothing";
    }
    JournalState journal = scene.directory().readJournal().state();
    return journal.finished().map(JournalRecord.RunFinished::ending)
        + journal.decision("rollback").map(JournalRecord.OperatorDecision::answer).orElse("")
        + Lifecycle.of(scene.plan, journal).handedOver().values().stream()
            .map(Position::wayBack)
            .toList()
        + PruneUndo.missing(scene.directory(), scene.plan);
  }
}
