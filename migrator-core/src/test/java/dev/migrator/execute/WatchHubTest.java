package dev.migrator.execute;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.cluster.Access;
import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.ClusterIdentity;
import dev.migrator.cluster.Deletion;
import dev.migrator.cluster.Discovery;
import dev.migrator.cluster.ListPage;
import dev.migrator.cluster.ListQuery;
import dev.migrator.cluster.Patch;
import dev.migrator.cluster.VolumeUse;
import dev.migrator.cluster.WatchListener;
import dev.migrator.cluster.WatchQuery;
import dev.migrator.cluster.memory.MemoryCluster;
import dev.migrator.cluster.memory.ServedTypes;
import dev.migrator.cluster.memory.VirtualClock;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ResourceType;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** No watch outlives the hub. */
@Timeout(30)
class WatchHubTest {

  private static final ResourceType PODS = ServedTypes.named("v1", "Pod");
  private static final ObjectRef POD = ObjectRef.core("Pod", "shop", "web");

  /** The server takes its time to open a watch; the run ends meanwhile. */
  @Test
  void aWatchThatOpensAfterTheEndIsClosedAtOnce() throws InterruptedException {
    SlowToOpen cluster = new SlowToOpen();
    WatchHub watches = new WatchHub(cluster);
    Thread follower = Thread.ofPlatform().start(() -> watches.follow(PODS, POD));
    assertThat(cluster.asked.await(10, TimeUnit.SECONDS)).isTrue();
    watches.close();
    cluster.answer.countDown();
    follower.join(10_000);
    assertThat(cluster.opened).hasValue(1);
    assertThat(cluster.closed).hasValue(1);
  }

  @Test
  void anOpenWatchIsClosedAtTheEnd() {
    SlowToOpen cluster = new SlowToOpen();
    cluster.answer.countDown();
    WatchHub watches = new WatchHub(cluster);
    watches.follow(PODS, POD);
    assertThat(cluster.closed).hasValue(0);
    watches.close();
    assertThat(cluster.closed).hasValue(1);
  }

  @Test
  void nothingIsOpenedAfterTheEnd() {
    SlowToOpen cluster = new SlowToOpen();
    WatchHub watches = new WatchHub(cluster);
    watches.close();
    watches.follow(PODS, POD);
    assertThat(cluster.opened).hasValue(0);
  }

  /** Opens a watch when the test lets it. */
  private static final class SlowToOpen implements Cluster {

    final CountDownLatch asked = new CountDownLatch(1);
    final CountDownLatch answer = new CountDownLatch(1);
    final AtomicInteger opened = new AtomicInteger();
    final AtomicInteger closed = new AtomicInteger();
    private final Cluster simulated =
        MemoryCluster.builder(new VirtualClock(), "target").version("v1.34.4").build();

    @Override
    public Watch watch(ResourceType type, WatchQuery query, WatchListener listener) {
      asked.countDown();
      try {
        assertThat(answer.await(10, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      int unused = opened.incrementAndGet();
      return closed::incrementAndGet;
    }

    @Override
    public ListPage list(ResourceType type, ListQuery query) {
      return simulated.list(type, query);
    }

    @Override
    public ClusterIdentity identity() {
      return simulated.identity();
    }

    @Override
    public Discovery discover() {
      return simulated.discover();
    }

    @Override
    public Optional<Manifest> get(ResourceType type, ObjectRef ref) {
      return simulated.get(type, ref);
    }

    @Override
    public Manifest create(ResourceType type, Manifest body) {
      return simulated.create(type, body);
    }

    @Override
    public Manifest prove(ResourceType type, Manifest body) {
      return simulated.prove(type, body);
    }

    @Override
    public Manifest patch(ResourceType type, ObjectRef ref, Patch patch) {
      return simulated.patch(type, ref, patch);
    }

    @Override
    public Manifest replace(ResourceType type, Manifest body) {
      return simulated.replace(type, body);
    }

    @Override
    public Optional<Manifest> delete(ResourceType type, ObjectRef ref, Deletion deletion) {
      return simulated.delete(type, ref, deletion);
    }

    @Override
    public boolean allows(Access access) {
      return simulated.allows(access);
    }

    @Override
    public Map<ObjectRef, VolumeUse> volumeUse(String node) {
      return simulated.volumeUse(node);
    }

    @Override
    public String lastLog(ObjectRef pod, String container, int lines) {
      return simulated.lastLog(pod, container, lines);
    }

    @Override
    public Instant serverTime() {
      return simulated.serverTime();
    }

    @Override
    public void close() {
      simulated.close();
    }
  }
}
