package dev.migrator.cluster.fabric8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.Discovery;
import dev.migrator.model.ResourceType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * Reads what a server serves: by aggregated discovery (two requests) where it has it, else group by
 * group.
 *
 * <p>Source: <a
 * href="https://kubernetes.io/docs/concepts/overview/kubernetes-api/#discovery-api">Discovery
 * API</a>
 */
final class DiscoveryReader {

  private static final String V2 =
      "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
  private static final String V2BETA1 =
      "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList";
  private static final String PLAIN = "application/json";

  private final BiFunction<String, String, Optional<ObjectNode>> get;
  private final List<ResourceType> types = new ArrayList<>();
  private final List<Discovery.Unread> unread = new ArrayList<>();

  /**
   * @param get path and Accept header to document; empty when there is none
   */
  DiscoveryReader(BiFunction<String, String, Optional<ObjectNode>> get) {
    this.get = get;
  }

  Discovery read() {
    document("/api");
    document("/apis");
    Map<String, Integer> order = new LinkedHashMap<>();
    types.forEach(type -> order.putIfAbsent(type.apiVersion(), order.size()));
    types.sort(
        Comparator.comparing(ResourceType::group)
            .thenComparingInt(type -> order.getOrDefault(type.apiVersion(), 0))
            .thenComparing(ResourceType::plural));
    return new Discovery(types, unread);
  }

  /** What stands at a root; a server that serves nothing there does not exist. */
  private void document(String path) {
    ObjectNode document =
        get.apply(path, V2 + "," + V2BETA1 + "," + PLAIN).orElseThrow(() -> unclear(path));
    switch (document.path("kind").asText()) {
      case "APIGroupDiscoveryList" -> document.path("items").forEach(this::aggregatedGroup);
      case "APIVersions" ->
          document.path("versions").forEach(v -> plain("", v.asText(), "/api/" + v.asText()));
      case "APIGroupList" -> document.path("groups").forEach(this::plainGroup);
      default -> throw unclear(path);
    }
  }

  private static ClusterException unclear(String path) {
    return new ClusterException(
        "GET " + path,
        new ClusterFailure.OutcomeUnknown("the answer does not say what the server serves"));
  }

  private void aggregatedGroup(JsonNode item) {
    String group = item.path("metadata").path("name").asText("");
    for (JsonNode version : item.path("versions")) {
      String name = version.path("version").asText();
      if (version.path("freshness").asText("Current").equals("Stale")) {
        unread.add(
            new Discovery.Unread(
                group + "/" + name,
                "the server's knowledge of it is stale: its backend does not answer"));
        continue;
      }
      for (JsonNode resource : version.path("resources")) {
        JsonNode kind = resource.path("responseKind");
        Set<String> subresources = new HashSet<>();
        resource
            .path("subresources")
            .forEach(s -> subresources.add(s.path("subresource").asText()));
        if (!kind.path("kind").asText("").isEmpty()) {
          types.add(
              new ResourceType(
                  group,
                  name,
                  kind.path("kind").asText(),
                  resource.path("resource").asText(),
                  resource.path("scope").asText().equals("Namespaced"),
                  texts(resource.path("verbs")),
                  subresources,
                  List.copyOf(texts(resource.path("shortNames")))));
        }
      }
    }
  }

  private void plainGroup(JsonNode group) {
    String name = group.path("name").asText();
    String preferred = group.path("preferredVersion").path("version").asText("");
    List<String> versions = new ArrayList<>();
    group.path("versions").forEach(v -> versions.add(v.path("version").asText()));
    versions.sort(Comparator.comparing((String v) -> !v.equals(preferred)));
    versions.forEach(version -> plain(name, version, "/apis/" + name + "/" + version));
  }

  private void plain(String group, String version, String path) {
    Optional<ObjectNode> document;
    try {
      document = get.apply(path, PLAIN);
    } catch (ClusterException e) {
      unread.add(new Discovery.Unread(group + "/" + version, e.failure().detail()));
      return;
    }
    if (document.isEmpty()) {
      unread.add(new Discovery.Unread(group + "/" + version, "listed, but not served"));
      return;
    }
    if (!document.get().path("kind").asText("").equals("APIResourceList")) {
      unread.add(
          new Discovery.Unread(
              group + "/" + version, "the answer does not say what the server serves"));
      return;
    }
    Map<String, Set<String>> subresources = new LinkedHashMap<>();
    List<JsonNode> resources = new ArrayList<>();
    for (JsonNode resource : document.get().path("resources")) {
      String[] name = resource.path("name").asText().split("/", 2);
      if (name.length == 2) {
        subresources.computeIfAbsent(name[0], k -> new HashSet<>()).add(name[1]);
      } else {
        resources.add(resource);
      }
    }
    for (JsonNode resource : resources) {
      String plural = resource.path("name").asText();
      types.add(
          new ResourceType(
              group,
              version,
              resource.path("kind").asText(),
              plural,
              resource.path("namespaced").asBoolean(false),
              texts(resource.path("verbs")),
              subresources.getOrDefault(plural, Set.of()),
              List.copyOf(texts(resource.path("shortNames")))));
    }
  }

  private static Set<String> texts(JsonNode list) {
    Set<String> texts = new java.util.LinkedHashSet<>();
    list.forEach(item -> texts.add(item.asText()));
    return texts;
  }
}
