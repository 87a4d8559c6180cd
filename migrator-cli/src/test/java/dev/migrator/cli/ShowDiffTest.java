package dev.migrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.cli.World.Result;
import dev.migrator.cluster.Deletion;
import dev.migrator.cluster.memory.MemoryCluster;
import dev.migrator.cluster.memory.ServedTypes;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code migrator show --diff}. */
class ShowDiffTest {

  @TempDir Path folder;

  private World world;

  @BeforeEach
  void planned() {
    world =
        new World(folder)
            .clusters("web-shop")
            .file(
                "m.yaml",
                """
                apiVersion: migrator.dev/v1alpha1
                kind: Migration
                scope: {namespaces: {include: [shop]}}
                mappings: {namespaces: {shop: shop-eu}}
                """);
    assertThat(
            world
                .run(
                    "plan",
                    "--source-context",
                    "old",
                    "--target-context",
                    "new",
                    "-f",
                    "m.yaml",
                    "-o",
                    "p.yaml")
                .exit())
        .isZero();
  }

  @Test
  void showsWhatChangesOnTheWay() {
    Result result = world.run("show", "p.yaml", "--diff", "deploy/shop/web");
    assertThat(result.exit()).isZero();
    assertThat(result.out())
        .contains("-  namespace: shop\n")
        .contains("+  namespace: shop-eu\n")
        .contains("-  resourceVersion: ");
  }

  @Test
  void masksSecrets() {
    Result result = world.run("show", "p.yaml", "--diff", "secret/payment-key");
    assertThat(result.exit()).isZero();
    assertThat(result.out()).contains("(secret)").doesNotContain("bm90LWEtcmVhbC1rZXk");
  }

  @Test
  void refusesAnotherClusterAndObjectsThatAreGone() {
    Result other =
        world.run("show", "p.yaml", "--diff", "deploy/shop/web", "--source-context", "new");
    assertThat(other.exit()).isEqualTo(11);
    assertThat(other.err()).contains("M1201");
    assertThat(world.run("show", "p.yaml", "--diff", "deploy/shop/nothing").exit()).isEqualTo(64);
    MemoryCluster source = world.simulated("old");
    Manifest object =
        source.world().stored(ObjectRef.core("ConfigMap", "shop", "web-config")).orElseThrow();
    assertThat(
            source.delete(
                ServedTypes.named("v1", "ConfigMap"),
                object.ref(),
                Deletion.background(object.uid(), object.resourceVersion())))
        .isEmpty();
    Result gone = world.run("show", "p.yaml", "--diff", "cm/shop/web-config");
    assertThat(gone.exit()).isEqualTo(11);
    assertThat(gone.err()).contains("M1202");
  }
}
