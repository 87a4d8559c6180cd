package dev.migrator.cluster.memory;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.ListPage;
import dev.migrator.cluster.ListQuery;
import dev.migrator.cluster.Patch;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ResourceType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Reads and patches as clients send them: versions, selectors, pages, subresources. */
final class Requests {

  private static final int SNAPSHOTS = 64;

  private final ApiServer api;
  private final Watches watches;
  private final Map<String, Snapshot> snapshots = new LinkedHashMap<>();
  private long lastToken;

  Requests(ApiServer api, Watches watches) {
    this.api = api;
    this.watches = watches;
  }

  Key key(ResourceType type, ObjectRef ref) {
    if (type.namespaced() == ref.namespace().isEmpty()) {
      throw Answers.notServed(type.objectPath(ref));
    }
    return new Key(Types.storage(type), ref.namespace(), ref.name());
  }

  ListPage list(ResourceType type, ListQuery query) {
    Snapshot snapshot =
        query.continueToken().isEmpty() ? fresh(type, query) : resume(query.continueToken());
    int end = Math.min(snapshot.objects().size(), snapshot.position() + query.limit());
    List<Manifest> items =
        snapshot.objects().subList(snapshot.position(), end).stream()
            .map(object -> VersionConversion.toVersion(object, type.apiVersion()))
            .toList();
    String token = "";
    if (end < snapshot.objects().size()) {
      token = "c" + ++lastToken;
      snapshots.put(token, new Snapshot(snapshot.objects(), snapshot.revision(), end));
      if (snapshots.size() > SNAPSHOTS) {
        snapshots.remove(snapshots.keySet().iterator().next());
      }
    }
    return new ListPage(items, Long.toString(snapshot.revision()), token);
  }

  private Snapshot fresh(ResourceType type, ListQuery query) {
    Predicate<Map<String, String>> selector;
    try {
      selector = Selectors.parse(query.labelSelector());
    } catch (IllegalArgumentException e) {
      throw Answers.badRequest(new Key(type.plural(), "", ""), String.valueOf(e.getMessage()));
    }
    String stored = Types.storage(type);
    List<Manifest> objects =
        query.namespace().isEmpty()
            ? api.storage().all(stored)
            : api.storage().in(stored, query.namespace());
    return new Snapshot(
        objects.stream().filter(object -> selector.test(object.labels())).toList(),
        api.storage().revision(),
        0);
  }

  private Snapshot resume(String token) {
    Snapshot snapshot = snapshots.get(token);
    if (snapshot == null || snapshot.revision() < watches.oldest()) {
      throw Answers.fail(
          new Key("list", "", ""),
          new ClusterFailure.Expired("The provided continue parameter is too old"));
    }
    return snapshot;
  }

  Manifest patch(ResourceType type, ObjectRef ref, Patch patch) {
    Key key = key(type, ref);
    if (patch.subresource().equals("scale")) {
      return scale(key, patch);
    }
    if (!patch.subresource().isEmpty() && !type.subresources().contains(patch.subresource())) {
      throw Answers.notServed(type.objectPath(ref) + "/" + patch.subresource());
    }
    return api.update(
        key,
        patch.subresource(),
        tree -> {
          ObjectNode seen =
              VersionConversion.toVersion(Manifest.of(tree), type.apiVersion()).copyTree();
          return Patches.apply(seen, patch.format(), patch.body());
        });
  }

  Manifest replace(ResourceType type, Manifest body) {
    Key key = key(type, body.ref());
    if (body.resourceVersion().isEmpty()) {
      throw Answers.invalid(
          key, "metadata.resourceVersion", "Invalid value: must be specified for an update");
    }
    return api.update(key, "", before -> body.copyTree());
  }

  private Manifest scale(Key key, Patch patch) {
    Manifest stored = api.storage().get(key).orElseThrow(() -> Answers.notFound(key));
    if (!List.of("Deployment", "ReplicaSet", "StatefulSet", "ReplicationController")
        .contains(key.kind())) {
      throw Answers.notServed(stored.ref() + "/scale");
    }
    ObjectNode scale = Patches.apply(scaleOf(stored).copyTree(), patch.format(), patch.body());
    JsonNode replicas = scale.path("spec").path("replicas");
    Manifest after =
        api.update(
            key,
            "",
            tree -> {
              tree.set("metadata", preconditions(tree, scale));
              Fill.object(tree, "spec")
                  .set("replicas", replicas.isInt() ? replicas : Json.parse("0"));
              return tree;
            });
    return scaleOf(after);
  }

  private static JsonNode preconditions(ObjectNode tree, ObjectNode scale) {
    ObjectNode metadata = Fill.object(tree, "metadata").deepCopy();
    for (String field : new String[] {"resourceVersion", "uid"}) {
      if (scale.path("metadata").has(field)) {
        metadata.set(field, scale.path("metadata").path(field));
      }
    }
    return metadata;
  }

  private static Manifest scaleOf(Manifest object) {
    ObjectNode scale = Json.object().put("apiVersion", "autoscaling/v1").put("kind", "Scale");
    ObjectNode metadata = scale.putObject("metadata");
    for (String field :
        new String[] {"name", "namespace", "uid", "resourceVersion", "creationTimestamp"}) {
      metadata.set(field, object.at("metadata", field));
    }
    scale.putObject("spec").set("replicas", object.at("spec", "replicas"));
    scale.putObject("status").put("replicas", object.at("status", "replicas").asInt());
    return Manifest.of(scale);
  }

  private record Snapshot(List<Manifest> objects, long revision, int position) {}
}
