package dev.migrator.runbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cluster.memory.World;
import dev.migrator.event.RunEvent;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ProblemException;
import dev.migrator.plans.PlanCase;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Claims of volumes stay at the source, also those that their owner would take along. */
@Timeout(60)
class OwnedClaimsTest {

  private static final ObjectRef DB = new ObjectRef("apps", "StatefulSet", "data", "db");
  private static final ObjectRef STORE = new ObjectRef("example.com", "Store", "data", "files");
  private static final ObjectRef OTHER = ObjectRef.core("ConfigMap", "data", "kube-root-ca.crt");

  private final Scene scene = new Scene(new PlanCase(Path.of("src/test/resources/owned-claims")));
  private final World world = scene.clusters.source().world();

  private static ObjectRef claim(String name) {
    return ObjectRef.core("PersistentVolumeClaim", "data", name);
  }

  private void load(String name, ObjectRef... owners) {
    Manifest bare =
        Manifest.parse(
            """
            {"apiVersion": "v1", "kind": "PersistentVolumeClaim",
             "metadata": {"name": "%s", "namespace": "data"},
             "spec": {"accessModes": ["ReadWriteOnce"],
                      "resources": {"requests": {"storage": "1Gi"}}}}
            """
                .formatted(name));
    scene
        .clusters
        .source()
        .load(bare.edit(tree -> own(tree.withObjectProperty("metadata"), owners)));
  }

  private void own(ObjectNode metadata, ObjectRef... owners) {
    ArrayNode references = metadata.putArray("ownerReferences");
    for (ObjectRef ref : owners) {
      Manifest owner = world.stored(ref).orElseThrow();
      references
          .addObject()
          .put("apiVersion", owner.apiVersion())
          .put("kind", owner.kind())
          .put("name", owner.name())
          .put("uid", owner.uid())
          .put("blockOwnerDeletion", true);
    }
  }

  @Test
  void theRightToSetClaimsFreeIsAskedForBeforeAnythingChanges() {
    world.deny(access -> access.resource().equals("persistentvolumeclaims"));
    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(scene::apply)
        .satisfies(e -> assertThat(e.problem().code()).isEqualTo(ErrorCode.M1403))
        .withMessageContaining("list persistentvolumeclaims")
        .withMessageContaining("patch persistentvolumeclaims");
  }

  private boolean isWhole(String claim) {
    scene.clock.advance(Duration.ofMinutes(10));
    return world.stored(claim(claim)).filter(c -> !c.isBeingDeleted()).isPresent();
  }

  @Test
  void claimsOfAStatefulSetThatWasScaledDownStay() {
    load("disk-db-2", DB, OTHER);
    ApplyRunbookTest.assertMoved(scene, scene.apply());
    assertThat(isWhole("disk-db-0")).isTrue();
    assertThat(isWhole("disk-db-1")).isTrue();
    assertThat(isWhole("disk-db-2")).isTrue();
    assertThat(world.stored(claim("disk-db-1")).orElseThrow().has("metadata", "ownerReferences"))
        .isFalse();
    assertThat(world.stored(claim("disk-db-2")).orElseThrow().at("metadata", "ownerReferences"))
        .singleElement()
        .satisfies(owner -> assertThat(owner.path("kind").asText()).isEqualTo("ConfigMap"));
  }

  @Test
  void theRunSaysWhatItSetsFree() {
    RunEvent.RunEnded unused = scene.apply();
    assertThat(scene.events)
        .filteredOn(RunEvent.Notice.class::isInstance)
        .anyMatch(event -> event.toString().contains("pvc/data/disk-db-1 does not belong to"));
  }

  @Test
  void whatElseOwnsAClaimIsNotDeleted() {
    load("files", STORE);
    RunEvent.RunEnded ended = scene.apply();
    assertThat(ended.problems())
        .extracting(problem -> problem.code())
        .containsExactly(ErrorCode.M2205);
    assertThat(ended.problems().getFirst().why()).contains("pvc/data/files", "nothing was deleted");
    assertThat(isWhole("files")).isTrue();
    assertThat(world.stored(STORE))
        .hasValueSatisfying(o -> assertThat(o.isBeingDeleted()).isFalse());
    Manifest free =
        world.edit(
            claim("files"), tree -> tree.withObjectProperty("metadata").remove("ownerReferences"));
    assertThat(free.has("metadata", "ownerReferences")).isFalse();
    ApplyRunbookTest.assertMoved(scene, scene.resume());
    assertThat(isWhole("files")).isTrue();
  }
}
