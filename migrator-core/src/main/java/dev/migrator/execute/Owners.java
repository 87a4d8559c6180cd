package dev.migrator.execute;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Owner;
import dev.migrator.model.ResourceType;
import dev.migrator.plan.PlannedObject;
import java.util.Optional;

/**
 * References to owners that travel too, with the uids that these have at the target. A reference
 * with a foreign uid would have the garbage collector delete the object, so all others are left
 * out.
 *
 * <p>Source: <a href="https://kubernetes.io/docs/concepts/architecture/garbage-collection/">Garbage
 * Collection</a>
 */
final class Owners {

  private final Run run;

  Owners(Run run) {
    this.run = run;
  }

  /** The definition with references to those of its owners that are at the target. */
  Manifest withOwners(PlannedObject object, Manifest atSource, Manifest definition) {
    if (Owner.comesAfter(atSource)) {
      return definition;
    }
    JsonNode references = atSource.at("metadata", "ownerReferences");
    ArrayNode kept = Json.array();
    for (JsonNode reference : references) {
      owner(object, reference).ifPresent(kept::add);
    }
    return kept.isEmpty()
        ? definition
        : definition.edit(tree -> tree.withObjectProperty("metadata").set("ownerReferences", kept));
  }

  private Optional<JsonNode> owner(PlannedObject object, JsonNode reference) {
    String apiVersion = reference.path("apiVersion").asText();
    int slash = apiVersion.indexOf('/');
    String group = slash < 0 ? "" : apiVersion.substring(0, slash);
    String kind = reference.path("kind").asText();
    String name = reference.path("name").asText();
    if (kind.isEmpty() || name.isEmpty()) {
      return Optional.empty();
    }
    ObjectRef near = new ObjectRef(group, kind, object.ref().namespace(), name);
    ObjectRef far = ObjectRef.clusterScoped(group, kind, name);
    PlannedObject owner =
        run.objects().containsKey(near) ? run.objects().get(near) : run.objects().get(far);
    if (owner == null || !owner.uid().equals(reference.path("uid").asText())) {
      return Optional.empty();
    }
    Optional<ResourceType> type = run.target().type(kind, owner.apiVersion());
    return type.flatMap(t -> run.target().cluster().get(t, run.atTarget(owner)))
        .map(
            live -> {
              ObjectNode rewritten = reference.deepCopy();
              // Safeguard: owner-uid-kept
              return rewritten
                  .put("apiVersion", owner.apiVersion())
                  .put("name", live.name())
                  .put("uid", live.uid());
            });
  }
}
