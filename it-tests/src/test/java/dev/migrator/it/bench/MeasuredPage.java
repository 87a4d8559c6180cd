package dev.migrator.it.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Writes what was measured to where people and machines read it. */
record MeasuredPage(Measurements measured, BenchOptions options) {

  private static final String BEGIN = "<!-- measured: begin";
  private static final String END = "<!-- measured: end -->";

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

  private String block() {
    return String.format(
        Locale.ROOT,
        "Recorded by `it-tests/bench --record` on %d cores, %s, JDK %s: %d rounds in turns; etcd"
            + " of both servers without fsync, which makes the ceiling higher.%n%n%s",
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        Runtime.version().feature(),
        options.rounds(),
        measured.markdown());
  }
}
