package dev.migrator.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.migrator.classify.Verdict;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ResourceType;
import dev.migrator.sanitize.Sanitized;

/**
 * An object of the source, as a check sees it.
 *
 * @param object as it is at the source
 * @param sanitized as it would be sent to the target
 * @param type as which it was read
 */
public record CheckedObject(
    Manifest object, Sanitized sanitized, ResourceType type, Verdict verdict) {

  /** Its name at the source. */
  public ObjectRef ref() {
    return object.ref();
  }

  /** As it would be sent to the target. */
  public Manifest body() {
    return sanitized.body();
  }

  /** The spec of the pods that it is or makes, as it would be sent; missing when it makes none. */
  public JsonNode podSpec() {
    return PodSecurity.podSpec(body()).orElse(MissingNode.getInstance());
  }

  /**
   * @param groupKind such as {@code Deployment.apps}
   */
  boolean is(String groupKind) {
    return ref().groupKind().equals(groupKind);
  }
}
