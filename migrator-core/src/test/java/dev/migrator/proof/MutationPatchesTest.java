package dev.migrator.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
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
    assertThat(lines.getFirst()).startsWith("Takes out: ");
    List<Hunk> hunks = hunks(lines);
    assertThat(hunks).isNotEmpty().allMatch(Hunk::changes);
    for (Hunk hunk : hunks) {
      assertThat(Files.readString(Path.of("..").resolve(hunk.file()))).contains(hunk.before());
    }
  }

  /** One place of a patch: the lines that it looks for, and whether it changes them. */
  private record Hunk(String file, String before, boolean changes) {}

  private static List<Hunk> hunks(List<String> lines) {
    List<Hunk> hunks = new ArrayList<>();
    String file = "";
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).startsWith("--- a/")) {
        file = lines.get(i).substring("--- a/".length()).split("\t", 2)[0];
      } else if (lines.get(i).startsWith("@@")) {
        List<String> body =
            lines.subList(i + 1, lines.size()).stream()
                .takeWhile(line -> !line.startsWith("@@") && !line.startsWith("--- "))
                .toList();
        hunks.add(
            new Hunk(
                file,
                body.stream()
                    .filter(line -> !line.startsWith("+"))
                    .map(line -> line.isEmpty() ? "" : line.substring(1))
                    .collect(Collectors.joining("\n")),
                body.stream().anyMatch(line -> line.startsWith("+") || line.startsWith("-"))));
      }
    }
    return hunks;
  }
}
