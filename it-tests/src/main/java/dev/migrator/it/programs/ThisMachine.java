package dev.migrator.it.programs;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * The surroundings as they are.
 *
 * @param docker asks whether a Docker engine answers; slow
 */
public record ThisMachine(Map<String, String> environment, BuildCache cache, BooleanSupplier docker)
    implements Surroundings {

  @Override
  public Optional<Path> kubebuilderAssets() {
    return Optional.ofNullable(environment.get("KUBEBUILDER_ASSETS"))
        .filter(value -> !value.isBlank())
        .map(Path::of);
  }

  @Override
  public Set<Program> missingIn(Path folder) {
    Set<Program> missing = EnumSet.copyOf(Program.ofControlPlane());
    missing.removeIf(program -> Files.isExecutable(folder.resolve(program.fileName())));
    return missing;
  }

  @Override
  public boolean isFolder(Path folder) {
    return Files.isDirectory(folder);
  }

  @Override
  public boolean cached() {
    return cache.complete(BuildModule.OF_CONTROL_PLANES);
  }

  @Override
  public boolean hasGo() {
    for (String folder : environment.getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      if (!folder.isEmpty() && Files.isExecutable(Path.of(folder, "go"))) {
        return true;
      }
    }
    return false;
  }

  @Override
  public boolean hasDocker() {
    return docker.getAsBoolean();
  }

  @Override
  public boolean isCi() {
    return "true".equalsIgnoreCase(environment.getOrDefault("CI", ""));
  }
}
