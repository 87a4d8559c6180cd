package dev.migrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.cluster.fault.Fault;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * How often a whole cluster is looked at, and how long is waited, does not grow with its objects.
 */
@Timeout(300)
class LooksTest {

  private static final String NAMESPACE =
      "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: NS}\n";
  private static final String SETTINGS =
      "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: NAME, namespace: NS}\ndata: {a: b}\n";
  private static final String OPERATOR =
      """
      ---
      apiVersion: v1
      kind: ServiceAccount
      metadata: {name: NAME, namespace: shop}
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: ClusterRole
      metadata: {name: NAME}
      rules: [{apiGroups: [""], resources: [configmaps], verbs: [get]}]
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: ClusterRoleBinding
      metadata: {name: NAME}
      roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: NAME}
      subjects: [{kind: ServiceAccount, name: NAME, namespace: shop}]
      """;

  @TempDir Path folder;

  private World planned(String yaml) {
    World world = new World(folder).clusters("old", yaml).clusters("new", "");
    World.Result planned =
        world.run(
            "plan", "--source-context", "old", "--target-context", "new", "-o", "move.plan.yaml");
    assertThat(planned.exit()).as(planned.err()).isZero();
    return world;
  }

  private static AtomicLong looks(World world, String cluster, String resource) {
    AtomicLong lists = new AtomicLong();
    world.faults(
        cluster,
        request -> {
          if (request.verb().equals("list") && request.resource().equals(resource)) {
            lists.incrementAndGet();
          }
          return new Fault.None();
        });
    return lists;
  }

  /** A copy and the cluster-scoped objects of its name are asked for together. */
  @Test
  void aPruneLooksAsOftenForManyNamesakesAsForOne() {
    StringBuilder yaml = new StringBuilder(NAMESPACE.replace("NS", "shop"));
    for (int i = 0; i < 10; i++) {
      yaml.append(OPERATOR.replace("NAME", "op" + i));
    }
    World world = planned(yaml.toString());
    assertThat(world.run("apply", "move.plan.yaml", "--yes", "--approve-gate", "afterCopy").exit())
        .isZero();
    AtomicLong looks = looks(world, "old", "secrets");
    World.Result pruned = world.run("prune", "latest", "--yes");
    assertThat(pruned.exit()).as(pruned.err()).isZero();
    assertThat(pruned.out()).contains("10 copies were removed");
    assertThat(looks).hasValueLessThan(10);
  }

  /** Six namespaces, each with an object that somebody's finalizer holds. */
  @Test
  void aRollbackWaitsOnceForAllThatIsHeld() {
    StringBuilder yaml =
        new StringBuilder(NAMESPACE.replace("NS", "other"))
            .append(
                """
                ---
                apiVersion: batch/v1
                kind: CronJob
                metadata: {name: bill, namespace: other}
                spec:
                  schedule: "0 * * * *"
                  jobTemplate: {spec: {template: {spec: {restartPolicy: Never,
                    containers: [{name: c, image: "registry.old/c:1"}]}}}}
                """);
    for (int i = 0; i < 6; i++) {
      yaml.append(NAMESPACE.replace("NS", "n" + i));
      yaml.append(SETTINGS.replace("NS", "n" + i).replace("NAME", "c"));
      yaml.append(SETTINGS.replace("NS", "n" + i).replace("NAME", "d"));
    }
    World world = planned(yaml.toString());
    World.Result atGate = world.run("apply", "move.plan.yaml", "--yes");
    for (int i = 0; i < 6; i++) {
      Manifest unused =
          world
              .simulated("new")
              .world()
              .edit(
                  ObjectRef.core("ConfigMap", "n" + i, "c"),
                  tree ->
                      tree.withObject("/metadata").putArray("finalizers").add("example.com/hold"));
    }
    AtomicLong looks = looks(world, "new", "serviceaccounts");
    Instant from = world.clock.now();

    World.Result rolled = world.run("rollback", "latest", "--yes");

    assertThat(rolled.exit()).as(atGate.err() + rolled.out()).isNotZero();
    assertThat(Duration.between(from, world.clock.now())).isLessThan(Duration.ofMinutes(4));
    assertThat(looks).hasValueLessThan(15);
    assertThat(world.simulated("new").world().stored(ObjectRef.core("ConfigMap", "n3", "d")))
        .isEmpty();
    assertThat(rolled.err())
        .contains(
            "cm/n0/c is being deleted, held by finalizers [\"example.com/hold\"]",
            "held by what is in it");
  }
}
