package dev.migrator.cluster.memory;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cluster.Deletion;
import dev.migrator.model.Manifest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * The rules by which objects come, change and go; requests and controllers both pass through here.
 *
 * <p>Not safe for threads: the cluster's lock guards it.
 *
 * <p>Source: <a href="https://kubernetes.io/docs/reference/using-api/api-concepts/">API
 * Concepts</a>; kubernetes {@code staging/src/k8s.io/apiserver/pkg/registry}
 */
final class ApiServer {

  static final String FOREGROUND = "foregroundDeletion";
  static final String ORPHAN = "orphan";

  private final VirtualClock clock;
  private final Storage storage;
  private final Types types;
  private final Uids uids;
  private final Admission admission;
  private final Deletions deletions;

  ApiServer(VirtualClock clock, Storage storage, Types types, Uids uids, Admission admission) {
    this.clock = clock;
    this.storage = storage;
    this.types = types;
    this.uids = uids;
    this.admission = admission;
    this.deletions = new Deletions(this);
  }

  VirtualClock clock() {
    return clock;
  }

  Storage storage() {
    return storage;
  }

  Types types() {
    return types;
  }

  Uids uids() {
    return uids;
  }

  /**
   * Creates the object.
   *
   * @param keep false for a dry run
   */
  Manifest create(Manifest body, boolean keep) {
    return create(body, keep, uids.next());
  }

  /** Creates an object of this uid. */
  Manifest create(Manifest body, boolean keep, String uid) {
    Key key = Key.of(body.ref());
    String hub = VersionConversion.hub(types, key);
    if (types.find(body.apiVersion(), body.kind()).isEmpty() && !body.apiVersion().equals(hub)) {
      throw Answers.notServed(body.kind() + " in " + body.apiVersion());
    }
    ObjectNode tree = body.copyTree();
    try {
      Fill.dropNulls(tree);
      VersionConversion.toHub(tree, hub);
      prepare(key, tree, uid);
      KnownFields.check(key, tree, types.of(key.type()).orElseThrow());
      CustomResources.complete(storage, key, tree, body.apiVersion());
      Defaults.apply(key, tree);
      Validation.create(key, tree);
      admission.create(key, tree);
      Validation.create(key, tree);
    } catch (UnsupportedOperationException | IllegalArgumentException | ClassCastException e) {
      throw Answers.badRequest(key, "the object is not of the form of its kind: " + e.getMessage());
    }
    if (storage.get(key).isPresent()) {
      throw Answers.alreadyExists(key);
    }
    return keep ? storage.put(key, tree) : Manifest.of(tree);
  }

  private void prepare(Key key, ObjectNode tree, String uid) {
    ObjectNode metadata = Fill.object(tree, "metadata");
    if (!metadata.path("resourceVersion").asText().isEmpty()) {
      throw Answers.badRequest(key, "resourceVersion should not be set on objects to be created");
    }
    boolean namespaced = types.of(key.type()).orElseThrow().namespaced();
    if (namespaced == key.namespace().isEmpty()) {
      throw Answers.badRequest(
          key, "the namespace of the object does not match the namespace of the request");
    }
    if (namespaced) {
      Manifest namespace =
          storage
              .get(new Key("Namespace", "", key.namespace()))
              .orElseThrow(() -> Answers.notFound(new Key("Namespace", "", key.namespace())));
      if (namespace.isBeingDeleted()) {
        throw Answers.forbidden(
            key,
            "unable to create new content in namespace "
                + key.namespace()
                + " because it is being terminated");
      }
    }
    for (String field :
        new String[] {"deletionTimestamp", "deletionGracePeriodSeconds", "selfLink"}) {
      metadata.remove(field);
    }
    metadata.put("uid", uid);
    metadata.put("creationTimestamp", timestamp());
    if (Metadata.hasGeneration(key, tree)) {
      metadata.put("generation", 1);
    } else {
      metadata.remove("generation");
    }
    if (types.hasStatus(key.type())) {
      tree.remove("status");
      InitialStatus.of(key, tree);
    }
    Metadata.dropEmpty(tree);
  }

  /**
   * Changes the object or one of its subresources.
   *
   * @param subresource empty, or {@code status}, or {@code finalize}
   * @param change works on a copy; may throw
   */
  Manifest update(Key key, String subresource, UnaryOperator<ObjectNode> change) {
    Manifest before = storage.get(key).orElseThrow(() -> Answers.notFound(key));
    ObjectNode after;
    try {
      after = change.apply(before.copyTree());
      Fill.dropNulls(after);
      String asked = after.path("apiVersion").asText();
      VersionConversion.toHub(after, before.apiVersion());
      Metadata.keepIdentity(key, before, after);
      if (subresource.equals("status")) {
        ObjectNode only = before.copyTree();
        if (after.has("status")) {
          only.set("status", after.path("status"));
        } else {
          only.remove("status");
        }
        after = only;
      } else {
        if (types.hasStatus(key.type())) {
          after.remove("status");
          if (before.has("status")) {
            after.set("status", before.at("status"));
          }
        }
        KnownFields.check(key, after, types.of(key.type()).orElseThrow());
        CustomResources.complete(storage, key, after, asked);
        Defaults.apply(key, after);
        Validation.update(key, before, after);
        admission.update(key, after);
      }
    } catch (UnsupportedOperationException | IllegalArgumentException | ClassCastException e) {
      throw Answers.badRequest(key, "the patch cannot be applied: " + e.getMessage());
    }
    return store(key, before, after);
  }

  /** A controller's change of anything but status. */
  Manifest edit(Key key, Consumer<ObjectNode> change) {
    Manifest before = storage.get(key).orElseThrow(() -> Answers.notFound(key));
    ObjectNode after = before.copyTree();
    change.accept(after);
    return store(key, before, after);
  }

  /** A controller's change of status. */
  Manifest editStatus(Key key, Consumer<ObjectNode> change) {
    return edit(key, tree -> change.accept(Fill.object(tree, "status")));
  }

  private Manifest store(Key key, Manifest before, ObjectNode after) {
    Metadata.dropEmpty(after);
    if (after.equals(before.tree())) {
      return before;
    }
    ObjectNode metadata = Fill.object(after, "metadata");
    if (Metadata.hasGeneration(key, after) && Metadata.definitionChanged(before, after)) {
      metadata.put("generation", before.at("metadata", "generation").asInt() + 1);
    }
    boolean ends =
        before.isBeingDeleted()
            && metadata.path("finalizers").isEmpty()
            && metadata.path("deletionGracePeriodSeconds").asInt() == 0
            && after.path("spec").path("finalizers").isEmpty();
    if (ends) {
      storage.remove(key);
      return Manifest.of(after);
    }
    return storage.put(key, after);
  }

  /** See {@link Deletions#delete}. */
  Optional<Manifest> delete(Key key, Deletion deletion) {
    return deletions.delete(key, deletion);
  }

  /** See {@link Deletions#deleteNow}. */
  void deleteNow(Key key) {
    deletions.deleteNow(key);
  }

  /** Now, as timestamps in objects are written. */
  String timestamp() {
    return at(clock.now());
  }

  static String at(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
