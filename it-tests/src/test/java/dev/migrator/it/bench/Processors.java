package dev.migrator.it.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;

/**
 * Which processors the servers and their clients have. Where they share them, every second that a
 * client computes is one that the server lacks; a real server has processors of its own.
 */
enum Processors {
  SHARED,

  /** The servers have the first half, and the clients, this JVM among them, the second. */
  APART;

  /** Before any of them are taken from this JVM. */
  private static final int ALL = Runtime.getRuntime().availableProcessors();

  /** Errors: {@link AssertionError} where there are too few to divide, or the system cannot. */
  <T> T startServers(Supplier<T> start) {
    if (this == SHARED) {
      return start.get();
    }
    if (ALL < 2) {
      throw new AssertionError("one processor cannot be divided");
    }
    stayOn(0, ALL / 2 - 1);
    try {
      return start.get();
    } finally {
      stayOn(ALL / 2, ALL - 1);
    }
  }

  /** All that there are, not only those that are left to this JVM. */
  static int all() {
    return ALL;
  }

  /** Moves all threads of this JVM; processes that they start stay where they were started. */
  private static void stayOn(int first, int last) {
    String pid = Long.toString(ProcessHandle.current().pid());
    List<String> command =
        List.of("taskset", "--all-tasks", "--cpu-list", "--pid", first + "-" + last, pid);
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), UTF_8);
      if (process.waitFor() != 0) {
        throw new AssertionError(String.join(" ", command) + ": " + said);
      }
    } catch (IOException e) {
      throw new AssertionError(String.join(" ", command), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
