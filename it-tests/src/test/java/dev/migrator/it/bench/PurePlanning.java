package dev.migrator.it.bench;

import dev.migrator.migration.Migration;
import dev.migrator.plan.Plan;
import dev.migrator.runbook.Planning;
import dev.migrator.runbook.PlanningOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How the time of planning grows with the cluster, everything but the servers counted: sanitising,
 * classifying, label selectors, the graph, the order, the steps. Both clusters are lists in memory.
 */
final class PurePlanning {

  private static final List<Integer> SIZES = List.of(1_000, 10_000, 100_000);
  private static final int ROUNDS = 3;

  private PurePlanning() {}

  static void measure(Measurements measured) {
    // Compiled before it counts.
    for (int warm = 0; warm < 5; warm++) {
      double unused = seconds(10_000);
    }
    List<Double> medians = new ArrayList<>();
    for (int size : SIZES) {
      List<Double> rounds = new ArrayList<>();
      for (int round = 1; round <= ROUNDS; round++) {
        rounds.add(seconds(size));
      }
      medians.add(Measurements.median(rounds));
    }
    for (int i = 0; i < SIZES.size(); i++) {
      String growth =
          i == 0
              ? ""
              : String.format(
                  Locale.ROOT,
                  ", grows with the power %.2f",
                  Math.log(medians.get(i) / medians.get(i - 1))
                      / Math.log((double) SIZES.get(i) / SIZES.get(i - 1)));
      measured.fact(
          String.format(Locale.ROOT, "planning %,d objects, without the servers", SIZES.get(i)),
          String.format(Locale.ROOT, "%.0f ms%s", medians.get(i) * 1e3, growth));
    }
  }

  private static double seconds(int size) {
    ListedCluster source = ListedCluster.of("source", new Workload(size, "bench"));
    ListedCluster target = ListedCluster.empty("target");
    long begin = System.nanoTime();
    Plan plan = Planning.plan(source, target, Migration.defaults(), PlanningOptions.defaults());
    double seconds = (System.nanoTime() - begin) / 1e9;
    if (plan.objects().size() != size) {
      throw new AssertionError(plan.objects().size() + " objects were planned");
    }
    return seconds;
  }
}
