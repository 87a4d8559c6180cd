package dev.migrator.it.moves;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.it.cluster.ClusterPair;
import dev.migrator.it.junit.RealClusters;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is valid at an older version only is created at that, be the definition at the target
 * already, or travelling along: then the source is asked under a name that is taken.
 */
@RealClusters
@Timeout(300)
class OtherVersionIT {

  private static final String KNOWN = "versions-known";
  private static final String TRAVELS = "versions-travel";
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
      """;

  @TempDir Path folder;
  private final ClusterPair pair;

  OtherVersionIT(ClusterPair pair) {
    this.pair = pair;
  }

  @AfterEach
  void clean() {
    Scene.remove(pair, KNOWN);
    Scene.remove(pair, TRAVELS);
    for (var cluster : List.of(pair.source(), pair.target())) {
      cluster.kubectl().run("delete", "crd", "routes.acme.example", "--ignore-not-found");
    }
    Scene.unlock(pair);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theVersionThatTakesItIsPlanned(boolean defined) {
    String space = defined ? KNOWN : TRAVELS;
    Scene.at(pair.source().kubectl())
        .apply("{apiVersion: v1, kind: Namespace, metadata: {name: %s}}".formatted(space))
        .apply(DEFINITION);
    if (defined) {
      Scene.at(pair.target().kubectl()).apply(DEFINITION);
    }
    for (var cluster : defined ? List.of(pair.source(), pair.target()) : List.of(pair.source())) {
      cluster.kubectl().run("wait", "--for=condition=Established", "crd/routes.acme.example");
    }
    Scene.at(pair.source().kubectl())
        .apply(
            """
            apiVersion: acme.example/v1alpha2
            kind: Route
            metadata: {name: web, namespace: %s, labels: {migrator.dev/protect-from: loss}}
            spec: {to: web}
            """
                .formatted(space));
    Move move = new Move(pair, folder);
    move.scope(List.of(space));
    move.plan("-f", "migration.yaml");

    assertThat(move.run("show", "move.plan.yaml", "--why", "route/web").expect(0).out())
        .contains("version     acme.example/v1alpha2", "other-version");
    move.apply().expect(0);
    assertThat(
            pair.target()
                .kubectl()
                .run(
                    "get",
                    "routes.v1alpha2.acme.example",
                    "web",
                    "-n",
                    space,
                    "-o",
                    "jsonpath={.spec.to}"))
        .isEqualTo("web");
  }
}
