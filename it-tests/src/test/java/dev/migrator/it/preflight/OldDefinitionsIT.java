package dev.migrator.it.preflight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.it.cluster.ClusterPair;
import dev.migrator.it.connection.PairClients;
import dev.migrator.it.junit.RealClusters;
import dev.migrator.migration.Migration;
import dev.migrator.model.Manifest;
import dev.migrator.model.ResourceType;
import dev.migrator.model.Yaml;
import dev.migrator.sanitize.TargetDefinitions;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * TargetDefinitions as they were written in 2019 and 2020, read at v1: the server refuses them,
 * takes the repaired ones, and keeps every field of their objects.
 */
@RealClusters
@Timeout(120)
class OldDefinitionsIT {

  private final ClusterPair pair;
  private final Cluster cluster;

  OldDefinitionsIT(ClusterPair pair) {
    this.pair = pair;
    cluster = PairClients.open(pair, "target");
  }

  @AfterEach
  void clean() {
    pair.target()
        .kubectl()
        .run("delete", "crd", "-l", "old-definitions", "--ignore-not-found", "--wait=true");
    cluster.close();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "no schema | old.example | {}",
        "no types | old.example | {properties: {spec: {properties: {list: {items: {properties: {a:"
            + " {type: string}}}}, map: {additionalProperties: {}}, deep: {properties: {er:"
            + " {minLength: 1}}}}}}}",
        "types, but open | old.example | {type: object, properties: {spec: {type: object,"
            + " properties: {list: {type: array, items: {type: object, properties: {a: {type:"
            + " string}}}}, map: {type: object, additionalProperties: {type: object}}, deep: {type:"
            + " object, properties: {er: {type: string}}}}}}}",
        "arrays of anything | old.example | {properties: {spec: {properties: {list: {type:"
            + " array}}}}}",
        "an integer or a text | old.example | {properties: {spec: {properties: {port: {oneOf:"
            + " [{type: string}, {type: integer}]}}}}}",
        "conditions | old.example | {properties: {spec: {oneOf: [{required: [deep]}, {required:"
            + " [none], properties: {none: {minimum: 1}}}], anyOf: [{type: object, description:"
            + " x}, {type: string}]}}}",
        "its head is described | old.example | {properties: {apiVersion: {}, kind: {}, metadata:"
            + " {required: [name], properties: {name: {pattern: '^o'}, labels: {type: object}}},"
            + " spec: {}}}",
        "a group of Kubernetes | old.k8s.io | {properties: {spec: {type: object}}}"
      })
  void everyFieldOfItsObjectsIsKept(String name, String group, String schema)
      throws InterruptedException {
    Manifest old = definition(group, schema);
    ResourceType definitions = type("CustomResourceDefinition.apiextensions.k8s.io").orElseThrow();
    ClusterException refused =
        catchThrowableOfType(ClusterException.class, () -> cluster.prove(definitions, old));
    assertThat(refused.failure()).isInstanceOf(ClusterFailure.Invalid.class);

    Manifest repaired =
        new TargetDefinitions(Migration.defaults()).of(old, "apiextensions.k8s.io/v1").body();
    cluster.prove(definitions, repaired);
    cluster.create(definitions, repaired);
    ResourceType rigs = served("Rig." + group);
    Manifest object =
        parse(
            """
            apiVersion: %s/v1
            kind: Rig
            metadata: {name: one}
            spec:
              list: [{a: x, b: {c: [1, "2", {d: true}]}}]
              map: {k: {a: 1, b: {}}}
              deep: {er: text, unknown: {very: [{deep: yes}]}}
              port: 80
              empty: {}
              nothing: null
              unknown: 1.5
            extra: {at: the root}
            """
                .formatted(group));

    Manifest stored = cluster.create(rigs, object);

    assertThat(stored.at("spec")).isEqualTo(object.at("spec"));
    assertThat(stored.at("extra")).isEqualTo(object.at("extra"));
  }

  private static Manifest definition(String group, String schema) {
    return parse(
        """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: rigs.%1$s, labels: {old-definitions: ""}}
        spec:
          group: %1$s
          preserveUnknownFields: true
          names: {kind: Rig, listKind: RigList, plural: rigs, singular: rig}
          scope: Cluster
          versions:
            - name: v1
              served: true
              storage: true
              subresources: {status: {}}
              schema: {openAPIV3Schema: %2$s}
        """
            .formatted(group, schema));
  }

  private static Manifest parse(String yaml) {
    return Manifest.of((ObjectNode) Yaml.parse(yaml).orElseThrow());
  }

  private Optional<ResourceType> type(String groupKind) {
    return cluster.discover().types().stream()
        .filter(t -> t.groupKind().equals(groupKind))
        .findFirst();
  }

  private ResourceType served(String groupKind) throws InterruptedException {
    for (int i = 0; i < 300; i++) {
      Optional<ResourceType> found = type(groupKind);
      if (found.isPresent()) {
        return found.get();
      }
      Thread.sleep(100);
    }
    throw new AssertionError(groupKind + " is not served");
  }
}
