package dev.migrator.cluster.memory;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cluster.Deletion;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Pods as their controllers see and make them. */
final class Pods {

  private final ApiServer api;

  Pods(ApiServer api) {
    this.api = api;
  }

  /** Every pod that the object controls, in whatever state, in order of creation. */
  List<Manifest> of(Manifest owner) {
    return api.storage().dependantsOf(owner.uid()).stream()
        .filter(object -> object.kind().equals("Pod"))
        .filter(pod -> Labels.controller(pod).filter(owner.uid()::equals).isPresent())
        .toList();
  }

  /** Takes over pods that fit the selector and have no controller. */
  void adopt(Manifest owner, JsonNode selector) {
    if (owner.isBeingDeleted()) {
      return;
    }
    var fits = Selectors.of(selector);
    for (Manifest pod : api.storage().in("Pod", owner.namespace())) {
      if (Labels.controller(pod).isEmpty() && isActive(pod) && fits.test(pod.labels())) {
        api.edit(
            Key.of(pod.ref()),
            tree ->
                Fill.object(tree, "metadata")
                    .withArrayProperty("ownerReferences")
                    .add(Labels.controlledBy(owner)));
      }
    }
  }

  /** Makes a pod from the template; a name that ends in a dash is completed. */
  Manifest create(Manifest owner, String name, JsonNode template, Consumer<ObjectNode> change) {
    ObjectNode pod = Json.object().put("apiVersion", "v1").put("kind", "Pod");
    ObjectNode metadata = pod.putObject("metadata");
    boolean generated = name.endsWith("-");
    metadata.put("name", generated ? name + api.uids().suffix() : name);
    if (generated) {
      metadata.put("generateName", name);
    }
    metadata.put("namespace", owner.namespace());
    for (String field : new String[] {"labels", "annotations", "finalizers"}) {
      if (template.path("metadata").has(field)) {
        metadata.set(field, template.path("metadata").path(field).deepCopy());
      }
    }
    metadata.putArray("ownerReferences").add(Labels.controlledBy(owner));
    pod.set("spec", template.path("spec").deepCopy());
    change.accept(pod);
    return api.create(Manifest.of(pod), true);
  }

  void delete(Manifest pod) {
    api.delete(Key.of(pod.ref()), new Deletion(pod.uid(), "", Deletion.Propagation.BACKGROUND));
  }

  /** The controllers of the pod that a change is about, when they are of one of these kinds. */
  static Collection<Key> controllerOf(StoredChange change, Set<String> kinds) {
    Manifest object = change.object();
    for (JsonNode owner : object.at("metadata", "ownerReferences")) {
      if (owner.path("controller").asBoolean() && kinds.contains(owner.path("kind").asText())) {
        String apiVersion = owner.path("apiVersion").asText();
        int slash = apiVersion.indexOf('/');
        return List.of(
            Key.of(
                slash < 0 ? "" : apiVersion.substring(0, slash),
                owner.path("kind").asText(),
                object.namespace(),
                owner.path("name").asText()));
      }
    }
    return List.of();
  }

  /** The object of the key, if it is still the one that the key speaks of. */
  static Optional<Manifest> live(ApiServer api, Key key) {
    return api.storage().get(key);
  }

  static boolean isTerminal(Manifest pod) {
    String phase = pod.at("status", "phase").asText();
    return phase.equals("Succeeded") || phase.equals("Failed");
  }

  static boolean isActive(Manifest pod) {
    return !isTerminal(pod) && !pod.isBeingDeleted();
  }

  static boolean isReady(Manifest pod) {
    return Conditions.isTrue(pod, "Ready");
  }
}
