package dev.migrator.proof;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.Deletion;
import dev.migrator.cluster.RetryingCluster;
import dev.migrator.cluster.fault.Fault;
import dev.migrator.cluster.fault.FaultScript;
import dev.migrator.cluster.fault.FaultyCluster;
import dev.migrator.cluster.fault.ProcessLife;
import dev.migrator.cluster.fault.Request;
import dev.migrator.cluster.fault.Traffic;
import dev.migrator.cluster.memory.Disk;
import dev.migrator.cluster.memory.MemoryCluster;
import dev.migrator.cluster.memory.ServedTypes;
import dev.migrator.event.RunEvent;
import dev.migrator.journal.HookedDisk;
import dev.migrator.journal.memory.SimulatedDisk;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ProblemException;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.PlannedVolume;
import dev.migrator.plan.TargetNames;
import dev.migrator.plans.PlanCase;
import dev.migrator.runbook.RollbackRunbook;
import dev.migrator.runbook.Scene;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/** A move in several processes: each may be stopped at a chosen point or meet faults. */
final class Rehearsal {

  private static final List<Fault.Crash.Moment> MOMENTS =
      List.of(
          Fault.Crash.Moment.BEFORE_SEND,
          Fault.Crash.Moment.AFTER_SEND,
          Fault.Crash.Moment.AFTER_RESPONSE);

  final Scene scene;
  final IndependentChecker checker;
  private final long began;
  private final Map<ObjectRef, Disk> handedOver;
  private final Set<Disk> inUse;
  SimulatedDisk disk = new SimulatedDisk();
  private Traffic traffic = new Traffic();
  private AtomicInteger points = new AtomicInteger();

  Rehearsal(PlanCase example) {
    this(new Scene(example));
  }

  private Rehearsal(Scene scene) {
    this.scene = scene;
    this.began = scene.clock.nextSequence();
    this.handedOver = DiskChecker.claims(scene.clusters.source());
    this.inUse =
        handedOver.entrySet().stream()
            .filter(e -> isCapturedInUse(scene.clusters.source(), e.getKey()))
            .map(Map.Entry::getValue)
            .collect(Collectors.toSet());
    this.handedOver
        .keySet()
        .retainAll(
            scene.plan.objects().stream()
                .filter(
                    object ->
                        object.isHandedOverVolume()
                            || object.volume().filter(PlannedVolume::isCarried).isPresent())
                .map(PlannedObject::ref)
                .toList());
    checker =
        new IndependentChecker(
            scene.plan,
            scene.clusters.source(),
            scene.clusters.target(),
            scene.clock.nextSequence());
  }

  /** A run of its own on the same clusters, the other way round, with a disk and a judge anew. */
  Rehearsal backward(Plan back) {
    return new Rehearsal(scene.backward(back));
  }

  /** A run of its own on the same clusters as they are now, by another plan. */
  Rehearsal with(Plan plan) {
    return new Rehearsal(scene.with(plan));
  }

  /** A run of its own on the same clusters as they are now. */
  Rehearsal planAgain() {
    return new Rehearsal(scene.planAgain());
  }

  /** What a process does. */
  @FunctionalInterface
  interface Command {
    RunEvent.RunEnded on(Scene scene);
  }

  /** How a process ended. */
  sealed interface End {
    /** In order. */
    record Ended(RunEvent.RunEnded ended) implements End {}

    /** It said why it does nothing. */
    record Refused(ProblemException problem) implements End {}

    /** It was stopped. */
    record Died(String where) implements End {}
  }

  /** A process that nothing disturbs. */
  End run() {
    return perform(this::forward);
  }

  /** A process that is stopped at a point: an effect on the disk, or a moment of a request. */
  End runUntil(int stop) {
    return runUntil(stop, this::forward);
  }

  /** A process that meets faults. */
  End run(FaultScript faults) {
    return run(faults, this::forward);
  }

