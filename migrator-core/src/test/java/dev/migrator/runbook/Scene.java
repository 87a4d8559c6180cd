package dev.migrator.runbook;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.TimeSource;
import dev.migrator.cluster.fault.FaultScript;
import dev.migrator.cluster.fault.FaultyCluster;
import dev.migrator.cluster.fault.ProcessLife;
import dev.migrator.cluster.fault.Traffic;
import dev.migrator.cluster.memory.VirtualClock;
import dev.migrator.event.RunEvent;
import dev.migrator.execute.CommandRunner;
import dev.migrator.execute.Gatekeeper;
import dev.migrator.execute.Interruption;
import dev.migrator.execute.StepThreads;
import dev.migrator.journal.Disk;
import dev.migrator.journal.RunDirectory;
import dev.migrator.journal.RunFile;
import dev.migrator.journal.VaultKeys;
import dev.migrator.journal.memory.SimulatedDisk;
import dev.migrator.model.Digest;
import dev.migrator.model.PlanKey;
import dev.migrator.plan.Plan;
import dev.migrator.plan.file.PlanFile;
import dev.migrator.plans.PlanCase;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** A case on two simulated clusters and a simulated disk, ready to be moved. */
public final class Scene {

  public static final Path STATE = Path.of("/state");
  public static final String RUN = "r-test";

  /** By which the Secrets of every scene's plan are bound; no random one, so that runs repeat. */
  public static final PlanKey KEY = PlanKey.of("a key of 32 bytes, of the tests.".getBytes(UTF_8));

  public final VirtualClock clock;
  public final PlanCase.Pair clusters;
  public final Plan plan;
  public final List<RunEvent> events = new CopyOnWriteArrayList<>();
  public Interruption interruption = new Interruption();
  public Gatekeeper gatekeeper = (gate, policy) -> Gatekeeper.Answer.OPEN;
  public CommandRunner commands = command -> new CommandRunner.Ended.Exited(0);
  public Disk disk = new SimulatedDisk();
  public Cluster source;
  public Cluster target;
  public TimeSource time;
  public StepThreads threads;

  /** What the run is called. */
  public String run = RUN;

  public Scene(PlanCase example) {
    clock = new VirtualClock();
    time = clock;
    threads = threads(clock);
    clusters = example.simulated(clock);
    source = clusters.source();
    target = clusters.target();
    plan = Planning.plan(source, target, example.migration(), keyed());
  }

  /** {@code -Dproof.threads=true} does every step by a thread of its own, as real runs do. */
  private static StepThreads threads(VirtualClock clock) {
    return Boolean.getBoolean("proof.threads")
        ? StepThreads.of(clock.threads())
        : StepThreads.alone();
  }

  private static PlanningOptions keyed() {
    return PlanningOptions.defaults().withKey(Optional.of(KEY));
  }

  private Scene(Scene forward, PlanCase.Pair clusters, Plan back) {
    clock = forward.clock;
    time = forward.time;
    threads = threads(clock);
    this.clusters = clusters;
    source = forward.target;
    target = forward.source;
    plan = back;
  }

  /** The same clusters, the other way round. */
  public Scene backward(Plan back) {
    return new Scene(this, clusters.backward(), back);
  }

  /** The same clusters as they are now, and a new plan. */
  public Scene planAgain() {
    return with(Planning.plan(source, target, plan.settings(), keyed()));
  }

  /** The same clusters as they are now, and another plan. */
  public Scene with(Plan other) {
    Scene again = new Scene(this, clusters, other);
    again.source = source;
    again.target = target;
    return again;
  }

  /** The plan as a file. */
  public byte[] planBytes() {
    StringBuilder text = new StringBuilder();
    Digest unused = PlanFile.write(plan, text);
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  public RunEvent.RunEnded apply() {
    return ApplyRunbook.apply(runContext(created(run)), plan);
  }

  /** The directory of a run that has not begun. */
  RunDirectory created(String run) {
    return created(run, plan.keyCheck().map(check -> KEY));
  }

  /** The directory of a run that has not begun, in which somebody kept this as the plan's key. */
  public RunDirectory created(String run, Optional<PlanKey> key) {
    byte[] bytes = planBytes();
    RunFile file =
        new RunFile(
            run,
            clock.now(),
            Digest.ofBytes(bytes),
            new RunFile.Login(Optional.empty(), "source"),
            new RunFile.Login(Optional.empty(), "target"),
            Map.of());
    return RunDirectory.create(disk, STATE, file, bytes, key, VaultKeys.none());
  }

  public RunEvent.RunEnded resume() {
    interruption = new Interruption();
    return ApplyRunbook.resume(runContext(directory()), plan);
  }

  public RunDirectory directory() {
    return RunDirectory.find(disk, STATE, run);
  }

  public RunContext runContext(RunDirectory directory) {
    return runContext(directory, events::add);
  }

  /** The cluster, to which the way is not safe. */
  Cluster faulty(Cluster cluster, FaultScript script) {
    return new FaultyCluster(cluster, "faulty", script, new Traffic(), new ProcessLife(), clock);
  }

  /** A run context with listeners of its own. */
  RunContext runContext(RunDirectory directory, Consumer<RunEvent> audience) {
    return new RunContext(
        source,
        target,
        directory,
        time,
        threads,
        gatekeeper,
        commands,
        interruption,
        "the test",
        audience);
  }
}
