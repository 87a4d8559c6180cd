package dev.migrator.execute;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.Discovery;
import dev.migrator.cluster.ListPage;
import dev.migrator.cluster.ListQuery;
import dev.migrator.cluster.memory.MemoryCluster;
import dev.migrator.cluster.memory.VirtualClock;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ResourceType;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * What the look before a delete costs: {@code cost.objects} of 1.5 kB, half of them owned, of
 * {@code cost.kinds} kinds in one namespace, from a server that answers after {@code cost.millis}.
 */
class DependantsCostTest {

  private static final int OBJECTS = Integer.getInteger("cost.objects", 2_000);
  private static final int KINDS = Integer.getInteger("cost.kinds", 40);
  private static final int MILLIS = Integer.getInteger("cost.millis", 0);
  private static final int ROUNDS = 3;
  private static final String BODY = "x".repeat(1_200);
  private static final ObjectRef OWNER = ObjectRef.core("ConfigMap", "shop", "owner");

  private final VirtualClock clock = new VirtualClock();
  private final ClusterSide source = side("source");
  private final ClusterSide target = side("target");
  private final AtomicInteger requests = new AtomicInteger();

  private ClusterSide side(String name) {
    MemoryCluster cluster = MemoryCluster.builder(clock, name).build();
    return new ClusterSide(name, cluster, cluster.discover());
  }

  @Test
  void aLookAsksOncePerPageAndKeepsNoBodies() {
    try (Locks locks = Locks.take(source, target, clock, "r", "me", told -> {})) {
      Dependants dependants =
          new Dependants(
              new ClusterSide("source", server(), new Discovery(types(), List.of())),
              new InterruptibleWait(clock, locks, new Interruption()),
              StepThreads.of(clock.threads()),
              Set.of());
      for (int round = 0; round < ROUNDS; round++) {
        requests.set(0);
        long cpu = cpu();
        long begin = System.nanoTime();
        assertThat(dependants.of(OWNER, "owner")).hasSize(perKind() / 2 * KINDS);
        System.out.printf(
            Locale.ROOT,
            "a look at %d objects of %d kinds, %d ms an answer: %d requests, %.2f s, %.1f us of"
                + " processor time an object%n",
            OBJECTS,
            KINDS,
            MILLIS,
            requests.get(),
            (System.nanoTime() - begin) / 1e9,
            (cpu() - cpu) / 1e3 / OBJECTS);
        assertThat(requests.get()).isEqualTo(KINDS * Math.ceilDiv(perKind(), 500));
      }
    }
  }

  private static int perKind() {
    return OBJECTS / KINDS;
  }

  private static long cpu() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  private static List<ResourceType> types() {
    List<ResourceType> types = new ArrayList<>();
    for (int i = 0; i < KINDS; i++) {
      types.add(
          new ResourceType(
              "g" + i + ".example",
              "v1",
              "Kind" + i,
              "kind" + i + "s",
              true,
              Set.of("list"),
              Set.of(),
              List.of()));
    }
    return types;
  }

  private Cluster server() {
    return (Cluster)
        Proxy.newProxyInstance(
            Cluster.class.getClassLoader(),
            new Class<?>[] {Cluster.class},
            (proxy, method, arguments) -> {
              if (!method.getName().equals("list")) {
                throw new UnsupportedOperationException(method.getName());
              }
              Thread.sleep(MILLIS);
              return page((ResourceType) arguments[0], (ListQuery) arguments[1]);
            });
  }

  private ListPage page(ResourceType type, ListQuery query) {
    int unused = requests.incrementAndGet();
    int from = query.continueToken().isEmpty() ? 0 : Integer.parseInt(query.continueToken());
    int to = Math.min(perKind(), from + query.limit());
    List<Manifest> items = new ArrayList<>();
    for (int i = from; i < to; i++) {
      String owner =
          i % 2 == 0
              ? ""
              : "\"ownerReferences\": [{\"apiVersion\": \"v1\", \"kind\": \"ConfigMap\", \"name\":"
                  + " \"owner\", \"uid\": \"owner\"}], ";
      items.add(
          Manifest.parse(
              "{\"apiVersion\": \"%s\", \"kind\": \"%s\", \"metadata\": {%s\"name\": \"n%d\", \"namespace\": \"shop\", \"uid\": \"00000000-0000-4000-8000-%s-%d\"}, \"spec\": {\"a\": \"%s\"}}"
                  .formatted(type.apiVersion(), type.kind(), owner, i, type.kind(), i, BODY)));
    }
    return new ListPage(items, "1", to == perKind() ? "" : String.valueOf(to));
  }
}
