package dev.migrator.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * An owner that an object names.
 *
 * @param controller whether it says of itself that it makes the object
 *     <p>Source: <a
 *     href="https://kubernetes.io/docs/concepts/overview/working-with-objects/owners-dependents/">Owners
 *     and Dependents</a>
 */
public record Owner(String apiVersion, String kind, String name, String uid, boolean controller) {

  /** The owners of an object, in the order in which it names them; mostly none. */
  public static List<Owner> of(Manifest object) {
    JsonNode references = object.at("metadata", "ownerReferences");
    if (references.isEmpty()) {
      return List.of();
    }
    List<Owner> owners = new ArrayList<>(references.size());
    for (JsonNode reference : references) {
      owners.add(
          new Owner(
              reference.path("apiVersion").asText(),
              reference.path("kind").asText(),
              reference.path("name").asText(),
              reference.path("uid").asText(),
              reference.path("controller").asBoolean(false)));
    }
    return List.copyOf(owners);
  }

  /** The group of its kind; empty for the core group. */
  public String group() {
    int slash = apiVersion.indexOf('/');
    return slash < 0 ? "" : apiVersion.substring(0, slash);
  }

  /** {@code Kind.group}, or the kind alone for the core group. */
  public String groupKind() {
    return group().isEmpty() ? kind : kind + "." + group();
  }
}
