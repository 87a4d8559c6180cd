package dev.migrator.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.migrator.it.cluster.ClusterPair;
import dev.migrator.it.cluster.LocalCluster;
import dev.migrator.it.cluster.RealNode;
import dev.migrator.it.junit.RealNodes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Pods of real nodes are processes that write files, and nothing of a node outlives its cluster.
 */
@RealNodes
@Timeout(180)
class NodeIT {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir Path shared;

  @Test
  void podsAreProcessesAndAllOfANodeEndsWithItsCluster(ClusterPair pair) throws IOException {
    Set<String> cgroups = cgroups();
    Set<String> networks = networks();
    List<ProcessHandle> processes = new ArrayList<>();
    for (LocalCluster cluster : local(pair)) {
      cluster.kubectl().runWithInput(pod(cluster.name()), "apply", "-f", "-");
      Path written = shared.resolve(cluster.name());
      await().atMost(LIMIT).until(() -> Files.exists(written) && Files.size(written) > 20);
      processes.addAll(node(cluster).processes());
    }
    assertThat(processes).filteredOn(ProcessHandle::isAlive).hasSizeGreaterThan(10);
    assertThat(cgroups()).isNotEqualTo(cgroups);

    pair.close();

    assertThat(processes).noneMatch(ProcessHandle::isAlive);
    assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).doesNotContain("migrator-it-");
    assertThat(local(pair)).noneMatch(c -> Files.exists(c.kubeconfig().getParent()));
    assertThat(cgroups()).isEqualTo(cgroups);
    await().atMost(LIMIT).until(() -> networks().equals(networks));
  }

  @Test
  @RealNodes
  void aNodeThatIsLostForItsClusterRunsItsContainersOn(ClusterPair pair) throws IOException {
    LocalCluster source = local(pair).getFirst();
    source.kubectl().runWithInput(pod("lost"), "apply", "-f", "-");
    Path written = shared.resolve("lost");
    await().atMost(LIMIT).until(() -> Files.exists(written));
    node(source).killKubeletAndShims();
    await()
        .atMost(LIMIT)
        .until(() -> node(source).processes().stream().noneMatch(NodeIT::isKubelet));
    long size = Files.size(written);
    await().atMost(LIMIT).until(() -> Files.size(written) > size + 20);
    source.kubectl().run("delete", "pod", "lost", "--wait=false");
    assertThat(source.kubectl().run("get", "pods", "-o", "name")).contains("pod/lost");
  }

  /** Killed with SIGKILL: no hook of that JVM runs. */
  @Test
  void aNodeEndsWithTheOneWhoStartedIt() throws IOException {
    Path out = shared.resolve("out");
    Process owner =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Clusters.class.getName(),
                "keep",
                shared.toString(),
                "--real-nodes")
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();
    try {
      await().atMost(LIMIT).until(() -> Files.exists(shared.resolve("ready")) || !owner.isAlive());
      assertThat(owner.isAlive()).as(Files.readString(out)).isTrue();
      List<ProcessHandle> all = owner.descendants().toList();
      assertThat(all).filteredOn(NodeIT::isKubelet).hasSize(2);
      owner.destroyForcibly();
      await().atMost(LIMIT).until(() -> all.stream().noneMatch(ProcessHandle::isAlive));
    } finally {
      owner.destroyForcibly();
    }
  }

  private static boolean isKubelet(ProcessHandle process) {
    return process.info().command().orElse("").endsWith("/kubelet");
  }

  private static List<LocalCluster> local(ClusterPair pair) {
    return pair.clusters().map(LocalCluster.class::cast).toList();
  }

  private static RealNode node(LocalCluster cluster) {
    return cluster.realNode().orElseThrow();
  }

  private String pod(String name) {
    return """
    apiVersion: v1
    kind: Pod
    metadata: {name: %1$s}
    spec:
      volumes: [{name: shared, hostPath: {path: %2$s}}]
      containers:
      - name: main
        image: example.com/busybox:1
        imagePullPolicy: Never
        volumeMounts: [{name: shared, mountPath: /shared}]
        command: [sh, -c, 'while :; do cat /proc/uptime >> /shared/%1$s; sleep 0.2; done']
    """
        .formatted(name, shared);
  }

  /** The cgroups of containers. Those of others may be there, and stay. */
  private static Set<String> cgroups() throws IOException {
    Set<String> found = new TreeSet<>();
    try (Stream<Path> hierarchies = Files.list(Path.of("/sys/fs/cgroup"))) {
      for (Path hierarchy : hierarchies.toList()) {
        for (Path parent : List.of(hierarchy, hierarchy.resolve("k8s.io"))) {
          if (parent.endsWith("k8s.io") && Files.isDirectory(parent)) {
            try (Stream<Path> ids = Files.list(parent)) {
              ids.filter(Files::isDirectory).forEach(id -> found.add(id.toString()));
            }
          }
        }
      }
    }
    return found;
  }

  private static Set<String> networks() throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/sys/class/net"))) {
      return new TreeSet<>(all.map(path -> path.getFileName().toString()).toList());
    }
  }
}
