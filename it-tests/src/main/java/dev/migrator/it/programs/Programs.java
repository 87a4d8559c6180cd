package dev.migrator.it.programs;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;

/**
 * The executables of one cluster.
 *
 * <p>Shape: has every {@link Program} of a control plane.
 */
public record Programs(Map<Program, Path> paths) {

  public Programs {
    for (Program program : Program.ofControlPlane()) {
      if (!paths.containsKey(program)) {
        throw new IllegalArgumentException("no path of " + program.fileName());
      }
    }
    paths = Map.copyOf(paths);
  }

  /** All programs out of one folder; whether they are there is not looked at. */
  public static Programs in(Path folder) {
    Map<Program, Path> paths = new EnumMap<>(Program.class);
    for (Program program : Program.values()) {
      paths.put(program, folder.resolve(program.fileName()));
    }
    return new Programs(paths);
  }

  /** These and others, which win. */
  public Programs and(Map<Program, Path> others) {
    Map<Program, Path> all = new EnumMap<>(Program.class);
    all.putAll(paths);
    all.putAll(others);
    return new Programs(all);
  }

  /** The executable of one program. */
  public Path path(Program program) {
    return paths.getOrDefault(program, Path.of(program.fileName()));
  }
}
