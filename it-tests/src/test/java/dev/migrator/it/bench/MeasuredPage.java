package dev.migrator.it.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Writes what was measured to where people and machines read it. */
record MeasuredPage(Measurements measured, BenchOptions options) {

  private static final String BEGIN = "<!-- measured: begin";
  private static final String END = "<!-- measured: end -->";
  private static final Path JMH = Path.of("target", "jmh.json");

  /** One file with every turn. */
  void writeJson(Path folder) throws IOException {
    Files.createDirectories(folder);
    Path file = folder.resolve("result.json");
    Files.writeString(file, measured.json());
    System.out.println("written: " + file.toAbsolutePath());
  }

  /** Takes the place of what a page had between its two marks. */
  void writeInto(Path page) throws IOException {
    String text = Files.readString(page);
    int begin = text.indexOf('\n', text.indexOf(BEGIN)) + 1;
    int end = text.indexOf(END);
    if (begin <= 0 || end < begin) {
      throw new AssertionError(page + " has no place for what was measured");
    }
    Files.writeString(page, text.substring(0, begin) + "\n" + block() + "\n" + text.substring(end));
    System.out.println("recorded in " + page);
  }

  /** What JMH left of the same command; empty when it did not run. */
  private static String hotSpots() throws IOException {
    if (!Files.exists(JMH)) {
      return "";
    }
    StringBuilder table =
        new StringBuilder("| Pure part (JMH, when it last ran) | Score |\n|---|---|\n");
    for (JsonNode one : new ObjectMapper().readTree(Files.readAllBytes(JMH))) {
      String name = one.path("benchmark").asText();
      JsonNode metric = one.path("primaryMetric");
      table.append(
          String.format(
              Locale.ROOT,
              "| %s | %,.1f %s |%n",
              name.substring(name.lastIndexOf('.', name.lastIndexOf('.') - 1) + 1),
              metric.path("score").asDouble(),
              metric.path("scoreUnit").asText().replace("us/op", "µs an object")));
    }
    return "\n" + table;
  }

  private String block() throws IOException {
    return String.format(
        Locale.ROOT,
        "Recorded by `%s` on %d cores, %s, JDK %s: %d rounds in turns; %s;"
            + " the target's etcd forces to a real disk, as migrator's journal does.%n%n%s%s",
        options.command(),
        Processors.all(),
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        Runtime.version().feature(),
        options.rounds(),
        options.starter().words(),
        measured.markdown(),
        hotSpots());
  }
}
