package dev.migrator.it.programs;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What tests of movers need besides disks: programs of Debian's packages, and some that are built.
 */
public final class MoverNeeds {

  /** What is installed, and goes into the image of movers, or looks at what they have copied. */
  static final List<String> INSTALLED =
      List.of("rsync", "stunnel4", "python3", "busybox", "getfattr");

  private MoverNeeds() {}

  /** Why tests of movers are skipped here, to be said aloud; empty where they run. */
  public static Optional<String> skip(Surroundings here, BuildCache cache) {
    return skip(here, cache, Path.of("/usr/bin"));
  }

  static Optional<String> skip(Surroundings here, BuildCache cache, Path programs) {
    List<String> lacking = new ArrayList<>();
    for (String program : INSTALLED) {
      if (!Files.isExecutable(programs.resolve(program))) {
        lacking.add(program);
      }
    }
    if (!lacking.isEmpty()) {
      return Optional.of(
          "No movers for the tests: this machine lacks %s; it-tests/node-packages installs them."
              .formatted(String.join(", ", lacking)));
    }
    if (cache.complete(List.of(BuildModule.MOVERS)) || (here.hasGo() && !here.isCi())) {
      return Optional.empty();
    }
    return Optional.of(
        "No movers for the tests: %s, and movers is not in %s; it-tests/control-plane/build movers builds it."
            .formatted(here.isCi() ? "CI is true" : "there is no Go", cache.root()));
  }
}
