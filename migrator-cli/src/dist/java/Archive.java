import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/**
 * Makes the archive: the program, a Java runtime of its own with only what it needs, an AOT cache,
 * manual pages and completion scripts. Run by the build, with the JDK that compiles:
 *
 * <pre>java Archive.java TARGET VERSION TIMESTAMP</pre>
 *
 * <p>Shape: {@code TARGET/archive/migrator-VERSION-linux-x64/} and beside it the same as {@code
 * .tar.gz}; for the image {@code TARGET/image/} with the program in {@code opt/migrator} and the C
 * library that the runtime is linked to.
 */
final class Archive {

  /**
   * What the program and its libraries use. By hand: an analysis adds java.desktop, a third of a
   * runtime, for annotations that are only looked for, and misses what is loaded by name.
   */
  private static final List<String> MODULES =
      List.of(
          "java.base",
          "java.logging",
          "java.management",
          "java.naming",
          "java.net.http",
          "java.sql",
          "jdk.crypto.cryptoki",
          "jdk.localedata",
          "jdk.unsupported",
          "jdk.zipfs");

  /** As the launcher starts it: a cache fits only the flags that it was made with. */
  private static final List<String> FLAGS =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-XX:-UsePerfData",
          "-Xlog:disable",
          "-Xlog:all=error:stderr",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow");

  private static final String MARK = "# What only a shell can see";

  private final Path target;
  private final String name;
  private final FileTime time;
  private final Path home;

  private Archive(Path target, String version, Instant time) {
    this.target = target;
    this.name = "migrator-" + version + "-linux-x64";
    this.time = FileTime.from(time);
    this.home = target.resolve("archive").resolve(name);
  }

  public static void main(String[] args) throws Exception {
    Archive archive =
        new Archive(Path.of(args[0]).toAbsolutePath(), args[1], Instant.parse(args[2]));
    archive.make();
  }

  private void make() throws Exception {
    delete(target.resolve("archive"));
    delete(target.resolve("image"));
    Files.createDirectories(home.resolve("bin"));
    copyPrograms();
    runtime();
    writeLauncher();
    writeCompletions();
    copy(target.resolve("man"), home.resolve("share/man/man1"));
    for (String file : List.of("LICENSE", "README.md", "CHANGELOG.md")) {
      Files.copy(target.resolve("../..").resolve(file), home.resolve(file));
    }
    // Before the cache is made: it holds the times of the files that it is for.
    setTimes(home);
    train();
    setTimes(home);
    run(
        target.resolve("archive"),
        List.of(
            "tar",
            "--create",
            "--gzip",
            "--sort=name",
            "--owner=0",
            "--group=0",
            "--numeric-owner",
            "--file=" + target.resolve(name + ".tar.gz"),
            name));
    image();
  }

  private void copyPrograms() throws IOException {
    Path lib = Files.createDirectories(home.resolve("lib"));
    Files.copy(target.resolve("migrator.jar"), lib.resolve("migrator.jar"));
    copy(target.resolve("lib"), lib.resolve("lib"));
    try (Stream<Path> jars = Files.list(lib.resolve("lib"))) {
      for (Path jar :
          jars.filter(j -> j.getFileName().toString().startsWith("picocli-")).toList()) {
        renew(jar);
      }
    }
  }

  /**
   * Gives classes of the time before Java 6 the stack maps of today, for the cache takes no class
   * without them. What they do stays the same.
   */
  private void renew(Path jar) throws IOException {
    try (FileSystem files = FileSystems.newFileSystem(jar);
        Stream<Path> all = Files.walk(files.getPath("/"))) {
      ClassFile classFile =
          ClassFile.of(
              ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
              ClassFile.ClassHierarchyResolverOption.of(hierarchy(files.getPath("/"))));
      for (Path path : all.filter(p -> p.toString().endsWith(".class")).toList()) {
        ClassModel old = classFile.parse(Files.readAllBytes(path));
        if (old.majorVersion() < ClassFile.JAVA_6_VERSION) {
          ClassTransform version =
              (to, part) ->
                  to.with(
                      part instanceof ClassFileVersion
                          ? ClassFileVersion.of(ClassFile.JAVA_8_VERSION, 0)
                          : part);
          // Body by body, for a body that is taken as it is gets no stack map.
          ClassTransform bodies =
              ClassTransform.transformingMethodBodies((to, instruction) -> to.with(instruction));
          Files.write(path, classFile.transformClass(old, version.andThen(bodies)));
        }
      }
    }
  }

