package dev.migrator.cluster.memory;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cluster.Deletion;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Deletes what no living owner is left for, and carries out foreground and orphan deletion.
 *
 * <p>Source: <a href="https://kubernetes.io/docs/concepts/architecture/garbage-collection/">Garbage
 * Collection</a>; kubernetes {@code pkg/controller/garbagecollector}
 */
final class GarbageCollector implements Controller {

  private final ApiServer api;

  GarbageCollector(ApiServer api) {
    this.api = api;
  }

  @Override
  public Collection<Key> affected(StoredChange change) {
    List<Key> keys = new ArrayList<>();
    Manifest object = change.object();
    if (change.after().isEmpty()) {
      for (Manifest dependant : api.storage().dependantsOf(object.uid())) {
        keys.add(Key.of(dependant.ref()));
      }
      for (JsonNode owner : object.at("metadata", "ownerReferences")) {
        api.storage()
            .byUid(owner.path("uid").asText())
            .filter(Manifest::isBeingDeleted)
            .ifPresent(found -> keys.add(Key.of(found.ref())));
      }
    } else if (object.has("metadata", "ownerReferences")) {
      keys.add(Key.of(object.ref()));
    } else if (object.isBeingDeleted() && object.has("metadata", "finalizers")) {
      keys.add(Key.of(object.ref()));
    }
    return keys;
  }

  @Override
  public void sync(Key key) {
    Optional<Manifest> found = api.storage().get(key);
    if (found.isEmpty()) {
      return;
    }
    Manifest object = found.get();
    Set<String> finalizers = Finalizers.of(object.tree());
    if (object.isBeingDeleted() && finalizers.contains(ApiServer.ORPHAN)) {
      orphan(key, object);
    } else if (object.isBeingDeleted() && finalizers.contains(ApiServer.FOREGROUND)) {
      foreground(key, object);
    } else if (!object.isBeingDeleted()) {
      owned(key, object, finalizers);
    }
  }

  private void orphan(Key key, Manifest owner) {
    for (Manifest dependant : api.storage().dependantsOf(owner.uid())) {
      dropOwners(dependant, Set.of(owner.uid()));
    }
    api.edit(key, tree -> Finalizers.remove(tree, ApiServer.ORPHAN));
  }

  private void foreground(Key key, Manifest owner) {
    boolean blocked = false;
    for (Manifest dependant : api.storage().dependantsOf(owner.uid())) {
      if (!blocks(dependant, owner.uid())) {
        continue;
      }
      blocked = true;
      if (!dependant.isBeingDeleted()) {
        owned(Key.of(dependant.ref()), dependant, Finalizers.of(dependant.tree()));
      }
    }
    boolean stillBlocked =
        blocked
            && api.storage().dependantsOf(owner.uid()).stream()
                .anyMatch(dependant -> blocks(dependant, owner.uid()));
    if (!stillBlocked) {
      api.edit(key, tree -> Finalizers.remove(tree, ApiServer.FOREGROUND));
    }
  }

  private void owned(Key key, Manifest object, Set<String> finalizers) {
    boolean solid = false;
    boolean waiting = false;
    Set<String> useless = new HashSet<>();
    for (JsonNode reference : object.at("metadata", "ownerReferences")) {
      if (isUnknownKind(reference)) {
        solid = true;
        continue;
      }
      Optional<Manifest> owner = owner(object, reference);
      boolean waits =
          owner
              .filter(Manifest::isBeingDeleted)
              .filter(o -> Finalizers.of(o.tree()).contains(ApiServer.FOREGROUND))
              .isPresent();
      if (owner.isEmpty() || waits) {
        useless.add(reference.path("uid").asText());
      } else {
        solid = true;
      }
      waiting |= waits;
    }
    if (useless.isEmpty()) {
      return;
    }
    if (solid) {
      dropOwners(object, useless);
      return;
    }
    boolean hasDependants = !api.storage().dependantsOf(object.uid()).isEmpty();
    Deletion.Propagation propagation =
        finalizers.contains(ApiServer.ORPHAN)
            ? Deletion.Propagation.ORPHAN
            : (waiting && hasDependants) || finalizers.contains(ApiServer.FOREGROUND)
                ? Deletion.Propagation.FOREGROUND
                : Deletion.Propagation.BACKGROUND;
    api.delete(key, new Deletion(object.uid(), "", propagation));
  }

  /** An owner counts only where kind, name, uid and namespace all fit. */
  private Optional<Manifest> owner(Manifest dependant, JsonNode reference) {
    return api.storage()
        .byUid(reference.path("uid").asText())
        .filter(owner -> owner.kind().equals(reference.path("kind").asText()))
        .filter(owner -> owner.name().equals(reference.path("name").asText()))
        .filter(
            owner ->
                owner.namespace().isEmpty() || owner.namespace().equals(dependant.namespace()));
  }

  /** What a server does not serve it cannot look up, and so never takes for absent. */
  private boolean isUnknownKind(JsonNode reference) {
    return api.types()
        .find(reference.path("apiVersion").asText(), reference.path("kind").asText())
        .isEmpty();
  }

  private static boolean blocks(Manifest dependant, String uid) {
    for (JsonNode reference : dependant.at("metadata", "ownerReferences")) {
      if (reference.path("uid").asText().equals(uid)
          && reference.path("blockOwnerDeletion").asBoolean()) {
        return true;
      }
    }
    return false;
  }

  private void dropOwners(Manifest dependant, Set<String> uids) {
    api.edit(
        Key.of(dependant.ref()),
        tree -> {
          ArrayNode kept = Json.array();
          for (JsonNode reference : dependant.at("metadata", "ownerReferences")) {
            if (!uids.contains(reference.path("uid").asText())) {
              kept.add(reference);
            }
          }
          ((ObjectNode) tree.path("metadata")).set("ownerReferences", kept);
        });
  }
}
