package dev.migrator.it.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.migrator.it.Clusters;
import dev.migrator.it.cluster.ClusterPair;
import dev.migrator.it.cluster.LocalCluster;
import dev.migrator.it.junit.RealDisks;
import dev.migrator.it.programs.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Nothing of what serves disks outlives the clusters, not even where a pod still writes. */
@RealDisks
@Timeout(180)
class DiskEndIT {

  @Test
  void theClustersTakeTheirDisksAndAllProcessesAlong(ClusterPair pair, Disks disks)
      throws Exception {
    VolumeScene here = VolumeScene.at(pair.source(), "busy");
    here.claim("data", Disks.AT_ONCE);
    String handle = here.boundVolume("data").at("/spec/csi/volumeHandle").asText();
    here.writer("db", "data");
    await()
        .atMost(VolumeScene.LIMIT)
        .until(() -> disks.has(handle) && disks.ledger(handle).records() > 3);
    List<ProcessHandle> ours =
        ProcessHandle.current().descendants().filter(one -> !isOfOthers(one, pair)).toList();
    assertThat(names(ours))
        .containsAll(Program.ofDisks().stream().map(Program::fileName).toList())
        .contains("ledger");

    pair.close();

    // The shells that watch over programs end a moment after these.
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(
            () ->
                assertThat(ours)
                    .filteredOn(ProcessHandle::isAlive)
                    .extracting(ProcessHandle::info)
                    .isEmpty());
    assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).doesNotContain("migrator-it-");
    assertThat(disks.folder()).doesNotExist();
    assertThat(pair.clusters()).noneMatch(c -> Files.exists(c.kubeconfig().getParent()));
  }

  /** Other tests of this JVM may share clusters that go on. */
  private static boolean isOfOthers(ProcessHandle process, ClusterPair pair) {
    String arguments = String.join(" ", process.info().arguments().orElse(new String[0]));
    return arguments.contains("migrator-it-")
        && pair.clusters()
            .noneMatch(c -> arguments.contains(c.kubeconfig().resolveSibling("").toString()));
  }

  /** Killed with SIGKILL: no hook of that JVM runs. */
  @Test
  void theyEndWithTheOneWhoStartedThem(@TempDir Path folder) throws IOException {
    Process owner =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Clusters.class.getName(),
                "keep",
                folder.toString(),
                "--real-disks")
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("out").toFile())
            .start();
    try {
      await()
          .atMost(VolumeScene.LIMIT)
          .until(() -> Files.exists(folder.resolve("ready")) || !owner.isAlive());
      assertThat(owner.isAlive()).as(Files.readString(folder.resolve("out"))).isTrue();
      List<ProcessHandle> all = owner.descendants().toList();
      assertThat(names(all)).contains("csi-disk", "csi-attacher", "kubelet");
      owner.destroyForcibly();
      await().atMost(VolumeScene.LIMIT).until(() -> all.stream().noneMatch(ProcessHandle::isAlive));
    } finally {
      owner.destroyForcibly();
    }
  }

  /** Steps that wait for it must see that it does nothing, and go on when it is back. */
  @Test
  @RealDisks
  void theAttacherCanBeFrozenAndTheDriverCanComeBack(ClusterPair pair, Disks disks) {
    LocalCluster source = (LocalCluster) pair.source();
    VolumeScene here = VolumeScene.at(source, "frozen");
    source.freeze(Program.CSI_ATTACHER);
    here.claim("data", Disks.AT_ONCE);
    String handle = here.boundVolume("data").at("/spec/csi/volumeHandle").asText();
    String volume = here.boundVolume("data").at("/metadata/name").asText();
    here.writer("db", "data");
    await().atMost(VolumeScene.LIMIT).until(() -> here.attachment(volume).isPresent());
    assertThat(disks.calls(handle)).noneMatch(call -> call.call().equals("attach"));
    source.thaw(Program.CSI_ATTACHER);
    here.untilPhase("Running", "pod", "db");
    assertThat(disks.calls(handle)).anyMatch(call -> call.did("attach", handle));

    source.kill(Program.CSI_DISK);
    here.delete("pod", "db");
    source.startAgain(Program.CSI_DISK);
    here.untilGone("pod", "db");
    here.untilDetached(volume);
    assertThat(disks.calls(handle)).anyMatch(call -> call.did("detach", handle));
  }

  private static Set<String> names(List<ProcessHandle> processes) {
    return processes.stream()
        .flatMap(process -> process.info().command().stream())
        .map(command -> command.substring(command.lastIndexOf('/') + 1))
        .collect(Collectors.toSet());
  }
}
