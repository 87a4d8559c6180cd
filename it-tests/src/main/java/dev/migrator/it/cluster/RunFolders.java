package dev.migrator.it.cluster;

import dev.migrator.it.programs.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The folders of running clusters. A folder's name says which process owns it, so that what a dead
 * process left (files, and programs whose supervisor was killed as well) is found and removed by
 * the next one.
 */
record RunFolders(Path root) {

  private static final Pattern NAME = Pattern.compile("(\\d+)-(\\d+)-(\\d+)-[a-z-]+");
  private static final AtomicInteger NEXT = new AtomicInteger();

  /** How far two readings of one process's start time may be apart, where it is a time of day. */
  private static final long START_TOLERANCE_MILLIS = 5_000;

  /** The 22nd field of /proc/PID/stat, counted from the third, in ticks. Source: proc(5). */
  private static final int START_FIELD = 19;

  private static final long MILLIS_A_TICK = 10;

  static RunFolders ofThisUser() {
    return new RunFolders(
        Path.of(
            System.getProperty("java.io.tmpdir"),
            "migrator-it-" + System.getProperty("user.name")));
  }

  /** A new folder owned by this process, readable by its owner only. */
  Path create(String name) throws IOException {
    ProcessHandle me = ProcessHandle.current();
    Path folder =
        root.resolve(me.pid() + "-" + startMillis(me) + "-" + NEXT.incrementAndGet() + "-" + name);
    Files.createDirectories(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    return folder;
  }

  /** Ends the programs and removes the folders of owners that are gone. */
  void clean() {
    if (!Files.isDirectory(root)) {
      return;
    }
    try (Stream<Path> folders = Files.list(root)) {
      folders.filter(folder -> !hasLivingOwner(folder)).forEach(RunFolders::remove);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean hasLivingOwner(Path folder) {
    Matcher name = NAME.matcher(folder.getFileName().toString());
    if (!name.matches()) {
      return true; // not ours to judge
    }
    long started = Long.parseLong(name.group(2));
    return ProcessHandle.of(Long.parseLong(name.group(1)))
        .map(RunFolders::startMillis)
        .filter(start -> Math.abs(start - started) < START_TOLERANCE_MILLIS)
        .isPresent();
  }

  /**
   * When the process began: since boot, where the system says so. A time of day is computed from
   * that and the clock, and a machine that slept or whose clock was set then seems to have another
   * process under the same number.
   */
  static long startMillis(ProcessHandle process) {
    Path stat = Path.of("/proc", Long.toString(process.pid()), "stat");
    try {
      // The name before it, in parentheses, may hold anything.
      String afterName = Files.readString(stat).replaceFirst("(?s)^.*\\)\\s", "");
      return Long.parseLong(afterName.split(" ", -1)[START_FIELD]) * MILLIS_A_TICK;
    } catch (IOException | IndexOutOfBoundsException | NumberFormatException e) {
      return startOfDay(process);
    }
  }

  private static long startOfDay(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
  }

  /** Ends what is left of the cluster in this folder, and deletes the folder. */
  static void remove(Path folder) {
    for (Program program : Program.ofControlPlane()) {
      leftOver(folder, program.fileName()).ifPresent(ProcessHandle::destroyForcibly);
    }
    for (Program program : Program.ofDisks()) {
      leftOver(folder, program.fileName()).ifPresent(ProcessHandle::destroyForcibly);
    }
    leftOver(folder, RealNode.PROGRAM).ifPresent(RunFolders::endTree);
    try (Stream<Path> files = Files.walk(folder)) {
      RealNode.removeCgroups(RealNode.folder(folder));
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException e) {
      // Another process cleans at the same time, or a dying program still writes: the next one gets
      // it.
      System.Logger log = System.getLogger(RunFolders.class.getName());
      log.log(System.Logger.Level.DEBUG, "{0} is not removed yet: {1}", folder, e);
    }
  }

  /** Ends process 1 of a node, and waits until what runs on the node is gone with it. */
  private static void endTree(ProcessHandle node) {
    List<ProcessHandle> all = node.descendants().toList();
    node.destroyForcibly();
    all.forEach(RunFolders::awaitEnd);
  }

  /** Waits a few seconds for the end of a process that has been killed. */
  static void awaitEnd(ProcessHandle process) {
    process.onExit().completeOnTimeout(process, 10, TimeUnit.SECONDS).join();
  }

  /** The process that the pid file names, if it is still that program: pids are used again. */
  private static Optional<ProcessHandle> leftOver(Path folder, String program) {
    try {
      List<String> lines = Files.readAllLines(SupervisedProgram.pidFile(folder, program));
      return lines.stream()
          .findFirst()
          .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid.strip())))
          .filter(process -> process.info().command().orElse("").endsWith("/" + program));
    } catch (IOException | NumberFormatException e) {
      return Optional.empty();
    }
  }
}
