package dev.migrator.it.moves;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.migrator.it.audit.Written;
import dev.migrator.it.cluster.ClusterPair;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The work of {@link RealPodsScene} in a pair of clusters, and the judge of what it wrote. */
record RealPods(ClusterPair pair, Path folder) {

  static final Duration LIMIT = Duration.ofSeconds(90);
  static final List<String> WORKLOADS = List.of("db", "consumer", "stubborn");
  private static final List<String> CRON_JOBS = List.of("often-a", "often-b", "one-by-one");

  /** Loads it into the source, waits until all of it has written, and makes the plan. */
  Move scene(String name, int jobSeconds, String drainTimeout, String onDrainTimeout)
      throws IOException {
    Path shared = Files.createDirectories(folder.resolve("shared"));
    RealPodsScene scene = new RealPodsScene(name, shared, jobSeconds);
    Files.writeString(
        folder.resolve("migration.yaml"), scene.migration(drainTimeout, onDrainTimeout));
    Move move = new Move(pair, folder);
    Scene.at(pair.source().kubectl()).apply(scene.yaml()).settle(name);
    // Each has written, and a Job of each is at work.
    Stream.concat(WORKLOADS.stream(), CRON_JOBS.stream())
        .forEach(file -> await().atMost(LIMIT).until(() -> written(file).count("source") > 3));
    move.plan("-f", "migration.yaml");
    return move;
  }

  /** Waits until all of it writes at the target. */
  void awaitTheTarget(boolean withSlots) {
    for (String file : WORKLOADS) {
      await(file).atMost(LIMIT).until(() -> written(file).count("target") > 3);
    }
    if (withSlots) {
      for (String file : CRON_JOBS) {
        await(file).atMost(LIMIT).until(() -> written(file).count("target") > 3);
      }
    }
  }

  /** Prints figures, and fails when anything was twice. */
  void judge() {
    List<String> breaches = new ArrayList<>();
    for (String file : WORKLOADS) {
      breaches.addAll(written(file).breaches());
    }
    for (String file : CRON_JOBS) {
      breaches.addAll(written(file).breaches());
      breaches.addAll(written(file).slotsTwice());
    }
    for (String file : Stream.concat(WORKLOADS.stream(), CRON_JOBS.stream()).toList()) {
      Written written = written(file);
      System.out.printf(
          "  %s: %d lines and %d pods or slots at the source, %d and %d at the target, %.1f s"
              + " between%n",
          file,
          written.count("source"),
          written.slots("source").size(),
          written.count("target"),
          written.slots("target").size(),
          written.pause());
    }
    assertThat(breaches).isEmpty();
  }

  Written written(String file) {
    Path path = folder.resolve("shared").resolve(file);
    try {
      return Files.exists(path) ? Written.read(path) : new Written(file, List.of());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
