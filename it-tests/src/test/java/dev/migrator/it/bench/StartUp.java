package dev.migrator.it.bench;

import dev.migrator.it.cluster.ClusterOptions;
import dev.migrator.it.cluster.ClusterPair;
import dev.migrator.it.cluster.Kubectl;
import dev.migrator.migration.Migration;
import dev.migrator.model.Digest;
import dev.migrator.plan.Plan;
import dev.migrator.plan.file.PlanFile;
import dev.migrator.runbook.Planning;
import dev.migrator.runbook.PlanningOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How long commands take that ask no cluster, beside {@code kubectl version --client}. */
final class StartUp {

  private static final int ROUNDS = 11;
  private static final String KUBECTL = "`kubectl version --client`";

  /** Makes a plan of about ten thousand steps. */
  private static final int OBJECTS = 9_500;

  private StartUp() {}

  static void measure(BenchOptions options, Measurements measured, Path folder) throws IOException {
    Path here = Files.createTempDirectory(folder, "startup");
    int steps = writePlan(here.resolve(Program.PLAN));
    try (ClusterPair pair =
        ClusterPair.start(ClusterPair.origin(), ClusterOptions.DEFAULT, ClusterOptions.DEFAULT)) {
      Kubectl kubectl = pair.source().kubectl();
      Starter starter = options.starter();
      Map<String, Runnable> turns = new LinkedHashMap<>();
      turns.put(KUBECTL, () -> kubectlVersion(kubectl, here));
      turns.put("`migrator version`", () -> migrator(starter, here, "version"));
      turns.put("`migrator --help`", () -> migrator(starter, here, "--help"));
      turns.put(
          String.format(Locale.ROOT, "`migrator show` of a plan of %,d steps", steps),
          () -> migrator(starter, here, "show", Program.PLAN));
      tell(measured, medians(turns));
    }
  }

  private static int writePlan(Path file) throws IOException {
    Plan plan =
        Planning.plan(
            ListedCluster.of("source", new Workload(OBJECTS, "bench")),
            ListedCluster.empty("target"),
            Migration.defaults(),
            PlanningOptions.defaults());
    try (Writer out = Files.newBufferedWriter(file)) {
      Digest unused = PlanFile.write(plan, out);
    }
    return plan.steps().size();
  }

  /** In turns, and the first of each does not count: it reads files that nobody had read. */
  private static Map<String, Double> medians(Map<String, Runnable> turns) {
    Map<String, List<Double>> seconds = new LinkedHashMap<>();
    for (int round = 0; round <= ROUNDS; round++) {
      for (Map.Entry<String, Runnable> turn : turns.entrySet()) {
        long begin = System.nanoTime();
        turn.getValue().run();
        double taken = (System.nanoTime() - begin) / 1e9;
        if (round > 0) {
          seconds.computeIfAbsent(turn.getKey(), k -> new ArrayList<>()).add(taken);
        }
      }
    }
    Map<String, Double> medians = new LinkedHashMap<>();
    seconds.forEach((what, all) -> medians.put(what, Measurements.median(all)));
    return medians;
  }

  private static void tell(Measurements measured, Map<String, Double> medians) {
    double ofKubectl = medians.getOrDefault(KUBECTL, Double.NaN);
    medians.forEach(
        (what, seconds) ->
            measured.fact(
                what,
                String.format(
                    Locale.ROOT,
                    "%.0f ms%s",
                    seconds * 1e3,
                    what.equals(KUBECTL)
                        ? ""
                        : String.format(
                            Locale.ROOT, ", %.1f times that of kubectl", seconds / ofKubectl))));
  }

  private static void migrator(Starter starter, Path folder, String... arguments) {
    var unused = starter.start(folder, List.of(arguments)).await().expect(0);
  }

  private static void kubectlVersion(Kubectl kubectl, Path folder) {
    try {
      int exit =
          new ProcessBuilder(kubectl.program().toString(), "version", "--client")
              .directory(folder.toFile())
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor();
      if (exit != 0) {
        throw new AssertionError("kubectl version ended with " + exit);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
