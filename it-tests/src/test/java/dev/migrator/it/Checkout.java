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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** A folder, and programs that run in it; may be a copy of the sources where nothing was built. */
record Checkout(Path folder) {

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  /** Nothing that a build makes, and nothing that the program needs not. */
  private static final Set<String> LEFT_OUT =
      Set.of("target", ".git", ".migrator", ".migrator-demo");

  /** Copies the sources of this project to the folder. */
  static Checkout copiedTo(Path folder) throws IOException {
    Files.walkFileTree(
        ROOT,
        new SimpleFileVisitor<Path>() {
          @Override
          public FileVisitResult preVisitDirectory(Path from, BasicFileAttributes attributes)
              throws IOException {
            // A case of plans/ may have a folder of that name.
            boolean made = LEFT_OUT.contains(from.getFileName().toString());
            if (made && !from.startsWith(ROOT.resolve("plans"))) {
              return FileVisitResult.SKIP_SUBTREE;
            }
            Files.createDirectories(folder.resolve(ROOT.relativize(from)));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.copy(
                file, folder.resolve(ROOT.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES);
            return FileVisitResult.CONTINUE;
          }
        });
    return new Checkout(folder);
  }

  /** Runs a program that must end with 0. */
  void does(String... command) throws InterruptedException {
    String unused = run(Map.of(), command);
  }

  /** What the program said; it must end with 0. */
  String run(String... command) throws InterruptedException {
    return run(Map.of(), command);
  }

  /** As {@link #run(String...)}, with nothing of our environment but these variables. */
  String run(Map<String, String> environment, String... command) throws InterruptedException {
    try {
      Path out = Files.createTempFile("migrator-said", ".txt");
      ProcessBuilder builder =
          new ProcessBuilder(List.of(command))
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(out.toFile());
      if (!environment.isEmpty()) {
        builder.environment().clear();
        builder.environment().putAll(new HashMap<>(environment));
      }
      Process process = builder.start();
      boolean ended = process.waitFor(8, TimeUnit.MINUTES);
      process.destroyForcibly();
      String said = Files.readString(out, StandardCharsets.UTF_8);
      Files.delete(out);
      assertThat(ended).as(said).isTrue();
      assertThat(process.exitValue()).as(said).isZero();
      return said;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
