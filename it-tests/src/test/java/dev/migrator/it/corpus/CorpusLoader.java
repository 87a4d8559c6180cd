package dev.migrator.it.corpus;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.it.cluster.Kubectl;
import dev.migrator.it.compare.ClusterState;
import dev.migrator.it.compare.Key;
import dev.migrator.model.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Puts projects into a cluster with kubectl, and says what the server made of them. */
public final class CorpusLoader {

  /**
   * What became of the manifests.
   *
   * @param loaded everything that the cluster holds now
   * @param refused what the server did not take, in its words
   */
  public record Loaded(Set<Key> loaded, Map<Key, String> refused) {

    /** Before anything is loaded. */
    static final Loaded NOTHING = new Loaded(Set.of(), Map.of());
  }

  private final Kubectl kubectl;

  public CorpusLoader(Kubectl kubectl) {
    this.kubectl = kubectl;
  }

  /** Creates everything, in an order that lets all of it be created. */
  public Loaded load(List<CorpusProject> projects) {
    Map<Key, ObjectNode> objects = new LinkedHashMap<>();
    Set<String> namespaces = new LinkedHashSet<>();
    for (CorpusProject project : projects) {
      project.accepted().forEach(object -> objects.putIfAbsent(Key.of(object), object));
      namespaces.addAll(project.namespaces());
    }
    namespaces.removeIf(ns -> objects.containsKey(new Key("", "Namespace", "", ns)));
    namespaces.forEach(ns -> kubectl.attempt("", "create", "namespace", ns));
    StringBuilder answers = new StringBuilder();
    for (int order = 0; order <= 3; order++) {
      answers.append(create(order, objects.values()));
    }
    return outcome(objects.keySet(), answers.toString());
  }

  private String create(int order, Iterable<ObjectNode> objects) {
    ObjectNode list = Json.object().put("apiVersion", "v1").put("kind", "List");
    ArrayNode items = list.putArray("items");
    for (ObjectNode object : objects) {
      if (CorpusProject.order(object) == order) {
        items.add(object);
      }
    }
    if (items.isEmpty()) {
      return "";
    }
    String answers =
        kubectl.attempt(Json.text(list), "create", "--validate=false", "-f", "-").err();
    if (order == 1) {
      kubectl.run("wait", "--for=condition=Established", "crd", "--all", "--timeout=60s");
    }
    return answers;
  }

  private Loaded outcome(Set<Key> wanted, String answers) {
    ClusterState state = ClusterState.of(kubectl);
    Set<Key> loaded = new LinkedHashSet<>();
    Map<Key, String> refused = new LinkedHashMap<>();
    List<String> lines = new ArrayList<>(answers.lines().toList());
    for (Key key : wanted) {
      // Some people give a namespace to what has none; the server passes over it.
      Key bare = new Key(key.group(), key.kind(), "", key.name());
      if (state.find(key).isPresent()) {
        loaded.add(key);
      } else if (state.find(bare).isPresent()) {
        loaded.add(bare);
      } else {
        refused.put(
            key,
            lines.stream()
                .filter(line -> line.contains("\"" + key.name() + "\""))
                .findFirst()
                .orElse("no word from the server"));
      }
    }
    return new Loaded(loaded, refused);
  }
}
