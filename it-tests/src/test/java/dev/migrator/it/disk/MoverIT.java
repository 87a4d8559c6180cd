package dev.migrator.it.disk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.it.cluster.ClusterPair;
import dev.migrator.it.cluster.MoverImage;
import dev.migrator.it.cluster.TestCluster;
import dev.migrator.it.junit.RealDisks;
import dev.migrator.it.programs.BuildCache;
import dev.migrator.it.programs.BuildModule;
import dev.migrator.it.programs.MoverNeeds;
import dev.migrator.model.Manifest;
import dev.migrator.mover.Mover;
import dev.migrator.mover.Pass;
import dev.migrator.mover.Side;
import dev.migrator.runbook.MoverFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Movers copy volumes between real clusters: from pod to pod, and through a real S3 server. */
@RealDisks
@EnabledIf("hasWhatItNeeds")
@Timeout(180)
class MoverIT {

  private static final String NAMESPACE = "movers";
  private static final int FILES = 10_000;

  @TempDir static Path folder;
  private static ClusterPair pair;
  private static Disks disks;
  private static String repository;
  private static final Map<String, Future<?>> RUNNING = new HashMap<>();

  static boolean hasWhatItNeeds() {
    Optional<String> why = MoverNeeds.skip(ClusterPair.environment(), BuildCache.ofThisUser());
    why.ifPresent(words -> System.out.println("SKIPPED: MoverIT. " + words));
    return why.isEmpty();
  }

  @BeforeAll
  static void start(ClusterPair clusters, Disks shared) {
    pair = clusters;
    disks = shared;
    BuildCache cache = BuildCache.ofThisUser();
    if (!cache.complete(List.of(BuildModule.MOVERS))) {
      cache.build(List.of(BuildModule.MOVERS), System.out::println);
    }
    MoverImage.importInto(pair, folder);
    S3Server s3 = S3Server.in(pair.target(), "s3");
    for (TestCluster cluster : pair.clusters().toList()) {
      VolumeScene.at(cluster, NAMESPACE)
          .apply(
              """
              apiVersion: v1
              kind: Namespace
              metadata: {name: %1$s, labels: {pod-security.kubernetes.io/enforce: baseline}}
              ---
              """
                      .formatted(NAMESPACE)
                  + s3.secret("s3", NAMESPACE));
    }
    repository = s3.address();
    startAll();
  }

  private static Transfer transfer(String name, String claim, Map<String, String> more) {
    Mover mover = MoverFolder.find(name, folder.resolve("none"));
    Map<String, String> with = new HashMap<>(more);
    with.put("image", MoverImage.NAME);
    if (name.equals("restic")) {
      with.putAll(Map.of("repository", repository, "secret", "s3"));
    }
    return Transfer.of(pair, disks, mover, NAMESPACE, claim, with);
  }

  /** All at once, for most of the time goes by in waiting for attachments and for the next try. */
  private static void startAll() {
    for (String name : List.of("rsync", "restic")) {
      start("copy-" + name, () -> copy(name));
      start("unread-" + name, () -> failsByTheNameOfWhatCannotBeRead(name));
    }
  }

  private static void start(String name, Callable<?> work) {
    FutureTask<?> task = new FutureTask<>(work);
    RUNNING.put(name, task);
    Thread.ofVirtual().name(name).start(task);
  }

  private static void finish(String name) throws Exception {
    try {
      Objects.requireNonNull(RUNNING.get(name)).get();
    } catch (ExecutionException e) {
      throw new AssertionError(name + " has failed: " + e.getCause(), e.getCause());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"rsync", "restic"})
  void copiesAllThatAVolumeHas(String name) throws Exception {
    finish("copy-" + name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"rsync", "restic"})
  void aFileThatCannotBeReadFailsTheFinalPassByItsName(String name) throws Exception {
    finish("unread-" + name);
  }

  private static boolean copy(String name) throws Exception {
    // Slow enough to be killed on the way.
    Transfer transfer = transfer(name, "data-" + name, Map.of("bandwidth", "4000"));
    Path source = transfer.data(Side.SOURCE);
    Path target = transfer.data(Side.TARGET);
    VolumeMaking.run(folder, "make", source.toString(), Integer.toString(FILES));
    Files.createDirectories(target.resolve("lost+found"));
    Files.writeString(target.resolve("lost+found/#7"), "of the target");

    copiesWhatIsInUseAndGoesOnAfterItWasKilled(transfer);
    VolumeMaking.run(folder, "change", source.toString());

    transfer.start(Pass.FINAL);
    Transfer.Results last = transfer.finish(Pass.FINAL);
    assertThat(last.source().isSameAs(last.target())).as("%s", last).isTrue();
    Map<String, String> kept = VolumeLook.of(source);
    assertThat(VolumeLook.differences(kept, VolumeLook.of(target))).isEmpty();
    assertThat(kept.size()).isGreaterThan(FILES * 9 / 10);
    assertThat(target.resolve("lost+found/#7")).hasContent("of the target");
    assertThat(target.resolve("lost+found/#12")).doesNotExist();
    return true;
  }

  private static void copiesWhatIsInUseAndGoesOnAfterItWasKilled(Transfer transfer) {
    try (Writing writing = new Writing(transfer.data(Side.SOURCE).resolve("busy"))) {
      transfer.start(Pass.HOT);
      transfer.kill(
          Side.SOURCE,
          transfer.mover().together() ? "--bwlimit=4000 /volume" : "--limit-download=4000 backup");
      Transfer.Results hot = transfer.finish(Pass.HOT);
      assertThat(hot.target().files()).isGreaterThan(FILES);
      assertThat(hot.source().skipped()).as("what only changes is not skipped").isZero();
      assertThat(writing.written()).isGreaterThan(1000);
    }
    assertThat(transfer.pods(Side.SOURCE, Pass.HOT)).as("one was killed").hasSize(2);
    assertThat(transfer.mover().progress(transfer.log(Side.SOURCE, Pass.HOT))).isPresent();
  }

  private static boolean failsByTheNameOfWhatCannotBeRead(String name) throws Exception {
    Transfer transfer = transfer(name, "unread-" + name, Map.of());
    VolumeMaking.run(folder, "make", transfer.data(Side.SOURCE).toString(), "300");
    transfer.start(Pass.FINAL, MoverIT::withoutCapabilities);
    assertThat(transfer.ended(Side.SOURCE, Pass.FINAL)).isEqualTo("Failed");
    assertThat(transfer.pods(Side.SOURCE, Pass.FINAL)).as("not tried again").hasSize(1);
    String log = transfer.log(Side.SOURCE, Pass.FINAL);
    assertThat(transfer.mover().result(log)).isEmpty();
    Optional<String> failure = transfer.mover().failure(log);
    assertThat(failure.orElse(log))
        .containsIgnoringCase(": permission denied")
        .containsPattern("\\bd0\\d\\d/f\\d+|private")
        .contains("more)");
    assertThat(transfer.mover().failure(transfer.terminated(Side.SOURCE, Pass.FINAL)))
        .isEqualTo(failure);
    transfer.forget(Pass.FINAL);
    return true;
  }

  /** As on a server that takes root for nobody. */
  private static Manifest withoutCapabilities(Manifest job) {
    return job.edit(
        tree -> {
          JsonNode containers = tree.at("/spec/template/spec/containers");
          ((ObjectNode) containers.get(0))
              .withObject("/securityContext/capabilities")
              .remove("add");
        });
  }
}
