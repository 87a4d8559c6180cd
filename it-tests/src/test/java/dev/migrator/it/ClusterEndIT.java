package dev.migrator.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.migrator.it.cluster.ClusterPair;
import dev.migrator.it.cluster.LocalCluster;
import dev.migrator.it.junit.RealClusters;
import dev.migrator.it.programs.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No process outlives the one that started it, however that one ends. */
@RealClusters(fresh = true)
class ClusterEndIT {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  @TempDir Path folder;

  private static List<LocalCluster> local(ClusterPair pair) {
    List<LocalCluster> clusters =
        pair.clusters()
            .filter(LocalCluster.class::isInstance)
            .map(LocalCluster.class::cast)
            .toList();
    Assumptions.assumeTrue(clusters.size() == 2, "containers are ended by their engine");
    return clusters;
  }

  @Test
  void closingEndsEveryProgramAndRemovesItsFiles(ClusterPair pair) {
    List<LocalCluster> clusters = local(pair);
    List<ProcessHandle> programs = clusters.stream().flatMap(c -> handles(c.pids())).toList();
    assertThat(programs).hasSize(10).allMatch(ProcessHandle::isAlive);
    pair.close();
    assertThat(programs).noneMatch(ProcessHandle::isAlive);
    assertThat(clusters).noneMatch(cluster -> Files.exists(cluster.kubeconfig().getParent()));
  }

  @Test
  @RealClusters(fresh = true)
  void aSingleProgramCanFailAndComeBack(ClusterPair pair) {
    LocalCluster source = local(pair).getFirst();
    String uid = "jsonpath={.metadata.uid}";
    String before = source.kubectl().run("get", "namespace", "kube-system", "-o", uid);

    source.kill(Program.KUBE_APISERVER);
    assertThat(source.kubectl().attempt("", "get", "namespaces").err()).contains("refused");
    source.startAgain(Program.KUBE_APISERVER);
    await()
        .atMost(LIMIT)
        .until(() -> source.kubectl().attempt("", "get", "--raw=/readyz").exitCode() == 0);
    assertThat(source.kubectl().run("get", "namespace", "kube-system", "-o", uid))
        .isEqualTo(before);

    source.freeze(Program.KUBE_APISERVER);
    assertThat(
            source.kubectl().attempt("", "get", "--raw=/readyz", "--request-timeout=1s").exitCode())
        .isNotZero();
    source.thaw(Program.KUBE_APISERVER);
    await()
        .atMost(LIMIT)
        .until(() -> source.kubectl().attempt("", "get", "--raw=/readyz").exitCode() == 0);
  }

  @Test
  void killingTheOwnerEndsEveryProgram(ClusterPair pair) throws Exception {
    local(pair); // else there is nothing to show here
    Path out = folder.resolve("out");
    Process owner =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Clusters.class.getName(),
                "keep",
                folder.toString())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();
    try {
      Path ready = folder.resolve("ready");
      await()
          .atMost(Duration.ofMinutes(3))
          .until(
              () -> {
                assertThat(owner.isAlive()).as(() -> read(out)).isTrue();
                return Files.exists(ready);
              });
      List<Long> pids =
          Pattern.compile("pids +\\[([0-9, ]+)]")
              .matcher(Files.readString(ready))
              .results()
              .flatMap((MatchResult line) -> Stream.of(line.group(1).split(", ")))
              .map(Long::valueOf)
              .toList();
      List<ProcessHandle> programs = handles(pids).toList();
      assertThat(programs).hasSize(10);

      owner.destroyForcibly(); // SIGKILL: no hook of that JVM runs

      await().atMost(LIMIT).until(() -> programs.stream().noneMatch(ProcessHandle::isAlive));
    } finally {
      owner.destroyForcibly();
    }
  }

  private static Stream<ProcessHandle> handles(List<Long> pids) {
    return pids.stream().map(ProcessHandle::of).flatMap(Optional::stream);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
