package dev.migrator.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.memory.MemoryCluster;
import dev.migrator.cluster.memory.VirtualClock;
import dev.migrator.execute.Dependants.Dependant;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ResourceType;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who owns what is followed over every kind, to the end of the chain. */
@Timeout(30)
class DependantsTest {

  private static final ObjectRef TOP = ObjectRef.core("ConfigMap", "shop", "top");

  private final VirtualClock clock = new VirtualClock();
  private final MemoryCluster cluster = MemoryCluster.builder(clock, "source").build();
  private final MemoryCluster other = MemoryCluster.builder(clock, "target").build();
  private final ClusterSide side = side("source", cluster);
  private final Locks locks =
      Locks.take(side, side("target", other), clock, "r-test", "dependants-test", told -> {});
  private final InterruptibleWait wait = new InterruptibleWait(clock, locks, new Interruption());

  private static ClusterSide side(String name, MemoryCluster cluster) {
    return new ClusterSide(name, cluster, cluster.discover());
  }

  @AfterEach
  void letGo() {
    locks.close();
  }

  private String load(String apiVersion, String kind, String namespace, String name, String owner) {
    Manifest bare =
        Manifest.parse(
            "{\"apiVersion\": \"%s\", \"kind\": \"%s\", \"metadata\": {\"name\": \"%s\"}}"
                .formatted(apiVersion, kind, name));
    Manifest object =
        bare.edit(
            tree -> {
              if (!namespace.isEmpty()) {
                tree.withObjectProperty("metadata").put("namespace", namespace);
              }
              if (!owner.isEmpty()) {
                tree.withObjectProperty("metadata")
                    .putArray("ownerReferences")
                    .addObject()
                    .put("apiVersion", "v1")
                    .put("kind", "ConfigMap")
                    .put("name", "top")
                    .put("uid", owner);
              }
            });
    cluster.load(object);
    return cluster.world().stored(object.ref()).orElseThrow().uid();
  }

  private List<String> of(ObjectRef owner, String uid, String... unread) {
    return new Dependants(side, wait, StepThreads.alone(), Set.of(unread))
        .of(owner, uid).stream().map(Dependant::ref).map(ObjectRef::toString).toList();
  }

  @Test
  void childrenOfChildrenOfAnyKindAreFound() {
    String top = load("v1", "ConfigMap", "shop", "top", "");
    String secret = load("v1", "Secret", "shop", "password", top);
    String account = load("v1", "ServiceAccount", "shop", "operator", secret);
    load("policy/v1", "PodDisruptionBudget", "shop", "last", account);
    load("v1", "Secret", "shop", "free", "");
    assertThat(of(TOP, top))
        .containsExactly(
            ObjectRef.core("Secret", "shop", "password").toString(),
            ObjectRef.core("ServiceAccount", "shop", "operator").toString(),
            new ObjectRef("policy", "PodDisruptionBudget", "shop", "last").toString());
    assertThat(of(TOP, top, "serviceaccounts", "policy/v1")).hasSize(1);
  }

  @Test
  void aClusterScopedObjectHasChildrenInEveryNamespace() {
    String role = load("rbac.authorization.k8s.io/v1", "ClusterRole", "", "wide", "");
    load("v1", "Secret", "shop", "password", role);
    load("v1", "Namespace", "", "made", role);
    ObjectRef ref = ObjectRef.clusterScoped("rbac.authorization.k8s.io", "ClusterRole", "wide");
    assertThat(of(ref, role)).hasSize(2);
  }

  @Test
  void aRingOfOwnersHasAnEnd() {
    String top = load("v1", "ConfigMap", "shop", "top", "");
    String secret = load("v1", "Secret", "shop", "password", top);
    Manifest unused =
        cluster
            .world()
            .edit(
                TOP,
                tree ->
                    tree.withObjectProperty("metadata")
                        .putArray("ownerReferences")
                        .addObject()
                        .put("apiVersion", "v1")
                        .put("kind", "Secret")
                        .put("name", "password")
                        .put("uid", secret));
    assertThat(of(TOP, top)).hasSize(1);
  }

  @Test
  void everyLookBeginsAfterItWasAskedFor() {
    String top = load("v1", "ConfigMap", "shop", "top", "");
    Dependants dependants = new Dependants(side, wait, StepThreads.alone(), Set.of());
    assertThat(dependants.of(TOP, top)).isEmpty();
    load("v1", "Secret", "shop", "password", top);
    clock.advance(Duration.ofSeconds(1));
    assertThat(dependants.of(TOP, top)).hasSize(1);
  }

  /** Hundreds of kinds one after the other would be seconds of a pause. */
  @Test
  void kindsAreListedBesideOneAnother() {
    String top = load("v1", "ConfigMap", "shop", "top", "");
    load("v1", "Secret", "shop", "password", top);
    load("v1", "ServiceAccount", "shop", "operator", top);
    CountDownLatch both = new CountDownLatch(2);
    assertThat(beside(type -> meet(both)).of(TOP, top))
        .extracting(one -> one.ref().kind())
        .containsExactly("Secret", "ServiceAccount");
    assertThat(both.getCount()).isZero();
  }

  @Test
  void aListThatFailsBesideOthersFailsTheLook() {
    String top = load("v1", "ConfigMap", "shop", "top", "");
    assertThatThrownBy(
            () ->
                beside(
                        type -> {
                          if (type.kind().equals("Secret")) {
                            throw new ClusterException(
                                "list", new ClusterFailure.Forbidden("not now"));
                          }
                        })
                    .of(TOP, top))
        .isInstanceOf(ClusterException.class)
        .hasMessageContaining("not now");
  }

  private static void meet(CountDownLatch both) {
    both.countDown();
    try {
      boolean unused = both.await(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Dependants beside(Consumer<ResourceType> beforeEachList) {
    Cluster watched =
        (Cluster)
            Proxy.newProxyInstance(
                Cluster.class.getClassLoader(),
                new Class<?>[] {Cluster.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("list")) {
                    beforeEachList.accept((ResourceType) arguments[0]);
                  }
                  try {
                    return method.invoke(cluster, arguments);
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                });
    return new Dependants(
        new ClusterSide("source", watched, cluster.discover()),
        wait,
        StepThreads.of(clock.threads()),
        Set.of());
  }
}
