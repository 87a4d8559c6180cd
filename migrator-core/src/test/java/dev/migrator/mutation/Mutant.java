package dev.migrator.mutation;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * Mutated classes in a folder of their own, which stands first on the class path.
 *
 * @param classes the folder
 */
record Mutant(Path classes) {

  private static final int MINUTES = 15;

  /**
   * Compiles the sources against the program as it is.
   *
   * <p>Errors: {@link IllegalArgumentException} with what the compiler says.
   *
   * @param folder for sources and classes; empty
   */
  static Mutant compile(Path folder, Map<Path, String> sources) throws IOException {
    List<Path> files = new ArrayList<>();
    for (Map.Entry<Path, String> source : sources.entrySet()) {
      Path file = folder.resolve(source.getKey());
      Files.createDirectories(file.getParent());
      Files.writeString(file, source.getValue());
      files.add(file);
    }
    Path classes = Files.createDirectories(folder.resolve("classes"));
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter said = new StringWriter();
    List<String> options =
        List.of("-proc:none", "-nowarn", "-d", classes.toString(), "-cp", classPath());
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      boolean compiled =
          compiler
              .getTask(
                  said, manager, null, options, null, manager.getJavaFileObjectsFromPaths(files))
              .call();
      if (!compiled) {
        throw new IllegalArgumentException(said.toString());
      }
    }
    return new Mutant(classes);
  }

  /** The first test that fails with it; empty when all pass. */
  Optional<String> noticedBy(List<String> tests) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dproof.first=true",
                "-cp",
                classes + File.pathSeparator + classPath(),
                FirstFailure.class.getName()));
    command.addAll(tests);
    Path said = classes.resolveSibling("said.log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile()).start();
    boolean ended = false;
    try {
      ended = process.waitFor(MINUTES, TimeUnit.MINUTES);
    } finally {
      process.destroyForcibly();
    }
    if (!ended) {
      return Optional.of("no end within " + MINUTES + " minutes of " + tests);
    }
    List<String> lines = Files.readAllLines(said);
    return switch (process.exitValue()) {
      case FirstFailure.ALL_PASS -> Optional.empty();
      case FirstFailure.ONE_FAILS -> Optional.of(lines.getLast());
      default -> throw new IllegalStateException("the tests did not run: " + lines);
    };
  }

  private static String classPath() {
    return System.getProperty("java.class.path");
  }
}
