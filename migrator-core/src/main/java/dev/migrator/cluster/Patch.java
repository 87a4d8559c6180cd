package dev.migrator.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.model.Manifest;

/**
 * A change to one object.
 *
 * @param subresource such as {@code status} or {@code scale}; empty for the object itself
 */
public record Patch(Format format, JsonNode body, String subresource) {

  /** A JSON merge patch (RFC 7386) of the object itself. */
  public static Patch merge(JsonNode body) {
    return new Patch(Format.MERGE, body, "");
  }

  /** A JSON merge patch of a subresource. */
  public static Patch mergeOf(String subresource, JsonNode body) {
    return new Patch(Format.MERGE, body, subresource);
  }

  /**
   * Makes a merge patch hold only for exactly this state of exactly this object: one that arrives
   * late changes nothing.
   *
   * @param body is changed
   * @return its metadata, for more to be put there
   */
  public static ObjectNode bind(ObjectNode body, Manifest state) {
    return body.withObjectProperty("metadata")
        .put("uid", state.uid())
        .put("resourceVersion", state.resourceVersion());
  }

  /** How the body is meant. */
  public enum Format {
    /** RFC 7386. */
    MERGE("application/merge-patch+json"),
    /** RFC 6902. */
    JSON("application/json-patch+json");

    private final String contentType;

    Format(String contentType) {
      this.contentType = contentType;
    }

    public String contentType() {
      return contentType;
    }
  }
}
