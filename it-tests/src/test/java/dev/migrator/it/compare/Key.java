package dev.migrator.it.compare;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/** An object by its name in a cluster, whatever the version that it is served at. */
public record Key(String group, String kind, String namespace, String name)
    implements Comparable<Key> {

  /** Of an object as a server gives it. */
  public static Key of(JsonNode object) {
    String apiVersion = object.path("apiVersion").asText();
    int slash = apiVersion.indexOf('/');
    JsonNode metadata = object.path("metadata");
    return new Key(
        slash < 0 ? "" : apiVersion.substring(0, slash),
        object.path("kind").asText(),
        metadata.path("namespace").asText(""),
        metadata.path("name").asText());
  }

  /** Of {@code {"group", "kind", "namespace", "name"}}. */
  public static Key ofRef(JsonNode ref) {
    return new Key(
        ref.path("group").asText(),
        ref.path("kind").asText(),
        ref.path("namespace").asText(),
        ref.path("name").asText());
  }

  /** Its name where namespaces are called otherwise. */
  public Key mapped(Map<String, String> namespaces) {
    boolean isNamespace = group.isEmpty() && kind.equals("Namespace");
    return new Key(
        group,
        kind,
        namespaces.getOrDefault(namespace, namespace),
        isNamespace ? namespaces.getOrDefault(name, name) : name);
  }

  @Override
  public int compareTo(Key other) {
    return toString().compareTo(other.toString());
  }

  @Override
  public String toString() {
    return kind
        + (group.isEmpty() ? "" : "." + group)
        + "/"
        + (namespace.isEmpty() ? "" : namespace + "/")
        + name;
  }
}
