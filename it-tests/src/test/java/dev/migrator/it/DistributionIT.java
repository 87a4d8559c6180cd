package dev.migrator.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.migrator.cli.Main;
import dev.migrator.cli.wiring.RealWorld;
import dev.migrator.it.cluster.ClusterPair;
import dev.migrator.it.junit.RealClusters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What people get is what works: the archive where no Java is, and the image's own files. */
@RealClusters
@Timeout(600)
class DistributionIT {

  private static final int STARTS = 15;

  @TempDir static Path folder;
  private static Path target = Path.of("");
  private static Path home = Path.of("");

  @BeforeAll
  static void build() throws Exception {
    Checkout sources = Checkout.copiedTo(Files.createDirectory(folder.resolve("sources")));
    sources.does(
        "./mvnw",
        "-q",
        "--no-transfer-progress",
        "-Pdist",
        "-pl",
        "migrator-cli",
        "-am",
        "-Dmaven.test.skip=true",
        "package");
    target = sources.folder().resolve("migrator-cli/target");
    // Elsewhere than it was built, as for everybody who gets it.
    Checkout place = new Checkout(Files.createDirectory(folder.resolve("opt")));
    try (Stream<Path> made = Files.list(target)) {
      Path archive = made.filter(p -> p.toString().endsWith(".tar.gz")).findAny().orElseThrow();
      place.does("tar", "-xzf", archive.toString());
    }
    try (Stream<Path> unpacked = Files.list(place.folder())) {
      home = unpacked.findAny().orElseThrow();
    }
  }

  @Test
  void theArchiveNeedsNoJavaAndUsesItsCache() throws Exception {
    Checkout here = new Checkout(Files.createDirectory(folder.resolve("here")));
    // Without its cache this mode ends with an error.
    Map<String, String> bare =
        Map.of("PATH", "/usr/bin:/bin", "MIGRATOR_JAVA_OPTS", "-XX:AOTMode=on");
    String migrator = home.resolve("bin/migrator").toString();

    assertThat(here.run(bare, migrator, "version")).startsWith("migrator ");
    assertThat(here.run(bare, migrator, "--help")).contains("A move, step by step:");
    assertThat(here.run(bare, migrator, "demo", "--html")).contains("That was all.");
    assertThat(here.run(bare, migrator, "explain", "M2107")).contains("did not become ready");
  }

  @Test
  void itReachesRealClustersAndIsAPluginOfKubectl(ClusterPair pair) throws Exception {
    Checkout here = new Checkout(Files.createDirectory(folder.resolve("plugin")));
    Map<String, String> environment =
        Map.of(
            "PATH",
            home.resolve("bin") + ":/usr/bin:/bin",
            "KUBECONFIG",
            pair.kubeconfig().toString());
    String kubectl = pair.source().kubectl().program().toString();

    assertThat(
            here.run(
                environment,
                kubectl,
                "migrator",
                "plan",
                "--source-context",
                pair.source().kubectl().context(),
                "--target-context",
                pair.target().kubectl().context(),
                "-o",
                "move.plan.yaml"))
        .contains("FROM ");
    assertThat(here.folder().resolve("move.plan.yaml")).exists();
    // Nothing of the JVM stands among the results.
    assertThat(here.run(environment, kubectl, "migrator", "show", "move.plan.yaml"))
        .contains("FROM ")
        .doesNotContain("[warning]");
  }

  @Test
  void eachCommandHasAManualPageAndEachShellAScript() throws Exception {
    for (String command :
        Main.commands(RealWorld.environment()).commandLine().getSubcommands().keySet()) {
      assertThat(home.resolve("share/man/man1/migrator-" + command + ".1"))
          .content()
          .contains(".SH \"NAME\"", "migrator-" + command);
    }
    Checkout here = new Checkout(folder);
    assertThat(
            here.run(
                "bash",
                "-c",
                "source '%s' && complete -p migrator"
                    .formatted(home.resolve("share/bash-completion/completions/migrator"))))
        .contains("_complete_migrator");
    assertThat(home.resolve("share/fish/vendor_completions.d/migrator.fish"))
        .content()
        .contains("complete -c migrator");
  }

  @Test
  void theImageRunsAsNobodyInParticular() throws Exception {
    Path root = Files.createDirectory(folder.resolve("root"));
    Checkout in = new Checkout(Files.createDirectory(folder.resolve("image")));
    in.does("tar", "-xf", target.resolve("jib-image.tar").toString());
    ObjectMapper json = new ObjectMapper();
    JsonNode manifest = json.readTree(in.folder().resolve("manifest.json").toFile()).path(0);
    JsonNode config =
        json.readTree(in.folder().resolve(manifest.path("Config").asText()).toFile())
            .path("config");
    assertThat(config.path("User").asText()).isEqualTo("65532:65532");
    for (JsonNode layer : manifest.path("Layers")) {
      in.does("tar", "-xf", in.folder().resolve(layer.asText()).toString(), "-C", root + "");
    }
    assertThat(root.resolve("app")).as("the program once more").doesNotExist();

    assumeTrue(
        System.getProperty("user.name").equals("root"),
        "the image is tried as root only: a change of the root folder needs that");
    Path work = Files.createDirectories(root.resolve("work"));
    Files.createDirectories(root.resolve("tmp"));
    Files.createDirectories(root.resolve("proc"));
    in.does("chown", "65532:65532", work.toString(), root.resolve("tmp").toString());
    List<String> command =
        new ArrayList<>(
            List.of(
                "unshare",
                "--mount",
                "sh",
                "-c",
                // A container has /proc; here it is gone with the process.
                "mount -t proc proc \"$0/proc\" && exec chroot --userspec=65532:65532 \"$0\""
                    + " \"$@\"",
                root.toString()));
    config.path("Entrypoint").forEach(word -> command.add(word.asText()));
    command.add("version");
    assertThat(in.run(command.toArray(String[]::new))).startsWith("migrator ");
  }

  /** Printed, not asserted: machines differ. */
  @Test
  void howLongItTakesToStart(ClusterPair pair) throws Exception {
    Checkout here = new Checkout(folder);
    String kubectl = pair.source().kubectl().program().toString();
    String migrator = home.resolve("bin/migrator").toString();
    List<Long> ours = new ArrayList<>();
    List<Long> theirs = new ArrayList<>();
    for (int i = 0; i < STARTS; i++) {
      ours.add(time(here, migrator, "version"));
      theirs.add(time(here, kubectl, "version", "--client"));
    }
    ours.sort(null);
    theirs.sort(null);
    System.out.printf(
        "start-up: migrator version %d ms, kubectl version --client %d ms (medians of %d), ratio"
            + " %.2f%n",
        ours.get(STARTS / 2) / 1_000_000,
        theirs.get(STARTS / 2) / 1_000_000,
        STARTS,
        (double) ours.get(STARTS / 2) / theirs.get(STARTS / 2));
    assertThat(ours.getFirst()).isPositive();
  }

  private static long time(Checkout here, String... command)
      throws IOException, InterruptedException {
    long begun = System.nanoTime();
    Process process =
        new ProcessBuilder(command)
            .directory(here.folder().toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(process.waitFor()).isZero();
    return System.nanoTime() - begun;
  }
}
