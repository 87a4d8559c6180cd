package dev.migrator.execute;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.cluster.memory.MemoryCluster;
import dev.migrator.cluster.memory.VirtualClock;
import dev.migrator.execute.Dependants.Dependant;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import java.time.Duration;
import java.util.List;
import java.util.Set;
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
  private final Patience patience = new Patience(clock, locks, new Interruption());

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
    return new Dependants(side, patience, Set.of(unread))
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
    Dependants dependants = new Dependants(side, patience, Set.of());
    assertThat(dependants.of(TOP, top)).isEmpty();
    load("v1", "Secret", "shop", "password", top);
    clock.advance(Duration.ofSeconds(1));
    assertThat(dependants.of(TOP, top)).hasSize(1);
  }
}
