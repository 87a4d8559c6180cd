package dev.migrator.it.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.migrator.it.cluster.ClusterPair;
import dev.migrator.it.programs.BuildCache;
import dev.migrator.it.programs.BuildModule;
import dev.migrator.it.programs.DiskNeeds;
import dev.migrator.it.programs.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The witness of moves with data notices what it is there to notice. */
@Timeout(60)
class LedgerIT {

  private static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir Path root;
  private Path program;
  private final List<Process> running = new ArrayList<>();

  @BeforeEach
  void find() {
    BuildCache cache = BuildCache.ofThisUser();
    Optional<String> skip = DiskNeeds.skip(ClusterPair.environment(), cache);
    if (!cache.complete(List.of(BuildModule.DISK))) {
      skip.ifPresent(why -> System.out.println("SKIPPED: LedgerIT. " + why));
      Assumptions.assumeTrue(skip.isEmpty(), () -> skip.orElse(""));
      cache.build(List.of(BuildModule.DISK), System.out::println);
    }
    program = cache.folder(BuildModule.DISK).resolve(Program.LEDGER.fileName());
  }

  @AfterEach
  void end() {
    running.forEach(Process::destroyForcibly);
  }

  private Path folder(String name) throws IOException {
    return Files.createDirectories(root.resolve(name));
  }

  private Process start(String writer, Path... folders) throws IOException {
    List<String> command = new ArrayList<>(List.of(program.toString(), "run", "--every=5ms"));
    command.addAll(List.of("--stale=2s", "--identity=" + writer));
    for (Path folder : folders) {
      command.add(folder.toString());
    }
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(root.resolve("out-" + running.size()).toFile())
            .start();
    running.add(process);
    return process;
  }

  private String lastOutput() throws IOException {
    return Files.readString(root.resolve("out-" + (running.size() - 1)));
  }

  private LedgerState state(Path folder) {
    return LedgerState.verify(program, folder);
  }

  private void write(String writer, Path... folders) throws Exception {
    Process process = start(writer, folders);
    long before = state(folders[0]).records();
    await().atMost(LIMIT).until(() -> state(folders[0]).records() > before + 10);
    process.destroy(); // SIGTERM
    assertThat(process.waitFor()).as(lastOutput()).isZero();
  }

  private void refused(String why, String writer, Path... folders) throws Exception {
    assertThat(start(writer, folders).waitFor()).as(lastOutput()).isEqualTo(3);
    assertThat(lastOutput()).contains(why);
  }

  private static void append(Path folder, String text) throws IOException {
    Files.writeString(folder.resolve("records"), text, StandardOpenOption.APPEND);
  }

  @Test
  void oneWriterAfterTheOtherContinuesTheChainOfAllFolders() throws Exception {
    Path a = folder("a");
    Path b = folder("b");
    write("source/1", a, b);
    write("target/2", a, b);
    for (Path folder : List.of(a, b)) {
      LedgerState state = state(folder);
      assertThat(state.problems()).isEmpty();
      assertThat(state.clusters()).containsExactly("source", "target");
      assertThat(state.records("source") + state.records("target")).isEqualTo(state.records());
      assertThat(state.released()).isTrue();
      assertThat(state.holder()).isEqualTo("target/2");
    }
    assertThat(state(a).records()).isEqualTo(state(b).records());
    assertThat(state(a).label()).isEqualTo("ledger/a");
  }

  @Test
  void aLivingWriterIsNotJoinedAndTheMeetingIsRemembered() throws Exception {
    Path a = folder("a");
    start("source/1", a);
    await().atMost(LIMIT).until(() -> state(a).records() > 10);
    refused("a process that lives", "target/2", a);
    assertThat(state(a).problems()).singleElement().asString().contains("writers met");
  }

  /** As on a disk whose other machine cannot be seen: the kernel knows of no other writer. */
  @Test
  void aWriterThatIsPushedAsideStops() throws Exception {
    Path a = folder("a");
    Process process = start("source/1", a);
    await().atMost(LIMIT).until(() -> state(a).records() > 10);
    Files.writeString(a.resolve("lock.new"), "{\"holder\":\"target/2\"}");
    Files.move(
        a.resolve("lock.new"),
        a.resolve("lock"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertThat(process.waitFor()).isEqualTo(3);
    assertThat(state(a).problems()).isNotEmpty();
  }

  @Test
  void aWriterThatWasKilledIsFollowedOnceItHasBeenSilentLongEnough() throws Exception {
    Path a = folder("a");
    Path b = folder("b");
    Process process = start("source/1", a, b);
    await().atMost(LIMIT).until(() -> state(b).records() > 10);
    process.destroyForcibly().waitFor();
    assertThat(state(a).released()).isFalse();
    refused("has not released it", "target/2", a, b);
    Thread.sleep(2100);
    write("target/2", a, b);
    assertThat(state(a).problems()).isEmpty();
    assertThat(state(a).clusters()).containsExactly("source", "target");
  }

  @Test
  void tornDamagedAndMissingRecordsAreFound() throws Exception {
    Path torn = folder("torn");
    write("source/1", torn);
    append(torn, "{\"number\":");
    assertThat(state(torn).problems()).singleElement().asString().contains("is torn");
    refused("is torn", "target/2", torn);

    Path damaged = folder("damaged");
    write("source/1", damaged);
    edit(damaged, lines -> lines.set(4, lines.get(4).replace("source/1", "source/7")));
    assertThat(state(damaged).problems()).first().asString().contains("record 5 is damaged");

    Path missing = folder("missing");
    write("source/1", missing);
    edit(missing, lines -> lines.remove(4));
    assertThat(state(missing).problems()).singleElement().asString().contains("chain is broken");
    refused("chain is broken", "target/2", missing);
  }

  private static void edit(Path folder, java.util.function.Consumer<List<String>> change)
      throws IOException {
    Path file = folder.resolve("records");
    List<String> lines = new ArrayList<>(Files.readAllLines(file));
    change.accept(lines);
    Files.writeString(file, String.join("\n", lines) + "\n");
  }

  @Test
  void foldersOfOthersAndOfOtherTimesAreRefused() throws Exception {
    Path a = folder("a");
    Path b = folder("b");
    write("source/1", a, b);
    Path wrong = folder("other/b");
    Files.copy(a.resolve("records"), wrong.resolve("records"));
    refused("this is the folder of ledger/a", "target/2", a, wrong);

    edit(b, lines -> lines.subList(lines.size() - 5, lines.size()).clear());
    refused("of different times", "target/2", a, b);
  }
}