  /** As {@link #run()}, with a command of its own. */
  End perform(Command command) {
    return run(Integer.MAX_VALUE, FaultScript.none(), command);
  }

  /** As {@link #runUntil(int)}, with a command of its own. */
  End runUntil(int stop, Command command) {
    return run(stop, FaultScript.none(), command);
  }

  /** As {@link #run(FaultScript)}, with a command of its own. */
  End run(FaultScript faults, Command command) {
    return run(Integer.MAX_VALUE, faults, command);
  }

  /** A process that reaches the clusters another way. */
  End runThrough(Cluster source, Cluster target) {
    scene.disk = disk;
    scene.source = new RetryingCluster(source, scene.clock);
    scene.target = new RetryingCluster(target, scene.clock);
    return ended(new ProcessLife(), this::forward);
  }

  private RunEvent.RunEnded forward(Scene scene) {
    return isBegun() ? scene.resume() : scene.apply();
  }

  private End run(int stop, FaultScript faults, Command command) {
    ProcessLife life = new ProcessLife();
    traffic = new Traffic();
    points = new AtomicInteger();
    AtomicInteger at = points;
    FaultScript script =
        request -> {
          int moment = stop - at.getAndAdd(MOMENTS.size());
          return moment >= 0 && moment < MOMENTS.size()
              ? new Fault.Crash(MOMENTS.get(moment))
              : faults.at(request);
        };
    scene.disk =
        new HookedDisk(
            disk,
            (moment, effect, path, bytes) -> {
              life.check();
              if (at.getAndIncrement() == stop) {
                throw life.die(moment + " " + effect + " " + path);
              }
            });
    scene.source = faulty(scene.clusters.source(), "source", script, life);
    scene.target = faulty(scene.clusters.target(), "target", script, life);
    return ended(life, command);
  }

  private End ended(ProcessLife life, Command command) {
    try {
      RunEvent.RunEnded ended = command.on(scene);
      return life.death().<End>map(End.Died::new).orElseGet(() -> new End.Ended(ended));
    } catch (ProblemException e) {
      return life.death().<End>map(End.Died::new).orElseGet(() -> new End.Refused(e));
    } catch (RuntimeException | Error e) {
      // Whatever the dying process still said, nobody heard it.
      return life.death()
          .<End>map(End.Died::new)
          .orElseThrow(() -> new AssertionError("the move broke down", e));
    }
  }

  private RetryingCluster faulty(
      Cluster cluster, String name, FaultScript script, ProcessLife life) {
    return new RetryingCluster(
        new FaultyCluster(cluster, name, script, traffic, life, scene.clock, scene.clock::schedule),
        scene.clock);
  }

  private boolean isBegun() {
    return disk.exists(Scene.STATE.resolve(Scene.RUN).resolve("run.json"));
  }

  /** How many points the last process passed. */
  int points() {
    return points.get();
  }

  /** How many requests the last process sent. */
  int requests() {
    return traffic.requests().size();
  }

  /** The machine ends: what was not forced may be lost. */
  void powerFails(RandomGenerator random) {
    disk = disk.crash(random);
  }

  /** Only the process ends. */
  void processIsKilled() {
    disk = disk.kill();
  }

