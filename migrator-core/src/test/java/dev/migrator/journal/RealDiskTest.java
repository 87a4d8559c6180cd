package dev.migrator.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RealDiskTest {

  private final RealDisk disk = new RealDisk();

  @TempDir private Path folder;

  static void assertPrivate(Path path) {
    try {
      String wanted =
          Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS) ? "rwx------" : "rw-------";
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
          .as(path.toString())
          .isEqualTo(wanted);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aNewFileTakesTheNameOfNothing() throws IOException {
    Path made = folder.resolve("key");
    disk.create(made, new byte[] {1, 2});
    assertThat(disk.read(made)).containsExactly(1, 2);
    assertPrivate(made);

    Path elsewhere = Files.write(folder.resolve("theirs"), new byte[] {9});
    Path link = Files.createSymbolicLink(folder.resolve("link"), elsewhere);
    Path dangling = Files.createSymbolicLink(folder.resolve("dangling"), folder.resolve("none"));
    for (Path taken : List.of(made, link, dangling)) {
      assertThatThrownBy(() -> disk.create(taken, new byte[] {3}))
          .isInstanceOf(FileAlreadyExistsException.class);
    }
    assertThat(disk.read(made)).containsExactly(1, 2);
    assertThat(disk.read(elsewhere)).containsExactly(9);
    assertThat(disk.list(folder)).containsExactly(dangling, made, link, elsewhere);
  }

  @Test
  void whatItMakesIsPrivate() throws IOException {
    Path directory = folder.resolve("a").resolve("b");
    disk.createDirectories(directory);
    disk.createDirectories(directory);
    disk.write(directory.resolve("whole"), new byte[3]);
    try (Disk.Appender appender = disk.append(directory.resolve("grows"))) {
      assertThat(appender.position()).isZero();
      appender.write(new byte[] {1, 2, 3});
      appender.force();
      assertThat(appender.position()).isEqualTo(3);
    }
    for (Path path :
        new Path[] {
          folder.resolve("a"), directory, directory.resolve("whole"), directory.resolve("grows")
        }) {
      assertPrivate(path);
    }
    assertThat(disk.list(directory))
        .containsExactly(directory.resolve("grows"), directory.resolve("whole"));
  }

  @Test
  void manyAreForcedAtOnceAndTheFirstFailureIsTold() throws IOException {
    disk.makeDirectory(folder.resolve("made"));
    assertPrivate(folder.resolve("made"));
    List<Path> files = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      Path file = folder.resolve("made").resolve("f" + i);
      try (Disk.Appender appender = disk.append(file)) {
        appender.write(new byte[] {1});
      }
      files.add(file);
    }
    disk.forceAll(files);
    disk.syncAll(List.of(folder, folder.resolve("made")));
    assertThat(files).allSatisfy(file -> assertThat(disk.size(file)).isEqualTo(1));
    files.set(7, folder.resolve("gone").resolve("a"));
    files.set(9, folder.resolve("gone").resolve("b"));
    assertThatThrownBy(() -> disk.forceAll(files))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("gone/a");
    assertThatThrownBy(() -> disk.syncAll(List.of(folder, folder.resolve("gone"))))
        .isInstanceOf(IOException.class);
  }

  @Test
  void deletingATreeDoesNotFollowLinks() throws IOException {
    Path outside = Files.writeString(folder.resolve("outside"), "kept");
    Path tree = folder.resolve("tree");
    disk.createDirectories(tree);
    Files.createSymbolicLink(tree.resolve("link"), outside);
    Files.createSymbolicLink(tree.resolve("folder"), folder);
    disk.delete(tree);
    assertThat(tree).doesNotExist();
    assertThat(outside).hasContent("kept");
  }

  @Test
  void anInterruptedThreadDoesNotCloseTheFileUnderTheOthers() throws Exception {
    try (Disk.Appender appender = disk.append(folder.resolve("f"))) {
      Thread interrupted =
          Thread.ofPlatform()
              .start(
                  () -> {
                    Thread.currentThread().interrupt();
                    try {
                      appender.write(new byte[] {1});
                      appender.force();
                    } catch (IOException e) {
                      throw new UncheckedIOException(e);
                    }
                  });
      interrupted.join();
      appender.write(new byte[] {2});
      appender.force();
    }
    assertThat(disk.read(folder.resolve("f"))).containsExactly(1, 2);
  }

  @Test
  void aLockIsHeldAgainstThisProcessAndAgainstOthersUntilItsHolderEnds() throws Exception {
    Path file = folder.resolve("lock");
    Optional<Disk.Lock> mine = disk.lock(file);
    assertThat(mine).isPresent();
    assertThat(disk.lock(file)).as("by this process").isEmpty();
    assertThat(childTakes(file)).as("while we hold it").isEqualTo("refused");
    mine.orElseThrow().close();
    assertThat(childTakes(file)).as("when we let it go").isEqualTo("taken");
    assertThat(disk.lock(file)).as("when the child has ended").isPresent();
  }

  private static String childTakes(Path file) throws Exception {
    Path program = Path.of(System.getProperty("java.home"), "bin", "java");
    Process child =
        new ProcessBuilder(
                program.toString(),
                "-cp",
                System.getProperty("java.class.path"),
                LockTaker.class.getName(),
                file.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      String said =
          new String(
              child.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
      assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
      return said;
    } finally {
      child.destroyForcibly();
    }
  }

  /** Another process: takes the lock, says whether it got it, and ends without closing it. */
  static final class LockTaker {

    private LockTaker() {}

    public static void main(String[] args) throws IOException {
      boolean taken = new RealDisk().lock(Path.of(args[0])).isPresent();
      System.out.print(taken ? "taken" : "refused");
      System.out.flush();
      Runtime.getRuntime().halt(0);
    }
  }
}
