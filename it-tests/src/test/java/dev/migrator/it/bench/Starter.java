package dev.migrator.it.bench;

import dev.migrator.it.moves.MigratorProcess;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How the program is started.
 *
 * @param launcher that of the archive which users get; empty for the classes of this build, without
 *     a runtime and an AOT cache of their own
 * @param jvmOptions more options of its JVM
 */
record Starter(Optional<Path> launcher, List<String> jvmOptions) {

  /** The classes of this build. */
  static Starter ofClasses() {
    return new Starter(Optional.empty(), List.of());
  }

  MigratorProcess start(Path folder, List<String> arguments) {
    if (launcher.isEmpty()) {
      return MigratorProcess.start(folder, Map.of(), jvmOptions, arguments);
    }
    return MigratorProcess.startProgram(
        folder,
        Map.of("MIGRATOR_JAVA_OPTS", String.join(" ", jvmOptions)),
        List.of(launcher.get().toString()),
        arguments);
  }

  /** For whoever reads the figures. */
  String words() {
    return launcher.isPresent()
        ? "migrator as its archive starts it, with its own runtime and AOT cache"
        : "migrator from its classes, without an AOT cache";
  }
}
