package dev.migrator.it.compare;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.migrator.it.cluster.Kubectl;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Everything that a cluster holds at one time, as {@code kubectl get -o json} prints it. */
public final class ClusterState {

  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  private final SortedMap<Key, JsonNode> objects;

  private ClusterState(SortedMap<Key, JsonNode> objects) {
    this.objects = Collections.unmodifiableSortedMap(objects);
  }

  /** Looks at everything that can be listed, but Events. */
  public static ClusterState of(Kubectl kubectl) {
    // A dead aggregated API makes kubectl fail after it has printed the others.
    List<String> resources =
        kubectl
            .attempt("", "api-resources", "--verbs=list", "-o", "name")
            .out()
            .lines()
            .filter(r -> !r.equals("events") && !r.equals("events.events.k8s.io"))
            .filter(r -> !r.endsWith(".metrics.k8s.io"))
            .toList();
    String json =
        kubectl.run(
            "get", String.join(",", resources), "-A", "-o", "json", "--ignore-not-found=true");
    return of(parse(json.isBlank() ? "{}" : json));
  }

  /** Looks at everything in one namespace, and at the namespace itself. */
  public static ClusterState of(Kubectl kubectl, String namespace) {
    String resources =
        String.join(
            ",",
            kubectl
                .attempt("", "api-resources", "--verbs=list", "--namespaced", "-o", "name")
                .out()
                .lines()
                .filter(r -> !r.equals("events") && !r.equals("events.events.k8s.io"))
                .filter(r -> !r.endsWith(".metrics.k8s.io"))
                .toList());
    String json = kubectl.run("get", resources, "-n", namespace, "-o", "json");
    ClusterState state = of(parse(json.isBlank() ? "{}" : json));
    Kubectl.Outcome itself = kubectl.attempt("", "get", "namespace", namespace, "-o", "json");
    if (itself.exitCode() == 0) {
      JsonNode object = parse(itself.out());
      SortedMap<Key, JsonNode> all = new TreeMap<>(state.objects);
      all.put(Key.of(object), object);
      return new ClusterState(all);
    }
    return state;
  }

  /** What a list holds. */
  public static ClusterState of(JsonNode list) {
    SortedMap<Key, JsonNode> objects = new TreeMap<>();
    for (JsonNode item : list.path("items")) {
      objects.put(Key.of(item), item);
    }
    return new ClusterState(objects);
  }

  /** Reads JSON with its numbers as they are. */
  public static JsonNode parse(String json) {
    try {
      return MAPPER.readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Map<Key, JsonNode> objects() {
    return objects;
  }

  public Optional<JsonNode> find(Key key) {
    return Optional.ofNullable(objects.get(key));
  }

  /** The uid of an object, or an empty text when there is none. */
  String uid(Key key) {
    return find(key).map(o -> o.path("metadata").path("uid").asText()).orElse("");
  }

  /** The uids of the owners of an object. */
  static List<String> owners(JsonNode object) {
    List<String> owners = new ArrayList<>();
    for (JsonNode owner : object.path("metadata").path("ownerReferences")) {
      owners.add(owner.path("uid").asText());
    }
    return owners;
  }
}
