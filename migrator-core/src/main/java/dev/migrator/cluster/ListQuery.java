package dev.migrator.cluster;

/**
 * Which page of which list.
 *
 * @param namespace empty for all namespaces
 * @param labelSelector in kubectl's form; empty for all objects
 * @param limit objects a page, at least 1
 * @param continueToken empty for the first page
 */
public record ListQuery(String namespace, String labelSelector, int limit, String continueToken) {

  /** The page size that kubectl uses too. */
  public static final int PAGE = 500;

  /** The first page of everything. */
  public static ListQuery all() {
    return new ListQuery("", "", PAGE, "");
  }

  public static ListQuery inNamespace(String namespace) {
    return new ListQuery(namespace, "", PAGE, "");
  }

  public ListQuery withLabelSelector(String selector) {
    return new ListQuery(namespace, selector, limit, continueToken);
  }

  public ListQuery withLimit(int objects) {
    return new ListQuery(namespace, labelSelector, objects, continueToken);
  }

  public ListQuery next(String token) {
    return new ListQuery(namespace, labelSelector, limit, token);
  }
}
