package dev.migrator.proof;

import static java.util.Comparator.naturalOrder;

import dev.migrator.plans.PlanCase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Thousands of runs, a few at a time, each repeatable by its seed.
 *
 * @param name for what is printed
 * @param seed of everything; {@code -Dproof.seed} sets it
 */
record Matrix(String name, long seed) {

  /** Broken promises that are shown of one matrix. */
  private static final int SHOWN = 10;

  static Matrix named(String name) {
    return new Matrix(name, Long.getLong("proof.seed", 20_260_302L));
  }

  /** How many runs are wanted: {@code -Dproof.runs} raises it. */
  static int wanted(int otherwise) {
    return Math.max(otherwise, Integer.getInteger("proof.runs", 0));
  }

  /** One run: says what was broken, and nothing when all promises were kept. */
  interface Run {
    List<String> run(SplittableRandom random);
  }

  /** A run of one case with its number in the matrix. */
  record Cell(PlanCase example, String what, Run run) {
    String id() {
      return example + " " + what;
    }
  }

  /**
   * Runs every cell; fails with what was broken, and how to repeat it: {@code -Dproof.only=} and
   * part of what is printed runs those cells alone, and {@code -Dproof.first=true} ends at the
   * first.
   */
  void run(List<Cell> all) {
    run(all, Math.max(2, Runtime.getRuntime().availableProcessors()), Duration.ofDays(1));
  }

  /**
   * As {@link #run(List)}.
   *
   * @param atOnce how many runs; more than processors where runs wait for something else
   * @param budget no run begins later
   */
  void run(List<Cell> all, int atOnce, Duration budget) {
    String only = System.getProperty("proof.only", "");
    List<Cell> cells = all.stream().filter(cell -> cell.id().contains(only)).toList();
    long begun = System.nanoTime();
    List<String> broken = Collections.synchronizedList(new ArrayList<>());
    AtomicInteger runs = new AtomicInteger();
    try (ExecutorService threads = Executors.newFixedThreadPool(atOnce)) {
      List<Future<?>> futures = new ArrayList<>();
      for (Cell cell : cells) {
        futures.add(
            threads.submit(
                () -> {
                  if (System.nanoTime() - begun < budget.toNanos()) {
                    runs.incrementAndGet();
                    run(cell, broken);
                  }
                }));
      }
      for (Future<?> future : futures) {
        future.get();
      }
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError(e);
    }
    Duration took = Duration.ofNanos(System.nanoTime() - begun);
    System.out.printf(
        "%s: %,d runs, seed %d, %d broken, %d.%03d s, %.1f ms a run%n",
        name,
        runs.get(),
        seed,
        broken.size(),
        took.toSeconds(),
        took.toMillisPart(),
        took.toMillis() / (double) Math.max(1, runs.get()));
    if (!broken.isEmpty()) {
      Map<String, List<String>> kinds = new TreeMap<>();
      broken.forEach(
          one ->
              kinds
                  .computeIfAbsent(
                      one.substring(one.indexOf(": "))
                          .replaceAll("stopped: .*", "")
                          .replaceAll("[0-9]+", "#"),
                      kind -> new ArrayList<>())
                  .add(one));
      List<String> shown =
          kinds.values().stream()
              .sorted(Comparator.comparing(List::size, Comparator.reverseOrder()))
              .limit(SHOWN)
              .map(ones -> ones.size() + " like " + ones.stream().min(naturalOrder()).orElseThrow())
              .toList();
      throw new AssertionError(
          "%d runs of %s broke a promise (seed %d):%n%s"
              .formatted(broken.size(), name, seed, String.join("\n", shown)));
    }
  }

  private void run(Cell cell, List<String> broken) {
    if (!broken.isEmpty() && Boolean.getBoolean("proof.first")) {
      return;
    }
    String id = cell.id();
    SplittableRandom random = new SplittableRandom(seed ^ id.hashCode() * 0x9E3779B97F4A7C15L);
    try {
      List<String> found = cell.run().run(random);
      if (!found.isEmpty()) {
        broken.add(id + ": " + String.join(" | ", found));
      }
    } catch (RuntimeException | Error e) {
      broken.add(id + ": " + told(e));
    }
  }

  private static String told(Throwable thrown) {
    StringBuilder text = new StringBuilder(thrown.toString());
    for (int i = 0; i < Math.min(6, thrown.getStackTrace().length); i++) {
      text.append("\n    at ").append(thrown.getStackTrace()[i]);
    }
    return thrown.getCause() == null
        ? text.toString()
        : text + "\n  because of " + told(thrown.getCause());
  }
}
