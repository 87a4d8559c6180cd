package dev.migrator.cli.wiring;

import dev.migrator.cli.output.Console;
import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.fault.Fault;
import dev.migrator.cluster.fault.Fault.Crash.Moment;
import dev.migrator.cluster.fault.FaultScript;
import dev.migrator.cluster.fault.FaultyCluster;
import dev.migrator.cluster.fault.ProcessLife;
import dev.migrator.cluster.fault.Request;
import dev.migrator.cluster.fault.Traffic;
import dev.migrator.cluster.memory.MemoryCluster;
import dev.migrator.cluster.memory.VirtualClock;
import dev.migrator.execute.StepThreads;
import dev.migrator.journal.RunFile;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Manifest;
import dev.migrator.model.Problem;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Two simulated clusters on a virtual clock, and a process that can be killed: the world of {@code
 * migrator demo}. Only its folder on disk is real.
 */
public final class DemoWorld {

  /** The contexts. */
  public static final String SOURCE = "old";

  public static final String TARGET = "new";

  private static final String SOURCE_VERSION = "v1.34.4";
  private static final String TARGET_VERSION = "v1.36.3";
  private static final Duration PATIENCE = Duration.ofMinutes(30);

  private final VirtualClock clock = new VirtualClock();
  private final MemoryCluster source;
  private final MemoryCluster target;
  private final Environment outside;
  private final Path folder;
  private final Duration pace;

  /**
   * @param outside the real surroundings, of which the console and the disk are used
   * @param folder where everything is written
   * @param yaml what the source holds
   * @param pace how long a simulated second takes at least, so that a person can follow
   */
  public DemoWorld(Environment outside, Path folder, String yaml, Duration pace) {
    this.outside = outside;
    this.folder = folder;
    this.pace = pace;
    this.source = Scene.cluster(clock, SOURCE, SOURCE_VERSION, yaml);
    this.target = Scene.cluster(clock, TARGET, TARGET_VERSION, "");
    clock.advance(Duration.ofMinutes(1));
  }

  /** What a new process finds, when it runs on undisturbed. */
  public Environment process() {
    return process(request -> false, new ProcessLife());
  }

  /**
   * What a new process finds that is killed, as by {@code kill -9}, right after a write to the
   * source has arrived, so that it does not learn what became of it.
   *
   * @param verb of the write, such as {@code delete}
   * @param kind of the object
   */
  public Environment processKilledAt(String verb, String kind) {
    return process(
        request ->
            request.cluster().equals(SOURCE)
                && request.verb().equals(verb)
                && request.object().filter(ref -> ref.kind().equals(kind)).isPresent(),
        new ProcessLife());
  }

  /** Lets time pass until a pod of a Job runs at the source. */
  public boolean letAJobRun() {
    return clock.advanceUntil(
        () -> running(source).stream().anyMatch(pod -> isOfJob(pod)), PATIENCE);
  }

  /** Lets so much simulated time pass. */
  public void letPass(Duration duration) {
    clock.advance(duration);
  }

  public Instant now() {
    return clock.now();
  }

  /** Whether the error is the death of a process of this world. */
  public static boolean isDeath(Throwable error) {
    return error instanceof ProcessLife.ProcessDied;
  }

  private static List<Manifest> running(MemoryCluster cluster) {
    return cluster.world().everything().stream()
        .filter(object -> object.ref().groupKind().equals("Pod"))
        .filter(pod -> pod.at("status", "phase").asText().equals("Running"))
        .toList();
  }

  private static boolean isOfJob(Manifest pod) {
    return pod.labels().containsKey("batch.kubernetes.io/job-name")
        || pod.labels().containsKey("job-name");
  }

  private Environment process(Predicate<Request> fatal, ProcessLife life) {
    Console console = outside.console().unattended();
    Traffic traffic = new Traffic();
    FaultScript script =
        request -> fatal.test(request) ? new Fault.Crash(Moment.AFTER_SEND) : new Fault.None();
    return new Environment(
        console,
        login -> open(login, script, traffic, life),
        clock,
        outside.disk(),
        folder,
        Map.of(),
        () -> "demo",
        outside.newPlanKey(),
        new Deaf(),
        StepThreads.of(clock.threads()),
        this::beat,
        outside.programs(),
        outside.process());
  }

  private Cluster open(RunFile.Login login, FaultScript script, Traffic traffic, ProcessLife life) {
    return switch (login.context()) {
      case SOURCE -> new FaultyCluster(source, SOURCE, script, traffic, life, clock);
      case TARGET -> new FaultyCluster(target, TARGET, script, traffic, life, clock);
      default ->
          throw Problem.of(ErrorCode.M1005, "the demo has no context " + login.context(), "")
              .exception();
    };
  }

  /** Beats with the simulated time, which stands still while a person is given time to read. */
  private Ticker.Beat beat(Duration every, Runnable action) {
    AtomicBoolean closed = new AtomicBoolean();
    beat(every, action, closed);
    return () -> closed.set(true);
  }

  private void beat(Duration every, Runnable action, AtomicBoolean closed) {
    clock.schedule(
        every,
        () -> {
          if (!closed.get()) {
            action.run();
            takeTime();
            beat(every, action, closed);
          }
        });
  }

  private void takeTime() {
    try {
      Thread.sleep(pace);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ctrl-C ends the demo as it ends any program. */
  private static final class Deaf implements Signals {
    @Override
    public Watch watch(Consumer<Signal> listener) {
      return () -> {};
    }

    @Override
    public void halt(int exitCode) {
      Runtime.getRuntime().halt(exitCode);
    }
  }
}
