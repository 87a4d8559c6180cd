package dev.migrator.cluster.fault;

import dev.migrator.model.ObjectRef;
import java.util.Optional;

/**
 * One request on its way to a cluster.
 *
 * @param cluster the name that was given to the wrapped cluster
 * @param index counts all requests of all clusters that share a {@link Traffic}, from 0
 * @param writeIndex counts the writes only, from 0; for a read, the index of the next write
 * @param verb such as {@code create}; {@code prove} is a dry run
 * @param resource as {@code cronjobs.batch}, with {@code /status} for a subresource; may be empty
 * @param object empty for requests that concern none
 */
public record Request(
    String cluster,
    long index,
    long writeIndex,
    String verb,
    String resource,
    Optional<ObjectRef> object) {

  /** Whether the request changes what is stored. */
  public boolean isWrite() {
    return switch (verb) {
      case "create", "patch", "update", "delete" -> true;
      default -> false;
    };
  }

  @Override
  public String toString() {
    return "#"
        + index
        + (isWrite() ? " (write #" + writeIndex + ")" : "")
        + " "
        + cluster
        + " "
        + verb
        + " "
        + object.map(ref -> resource + " " + ref).orElse(resource);
  }
}
