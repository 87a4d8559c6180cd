package dev.migrator.it.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Runs the benchmarks, prints tables and writes {@code target/bench/result.json}. */
final class Bench {

  private Bench() {}

  public static void main(String[] arguments) throws IOException {
    BenchOptions options = BenchOptions.ofSystemProperties();
    Measurements measured = new Measurements();
    Path folder = Files.createTempDirectory("migrator-bench");
    System.out.println(options.starter().words());
    for (int size : options.sizes()) {
      Throughput.measure(options, measured, folder, size);
    }
    if (options.wants("pauses")) {
      Pauses.measure(options, measured, folder);
    }
    if (options.wants("planning")) {
      PurePlanning.measure(measured);
    }
    if (options.wants("startup")) {
      StartUp.measure(options, measured, folder);
    }
    System.out.println();
    System.out.println(measured.markdown());
    MeasuredPage page = new MeasuredPage(measured, options);
    page.writeJson(Path.of("target", "bench"));
    if (options.record()) {
      page.writeInto(Path.of("..", "docs", "performance.md"));
      Files.createDirectories(Recorded.FOLDER);
      Files.writeString(Recorded.FOLDER.resolve(Recorded.NAME), measured.json());
    }
  }
}
