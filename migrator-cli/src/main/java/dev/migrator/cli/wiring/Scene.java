package dev.migrator.cli.wiring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cluster.memory.MemoryCluster;
import dev.migrator.cluster.memory.VirtualClock;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.model.Yaml;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Simulated clusters that hold what a text of YAML documents says. */
public final class Scene {

  private Scene() {}

  /**
   * A simulated cluster with these objects in place.
   *
   * @param version the server's, such as {@code v1.34.4}
   * @param yaml documents as a person wrote them
   */
  public static MemoryCluster cluster(
      VirtualClock clock, String context, String version, String yaml) {
    List<Manifest> objects = new ArrayList<>();
    for (JsonNode document : Yaml.parseAll(yaml)) {
      objects.add(Manifest.of(stored((ObjectNode) document)));
    }
    return MemoryCluster.builder(clock, context)
        .version(version)
        .build()
        .load(objects.toArray(Manifest[]::new));
  }

  /** An API server keeps the texts of a Secret as data. */
  private static ObjectNode stored(ObjectNode object) {
    if (object.remove("stringData") instanceof ObjectNode texts) {
      ObjectNode data = object.withObjectProperty("data");
      texts.properties().forEach(e -> data.put(e.getKey(), encoded(e.getValue().asText())));
    }
    return (ObjectNode) Json.parse(Json.bytes(object));
  }

  private static String encoded(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
