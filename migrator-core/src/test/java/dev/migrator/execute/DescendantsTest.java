package dev.migrator.execute;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.cluster.memory.MemoryCluster;
import dev.migrator.cluster.memory.VirtualClock;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an object started is found by any of its owners, not only by the first that it names. */
@Timeout(30)
class DescendantsTest {

  private static final String POD =
      "{\"restartPolicy\": \"Never\", \"containers\": [{\"name\": \"c\", \"image\": \"c:1\"}]}";

  private final VirtualClock clock = new VirtualClock();
  private final MemoryCluster cluster = MemoryCluster.builder(clock, "source").build();
  private final MemoryCluster other = MemoryCluster.builder(clock, "target").build();
  private final ClusterSide side = new ClusterSide("source", cluster, cluster.discover());
  private final Locks locks =
      Locks.take(
          side,
          new ClusterSide("target", other, other.discover()),
          clock,
          "r-test",
          "descendants-test",
          told -> {});
  private final InterruptibleWait wait = new InterruptibleWait(clock, locks, new Interruption());
  private final Descendants descendants =
      new Descendants(
          side,
          new SharedLists(cluster, wait),
          new Dependants(side, wait, StepThreads.alone(), Set.of()));

  @AfterEach
  void letGo() {
    locks.close();
  }

  /** Owned by an object that is nowhere, and second by this one. */
  private String load(String kind, String name, String owner) {
    String apiVersion = kind.equals("Pod") ? "v1" : "batch/v1";
    cluster.load(
        Manifest.parse(
            """
            {"apiVersion": "%s", "kind": "%s",
             "metadata": {"name": "%s", "namespace": "shop", "ownerReferences": [
               {"apiVersion": "example.com/v1", "kind": "Other", "name": "x", "uid": "uid-x"},
               {"apiVersion": "batch/v1", "kind": "Owner", "name": "y", "uid": "%s"}]},
             "spec": %s}
            """
                .formatted(
                    apiVersion,
                    kind,
                    name,
                    owner,
                    kind.equals("Pod")
                        ? POD
                        : "{\"suspend\": true, \"template\": {\"spec\": " + POD + "}}")));
    return cluster.world().stored(ref(kind, name)).orElseThrow().uid();
  }

  private static ObjectRef ref(String kind, String name) {
    return new ObjectRef(kind.equals("Pod") ? "" : "batch", kind, "shop", name);
  }

  @Test
  void theSecondOwnerOfAJobAndOfAPodCounts() {
    String job = load("Job", "import", "uid-cron");
    load("Pod", "import-1", job);
    Descendants.Found found = descendants.of(ref("CronJob", "billing"), "uid-cron");
    assertThat(found.any()).containsExactlyInAnyOrder("job/import", "pod/import-1");
    assertThat(found.running()).hasSize(2);
    assertThat(descendants.of(ref("Job", "import"), job).any()).containsExactly("pod/import-1");
  }
}
