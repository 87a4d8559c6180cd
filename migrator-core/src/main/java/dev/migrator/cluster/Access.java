package dev.migrator.cluster;

/**
 * One question of authorization.
 *
 * @param verb such as {@code get}, {@code list}, {@code delete}
 * @param group empty for the core group
 * @param resource the plural
 * @param subresource empty for the object itself
 * @param namespace empty for all namespaces or cluster scope
 * @param name of the one object; empty for all
 */
public record Access(
    String verb, String group, String resource, String subresource, String namespace, String name) {

  /** To all objects of the resource. */
  public Access(String verb, String group, String resource, String subresource, String namespace) {
    this(verb, group, resource, subresource, namespace, "");
  }
}