  private static ClassHierarchyResolver hierarchy(Path root) {
    return ClassHierarchyResolver.ofResourceParsing(
            type -> {
              String name = type.descriptorString();
              Path file = root.resolve(name.substring(1, name.length() - 1) + ".class");
              try {
                return Files.exists(file) ? Files.newInputStream(file) : null;
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            })
        .orElse(ClassHierarchyResolver.defaultResolver());
  }

  private void runtime() throws IOException {
    tool(
        "jlink",
        "--add-modules",
        String.join(",", MODULES),
        "--output",
        home.resolve("runtime").toString(),
        "--strip-debug",
        "--no-header-files",
        "--no-man-pages",
        "--include-locales=en");
  }

  /** Its beginning is its own; how the program is started is taken from the clone's launcher. */
  private void writeLauncher() throws IOException {
    String own = Files.readString(target.resolve("../src/dist/bin/migrator"));
    String clone = Files.readString(target.resolve("../../migrator"));
    int from = clone.indexOf(MARK);
    if (from < 0) {
      throw new IllegalStateException("the launcher has no line that begins with: " + MARK);
    }
    Path launcher = home.resolve("bin/migrator");
    Files.writeString(launcher, own + clone.substring(from));
    Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
    // kubectl runs what is called so on PATH for "kubectl migrator".
    Files.createSymbolicLink(home.resolve("bin/kubectl-migrator"), Path.of("migrator"));
  }

  private void writeCompletions() throws IOException, InterruptedException {
    for (var script :
        List.of(
            List.of("bash", "bash-completion/completions/migrator"),
            List.of("zsh", "zsh/site-functions/migrator.zsh"),
            List.of("fish", "fish/vendor_completions.d/migrator.fish"))) {
      Path file = home.resolve("share").resolve(script.get(1));
      Files.createDirectories(file.getParent());
      Files.writeString(
          file, run(target, program("dev.migrator.cli.Main", "completion", script.get(0))));
    }
  }

  /**
   * A whole move between simulated clusters uses most of what any command does; a plan of two
   * servers that are as good as empty the rest: what talks to real ones. The version alone has a
   * cache of its own, a fifth as large: all that a cache holds is linked at every start.
   */
  private void train() throws Exception {
    Path folder = Files.createTempDirectory("migrator-training");
    try (TrainingServer servers = new TrainingServer(folder)) {
      train(
          folder,
          "migrator.aot",
          "dev.migrator.cli.Training",
          "plan",
          "--source-kubeconfig=" + servers.kubeconfig(),
          "--source-context=source",
          "--target-kubeconfig=" + servers.kubeconfig(),
          "--target-context=target",
          "--prove",
          "-o",
          folder.resolve("move.plan.yaml").toString(),
          "--",
          "show",
          folder.resolve("move.plan.yaml").toString(),
          "--",
          "--help",
          "--",
          "demo",
          "--html");
      train(folder, "version.aot", "dev.migrator.cli.Main", "version");
    } finally {
      delete(folder);
    }
  }

  private void train(Path folder, String cache, String main, String... arguments)
      throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(program(main, arguments));
    words.add(1, "-XX:AOTCacheOutput=" + home.resolve("lib").resolve(cache));
    run(folder, words);
  }

