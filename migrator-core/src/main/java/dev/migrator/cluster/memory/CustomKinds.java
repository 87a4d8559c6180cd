package dev.migrator.cluster.memory;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cluster.Deletion;
import dev.migrator.model.Manifest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Serves custom resources: a definition is established some time after its birth and served some
 * time after that; deleting it deletes its objects first.
 */
final class CustomKinds implements Controller {

  private static final String TYPE = "CustomResourceDefinition.apiextensions.k8s.io";
  private static final String CLEANUP = "customresourcecleanup.apiextensions.k8s.io";
  private static final Duration UNTIL_ESTABLISHED = Duration.ofMillis(200);
  private static final Duration UNTIL_SERVED = Duration.ofMillis(100);
  private static final Pattern VERSION = Pattern.compile("v(\\d+)(?:(alpha|beta)(\\d+))?");

  private final World world;
  private final ApiServer api;

  CustomKinds(World world) {
    this.world = world;
    this.api = world.api();
  }

  @Override
  public Collection<Key> affected(StoredChange change) {
    Manifest object = change.object();
    if (Types.storage(object.ref().group(), object.kind()).equals(TYPE)) {
      return List.of(Key.of(object.ref()));
    }
    if (change.after().isEmpty()) {
      return api.storage().all(TYPE).stream()
          .filter(Manifest::isBeingDeleted)
          .map(definition -> Key.of(definition.ref()))
          .toList();
    }
    return List.of();
  }

  @Override
  public void sync(Key key) {
    Optional<Manifest> found = api.storage().get(key);
    if (found.isEmpty()) {
      return;
    }
    Manifest definition = found.get();
    if (definition.isBeingDeleted()) {
      cleanUp(key, definition);
    } else if (!isEstablished(definition)) {
      world
          .clock()
          .schedule(
              UNTIL_ESTABLISHED,
              () ->
                  world.work(
                      () ->
                          api.storage()
                              .get(key)
                              .filter(d -> !isEstablished(d) && !d.isBeingDeleted())
                              .ifPresent(d -> accept(api, key, d))));
    } else {
      world
          .clock()
          .schedule(
              UNTIL_SERVED, () -> world.work(() -> api.storage().get(key).ifPresent(this::serve)));
    }
  }

  /** Establishes and serves at once: for scenes that begin with it. */
  static void establish(ApiServer api, Key key) {
    Manifest definition = accept(api, key, api.storage().get(key).orElseThrow());
    serve(api, definition);
  }

  private void serve(Manifest definition) {
    if (!definition.isBeingDeleted()) {
      serve(api, definition);
    }
  }

  private void cleanUp(Key key, Manifest definition) {
    String type = storageType(definition);
    for (Manifest object : api.storage().all(type)) {
      if (!object.isBeingDeleted()) {
        api.delete(
            Key.of(object.ref()), new Deletion(object.uid(), "", Deletion.Propagation.BACKGROUND));
      }
    }
    if (api.storage().all(type).isEmpty()) {
      api.types()
          .remove(
              definition.at("spec", "group").asText(),
              definition.at("spec", "names", "kind").asText());
      api.edit(key, tree -> Finalizers.remove(tree, CLEANUP));
    }
  }

  private static Manifest accept(ApiServer api, Key key, Manifest definition) {
    return api.edit(
        key,
        tree -> {
          Set<String> finalizers = new TreeSet<>(Finalizers.of(tree));
          finalizers.add(CLEANUP);
          Finalizers.set(tree, finalizers);
          ObjectNode status = Fill.object(tree, "status");
          status.set("acceptedNames", definition.at("spec", "names").deepCopy());
          var stored = status.putArray("storedVersions");
          for (JsonNode version : definition.at("spec", "versions")) {
            if (version.path("storage").asBoolean()) {
              stored.add(version.path("name").asText());
            }
          }
          Conditions.set(status, "NamesAccepted", "True", "NoConflicts", api.timestamp());
          Conditions.set(status, "Established", "True", "InitialNamesAccepted", api.timestamp());
        });
  }

  private static void serve(ApiServer api, Manifest definition) {
    String group = definition.at("spec", "group").asText();
    JsonNode names = definition.at("spec", "names");
    api.types().remove(group, names.path("kind").asText());
    List<JsonNode> versions = new ArrayList<>();
    definition.at("spec", "versions").forEach(versions::add);
    versions.sort(
        Comparator.comparing(
            version -> rank(version.path("name").asText()), Comparator.reverseOrder()));
    List<String> shortNames = new ArrayList<>();
    names.path("shortNames").forEach(name -> shortNames.add(name.asText()));
    for (JsonNode version : versions) {
      if (!version.path("served").asBoolean()) {
        continue;
      }
      Set<String> subresources = new TreeSet<>();
      version.path("subresources").properties().forEach(sub -> subresources.add(sub.getKey()));
      api.types()
          .add(
              ServedTypes.custom(
                  group,
                  version.path("name").asText(),
                  names.path("kind").asText(),
                  names.path("plural").asText(),
                  definition.at("spec", "scope").asText().equals("Namespaced"),
                  subresources,
                  shortNames));
    }
  }

  /** Kubernetes' order of versions: stable, beta, alpha, each by number. */
  private static String rank(String version) {
    Matcher form = VERSION.matcher(version);
    if (!form.matches()) {
      return "0" + version;
    }
    String stage = form.group(2) == null ? "3" : form.group(2).equals("beta") ? "2" : "1";
    return "%s-%05d-%05d"
        .formatted(
            stage,
            Integer.parseInt(form.group(1)),
            form.group(3) == null ? 0 : Integer.parseInt(form.group(3)));
  }

  private static String storageType(Manifest definition) {
    return Types.storage(
        definition.at("spec", "group").asText(), definition.at("spec", "names", "kind").asText());
  }

  private static boolean isEstablished(Manifest definition) {
    return Conditions.isTrue(definition, "Established");
  }
}
