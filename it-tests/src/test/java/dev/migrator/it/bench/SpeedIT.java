package dev.migrator.it.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.it.bench.Measurements.Row;
import dev.migrator.it.bench.Measurements.Table;
import dev.migrator.it.bench.Measurements.What;
import dev.migrator.it.cluster.ClusterPair;
import dev.migrator.it.junit.RealClusters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A small run of the benchmark in every build: prints the ratio to the bare client, and fails only
 * when it has become less than half of the recorded one. A ratio of turns that alternate, so a busy
 * machine slows both.
 */
@RealClusters(fresh = true)
@Timeout(900)
class SpeedIT {

  private static final int SIZE = 2_000;
  private static final int ROUNDS = 2;
  private static final String APPLY = "`apply`, the whole process";

  @TempDir Path folder;
  private final ClusterPair pair;
  private final Measurements measured = new Measurements();

  SpeedIT(ClusterPair pair) {
    this.pair = pair;
  }

  @Test
  void isNotGrosslySlowerThanRecorded() throws IOException {
    Workload workload = new Workload(SIZE, "speed");
    load(new BareClient(pair.source().admin()), workload);
    load(new BareClient(pair.target().admin()), new Workload(400, "warm"));
    for (int round = 1; round <= ROUNDS; round++) {
      // Whoever is first in one round is last in the next.
      if (round % 2 == 1) {
        bare(round);
        apply(workload, round);
      } else {
        apply(workload, round);
        bare(round);
      }
    }
    Row row = measured.row(new Table(What.WRITING, SIZE), APPLY);
    double recorded = Recorded.ratio(SIZE, APPLY);
    System.out.printf(
        Locale.ROOT,
        "speed of apply: %.2f of the bare client (%.2f to %.2f); recorded: %.2f%n",
        row.ratio(),
        row.low(),
        row.high(),
        recorded);
    assertThat(row.ratio()).as("of the bare client's objects a second").isGreaterThan(recorded / 2);
  }

  private static double load(BareClient client, Workload workload) {
    try (client) {
      return client.load(workload).toNanos() / 1e9;
    }
  }

  private void bare(int round) {
    double seconds =
        load(new BareClient(pair.target().admin()), new Workload(SIZE, "bare" + round));
    measured.add(What.WRITING, SIZE, round, Measurements.CEILING, SIZE, seconds);
  }

  private void apply(Workload workload, int round) throws IOException {
    String mapped =
        IntStream.range(0, workload.namespaceCount())
            .mapToObj(i -> workload.namespace(i) + ": moved" + round + "-" + i)
            .collect(Collectors.joining(", "));
    Program program =
        new Program(
            Files.createDirectory(folder.resolve("round-" + round)),
            pair,
            Starter.ofClasses(),
            """
            apiVersion: migrator.dev/v1alpha1
            kind: Migration
            metadata: {name: speed}
            scope: {namespaces: {include: ["%s-*"]}}
            gates: {afterCopy: auto}
            mappings: {namespaces: {%s}}
            """
                .formatted(workload.prefix(), mapped));
    ProgramRun plan = program.plan();
    assertThat(plan.outcome().exitCode()).isZero();
    ProgramRun apply = program.run("apply", Program.PLAN, "--yes");
    assertThat(program.events().created()).isEqualTo(SIZE);
    measured.add(What.WRITING, SIZE, round, APPLY, SIZE, apply.seconds());
  }
}
