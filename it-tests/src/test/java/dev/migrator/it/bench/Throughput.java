package dev.migrator.it.bench;

import dev.migrator.it.bench.Measurements.What;
import dev.migrator.it.cluster.ClusterOptions;
import dev.migrator.it.cluster.Kubectl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** How many objects a second: a bare client, the program and kubectl, one after the other. */
final class Throughput {

  private static final int KUBECTL_OBJECTS = 2_000;

  private final BenchOptions options;
  private final Measurements measured;
  private final Path folder;
  private final Workload workload;
  private BenchWorld world;

  private Throughput(
      BenchOptions options,
      Measurements measured,
      Path folder,
      Workload workload,
      BenchWorld world) {
    this.options = options;
    this.measured = measured;
    this.folder = folder;
    this.workload = workload;
    this.world = world;
  }

  /** Every contender has a turn in every round, and begins a round in turn. */
  static void measure(BenchOptions options, Measurements measured, Path folder, int size)
      throws IOException {
    System.out.printf(Locale.ROOT, "%,d objects%n", size);
    try (BenchWorld world = start(options)) {
      Workload workload = new Workload(size, "bench");
      Duration loading = world.load(workload);
      System.out.printf(Locale.ROOT, "  the source is loaded in %.1f s%n", seconds(loading));
      new Throughput(options, measured, folder, workload, world).rounds();
    }
  }

  /** Only the source is loaded in haste: what is measured is written by an etcd as it is meant. */
  private static BenchWorld start(BenchOptions options) {
    ClusterOptions plain = ClusterOptions.DEFAULT.withoutAudit();
    return BenchWorld.start(options.processors(), plain, plain.withFsync());
  }

  private void rounds() throws IOException {
    for (int round = 1; round <= options.rounds(); round++) {
      for (Turn turn : inTurn(turns(round), round)) {
        world.freshTarget();
        turn.take();
      }
    }
  }

  private interface Turn {
    void take() throws IOException;
  }

  private List<Turn> turns(int round) {
    List<Turn> turns = new ArrayList<>();
    turns.add(() -> bare(round));
    if (options.wants("apply")) {
      turns.add(() -> apply(round));
    }
    if (options.wants("resume")) {
      turns.add(() -> resume(round));
    }
    if (options.wants("kubectl")) {
      turns.add(() -> kubectl(round, "create"));
      turns.add(() -> kubectl(round, "apply"));
      turns.add(() -> kubectl(round, "apply", "--server-side"));
    }
    return turns;
  }

  private static List<Turn> inTurn(List<Turn> turns, int round) {
    List<Turn> rotated = new ArrayList<>(turns);
    Collections.rotate(rotated, 1 - round);
    return rotated;
  }

  private void bare(int round) {
    Duration servers = world.cpuTime();
    Duration own = ownProcessorTime();
    try (BareClient client = new BareClient(world.pair().target().admin())) {
      writing(round, Measurements.CEILING, seconds(client.load(workload)));
    }
    measured.effort(
        workload.size(),
        Measurements.CEILING,
        ownProcessorTime().minus(own),
        world.cpuTime().minus(servers));
  }

  private static Duration ownProcessorTime() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /** Plans, proves where that is asked for, applies and verifies. */
  private void apply(int round) throws IOException {
    Program program = program("apply");
    listing(round, Measurements.CEILING);
    ProgramRun plan = program.plan();
    reading(round, "`plan`", plan);
    if (options.wants("prove")) {
      ProgramRun prove = program.plan("--prove");
      writing(round, "`plan --prove`", prove.seconds());
    }
    Duration servers = world.cpuTime();
    ProgramRun apply = program.run("apply", Program.PLAN, "--yes");
    measured.effort(workload.size(), "`apply`", apply.processor(), world.cpuTime().minus(servers));
    RunEvents events = program.events();
    if (events.created() != workload.size()) {
      throw new AssertionError(events.created() + " objects were created");
    }
    System.out.println("  " + events.parts());
    writing(round, "`apply`, the whole process", apply.seconds());
    writing(round, "`apply`, from its first to its last POST", events.creatingSeconds());
    measured.peak(workload.size(), "`plan`", plan);
    measured.peak(workload.size(), "`apply`", apply);
    if (options.wants("verify")) {
      listing(round, Measurements.CEILING + ", when both have everything");
      ProgramRun verify = program.run("verify", "latest");
      reading(round, "`verify`", verify);
      measured.peak(workload.size(), "`verify`", verify);
      measured.peak(
          workload.size(), "`show`", program.runAlone("show", Program.PLAN, "-o", "json"));
    }
  }

  /** Kills a run when half of it is done, and goes on with it. */
  private void resume(int round) throws IOException {
    Program program = program("resume");
    ProgramRun unused = program.plan();
    int before = program.killedAtHalf(workload.size());
    ProgramRun resume = program.run("resume", "latest");
    int after = workload.size() - before;
    measured.add(
        What.WRITING,
        workload.size(),
        round,
        "`resume` at half, the whole process",
        after,
        resume.seconds());
    measured.peak(workload.size(), "`resume`", resume);
  }

  private void kubectl(int round, String... verb) {
    Kubectl kubectl = world.pair().target().kubectl();
    int objects = Math.min(KUBECTL_OBJECTS, workload.size());
    String documents = workload.documents(objects);
    // It asks what the server serves, and remembers that.
    String unused = kubectl.run("api-resources");
    String[] command = Stream.concat(Stream.of(verb), Stream.of("-f", "-")).toArray(String[]::new);
    long begin = System.nanoTime();
    Kubectl.Outcome outcome = kubectl.attempt(documents, command);
    double seconds = (System.nanoTime() - begin) / 1e9;
    if (outcome.exitCode() != 0) {
      throw new AssertionError(String.join(" ", command) + ": " + outcome.err());
    }
    String name = "`kubectl " + String.join(" ", verb) + "`";
    String some = String.format(Locale.ROOT, ", the first %,d", objects);
    measured.add(
        What.WRITING,
        workload.size(),
        round,
        objects == workload.size() ? name : name + some,
        objects,
        seconds);
  }

  private void listing(int round, String who) {
    try (BareClient source = new BareClient(world.pair().source().admin());
        BareClient target = new BareClient(world.pair().target().admin())) {
      long begin = System.nanoTime();
      long unused = source.listEverything() + target.listEverything();
      measured.add(
          What.READING,
          workload.size(),
          round,
          who,
          workload.size(),
          (System.nanoTime() - begin) / 1e9);
    }
  }

  private void reading(int round, String who, ProgramRun run) {
    measured.add(What.READING, workload.size(), round, who, workload.size(), run.seconds());
  }

  private void writing(int round, String who, double seconds) {
    measured.add(What.WRITING, workload.size(), round, who, workload.size(), seconds);
  }

  private Program program(String name) throws IOException {
    return new Program(
        Files.createTempDirectory(folder, name),
        world.pair(),
        options.starter(),
        """
        apiVersion: migrator.dev/v1alpha1
        kind: Migration
        metadata: {name: bench}
        scope: {namespaces: {include: ["%s-*"]}}
        gates: {afterCopy: auto}
        """
            .formatted(workload.prefix()));
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }
}
