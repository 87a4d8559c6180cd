package dev.migrator.migration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.migration.Migration.Data;
import dev.migrator.migration.Migration.SharedVolume;
import dev.migrator.model.AddressRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The part of the migration file about data that definitions do not hold. */
final class DataFields {

  private static final String SHARE = "share";

  private DataFields() {}

  static Data read(Fields root) {
    List<SharedVolume> volumes = new ArrayList<>();
    for (JsonNode item : root.items("volumes")) {
      volumes.add(volume(item, root.path("volumes[" + volumes.size() + "]")));
    }
    List<String> ranges = root.texts("serviceRanges", List.of());
    for (String range : ranges) {
      if (AddressRange.parse(range).isEmpty()) {
        throw root.refuse(
            "serviceRanges",
            "a range such as 10.96.0.0/12 is expected, not " + Fields.printable(range));
      }
    }
    return new Data(volumes, root.texts("statusOf", List.of()), ranges);
  }

  private static SharedVolume volume(JsonNode item, String path) {
    Fields rule = Fields.of(item, path, List.of("match", "via", "because"));
    if (!rule.has("via")) {
      throw rule.refuse("via", "share is required");
    }
    rule.choice("via", SHARE, Map.of(SHARE, SHARE));
    Fields match = rule.object("match", "namespace", "claim", "volume", "driver");
    SharedVolume shared =
        new SharedVolume(
            match.text("namespace", ""),
            match.text("claim", ""),
            match.text("volume", ""),
            match.text("driver", ""),
            rule.text("because", ""));
    if ((shared.namespace() + shared.claim() + shared.volume() + shared.driver()).isEmpty()) {
      throw rule.refuse("match", "namespace, claim, volume or driver is required");
    }
    return shared;
  }

  /** Writes what was said, and nothing where nothing was. */
  static void write(ObjectNode root, Data data) {
    if (!data.volumes().isEmpty()) {
      ArrayNode volumes = root.putArray("volumes");
      data.volumes().forEach(volume -> write(volumes.addObject(), volume));
    }
    texts(root, "statusOf", data.statusOf());
    texts(root, "serviceRanges", data.serviceRanges());
  }

  private static void write(ObjectNode rule, SharedVolume shared) {
    ObjectNode match = rule.putObject("match");
    put(match, "namespace", shared.namespace());
    put(match, "claim", shared.claim());
    put(match, "volume", shared.volume());
    put(match, "driver", shared.driver());
    put(rule.put("via", SHARE), "because", shared.because());
  }

  private static void texts(ObjectNode root, String field, List<String> texts) {
    if (!texts.isEmpty()) {
      ArrayNode array = root.putArray(field);
      texts.forEach(array::add);
    }
  }

  private static void put(ObjectNode tree, String field, String text) {
    if (!text.isEmpty()) {
      tree.put(field, text);
    }
  }
}
