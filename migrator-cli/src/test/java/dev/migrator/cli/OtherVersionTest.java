package dev.migrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.model.ObjectRef;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A custom resource is created at a version that takes it. */
@Timeout(120)
class OtherVersionTest {

  private static final ObjectRef ROUTE = ObjectRef.parse("Route.acme.example/shop/web");

  private static final String DEFINITION =
      """
      apiVersion: apiextensions.k8s.io/v1
      kind: CustomResourceDefinition
      metadata: {name: routes.acme.example}
      spec:
        group: acme.example
        names: {kind: Route, plural: routes, singular: route, listKind: RouteList}
        scope: Namespaced
        versions:
          - name: v1
            served: true
            storage: false
            schema:
              openAPIV3Schema:
                type: object
                properties:
                  spec: {type: object, required: [hostnames], properties: {to: {type: string}, hostnames: {type: string}}}
          - name: v1alpha2
            served: true
            storage: true
            schema:
              openAPIV3Schema:
                type: object
                properties:
                  spec: {type: object, properties: {to: {type: string}, hostnames: {type: string}}}
      ---
      """;
  private static final String SPACE =
      "{apiVersion: v1, kind: Namespace, metadata: {name: shop}}\n---\n";

  @TempDir Path folder;

  private static String route(String protection, String spec) {
    return """
    apiVersion: acme.example/v1alpha2
    kind: Route
    metadata: {name: web, namespace: shop, labels: {migrator.dev/protect-from: %s}}
    spec: {%s}
    """
        .formatted(protection, spec);
  }

  @ParameterizedTest
  @CsvSource({
    "true, true, loss",
    "true, false, loss",
    "false, false, loss",
    "true, true, duplication",
    "false, false, duplication"
  })
  void theVersionThatTakesItIsPlanned(boolean defined, boolean hasSpace, String protection) {
    World world =
        new World(folder)
            .clusters("old", DEFINITION + SPACE + route(protection, "to: web"))
            .clusters("new", (defined ? DEFINITION : "") + (hasSpace ? SPACE : ""));
    world.plan();

    assertThat(world.run("show", "move.plan.yaml", "--why", "route/web").out())
        .contains(
            "version     acme.example/v1alpha2",
            "other-version is created as acme.example/v1alpha2: as acme.example/v1 the target"
                + " refuses it: ");
    World.Result moved =
        world.run("apply", "move.plan.yaml", "--yes", "--approve-gate", "afterCopy");
    assertThat(moved.exit()).as(moved.err()).isZero();
    assertThat(world.simulated("new").world().stored(ROUTE)).isPresent();
    assertThat(world.run("verify", "latest").exit()).isZero();
  }

  @Test
  void theBestVersionIsKeptWhereItTakesIt() {
    World world =
        new World(folder)
            .clusters("old", DEFINITION + SPACE + route("loss", "to: web, hostnames: a"))
            .clusters("new", DEFINITION);
    world.plan();

    assertThat(world.run("show", "move.plan.yaml", "--why", "route/web").out())
        .contains("version     acme.example/v1\n")
        .doesNotContain("other-version");
  }

  @Test
  void whatNoVersionTakesBlocksThePlan() {
    World world =
        new World(folder)
            .clusters("old", DEFINITION + SPACE + route("loss", "to: web"))
            .clusters(
                "new",
                DEFINITION.replace(
                    "spec: {type: object, properties: {to",
                    "spec: {type: object, required: [hostnames], properties: {to"));

    World.Result plan =
        world.run(
            "plan", "--source-context", "old", "--target-context", "new", "-o", "move.plan.yaml");

    assertThat(plan.out() + plan.err()).contains("refused-by-target");
    assertThat(world.run("apply", "move.plan.yaml", "--yes").exit()).isEqualTo(10);
  }
}
