package dev.migrator.it.cluster;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.it.programs.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Programs end with whoever started them, and what is left of the dead is cleaned. A sleep stands
 * in for etcd.
 */
class LeftOversTest {

  @TempDir Path root;
  private Path etcd;
  private Process process;

  @BeforeEach
  void startSomethingNamedEtcd() throws IOException {
    etcd = root.resolve("bin/etcd");
    Files.createDirectories(etcd.getParent());
    Files.copy(Path.of("/bin/sleep"), etcd, StandardCopyOption.COPY_ATTRIBUTES);
    process = new ProcessBuilder(etcd.toString(), "600").start();
  }

  @AfterEach
  void end() {
    process.destroyForcibly();
  }

  private Path folder(String name, long pid) throws IOException {
    Path folder = Files.createDirectories(root.resolve("runs").resolve(name));
    Files.writeString(SupervisedProgram.pidFile(folder, "etcd"), pid + "\n");
    return folder;
  }

  @Test
  void whatADeadOwnerLeftIsEndedAndRemoved() throws Exception {
    Path folder = folder(Long.MAX_VALUE + "-1-1-source", process.pid());
    new RunFolders(root.resolve("runs")).clean();
    assertThat(process.waitFor(10, SECONDS)).isTrue();
    assertThat(folder).doesNotExist();
  }

  @Test
  void aPidThatNowBelongsToAnotherIsLeftAlone() throws Exception {
    long started = RunFolders.startMillis(ProcessHandle.current());
    // This JVM's pid, but another start: the owner is gone and its pid was given to us.
    Path folder =
        folder(
            ProcessHandle.current().pid() + "-" + (started - 60_000) + "-1-source",
            ProcessHandle.current().pid());
    new RunFolders(root.resolve("runs")).clean();
    assertThat(folder).doesNotExist();
    assertThat(process.isAlive()).isTrue();
  }

  @Test
  void aLivingOwnersFolderAndForeignFoldersStay() throws Exception {
    RunFolders folders = new RunFolders(root.resolve("runs"));
    Path mine = folders.create("source");
    Path foreign = folder("somebody-elses", process.pid());
    folders.clean();
    assertThat(mine).exists();
    assertThat(foreign).exists();
    assertThat(process.isAlive()).isTrue();
  }

  @Test
  void theEndOfThePipeEndsTheProgram() throws Exception {
    SupervisedProgram program = supervised("600");
    Readiness ready = new Readiness(java.util.Optional::empty);
    ready.await("a pid", () -> program.pid().isPresent());
    ProcessHandle handle = ProcessHandle.of(program.pid().orElseThrow()).orElseThrow();
    program.askToEnd();
    program.awaitEnd();
    assertThat(handle.isAlive()).isFalse();
    assertThat(program.pid()).isEmpty();
  }

  @Test
  void aProgramThatEndsByItselfEndsItsSupervisor() throws Exception {
    SupervisedProgram program = supervised("0");
    new Readiness(java.util.Optional::empty).await("its end", () -> !program.isAlive());
    assertThat(program.pid()).isEmpty();
  }

  private SupervisedProgram supervised(String seconds) throws IOException {
    Path folder = Files.createDirectories(root.resolve("cluster"));
    LocalCluster.copyResource("supervise.sh", folder.resolve("supervise.sh"));
    return SupervisedProgram.start(Program.ETCD, etcd, List.of(seconds), folder, folder);
  }
}
