package dev.migrator.cluster.front;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cluster.Discovery;
import dev.migrator.model.Json;
import dev.migrator.model.ResourceType;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;

/**
 * What a server serves, told as aggregated discovery.
 *
 * <p>Source: <a
 * href="https://kubernetes.io/docs/concepts/overview/kubernetes-api/#aggregated-discovery">aggregated
 * discovery</a>
 */
final class DiscoveryDocument {

  private final ObjectNode root = Json.object();
  private final Map<String, ObjectNode> versions = new LinkedHashMap<>();
  private final Map<String, ArrayNode> groups = new LinkedHashMap<>();

  private DiscoveryDocument() {
    root.put("kind", "APIGroupDiscoveryList").put("apiVersion", "apidiscovery.k8s.io/v2");
    root.putObject("metadata");
    root.putArray("items");
  }

  /**
   * @param core the document of {@code /api}, otherwise that of {@code /apis}
   */
  static ObjectNode of(Discovery discovery, boolean core) {
    DiscoveryDocument document = new DiscoveryDocument();
    discovery.types().stream()
        .filter(type -> type.group().isEmpty() == core)
        .forEach(document::add);
    discovery.unread().stream()
        .filter(unread -> unread.groupVersion().contains("/") != core)
        .forEach(
            unread -> {
              String[] names = unread.groupVersion().split("/", 2);
              document.version(core ? "" : names[0], names[core ? 0 : 1]).put("freshness", "Stale");
            });
    return document.root;
  }

  private ObjectNode version(String group, String version) {
    return versions.computeIfAbsent(
        group + "/" + version,
        key -> {
          ObjectNode entry = group(group).addObject();
          entry.put("version", version).put("freshness", "Current").putArray("resources");
          return entry;
        });
  }

  private ArrayNode group(String name) {
    return groups.computeIfAbsent(
        name,
        key -> {
          ObjectNode item = root.withArrayProperty("items").addObject();
          item.putObject("metadata").put("name", name);
          return item.putArray("versions");
        });
  }

  private void add(ResourceType type) {
    ObjectNode resource =
        version(type.group(), type.version()).withArrayProperty("resources").addObject();
    resource.put("resource", type.plural());
    resource
        .putObject("responseKind")
        .put("group", type.group())
        .put("version", type.version())
        .put("kind", type.kind());
    resource.put("scope", type.namespaced() ? "Namespaced" : "Cluster");
    ArrayNode verbs = resource.putArray("verbs");
    new TreeSet<>(type.verbs()).forEach(verbs::add);
    ArrayNode shortNames = resource.putArray("shortNames");
    type.shortNames().forEach(shortNames::add);
    ArrayNode subresources = resource.putArray("subresources");
    new TreeSet<>(type.subresources())
        .forEach(name -> subresources.addObject().put("subresource", name));
  }
}
