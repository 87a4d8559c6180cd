package dev.migrator.it.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.Deletion;
import dev.migrator.model.Manifest;
import dev.migrator.model.ResourceType;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How objects go: preconditions, finalizers, dependants. */
abstract class DeletionContract extends ObjectContract {

  @Test
  void deleteHoldsToItsPreconditions() {
    Manifest object = configMap("one");
    ResourceType type = type("v1", "ConfigMap");
    assertFails(
        ClusterFailure.Conflict.class,
        () ->
            cluster()
                .delete(
                    type,
                    object.ref(),
                    Deletion.background("11111111-2222-3333-4444-555555555555", "")));
    assertFails(
        ClusterFailure.Conflict.class,
        () -> cluster().delete(type, object.ref(), Deletion.background(object.uid(), "1")));
    assertThat(read(object)).isEqualTo(object);
    cluster()
        .delete(type, object.ref(), Deletion.background(object.uid(), object.resourceVersion()));
    eventually("it is gone", () -> isGone(object));
    assertFails(
        ClusterFailure.NotFound.class,
        () -> cluster().delete(type, object.ref(), Deletion.background(object.uid(), "")));
  }

  @Test
  void whatIsMadeAgainHasAnotherUid() {
    Manifest first = configMap("one");
    assertThat(delete(first, Deletion.Propagation.BACKGROUND)).isEmpty();
    Manifest second = configMap("one");
    assertThat(second.uid()).isNotEqualTo(first.uid());
    assertFails(
        ClusterFailure.Conflict.class, () -> delete(first, Deletion.Propagation.BACKGROUND));
    assertThat(read(second)).isEqualTo(second);
  }

  @Test
  void aFinalizerHoldsWhatIsDeleted() {
    Manifest object =
        create(
            "v1",
            "ConfigMap",
            "{\"metadata\": {\"name\": \"one\", \"finalizers\": [\"example.com/hold\"]}}");
    delete(object, Deletion.Propagation.BACKGROUND);
    Manifest held = read(object);
    assertThat(held.isBeingDeleted()).isTrue();
    always("it is held", Duration.ofSeconds(1), () -> !isGone(object));
    assertThat(failure(() -> create("v1", "ConfigMap", "{\"metadata\": {\"name\": \"one\"}}")))
        .isInstanceOf(ClusterFailure.AlreadyExists.class);
    merge(object, "{\"metadata\": {\"finalizers\": null}}");
    eventually("it is gone", () -> isGone(object));
  }

  @Test
  void foregroundDeletionWaitsForDependants() {
    Manifest owner = configMap("owner");
    Manifest held = owned("held", owner, true, "example.com/hold");
    assertThat(delete(owner, Deletion.Propagation.FOREGROUND)).isPresent();
    eventually("the dependant is being deleted", () -> read(held).isBeingDeleted());
    assertThat(read(owner).isBeingDeleted()).isTrue();
    merge(held, "{\"metadata\": {\"finalizers\": null}}");
    eventually("both are gone", () -> isGone(held) && isGone(owner));
  }

  @Test
  void backgroundDeletionTakesDependantsLater() {
    Manifest owner = configMap("owner");
    Manifest dependant = owned("dependant", owner, false, "");
    delete(owner, Deletion.Propagation.BACKGROUND);
    assertThat(isGone(owner)).isTrue();
    eventually("the dependant is gone too", () -> isGone(dependant));
  }

  @Test
  void orphanDeletionLeavesDependants() {
    Manifest owner = configMap("owner");
    Manifest dependant = owned("dependant", owner, true, "");
    delete(owner, Deletion.Propagation.ORPHAN);
    eventually("the owner is gone", () -> isGone(owner));
    always("the dependant stays", Duration.ofSeconds(2), () -> !isGone(dependant));
    assertThat(read(dependant).at("metadata", "ownerReferences").isEmpty()).isTrue();
  }

  @Test
  void anOwnerThatDoesNotExistIsDeadly() {
    Manifest stranger =
        body("v1", "ConfigMap", "{\"metadata\": {\"name\": \"owner\"}}")
            .edit(
                tree ->
                    tree.withObjectProperty("metadata")
                        .put("uid", "11111111-2222-3333-4444-555555555555"));
    configMap("owner");
    Manifest dependant = owned("dependant", stranger, false, "");
    eventually("the dependant is collected", () -> isGone(dependant));
  }

  private Manifest owned(String name, Manifest owner, boolean blocks, String finalizer) {
    return create(
        "v1",
        "ConfigMap",
        """
        {"metadata": {"name": "%s", "finalizers": [%s], "ownerReferences": [
          {"apiVersion": "v1", "kind": "ConfigMap", "name": "%s", "uid": "%s",
           "blockOwnerDeletion": %b}]}}
        """
            .formatted(
                name,
                finalizer.isEmpty() ? "" : "\"" + finalizer + "\"",
                owner.name(),
                owner.uid(),
                blocks));
  }
}
