package dev.migrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the README says first works where nothing was built before. */
@Timeout(600)
class CleanCheckoutIT {

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  /** Nothing that a build makes, and nothing that the program needs not. */
  private static final Set<String> LEFT_OUT =
      Set.of("target", ".git", ".migrator", ".migrator-demo");

  @TempDir Path checkout;

  @Test
  void theLauncherBuildsOnFirstUseAndTheClustersCompile() throws Exception {
    copy();
    assertThat(run("./migrator", "version")).contains("migrator ");
    String unused =
        run(
            "./mvnw",
            "-q",
            "--no-transfer-progress",
            "-pl",
            "it-tests",
            "-am",
            "-Pclusters",
            "-Dexec.skip=true",
            "process-classes");
  }

  private void copy() throws IOException {
    Files.walkFileTree(
        ROOT,
        new SimpleFileVisitor<Path>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
              throws IOException {
            // A case of plans/ may have a folder of that name.
            boolean made = LEFT_OUT.contains(folder.getFileName().toString());
            if (made && !folder.startsWith(ROOT.resolve("plans"))) {
              return FileVisitResult.SKIP_SUBTREE;
            }
            Files.createDirectories(checkout.resolve(ROOT.relativize(folder)));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.copy(
                file, checkout.resolve(ROOT.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private String run(String... command) throws InterruptedException {
    try {
      Path out = Files.createTempFile(checkout, "out", ".txt");
      Process process =
          new ProcessBuilder(List.of(command))
              .directory(checkout.toFile())
              .redirectErrorStream(true)
              .redirectOutput(out.toFile())
              .start();
      boolean ended = process.waitFor(8, TimeUnit.MINUTES);
      process.destroyForcibly();
      String said = Files.readString(out, StandardCharsets.UTF_8);
      assertThat(ended).as(said).isTrue();
      assertThat(process.exitValue()).as(said).isZero();
      return said;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
