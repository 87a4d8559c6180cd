package dev.migrator.it.bench;

import dev.migrator.it.bench.Measurements.What;
import dev.migrator.it.cluster.ClusterOptions;
import dev.migrator.it.cluster.ClusterPair;
import dev.migrator.it.cluster.Kubectl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/** Runs the benchmarks, prints a table and writes {@code target/bench/result.json}. */
final class Bench {

  private static final int KUBECTL_OBJECTS = 2_000;
  private static final String PLAN = "move.plan.yaml";

  private final Measurements measured = new Measurements();
  private final BenchOptions options;
  private final Path folder;

  private Bench(BenchOptions options) throws IOException {
    this.options = options;
    this.folder = Files.createTempDirectory("migrator-bench");
  }

  public static void main(String[] arguments) throws IOException {
    BenchOptions options = BenchOptions.ofSystemProperties();
    Bench bench = new Bench(options);
    for (int size : options.sizes()) {
      bench.throughput(size);
    }
    System.out.println();
    System.out.println(bench.measured.markdown());
    MeasuredPage page = new MeasuredPage(bench.measured, options);
    page.writeJson(Path.of("target", "bench"));
    if (options.record()) {
      page.writeInto(Path.of("..", "docs", "performance.md"));
    }
  }

  /** Every contender has a turn in every round, and begins a round in turn. */
  private void throughput(int size) throws IOException {
    System.out.printf("%,d objects%n", size);
    try (BenchWorld world = BenchWorld.start(ClusterOptions.DEFAULT.withoutAudit())) {
      Workload workload = new Workload(size, "bench");
      Duration loading = world.load(workload);
      System.out.printf("  the source is loaded in %.1f s%n", loading.toNanos() / 1e9);
      for (int round = 1; round <= options.rounds(); round++) {
        for (Turn turn : inTurn(turns(world, workload, round), round)) {
          world.freshTarget();
          turn.take();
        }
      }
    }
  }

  private interface Turn {
    void take() throws IOException;
  }

  private List<Turn> turns(BenchWorld world, Workload workload, int round) {
    List<Turn> turns = new ArrayList<>();
    turns.add(() -> bare(world, workload, round));
    if (options.wants("apply")) {
      turns.add(() -> apply(world, workload, round));
    }
    if (options.wants("kubectl")) {
      turns.add(() -> kubectl(world, workload, round, "create"));
      turns.add(() -> kubectl(world, workload, round, "apply"));
      turns.add(() -> kubectl(world, workload, round, "apply", "--server-side"));
    }
    return turns;
  }

  private static List<Turn> inTurn(List<Turn> turns, int round) {
    List<Turn> rotated = new ArrayList<>(turns);
    Collections.rotate(rotated, 1 - round);
    return rotated;
  }

  private void bare(BenchWorld world, Workload workload, int round) {
    try (BareClient client = new BareClient(world.pair().target())) {
      Duration took = client.load(workload);
      add(What.WRITING, workload, round, Measurements.CEILING, took.toNanos() / 1e9);
    }
  }

  private void apply(BenchWorld world, Workload workload, int round) throws IOException {
    Path here = Files.createTempDirectory(folder, "apply");
    try (BareClient source = new BareClient(world.pair().source());
        BareClient target = new BareClient(world.pair().target())) {
      long begin = System.nanoTime();
      long unused = source.listEverything() + target.listEverything();
      add(What.READING, workload, round, Measurements.CEILING, (System.nanoTime() - begin) / 1e9);
    }
    ProgramRun plan = program(here, world.pair(), "plan", "-o", PLAN);
    add(What.READING, workload, round, "`plan`", plan.seconds());
    ProgramRun apply = program(here, world.pair(), "apply", PLAN, "--yes");
    RunEvents events = RunEvents.ofNewestRun(here);
    if (events.created() != workload.size()) {
      throw new AssertionError(events.created() + " objects were created");
    }
    System.out.println("  " + events.parts());
    add(What.WRITING, workload, round, "`apply`, the whole process", apply.seconds());
    add(
        What.WRITING,
        workload,
        round,
        "`apply`, from its first to its last POST",
        events.creatingSeconds());
    System.out.printf(
        "  at most %d MB for plan, %d MB for apply%n", plan.peakMegabytes(), apply.peakMegabytes());
  }

  private ProgramRun program(Path here, ClusterPair pair, String command, String... more)
      throws IOException {
    Files.writeString(
        here.resolve("migration.yaml"),
        """
        apiVersion: migrator.dev/v1alpha1
        kind: Migration
        metadata: {name: bench}
        scope: {namespaces: {include: ["bench-*"]}}
        gates: {afterCopy: auto}
        """);
    List<String> arguments = new ArrayList<>(List.of(command));
    arguments.addAll(
        List.of(
            "--source-kubeconfig=" + pair.kubeconfig(),
            "--source-context=" + pair.source().name(),
            "--target-kubeconfig=" + pair.kubeconfig(),
            "--target-context=" + pair.target().name()));
    if (command.equals("plan")) {
      arguments.addAll(List.of("-f", "migration.yaml"));
    }
    arguments.addAll(List.of(more));
    return ProgramRun.of(here, options.jvmOptions(), arguments);
  }

  private void kubectl(BenchWorld world, Workload workload, int round, String... verb) {
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
    measured.add(
        What.WRITING,
        workload.size(),
        round,
        objects == workload.size() ? name : name + ", of the first %,d".formatted(objects),
        objects,
        seconds);
  }

  private void add(What what, Workload workload, int round, String who, double seconds) {
    measured.add(what, workload.size(), round, who, workload.size(), seconds);
  }
}
