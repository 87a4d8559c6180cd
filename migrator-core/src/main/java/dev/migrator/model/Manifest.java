package dev.migrator.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One object as an API server gave it, or as it is to be sent: a JSON tree that is never changed in
 * place.
 *
 * <p>Shape: apiVersion, kind and metadata.name are present. Change it with {@link #edit}, which
 * works on a copy. The nodes returned by {@link #at} and {@link #tree} belong to this object: read
 * them, never write to them.
 */
public final class Manifest {

  /** The annotation in which kubectl keeps what was applied last. */
  public static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

  private final ObjectNode tree;
  private final ObjectRef ref;

  // Asked for again and again by every rule; made at most once a thread, and always the same.
  private @Nullable Map<String, String> labels;
  private @Nullable Map<String, String> annotations;

  private Manifest(ObjectNode tree) {
    this.tree = tree;
    String apiVersion = required(tree, "apiVersion");
    int slash = apiVersion.indexOf('/');
    this.ref =
        new ObjectRef(
            slash < 0 ? "" : apiVersion.substring(0, slash),
            required(tree, "kind"),
            tree.path("metadata").path("namespace").asText(""),
            required(tree.path("metadata"), "name"));
  }

  /**
   * Takes ownership of the tree.
   *
   * <p>Errors: {@link IllegalArgumentException} when apiVersion, kind or metadata.name is missing.
   */
  public static Manifest of(ObjectNode tree) {
    return new Manifest(tree);
  }

  public static Manifest parse(byte[] json) {
    return new Manifest(Json.parseObject(json));
  }

  public static Manifest parse(String json) {
    return new Manifest(Json.parseObject(json));
  }

  public ObjectRef ref() {
    return ref;
  }

  public String apiVersion() {
    return tree.path("apiVersion").asText();
  }

  public String kind() {
    return ref.kind();
  }

  public String namespace() {
    return ref.namespace();
  }

  public String name() {
    return ref.name();
  }

  /** The uid, or an empty text for what no server has stored yet. */
  public String uid() {
    return at("metadata", "uid").asText("");
  }

  /** The resourceVersion, or an empty text for what no server has stored yet. */
  public String resourceVersion() {
    return at("metadata", "resourceVersion").asText("");
  }

  /** The labels in the object's order; empty when there are none. */
  public Map<String, String> labels() {
    Map<String, String> found = labels;
    if (found == null) {
      found = texts(at("metadata", "labels"));
      labels = found;
    }
    return found;
  }

  /** The annotations in the object's order; empty when there are none. */
  public Map<String, String> annotations() {
    Map<String, String> found = annotations;
    if (found == null) {
      found = texts(at("metadata", "annotations"));
      annotations = found;
    }
    return found;
  }

  public boolean isBeingDeleted() {
    return at("metadata", "deletionTimestamp").isTextual();
  }

  /** The node at the path of field names, or a missing node. */
  public JsonNode at(String... path) {
    JsonNode node = tree;
    for (String field : path) {
      node = node.path(field);
      if (node instanceof MissingNode) {
        return node;
      }
    }
    return node;
  }

  /** The text at the path, when there is a text. */
  public Optional<String> text(String... path) {
    JsonNode node = at(path);
    return node.isTextual() ? Optional.of(node.textValue()) : Optional.empty();
  }

  public boolean has(String... path) {
    return !at(path).isMissingNode();
  }

  /** A copy with the change applied. */
  public Manifest edit(Consumer<ObjectNode> change) {
    ObjectNode copy = tree.deepCopy();
    change.accept(copy);
    return new Manifest(copy);
  }

  /** The tree itself: read only. */
  public ObjectNode tree() {
    return tree;
  }

  /** A tree of one's own, to be changed. */
  public ObjectNode copyTree() {
    return tree.deepCopy();
  }

  /** Compact UTF-8 JSON. */
  public byte[] bytes() {
    return Json.bytes(tree);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Manifest manifest && manifest.tree.equals(tree);
  }

  @Override
  public int hashCode() {
    return ref.hashCode();
  }

  /** Names the object and never prints its content, which may be secret. */
  @Override
  public String toString() {
    return apiVersion() + " " + ref;
  }

  private static Map<String, String> texts(JsonNode node) {
    if (!(node instanceof ObjectNode object) || object.isEmpty()) {
      return Map.of();
    }
    Map<String, String> texts = new LinkedHashMap<>();
    object.properties().forEach(e -> texts.put(e.getKey(), e.getValue().asText()));
    return Collections.unmodifiableMap(texts);
  }

  private static String required(JsonNode node, String field) {
    JsonNode value = node.path(field);
    if (!value.isTextual() || value.textValue().isEmpty()) {
      throw new IllegalArgumentException("not a Kubernetes object: " + field + " is missing");
    }
    return value.textValue();
  }
}
