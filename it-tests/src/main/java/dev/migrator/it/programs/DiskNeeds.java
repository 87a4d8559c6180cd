package dev.migrator.it.programs;

import java.util.List;
import java.util.Optional;

/** What tests on disks need besides real nodes: programs that take minutes to build. */
public final class DiskNeeds {

  private DiskNeeds() {}

  /**
   * Why tests on disks are skipped here, to be said aloud; empty where they run, if need be after a
   * build. In CI nothing is built for them: a run that has them in its cache uses them.
   */
  public static Optional<String> skip(Surroundings here, BuildCache cache) {
    List<String> missing =
        BuildModule.OF_DISKS.stream()
            .filter(module -> !cache.complete(List.of(module)))
            .map(BuildModule::argument)
            .toList();
    if (missing.isEmpty() || (here.hasGo() && !here.isCi())) {
      return Optional.empty();
    }
    String names = String.join(" ", missing);
    return Optional.of(
        "No real CSI driver for the tests: %s, and %s is not in %s; it-tests/control-plane/build %s builds it."
            .formatted(here.isCi() ? "CI is true" : "there is no Go", names, cache.root(), names));
  }
}
