package dev.migrator.it.bench;

import dev.migrator.it.cluster.ClusterPair;
import dev.migrator.it.moves.MigratorProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The program with a folder, a migration file and two clusters. */
record Program(Path folder, ClusterPair pair, Starter starter, String migration) {

  static final String PLAN = "move.plan.yaml";

  ProgramRun plan(String... more) throws IOException {
    Files.writeString(folder.resolve("migration.yaml"), migration);
    List<String> all = new ArrayList<>(List.of("-f", "migration.yaml", "-o", PLAN));
    all.addAll(Arrays.asList(more));
    return run("plan", all.toArray(String[]::new));
  }

  /** A command that names both clusters. */
  ProgramRun run(String command, String... more) {
    return ProgramRun.of(folder, starter, arguments(command, more));
  }

  /** A command that needs no cluster. */
  ProgramRun runAlone(String... arguments) {
    return ProgramRun.of(folder, starter, List.of(arguments));
  }

  /** Begins to apply the plan, and kills that when half of it is done; returns how many are. */
  int killedAtHalf(int size) {
    MigratorProcess process = starter.start(folder, arguments("apply", PLAN, "--yes"));
    int created = 0;
    while (created < size / 2) {
      if (!process.isAlive()) {
        throw new AssertionError("it ended too early: " + process.await());
      }
      sleep();
      created = RunEvents.createdSoFar(folder);
    }
    MigratorProcess.Outcome unused = process.kill();
    return RunEvents.createdSoFar(folder);
  }

  RunEvents events() {
    return RunEvents.ofNewestRun(folder);
  }

  private List<String> arguments(String command, String... more) {
    return Stream.concat(
            Stream.of(
                command,
                "--source-kubeconfig=" + pair.kubeconfig(),
                "--source-context=" + pair.source().name(),
                "--target-kubeconfig=" + pair.kubeconfig(),
                "--target-context=" + pair.target().name()),
            Arrays.stream(more))
        .toList();
  }

  private static void sleep() {
    try {
      Thread.sleep(50);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
