package dev.migrator.cluster;

/**
 * One question of authorization.
 *
 * @param verb such as {@code get}, {@code list}, {@code delete}
 * @param group empty for the core group
 * @param resource the plural
 * @param subresource empty for the object itself
 * @param namespace empty for all namespaces or cluster scope
 */
public record Access(
    String verb, String group, String resource, String subresource, String namespace) {}
