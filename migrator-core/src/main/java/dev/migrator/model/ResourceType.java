package dev.migrator.model;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A kind at one version, as an API server serves it.
 *
 * <p>Shape: {@code group} is empty for the core group; {@code verbs} and {@code subresources} are
 * sorted sets and may be empty; {@code shortNames} keeps the server's order.
 *
 * <p>Source: <a href="https://kubernetes.io/docs/reference/using-api/api-concepts/">Kubernetes API
 * Concepts</a>
 */
public record ResourceType(
    String group,
    String version,
    String kind,
    String plural,
    boolean namespaced,
    Set<String> verbs,
    Set<String> subresources,
    List<String> shortNames) {

  public ResourceType {
    verbs = java.util.Collections.unmodifiableSet(new TreeSet<>(verbs));
    subresources = java.util.Collections.unmodifiableSet(new TreeSet<>(subresources));
    shortNames = List.copyOf(shortNames);
  }

  /** The names decide: equal ones are seldom met with other verbs. */
  @Override
  public int hashCode() {
    return (group.hashCode() * 31 + version.hashCode()) * 31 + plural.hashCode();
  }

  /**
   * {@code group/version}, or the version alone for the core group: what objects carry as
   * apiVersion.
   */
  public String apiVersion() {
    return group.isEmpty() ? version : group + "/" + version;
  }

  /**
   * {@code plural.group}, or the plural alone for the core group: the name that RBAC and kubectl
   * use.
   */
  public String groupResource() {
    return group.isEmpty() ? plural : plural + "." + group;
  }

  /** {@code Kind.group}, or the kind alone for the core group. */
  public String groupKind() {
    return group.isEmpty() ? kind : kind + "." + group;
  }

  /** The path of the collection; an empty namespace is all namespaces. */
  public String collectionPath(String namespace) {
    String root = group.isEmpty() ? "/api/" + version : "/apis/" + group + "/" + version;
    return namespace.isEmpty() || !namespaced
        ? root + "/" + plural
        : root + "/namespaces/" + namespace + "/" + plural;
  }

  /** The path of one object. */
  public String objectPath(ObjectRef ref) {
    return collectionPath(ref.namespace()) + "/" + ref.name();
  }

  public boolean supports(String verb) {
    return verbs.contains(verb);
  }
}
