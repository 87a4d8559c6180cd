package dev.migrator.it.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.it.cluster.ClusterPair;
import dev.migrator.it.programs.BuildCache;
import dev.migrator.it.programs.BuildModule;
import dev.migrator.it.programs.MoverNeeds;
import dev.migrator.it.programs.Program;
import dev.migrator.model.Json;
import dev.migrator.mover.Result;
import dev.migrator.runbook.MoverFolder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the programs of movers do where there is trouble, as processes of this machine. */
@EnabledIf("hasWhatItNeeds")
@Timeout(60)
class MoverProgramsIT {

  private static final String KEY = "migrator:" + "ab".repeat(32) + "\n";
  private static final String MARKER = "this must not be read on the way ";

  @TempDir Path root;
  private Path source;
  private Path target;
  private final List<MoverPrograms.Started> running = new ArrayList<>();

  static boolean hasWhatItNeeds() {
    Optional<String> why = MoverNeeds.skip(ClusterPair.environment(), BuildCache.ofThisUser());
    if (why.isEmpty() && !System.getProperty("user.name").equals("root")) {
      why = Optional.of("Not root, who alone can give files to others.");
    }
    why.ifPresent(words -> System.out.println("SKIPPED: MoverProgramsIT. " + words));
    return why.isEmpty();
  }

  @BeforeEach
  void volumes() throws Exception {
    source = Files.createDirectories(root.resolve("source/data"));
    target = Files.createDirectories(root.resolve("target/data"));
    VolumeMaking.run(root, "make", source.toString(), "200");
    Files.writeString(source.resolve("marked"), MARKER.repeat(2000));
  }

  @AfterEach
  void end() {
    running.forEach(
        started -> started.process().descendants().forEach(ProcessHandle::destroyForcibly));
    running.forEach(started -> started.process().destroyForcibly());
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private MoverPrograms.Started start(
      MoverPrograms programs, String side, String pass, Map<String, String> more)
      throws IOException {
    Map<String, String> environment = new HashMap<>(more);
    environment.putAll(Map.of("SIDE", side, "PASS", pass));
    MoverPrograms.Started started =
        programs.start(side, side.equals("source") ? source : target, environment);
    running.add(started);
    return started;
  }

  /** An rsync target that listens. */
  private MoverPrograms.Started target(MoverPrograms rsync, String pass, int port, String within)
      throws IOException {
    Path key = Files.writeString(root.resolve("target.key"), KEY);
    int daemon = freePort();
    Map<String, String> environment = new HashMap<>();
    environment.put("ADDRESS", "127.0.0.1");
    environment.put("TLS_PORT", Integer.toString(port));
    environment.put("DAEMON_PORT", Integer.toString(daemon));
    environment.put("MOVER_KEY", key.toString());
    environment.put("BEGUN_WITHIN", within);
    MoverPrograms.Started started = start(rsync, "target", pass, environment);
    await("it listens")
        .atMost(Duration.ofSeconds(20))
        .until(() -> Files.exists(root.resolve("rsync/tmp-target/listening")));
    return started;
  }

  private MoverPrograms.Started source(MoverPrograms rsync, String pass, int port, String key)
      throws IOException {
    Path file = Files.writeString(root.resolve("source.key"), key);
    return start(
        rsync,
        "source",
        pass,
        Map.of(
            "HOST",
            "127.0.0.1",
            "PORT",
            Integer.toString(port),
            "MOVER_KEY",
            file.toString(),
            "REACHED_WITHIN",
            "3"));
  }

  private Result result(MoverPrograms.Started started, String name) throws Exception {
    MoverPrograms.Outcome outcome = started.end();
    assertThat(outcome.exitCode()).as(outcome.log()).isZero();
    return MoverFolder.find(name, root).result(outcome.log()).orElseThrow();
  }

  @Test
  void nothingCanBeReadOnTheWay() throws Exception {
    MoverPrograms rsync = MoverPrograms.of("rsync", root);
    int port = freePort();
    MoverPrograms.Started serving = target(rsync, "final", port, "30");
    try (WiredBytes wire = new WiredBytes(port)) {
      Result sent = result(source(rsync, "final", wire.port(), KEY), "rsync");
      assertThat(sent.isSameAs(result(serving, "rsync"))).isTrue();
      assertThat(wire.heard()).hasSizeGreaterThan(200_000);
      assertThat(wire.heard().contains(MARKER)).as("contents").isFalse();
      assertThat(wire.heard().contains("RSYNCD")).as("the protocol").isFalse();
    }
    assertThat(target.resolve("marked")).hasContent(MARKER.repeat(2000));
  }

  @Test
  void aWrongKeyIsRefused() throws Exception {
    MoverPrograms rsync = MoverPrograms.of("rsync", root);
    int port = freePort();
    MoverPrograms.Started serving = target(rsync, "final", port, "6");
    String other = "migrator:" + "cd".repeat(32) + "\n";
    MoverPrograms.Outcome refused = source(rsync, "final", port, other).end();
    assertThat(refused.exitCode()).as(refused.log()).isEqualTo(1);
    assertThat(MoverFolder.find("rsync", root).failure(refused.log()).orElseThrow())
        .contains("the target is not reached at 127.0.0.1:" + port, "TLS");
    MoverPrograms.Outcome alone = serving.end();
    assertThat(alone.exitCode()).as("no other try is of use").isEqualTo(3);
    assertThat(alone.termination())
        .startsWith("mover: failure no source has come in 6 seconds")
        .contains("the last one that came: TLS");
    try (var files = Files.list(target)) {
      assertThat(files).as("nothing was written").isEmpty();
    }
  }

  @Test
  void aSourceThatBeginsAgainIsServedAgain() throws Exception {
    MoverPrograms rsync = MoverPrograms.of("rsync", root);
    int port = freePort();
    MoverPrograms.Started serving = target(rsync, "final", port, "30");
    MoverPrograms.Started first = source(rsync, "final", port, KEY);
    await("some of it is there")
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(10))
        .until(() -> Files.exists(target.resolve("d001")));
    first.process().descendants().forEach(ProcessHandle::destroyForcibly);
    first.process().destroyForcibly();
    Result sent = result(source(rsync, "final", port, KEY), "rsync");
    assertThat(sent.isSameAs(result(serving, "rsync"))).isTrue();
    assertThat(VolumeLook.differences(VolumeLook.of(source), VolumeLook.of(target))).isEmpty();
  }