  /** The JDK's own tool that makes certificates. */
  static void keytool(String... words) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>();
    all.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    all.addAll(Arrays.asList(words));
    run(Path.of("").toAbsolutePath(), all);
  }

  private List<String> program(String main, String... arguments) {
    List<String> words = new ArrayList<>();
    words.add(home.resolve("runtime/bin/java").toString());
    words.addAll(FLAGS);
    words.addAll(List.of("-cp", home.resolve("lib/migrator.jar").toString()));
    words.add(main);
    words.addAll(Arrays.asList(arguments));
    return words;
  }

  /** The files of a container image without a distribution: the program, and what it links to. */
  private void image() throws IOException, InterruptedException {
    Path root = target.resolve("image");
    Path program = root.resolve("opt/migrator");
    Files.createDirectories(program);
    for (String part : List.of("runtime", "lib", "LICENSE")) {
      copy(home.resolve(part), program.resolve(part));
    }
    TreeSet<Path> libraries = new TreeSet<>();
    try (Stream<Path> all = Files.walk(home.resolve("runtime"))) {
      for (Path file : all.filter(Archive::isLinked).toList()) {
        for (String line : run(target, List.of("ldd", file.toString())).lines().toList()) {
          Stream.of(line.strip().split("\\s+"))
              .filter(word -> word.startsWith("/lib"))
              .map(Path::of)
              .forEach(libraries::add);
        }
      }
    }
    for (Path library : libraries) {
      Path to = root.resolve(library.toString().substring(1));
      Files.createDirectories(to.getParent());
      Files.copy(library.toRealPath(), to, StandardCopyOption.REPLACE_EXISTING);
    }
    Files.createDirectories(root.resolve("etc"));
    Files.writeString(root.resolve("etc/passwd"), "migrator:x:65532:65532::/work:/\n");
    Files.writeString(root.resolve("etc/nsswitch.conf"), "hosts: files dns\n");
    setTimes(root);
  }

  private static boolean isLinked(Path file) {
    return Files.isRegularFile(file)
        && (file.getFileName().toString().endsWith(".so") || file.getParent().endsWith("bin"))
        && isElf(file);
  }

  private static boolean isElf(Path file) {
    try (var in = Files.newInputStream(file)) {
      return Arrays.equals(in.readNBytes(4), new byte[] {0x7f, 'E', 'L', 'F'});
    } catch (IOException e) {
      return false;
    }
  }

  private void setTimes(Path root) throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      for (Path path : all.filter(p -> !Files.isSymbolicLink(p)).toList()) {
        Files.setLastModifiedTime(path, time);
      }
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : all.toList()) {
        Path copy = to.resolve(from.relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectories(copy);
        } else {
          Files.createDirectories(copy.getParent());
          Files.copy(path, copy, StandardCopyOption.COPY_ATTRIBUTES);
        }
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes is) throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path each, IOException e) throws IOException {
            Files.delete(each);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static void tool(String tool, String... words) throws IOException {
    var out = new java.io.StringWriter();
    var printed = new java.io.PrintWriter(out, true);
    int exit = ToolProvider.findFirst(tool).orElseThrow().run(printed, printed, words);
    if (exit != 0) {
      throw new IOException(tool + " ended with " + exit + ": " + out);
    }
  }

  private static String run(Path folder, List<String> words)
      throws IOException, InterruptedException {
    Path said = Files.createTempFile("migrator-build", ".log");
    Path wrong = Files.createTempFile("migrator-build", ".err");
    Process process =
        new ProcessBuilder(words)
            .directory(folder.toFile())
            .redirectOutput(said.toFile())
            .redirectError(wrong.toFile())
            .start();
    int exit = process.waitFor();
    String out = Files.readString(said);
    String err = Files.readString(wrong);
    Files.delete(said);
    Files.delete(wrong);
    if (exit != 0) {
      throw new IOException(String.join(" ", words) + " ended with " + exit + ": " + out + err);
    }
    return out;
  }
}
