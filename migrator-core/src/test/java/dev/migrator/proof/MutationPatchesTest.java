package dev.migrator.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The patches that take a safeguard out still find it: a patch that fits nothing proves nothing.
 */
class MutationPatchesTest {

  private static final Path FOLDER = Path.of("mutations");

  static List<Path> patches() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.filter(file -> file.toString().endsWith(".patch")).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("patches")
  void whatThePatchTakesOutIsThere(Path patch) throws IOException {
    List<String> lines = Files.readAllLines(patch);
    String source = "";
    int removed = 0;
    for (String line : lines) {
      if (line.startsWith("--- a/")) {
        source = Files.readString(Path.of("..").resolve(line.substring("--- a/".length())));
      } else if (line.startsWith("-") && !line.startsWith("---")) {
        assertThat(source).contains(line.substring(1));
        removed++;
      } else if (line.startsWith(" ")) {
        assertThat(source).contains(line.substring(1));
      }
    }
    assertThat(lines.getFirst()).startsWith("Takes out: ");
    assertThat(removed + lines.stream().filter(l -> l.startsWith("+ ")).count()).isPositive();
  }
}
