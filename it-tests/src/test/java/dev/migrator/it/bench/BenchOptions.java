package dev.migrator.it.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * What is asked for.
 *
 * @param sizes of the workloads
 * @param rounds that every contender has
 * @param parts that are measured
 * @param record whether the result goes into docs/performance.md
 * @param jvmOptions of the program
 */
record BenchOptions(
    List<Integer> sizes, int rounds, Set<String> parts, boolean record, List<String> jvmOptions) {

  /** By {@code -Dbench.sizes=2000,20000} and the like. */
  static BenchOptions ofSystemProperties() {
    return new BenchOptions(
        words("bench.sizes", "2000,20000").stream().map(Integer::valueOf).toList(),
        Integer.getInteger("bench.rounds", 3),
        Set.copyOf(words("bench.parts", "apply,kubectl")),
        !System.getProperty("bench.record", "false").equals("false"),
        words("bench.jvm", ""));
  }

  boolean wants(String part) {
    return parts.contains(part);
  }

  private static List<String> words(String property, String otherwise) {
    return Arrays.stream(System.getProperty(property, otherwise).split(","))
        .map(String::strip)
        .filter(word -> !word.isEmpty())
        .toList();
  }
}
