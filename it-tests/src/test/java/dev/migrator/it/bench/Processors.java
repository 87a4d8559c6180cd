package dev.migrator.it.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.function.Supplier;

/**
 * Which processors the servers and their clients have. Where they share them, every second that a
 * client computes is one that the server lacks; a real server has processors of its own.
 */
enum Processors {
  SHARED,

  /** The servers have the first half, and the clients, this JVM among them, the second. */
  APART;

  /** Errors: {@link AssertionError} where there are too few to divide, or the system cannot. */
  <T> T startServers(Supplier<T> start) {
    if (this == SHARED) {
      return start.get();
    }
    int all = online();
    if (all < 2) {
      throw new AssertionError("one processor cannot be divided");
    }
    stayOn(0, all / 2 - 1);
    try {
      return start.get();
    } finally {
      stayOn(all / 2, all - 1);
    }
  }

  /** All that there are, not only those that are left to this JVM. */
  static int online() {
    return Integer.parseInt(output("getconf", "_NPROCESSORS_ONLN").strip());
  }

  /** Moves all threads of this JVM; processes that they start stay where they were started. */
  private static void stayOn(int first, int last) {
    String unused =
        output(
            "taskset",
            "--all-tasks",
            "--cpu-list",
            "--pid",
            first + "-" + last,
            Long.toString(ProcessHandle.current().pid()));
  }

  private static String output(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), UTF_8);
      if (process.waitFor() != 0) {
        throw new AssertionError(String.join(" ", command) + ": " + said);
      }
      return said;
    } catch (IOException e) {
      throw new AssertionError(String.join(" ", command), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
