package dev.migrator.it.bench;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What is asked for.
 *
 * @param sizes of the workloads
 * @param rounds that every contender has
 * @param parts that are measured
 * @param cronJobs how many are handed over in one move
 * @param record whether the result goes into docs/performance.md
 * @param processors of servers and clients
 * @param starter of the program
 */
record BenchOptions(
    List<Integer> sizes,
    int rounds,
    Set<String> parts,
    List<Integer> cronJobs,
    boolean record,
    Processors processors,
    Starter starter) {

  /** By {@code -Dbench.sizes=2000,20000} and the like; {@code none} is an empty list. */
  static BenchOptions ofSystemProperties() {
    return new BenchOptions(
        numbers("bench.sizes", "2000,20000"),
        numbers("bench.rounds", "3").getFirst(),
        Set.copyOf(
            words("bench.parts", "apply,prove,verify,resume,kubectl,pauses,planning,startup")),
        numbers("bench.cronjobs", "1,100,1000"),
        text("bench.record").equals("true"),
        text("bench.apart").equals("true") ? Processors.APART : Processors.SHARED,
        new Starter(
            Optional.of(text("bench.launcher")).filter(path -> !path.isEmpty()).map(Path::of),
            words("bench.jvm", "none")));
  }

  /** What to type for the same run. */
  String command() {
    StringBuilder command = new StringBuilder("it-tests/bench");
    option(command, "--sizes", sizes);
    option(command, "--rounds", List.of(rounds));
    option(command, "--parts", new TreeSet<>(parts));
    if (wants("pauses")) {
      option(command, "--cronjobs", cronJobs);
    }
    if (!starter.jvmOptions().isEmpty()) {
      option(command, "--jvm", starter.jvmOptions());
    }
    if (processors == Processors.APART) {
      command.append(" --apart");
    }
    if (starter.launcher().isEmpty()) {
      command.append(" --classes");
    }
    return command + " --record";
  }

  private static void option(StringBuilder command, String name, Collection<?> values) {
    command
        .append(' ')
        .append(name)
        .append(' ')
        .append(values.stream().map(String::valueOf).collect(Collectors.joining(",")));
  }

  boolean wants(String part) {
    return parts.contains(part);
  }

  private static List<Integer> numbers(String property, String otherwise) {
    return words(property, otherwise).stream().map(Integer::valueOf).toList();
  }

  private static List<String> words(String property, String otherwise) {
    String text = text(property).isEmpty() ? otherwise : text(property);
    return Arrays.stream(text.split(","))
        .map(String::strip)
        .filter(word -> !word.isEmpty() && !word.equals("none"))
        .toList();
  }

  private static String text(String property) {
    return System.getProperty(property, "").strip();
  }
}
