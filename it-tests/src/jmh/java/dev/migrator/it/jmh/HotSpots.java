package dev.migrator.it.jmh;

import dev.migrator.graph.DependencyGraph;
import dev.migrator.graph.Node;
import dev.migrator.graph.References;
import dev.migrator.it.bench.ListedCluster;
import dev.migrator.it.bench.Workload;
import dev.migrator.migration.Migration;
import dev.migrator.model.Digest;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.plan.Plan;
import dev.migrator.plan.file.PlanFile;
import dev.migrator.runbook.Planning;
import dev.migrator.runbook.PlanningOptions;
import dev.migrator.sanitize.Sanitized;
import dev.migrator.sanitize.TargetDefinitions;
import dev.migrator.verify.Comparison;
import dev.migrator.verify.Difference;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** Microseconds an object. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class HotSpots {

  private static final int SIZE = 2_000;

  private final List<byte[]> bodies = new ArrayList<>();
  private final List<Manifest> objects = new ArrayList<>();
  private final List<Manifest> sent = new ArrayList<>();
  private final List<Node> nodes = new ArrayList<>();
  private final TargetDefinitions definitions = new TargetDefinitions(Migration.defaults());
  private Plan plan;
  private String text;

  /** Prepares what the others work on. */
  @Setup
  public void load() {
    Workload workload = new Workload(SIZE, "bench");
    ListedCluster source = ListedCluster.of("source", workload);
    for (Manifest object : source.everything()) {
      objects.add(object);
      bodies.add(object.bytes());
      nodes.add(References.node(object));
      sent.add(definitions.of(object, object.apiVersion()).body());
    }
    plan =
        Planning.plan(
            source,
            ListedCluster.empty("target"),
            Migration.defaults(),
            PlanningOptions.defaults());
    text = written();
  }

  /** Bytes to a tree. */
  @Benchmark
  @OperationsPerInvocation(SIZE)
  public void parse(Blackhole hole) {
    bodies.forEach(body -> hole.consume(Json.parseObject(body)));
  }

  /** A definition to its digest. */
  @Benchmark
  @OperationsPerInvocation(SIZE)
  public void digest(Blackhole hole) {
    sent.forEach(object -> hole.consume(Digest.of(object.tree())));
  }

  /** An object of the source to what is sent. */
  @Benchmark
  @OperationsPerInvocation(SIZE)
  public void sanitise(Blackhole hole) {
    for (Manifest object : objects) {
      Sanitized sanitized = definitions.of(object, object.apiVersion());
      hole.consume(sanitized);
    }
  }

  /** What was sent against what is there. */
  @Benchmark
  @OperationsPerInvocation(SIZE)
  public void compare(Blackhole hole) {
    for (int i = 0; i < SIZE; i++) {
      List<Difference> differences = Comparison.compare(sent.get(i), objects.get(i));
      hole.consume(differences);
    }
  }

  /** Who needs whom, and in which order. */
  @Benchmark
  @OperationsPerInvocation(SIZE)
  public void graph(Blackhole hole) {
    hole.consume(DependencyGraph.of(nodes).order());
  }

  /** A plan to its text. */
  @Benchmark
  @OperationsPerInvocation(SIZE)
  public void planWrite(Blackhole hole) {
    hole.consume(written());
  }

  /** A text to its plan. */
  @Benchmark
  @OperationsPerInvocation(SIZE)
  public void planRead(Blackhole hole) {
    hole.consume(PlanFile.read(new StringReader(text)));
  }

  private String written() {
    StringBuilder out = new StringBuilder();
    Digest unused = PlanFile.write(plan, out);
    return out.toString();
  }
}
