package dev.migrator.it.programs;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * What a machine has to offer for a test cluster. The methods are asked in the order of preference
 * and no further than needed, since the later ones cost time.
 */
public interface Surroundings {

  /** The value of {@code KUBEBUILDER_ASSETS}, if set and not blank. */
  Optional<Path> kubebuilderAssets();

  /** The programs that a cluster needs and that are not in this folder. */
  Set<Program> missingIn(Path folder);

  /** Whether this folder exists. */
  boolean isFolder(Path folder);

  /** Whether all programs are in the local cache. */
  boolean cached();

  /** Whether a Go compiler is on the PATH. */
  boolean hasGo();

  /** Whether a Docker engine answers. */
  boolean hasDocker();

  /** Whether this is a CI run ({@code CI=true}), where a test that cannot run is a failure. */
  boolean isCi();
}
