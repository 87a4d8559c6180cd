package dev.migrator.cluster;

/**
 * What to watch.
 *
 * @param namespace empty for all namespaces
 * @param labelSelector in kubectl's form; empty for all objects
 * @param resourceVersion where to start: the resourceVersion of a list
 */
public record WatchQuery(String namespace, String labelSelector, String resourceVersion) {

  public static WatchQuery from(String resourceVersion) {
    return new WatchQuery("", "", resourceVersion);
  }
}
