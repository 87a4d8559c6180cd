package dev.migrator.cli;

import dev.migrator.cli.wiring.RealWorld;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What the build runs to fill the AOT cache of the archive: command lines, one after the other in
 * one process, because a cache is made of one.
 *
 * <p>Errors: exits with the code of the first command line that fails.
 */
public final class Training {

  /** Separates command lines. */
  private static final String THEN = "--";

  /** What HTTP/2 is made of: the build has no server that speaks it. */
  private static final String HTTP = "/modules/java.net.http/jdk/internal/net/http";

  private Training() {}

  /** Runs the command lines, which stand between {@code --}. */
  public static void main(String[] args) throws IOException, ClassNotFoundException {
    List<String> line = new ArrayList<>();
    for (String arg : args) {
      if (arg.equals(THEN)) {
        run(line);
        line.clear();
      } else {
        line.add(arg);
      }
    }
    run(line);
    load(HTTP);
    System.exit(0);
  }

  private static void run(List<String> line) {
    int code = Main.run(RealWorld.environment(), line.toArray(String[]::new));
    if (code != 0) {
      System.exit(code);
    }
  }

  /** Loads the classes of a folder of the runtime, without running anything of them. */
  private static void load(String folder) throws IOException, ClassNotFoundException {
    Path root = FileSystems.getFileSystem(URI.create("jrt:/")).getPath(folder);
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
        // Without /modules/java.net.http/ and .class.
        String path = file.subpath(2, file.getNameCount()).toString();
        String name = path.substring(0, path.length() - ".class".length()).replace('/', '.');
        Class<?> unused = Class.forName(name, false, ClassLoader.getSystemClassLoader());
      }
    }
  }
}
