package dev.migrator.it.corpus;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/**
 * Where the corpus is: {@code MIGRATOR_CORPUS}, else {@code shared/corpus} beside the checkout.
 *
 * <p>Errors: where there is none the test is skipped aloud, and in CI it fails.
 */
final class CorpusFolder {

  private CorpusFolder() {}

  static Path find() {
    Path folder =
        Optional.ofNullable(System.getenv("MIGRATOR_CORPUS"))
            .map(Path::of)
            .orElseGet(() -> root().resolveSibling("shared").resolve("corpus"));
    if (!Files.isDirectory(folder)) {
      String advice =
          "no corpus in "
              + folder
              + ": set MIGRATOR_CORPUS to a folder of projects with EXPECT.tsv";
      if (System.getenv("CI") != null) {
        throw new AssertionError(advice);
      }
      Assumptions.abort(advice);
    }
    return folder;
  }

  private static Path root() {
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      if (Files.isRegularFile(at.resolve("plans/README.md"))) {
        return at;
      }
    }
    throw new IllegalStateException("no folder plans above " + Path.of("").toAbsolutePath());
  }
}