  /** The run's journal is lost; the checker remembers what it announced. */
  void journalIsLost() {
    checker.remember(image());
    try {
      disk.delete(Scene.STATE.resolve(Scene.RUN).resolve("journal"));
      disk.sync(Scene.STATE.resolve(Scene.RUN));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Somebody else deletes an object, and is not taken for us. */
  void deletedByOthers(MemoryCluster cluster, ObjectRef ref) {
    long from = scene.clock.nextSequence();
    String apiVersion = cluster.world().stored(ref).orElseThrow().apiVersion();
    Optional<Manifest> unused =
        cluster.delete(
            ServedTypes.named(apiVersion, ref.kind()),
            ref,
            new Deletion("", "", Deletion.Propagation.BACKGROUND));
    checker.excuse(from, scene.clock.nextSequence());
  }

  /** Somebody else creates an object as the vault has it, and is not taken for us. */
  void createdByOthers(MemoryCluster cluster, ObjectRef ref) {
    long from = scene.clock.nextSequence();
    Manifest vaulted = vaulted(ref).orElseThrow();
    Manifest unused =
        cluster.create(
            ServedTypes.named(vaulted.apiVersion(), ref.kind()),
            vaulted.edit(
                tree -> {
                  tree.remove("status");
                  tree.withObjectProperty("metadata")
                      .remove(List.of("uid", "resourceVersion", "creationTimestamp"));
                }));
    checker.excuse(from, scene.clock.nextSequence());
  }

  /** What the vault has under this name. */
  Optional<Manifest> vaulted(ObjectRef ref) {
    return image().vault().orElse(Map.of()).values().stream()
        .map(line -> Manifest.of((ObjectNode) line))
        .filter(object -> object.ref().equals(ref))
        .findFirst();
  }

  /**
   * A process that dies as soon as it has sent the first such request, which is executed so much
   * later.
   */
  End dieWhileItIsSent(Predicate<Request> which, Duration later) {
    boolean[] sent = {false};
    return run(
        request -> {
          if (sent[0]) {
            return new Fault.Crash(Fault.Crash.Moment.BEFORE_SEND);
          }
          if (which.test(request)) {
            sent[0] = true;
            return new Fault.ExecutedLater(later);
          }
          return new Fault.None();
        });
  }

  /** What the run left in transit, as a command that looks sees it. */
  Map<ObjectRef, String> inTransit() {
    scene.disk = disk;
    return RollbackRunbook.whereInTransit(
        scene.clusters.source(), scene.clusters.target(), scene.directory(), scene.plan);
  }

  /** The way back of what was handed over. */
  RollbackRunbook.Way wayBack() {
    scene.disk = disk;
    return RollbackRunbook.backward(
        scene.clusters.source(), scene.clusters.target(), scene.directory(), scene.plan);
  }

  private static boolean isCapturedInUse(MemoryCluster source, ObjectRef claim) {
    return source.world().stored(claim).orElseThrow().annotations().containsValue("in-use");
  }

  /** What a run that is done, or rolled back, must not leave. */
  List<String> leftOver() {
    return DiskChecker.leftOver(
        scene.clusters.disks(), List.of(scene.clusters.source(), scene.clusters.target()));
  }

  List<String> judge() {
    List<String> broken = new ArrayList<>(checker.judge(image()));
    MemoryCluster source = scene.clusters.source();
    MemoryCluster target = scene.clusters.target();
    DiskChecker ofDisks = DiskChecker.of(scene.clusters.disks(), began);
    broken.addAll(ofDisks.judge());
    broken.addAll(ofDisks.stale(inUse));
    broken.addAll(ofDisks.lost(List.of(source, target), image().vault().orElse(Map.of()).values()));
    Map<ObjectRef, Disk> there = new TreeMap<>();
    handedOver.forEach(
        (claim, disk) -> there.put(TargetNames.of(claim, scene.plan.settings().mappings()), disk));
    Set<ObjectRef> copied = new HashSet<>();
    scene.plan.objects().stream()
        .filter(PlannedObject::isCopied)
        .map(object -> TargetNames.of(object.ref(), scene.plan.settings().mappings()))
        .forEach(copied::add);
    broken.addAll(ofDisks.unfilled(target, copied));
    // A claim that is filled has a disk of its own before.
    there.keySet().removeAll(copied);
    broken.addAll(ofDisks.strayed(target, there));
    broken.addAll(ofDisks.strayed(source, handedOver));
    return broken;
  }

  DiskImage image() {
    return new DiskImage(disk, Scene.STATE.resolve(Scene.RUN));
  }
}
