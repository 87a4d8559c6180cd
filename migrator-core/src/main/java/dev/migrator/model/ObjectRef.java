package dev.migrator.model;

/**
 * The identity of one Kubernetes object: group, kind, namespace and name.
 *
 * <p>The version is left out on purpose: the same object is served at several versions, and both
 * clusters may prefer different ones. Two references are the same object when, and only when, these
 * four are equal.
 *
 * <p>Shape: {@code group} is empty for the core group, {@code namespace} is empty for
 * cluster-scoped objects; kind and name are never empty. Ordered by namespace, group, kind, name,
 * so that cluster-scoped objects come first.
 *
 * <p>Source: <a
 * href="https://kubernetes.io/docs/concepts/overview/working-with-objects/names/">Object Names and
 * IDs</a>
 */
public final class ObjectRef implements Comparable<ObjectRef> {

  private final String group;
  private final String kind;
  private final String namespace;
  private final String name;

  // No record: that could not keep these two, which are asked for dozens of times an object.
  private final int hash;
  private final String groupKind;

  /** Errors: {@link IllegalArgumentException} for what cannot be the identity of an object. */
  public ObjectRef(String group, String kind, String namespace, String name) {
    if (kind.isEmpty() || name.isEmpty()) {
      throw new IllegalArgumentException("kind and name are required: " + kind + "/" + name);
    }
    if (kind.contains("/") || group.contains("/") || namespace.contains("/")) {
      throw new IllegalArgumentException(
          "no slash is allowed in " + kind + ", " + group + ", " + namespace);
    }
    this.group = group;
    this.kind = kind;
    this.namespace = namespace;
    this.name = name;
    this.hash = (namespace.hashCode() * 31 + kind.hashCode()) * 31 + name.hashCode();
    // One text for all objects of a kind.
    this.groupKind = group.isEmpty() ? kind : (kind + "." + group).intern();
  }

  public String group() {
    return group;
  }

  public String kind() {
    return kind;
  }

  public String namespace() {
    return namespace;
  }

  public String name() {
    return name;
  }

  /** A cluster-scoped object. */
  public static ObjectRef clusterScoped(String group, String kind, String name) {
    return new ObjectRef(group, kind, "", name);
  }

  /** An object of the core group in a namespace. */
  public static ObjectRef core(String kind, String namespace, String name) {
    return new ObjectRef("", kind, namespace, name);
  }

  /** The namespace object of that name. */
  public static ObjectRef namespace(String name) {
    return new ObjectRef("", "Namespace", "", name);
  }

  /**
   * Reads what {@link #toString()} writes.
   *
   * <p>Errors: {@link IllegalArgumentException} when the text is not {@code
   * Kind[.group]/[namespace]/name}.
   */
  public static ObjectRef parse(String text) {
    int first = text.indexOf('/');
    int second = first < 0 ? -1 : text.indexOf('/', first + 1);
    if (first <= 0 || second < 0 || second == text.length() - 1) {
      throw new IllegalArgumentException("not of the form Kind.group/namespace/name: " + text);
    }
    String type = text.substring(0, first);
    int dot = type.indexOf('.');
    String kind = dot < 0 ? type : type.substring(0, dot);
    String group = dot < 0 ? "" : type.substring(dot + 1);
    return new ObjectRef(
        group, kind, text.substring(first + 1, second), text.substring(second + 1));
  }

  /** The same identity under another namespace. */
  public ObjectRef inNamespace(String other) {
    return new ObjectRef(group, kind, other, name);
  }

  public boolean isClusterScoped() {
    return namespace.isEmpty();
  }

  /** True for a custom resource of somebody else than Kubernetes, by its group. */
  public boolean isForeign() {
    return group.contains(".") && !group.endsWith(".k8s.io");
  }

  /** {@code Kind.group}, or the kind alone for the core group. */
  public String groupKind() {
    return groupKind;
  }

  @Override
  public int compareTo(ObjectRef other) {
    // By hand: a plan sorts hundreds of thousands of them.
    int order = namespace.compareTo(other.namespace);
    order = order != 0 ? order : group.compareTo(other.group);
    order = order != 0 ? order : kind.compareTo(other.kind);
    return order != 0 ? order : name.compareTo(other.name);
  }

  @Override
  public boolean equals(Object other) {
    return this == other
        || (other instanceof ObjectRef ref
            && hash == ref.hash
            && name.equals(ref.name)
            && namespace.equals(ref.namespace)
            && kind.equals(ref.kind)
            && group.equals(ref.group));
  }

  @Override
  public int hashCode() {
    return hash;
  }

  /**
   * {@code Kind.group/namespace/name}; the namespace is empty for cluster-scoped objects. Read back
   * by {@link #parse}.
   */
  @Override
  public String toString() {
    return groupKind + "/" + namespace + "/" + name;
  }
}
