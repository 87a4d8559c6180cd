package dev.migrator.it.disk;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** What tests look at in claims, volumes and their attachments. */
final class Fields {

  private Fields() {}

  static String name(JsonNode object) {
    return object.at("/metadata/name").asText();
  }

  static String phase(JsonNode object) {
    return object.at("/status/phase").asText();
  }

  /** The driver's name of the disk of a volume. */
  static String handle(JsonNode volume) {
    return volume.at("/spec/csi/volumeHandle").asText();
  }

  static boolean isRefused(JsonNode attachment) {
    return attachment.at("/status").has("attachError");
  }

  static List<String> finalizers(JsonNode object) {
    List<String> all = new ArrayList<>();
    object.at("/metadata/finalizers").forEach(finalizer -> all.add(finalizer.asText()));
    return all;
  }

  /** The keys of an object's annotations, sorted, without that of kubectl. */
  static List<String> annotations(JsonNode object) {
    List<String> keys = new ArrayList<>();
    object.at("/metadata/annotations").fieldNames().forEachRemaining(keys::add);
    keys.removeIf(key -> key.startsWith("kubectl.kubernetes.io/"));
    return keys.stream().sorted().toList();
  }

  /** Whether a list of words has this one. */
  static boolean has(JsonNode object, String list, String word) {
    for (JsonNode each : object.at(list)) {
      if (each.asText().equals(word)) {
        return true;
      }
    }
    return false;
  }
}