  private Map<String, String> repository(String password) {
    Path built = BuildCache.ofThisUser().folder(BuildModule.MOVERS);
    assertThat(built.resolve(Program.RESTIC.fileName())).exists();
    return Map.of(
        "PATH",
        built + ":/usr/bin:/bin",
        "TRANSFER",
        "mv-1",
        "RESTIC_REPOSITORY",
        root.resolve("repository").toString(),
        "RESTIC_PASSWORD",
        password,
        "REACHED_WITHIN",
        "5");
  }

  @Test
  void aRepositoryOfAnotherKeyIsLeftAlone() throws Exception {
    MoverPrograms restic = MoverPrograms.of("restic", root);
    result(start(restic, "source", "hot", repository("one")), "restic");
    MoverPrograms.Outcome refused = start(restic, "source", "final", repository("other")).end();
    assertThat(refused.exitCode()).as(refused.log()).isEqualTo(3);
    assertThat(refused.termination()).contains("the repository cannot be opened", "wrong password");
    try (var files = Files.walk(root.resolve("repository"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).doesNotContain(MARKER);
      }
    }
  }

  @Test
  void aRepositoryThatCannotBeReachedIsGivenUpAfterAWhile() throws Exception {
    MoverPrograms restic = MoverPrograms.of("restic", root);
    Map<String, String> nowhere = new HashMap<>(repository("one"));
    nowhere.put("RESTIC_REPOSITORY", "rest:http://127.0.0.1:" + freePort() + "/");
    MoverPrograms.Outcome outcome = start(restic, "source", "final", nowhere).end();
    assertThat(outcome.exitCode()).as("to be tried again").isEqualTo(1);
    assertThat(outcome.termination())
        .contains("the repository cannot be opened", "connection refused");
  }

  /** What a walk must notice, one at a time. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "printf x | dd of=marked bs=1 seek=5 conv=notrunc status=none; touch -d @7 marked",
        "chmod 0601 marked",
        "chown 7 marked",
        "chgrp 7 marked",
        "touch -d @8 marked",
        "touch -d @7.5 marked",
        "mv marked renamed",
        "rm marked",
        "mkdir more",
        "chmod 0711 hostile",
        "touch -h -d @8 rel",
        "ln -sfn other rel",
        "chown -h 9 rel",
        "cp -p --remove-destination h2 h1.new; mv h1.new h1",
        "setfattr -n user.color -v red h1",
        "setfattr -x user.dir private",
        "setfattr -x system.posix_acl_access private/pg",
        "setfattr -x security.capability d000/f00000",
        "rm null; mknod -m 600 null c 1 5; touch -d @7 null"
      })
  void aWalkNoticesEveryChange(String change) throws Exception {
    Path walk = MoverPrograms.of("restic", root).folder().resolve("walk.py");
    shell("touch -d @7 marked; touch -h -d @7 rel; touch -d @7 null; touch -d @5 .");
    JsonNode before = walk(walk);
    assertThat(before).as("twice the same").isEqualTo(walk(walk));
    shell(change + "; touch -d @5 .");
    assertThat(walk(walk).path("digest")).isNotEqualTo(before.path("digest"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "echo more >lost+found/more",
        "rm d001/sock",
        "cp --sparse=never -p sparse dense; mv dense sparse"
      })
  void aWalkLeavesOutWhatIsNotData(String change) throws Exception {
    Path walk = MoverPrograms.of("restic", root).folder().resolve("walk.py");
    shell("touch -d @5 . d001");
    JsonNode before = walk(walk);
    shell(change + "; touch -d @5 . d001");
    assertThat(walk(walk)).isEqualTo(before);
  }

  private JsonNode walk(Path program) throws Exception {
    Process process =
        new ProcessBuilder("/usr/bin/python3", "-B", program.toString(), source.toString()).start();
    JsonNode said = Json.parse(process.getInputStream().readAllBytes());
    assertThat(process.waitFor()).isZero();
    assertThat(said.path("unread")).isEmpty();
    return said;
  }

  private void shell(String commands) throws Exception {
    Process process =
        new ProcessBuilder("sh", "-ec", commands)
            .directory(source.toFile())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }
}
