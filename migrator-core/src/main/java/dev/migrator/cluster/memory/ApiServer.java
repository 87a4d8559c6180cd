package dev.migrator.cluster.memory;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cluster.Deletion;
import dev.migrator.model.Manifest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;
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

  private static final Set<String> WITHOUT_GENERATION =
      Set.of(
          "ConfigMap",
          "Secret",
          "Service",
          "ServiceAccount",
          "Namespace",
          "Node",
          "Endpoints",
          "Event",
          "LimitRange",
          "PersistentVolume",
          "PersistentVolumeClaim",
          "ResourceQuota",
          "PodTemplate");

  private final VirtualClock clock;
  private final Storage storage;
  private final Types types;
  private final Uids uids;
  private final Admission admission;

  ApiServer(VirtualClock clock, Storage storage, Types types, Uids uids, Admission admission) {
    this.clock = clock;
    this.storage = storage;
    this.types = types;
    this.uids = uids;
    this.admission = admission;
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
    String hub = Wire.hub(types, key);
    ObjectNode tree = body.copyTree();
    try {
      Fill.dropNulls(tree);
      Wire.toHub(tree, hub);
      prepare(key, tree, uid);
      KnownFields.check(key, tree, types.of(key.type()).orElseThrow());
      CustomResources.complete(storage, key, tree);
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
    if (hasGeneration(key, tree)) {
      metadata.put("generation", 1);
    } else {
      metadata.remove("generation");
    }
    if (types.hasStatus(key.type())) {
      tree.remove("status");
      InitialStatus.of(key, tree);
    }
    dropEmpty(tree);
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
      Wire.toHub(after, before.apiVersion());
      keepIdentity(key, before, after);
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
        CustomResources.complete(storage, key, after);
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
    dropEmpty(after);
    if (after.equals(before.tree())) {
      return before;
    }
    ObjectNode metadata = Fill.object(after, "metadata");
    if (hasGeneration(key, after) && definitionChanged(before, after)) {
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

  private static void keepIdentity(Key key, Manifest before, ObjectNode after) {
    ObjectNode metadata = Fill.object(after, "metadata");
    String revision = metadata.path("resourceVersion").asText();
    if (!revision.isEmpty() && !revision.equals(before.resourceVersion())) {
      throw Answers.changedMeanwhile(key);
    }
    String uid = metadata.path("uid").asText();
    if (!uid.isEmpty() && !uid.equals(before.uid())) {
      throw Answers.conflict(
          key,
          "Precondition failed: UID in precondition: "
              + uid
              + ", UID in object meta: "
              + before.uid());
    }
    if (!metadata.path("name").asText().equals(before.name())
        || !metadata.path("namespace").asText().equals(before.namespace())
        || !after.path("kind").asText().equals(before.kind())) {
      throw Answers.badRequest(key, "the name of the object does not match the name on the URL");
    }
    if (before.isBeingDeleted()) {
      Set<String> had = Finalizers.of(before.tree());
      if (!had.containsAll(Finalizers.of(after))) {
        throw Answers.invalid(
            key,
            "metadata.finalizers",
            "Forbidden: no new finalizers can be added if the object is being deleted");
      }
    }
    for (String field :
        new String[] {
          "uid",
          "resourceVersion",
          "creationTimestamp",
          "deletionTimestamp",
          "deletionGracePeriodSeconds",
          "generation"
        }) {
      metadata.remove(field);
      if (before.has("metadata", field)) {
        metadata.set(field, before.at("metadata", field));
      }
    }
  }

  /**
   * Deletes the object under preconditions.
   *
   * @return the object while it terminates
   */
  Optional<Manifest> delete(Key key, Deletion deletion) {
    Manifest before = storage.get(key).orElseThrow(() -> Answers.notFound(key));
    if (!deletion.uid().isEmpty() && !deletion.uid().equals(before.uid())) {
      throw Answers.conflict(
          key,
          "Precondition failed: UID in precondition: "
              + deletion.uid()
              + ", UID in object meta: "
              + before.uid());
    }
    if (!deletion.resourceVersion().isEmpty()
        && !deletion.resourceVersion().equals(before.resourceVersion())) {
      throw Answers.conflict(
          key,
          "Precondition failed: ResourceVersion in precondition: "
              + deletion.resourceVersion()
              + ", ResourceVersion in object meta: "
              + before.resourceVersion());
    }
    boolean pod = key.type().equals("Pod");
    if (pod && before.isBeingDeleted()) {
      return Optional.of(before);
    }
    ObjectNode after = before.copyTree();
    Finalizers.forPropagation(after, deletion.propagation());
    int grace = pod ? gracePeriod(before) : 0;
    boolean waits =
        !Finalizers.of(after).isEmpty()
            || grace > 0
            || !after.path("spec").path("finalizers").isEmpty();
    if (!waits) {
      storage.remove(key);
      return Optional.empty();
    }
    ObjectNode metadata = Fill.object(after, "metadata");
    if (!before.isBeingDeleted()) {
      metadata.put(
          "deletionTimestamp",
          clock.now().plusSeconds(grace).truncatedTo(ChronoUnit.SECONDS).toString());
      metadata.put("deletionGracePeriodSeconds", grace);
      if (metadata.has("generation")) {
        metadata.put("generation", metadata.path("generation").asInt() + 1);
      }
      if (key.type().equals("Namespace")) {
        Fill.object(after, "status").put("phase", "Terminating");
      }
    }
    return Optional.of(after.equals(before.tree()) ? before : storage.put(key, after));
  }

  /** The end of a pod's grace: it goes, unless a finalizer holds it. */
  void deleteNow(Key key) {
    Optional<Manifest> before = storage.get(key);
    if (before.isEmpty()) {
      return;
    }
    if (Finalizers.of(before.get().tree()).isEmpty()) {
      storage.remove(key);
      return;
    }
    edit(
        key,
        tree -> {
          ObjectNode metadata = Fill.object(tree, "metadata");
          Fill.text(metadata, "deletionTimestamp", timestamp());
          metadata.put("deletionGracePeriodSeconds", 0);
        });
  }

  /** Now, as timestamps in objects are written. */
  String timestamp() {
    return at(clock.now());
  }

  static String at(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private static int gracePeriod(Manifest pod) {
    String phase = pod.at("status", "phase").asText();
    boolean over = phase.equals("Succeeded") || phase.equals("Failed");
    return over || !pod.has("spec", "nodeName")
        ? 0
        : pod.at("spec", "terminationGracePeriodSeconds").asInt(30);
  }

  private static boolean hasGeneration(Key key, ObjectNode tree) {
    return !WITHOUT_GENERATION.contains(key.type())
        && !key.group().equals("rbac.authorization.k8s.io")
        && (tree.has("spec") || tree.has("webhooks"));
  }

  private static boolean definitionChanged(Manifest before, ObjectNode after) {
    for (String field : after.properties().stream().map(e -> e.getKey()).toList()) {
      if (!field.equals("metadata")
          && !field.equals("status")
          && !before.at(field).equals(after.path(field))) {
        return true;
      }
    }
    return before.tree().properties().stream()
        .anyMatch(
            field ->
                !after.has(field.getKey())
                    && !field.getKey().equals("status")
                    && !field.getKey().equals("metadata"));
  }

  /** Empty maps and lists of metadata are not kept by a server. */
  private static void dropEmpty(ObjectNode tree) {
    ObjectNode metadata = Fill.object(tree, "metadata");
    for (String field : new String[] {"labels", "annotations", "finalizers", "ownerReferences"}) {
      if (metadata.has(field) && metadata.path(field).isEmpty()) {
        metadata.remove(field);
      }
    }
  }
}
