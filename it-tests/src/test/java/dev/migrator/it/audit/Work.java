package dev.migrator.it.audit;

/**
 * An object that does work, by its place in the API.
 *
 * @param resource plural, such as {@code cronjobs}
 */
public record Work(String group, String resource, String namespace, String name) {

  @Override
  public String toString() {
    return resource + (group.isEmpty() ? "" : "." + group) + "/" + namespace + "/" + name;
  }
}
