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

  /** The uids of the owners of an object, in the order in which it names them; mostly none. */
  public static List<String> uids(Manifest object) {
    return of(object).stream().map(Owner::uid).toList();
  }

  /**
   * The owner, as its own type is scoped.
   *
   * @param namespace that of what it owns
   */
  public ObjectRef ref(ResourceType type, String namespace) {
    return new ObjectRef(group(), kind, type.namespaced() ? namespace : "", name);
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

  /** True for an owner of a kind that a definition or an aggregated API brings. */
  public boolean isCustom() {
    return ObjectRef.clusterScoped(group(), "x", "x").isForeign();
  }

  /**
   * True for a Secret or a ConfigMap that a custom controller makes, and that travels all the same:
   * it must be there before its owner, or the controller makes another one, with other keys. The
   * controller puts its reference on what it finds. True for a claim that a StatefulSet owns, too:
   * without it the StatefulSet makes an empty one.
   */
  public static boolean comesAfter(Manifest object) {
    String kind = object.ref().groupKind();
    if (kind.equals("PersistentVolumeClaim")) {
      return of(object).stream().anyMatch(owner -> owner.groupKind().equals("StatefulSet.apps"));
    }
    return (kind.equals("Secret") || kind.equals("ConfigMap"))
        && of(object).stream().anyMatch(owner -> owner.controller() && owner.isCustom());
  }
}
