package dev.migrator.it.programs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The programs that {@code control-plane/build} has built, kept outside the build folder so that
 * {@code mvn clean} does not lose them.
 *
 * @param modules the folder {@code it-tests/control-plane}
 * @param root where the built programs are, {@code ${XDG_CACHE_HOME:-~/.cache}/migrator-it}
 */
public record BuildCache(Path modules, Path root) {

  /** The cache of this user, for the modules found from the working directory upward. */
  public static BuildCache ofThisUser() {
    String home = System.getenv().getOrDefault("HOME", System.getProperty("user.home"));
    String caches = System.getenv().getOrDefault("XDG_CACHE_HOME", home + "/.cache");
    return new BuildCache(
        findModules(Path.of("").toAbsolutePath()), Path.of(caches, "migrator-it"));
  }

  static Path findModules(Path from) {
    for (Path folder = from; folder != null; folder = folder.getParent()) {
      for (String candidate : new String[] {"control-plane", "it-tests/control-plane"}) {
        if (Files.isExecutable(folder.resolve(candidate).resolve("build"))) {
          return folder.resolve(candidate);
        }
      }
    }
    throw new IllegalStateException("no it-tests/control-plane at or above " + from);
  }

  /** The folder where the programs of one module are, once built. */
  public Path folder(BuildModule module) {
    try {
      Path source = modules.resolve(module.folder());
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      for (Path input : inputs(module, source)) {
        sha256.update(Files.readAllBytes(input));
      }
      String digest = HexFormat.of().formatHex(sha256.digest());
      String version = module.version(Files.readString(source.resolve("go.mod")));
      return root.resolve(module.cacheFolder(version, digest));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The go.sum, and the sources of the modules that have any. */
  private static List<Path> inputs(BuildModule module, Path source) throws IOException {
    List<Path> inputs = new ArrayList<>(List.of(source.resolve("go.sum")));
    if (module == BuildModule.DISK || module == BuildModule.MOVERS) {
      try (Stream<Path> files = Files.walk(source)) {
        files.filter(file -> file.toString().endsWith(".go")).sorted().forEach(inputs::add);
      }
    }
    return inputs;
  }

  /** Whether every program of these modules is there. */
  public boolean complete(List<BuildModule> wanted) {
    for (BuildModule module : wanted) {
      Path folder = folder(module);
      for (Program program : module.programs()) {
        if (!Files.isExecutable(folder.resolve(program.fileName()))) {
          return false;
        }
      }
    }
    return true;
  }

  /** The programs of the source cluster. */
  public Programs source() {
    return programs(BuildModule.KUBERNETES_SOURCE);
  }

  /** The programs of the target cluster. */
  public Programs target() {
    return programs(BuildModule.KUBERNETES_TARGET);
  }

  /** The programs of a real node of the source cluster. */
  public NodePrograms sourceNode() {
    return node(BuildModule.KUBELET_SOURCE);
  }

  /** The programs of a real node of the target cluster. */
  public NodePrograms targetNode() {
    return node(BuildModule.KUBELET_TARGET);
  }

  /** The programs that real nodes need besides to have disks, and that of their pods. */
  public Map<Program, Path> disks() {
    Map<Program, Path> paths = new EnumMap<>(Program.class);
    BuildModule.OF_DISKS.forEach(module -> paths.putAll(paths(module)));
    return paths;
  }

  private NodePrograms node(BuildModule kubelet) {
    return new NodePrograms(
        folder(BuildModule.CONTAINERD_RUNTIME),
        folder(kubelet).resolve(Program.KUBELET.fileName()),
        List.of());
  }

  private Programs programs(BuildModule kubernetes) {
    Map<Program, Path> paths = new EnumMap<>(Program.class);
    // The module of the cluster comes last: what it builds wins over what another version built.
    for (BuildModule module :
        new BuildModule[] {
          BuildModule.ETCD_SERVER,
          BuildModule.KWOK_KUBELET,
          BuildModule.KUBERNETES_TARGET,
          kubernetes
        }) {
      paths.putAll(paths(module));
    }
    return new Programs(paths);
  }

  private Map<Program, Path> paths(BuildModule module) {
    Path folder = folder(module);
    return module.programs().stream()
        .collect(Collectors.toMap(program -> program, p -> folder.resolve(p.fileName())));
  }

  /**
   * Builds what is missing. Minutes long on a new machine; what it does goes to {@code out} line by
   * line.
   *
   * <p>Errors: {@link IllegalStateException} when the build fails. Crash: an unfinished build
   * leaves only a folder with a temporary name.
   */
  public void build(List<BuildModule> wanted, Consumer<String> out) {
    List<String> command = new ArrayList<>(List.of(modules.resolve("build").toString()));
    wanted.forEach(module -> command.add(module.argument()));
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(modules.toFile())
              .redirectErrorStream(true)
              .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
              .start();
      try (var lines = process.inputReader()) {
        lines.lines().forEach(out);
      }
      int code = process.waitFor();
      if (code != 0) {
        throw new IllegalStateException(modules.resolve("build") + " ended with exit code " + code);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while building the control plane", e);
    }
  }
}
