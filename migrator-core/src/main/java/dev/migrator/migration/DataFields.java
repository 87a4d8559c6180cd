package dev.migrator.migration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.migration.Migration.Data;
import dev.migrator.model.AddressRange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The part of the migration file about data that definitions do not hold. */
final class DataFields {

  /** What a plan keeps of the movers that it needs; nobody writes it by hand. */
  static final String MOVERS = "movers";

  private static final Map<String, VolumeWay> WAYS =
      Arrays.stream(VolumeWay.values())
          .collect(Collectors.toUnmodifiableMap(VolumeWay::label, way -> way));

  private DataFields() {}

  static Data read(Fields root) {
    List<VolumeRule> volumes = new ArrayList<>();
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
    return Data.undeclared()
        .withVolumes(volumes)
        .withStatusOf(root.texts("statusOf", List.of()))
        .withServiceRanges(ranges)
        .withMovers(movers(root));
  }

  private static Map<String, Map<String, String>> movers(Fields root) {
    Map<String, Map<String, String>> movers = new TreeMap<>();
    JsonNode all = root.raw(MOVERS);
    if (root.has(MOVERS)) {
      List<String> names = new ArrayList<>();
      all.fieldNames().forEachRemaining(names::add);
      Fields each = Fields.of(all, MOVERS, names);
      names.forEach(name -> movers.put(name, each.values(name)));
    }
    return movers;
  }

  /** The way of claims for which nobody decides. */
  static Optional<VolumeWay> otherwise(Fields defaultFor) {
    return defaultFor.choice("volumes", Optional.<VolumeWay>empty(), MigrationFile.optional(WAYS));
  }

  private static VolumeRule volume(JsonNode item, String path) {
    Fields rule = Fields.of(item, path, List.of("match", "via", "mover", "with", "because"));
    if (!rule.has("via")) {
      throw rule.refuse("via", "one of " + String.join(", ", VolumeWay.labels()) + " is required");
    }
    VolumeWay via = rule.choice("via", VolumeWay.SHARE, WAYS);
    Fields match =
        rule.object(
            "match",
            "namespace",
            "claim",
            "volume",
            "storageClass",
            "driver",
            "accessMode",
            "workload");
    VolumeRule.Match matched =
        new VolumeRule.Match(
            match.text("namespace", ""),
            match.text("claim", ""),
            match.text("volume", ""),
            match.text("storageClass", ""),
            match.text("driver", ""),
            match.text("accessMode", ""),
            match.text("workload", ""));
    if (matched.isEmpty()) {
      throw rule.refuse(
          "match",
          "namespace, claim, volume, storageClass, driver, accessMode or workload is required");
    }
    if (via != VolumeWay.COPY && rule.has(VolumeRule.MOVER)) {
      throw rule.refuse(VolumeRule.MOVER, "via: " + via.label() + " needs none");
    }
    return new VolumeRule(matched, via, rule.text("because", ""), with(rule, via));
  }

  private static Map<String, String> with(Fields rule, VolumeWay via) {
    return switch (via) {
      case SNAPSHOT -> {
        String name =
            rule.object("with", VolumeRule.SNAPSHOT_CLASS).text(VolumeRule.SNAPSHOT_CLASS, "");
        yield name.isEmpty() ? Map.of() : Map.of(VolumeRule.SNAPSHOT_CLASS, name);
      }
      case COPY -> {
        String mover = rule.text(VolumeRule.MOVER, "");
        if (mover.isEmpty()) {
          throw rule.refuse(VolumeRule.MOVER, "the name of a mover is required");
        }
        Map<String, String> told = new TreeMap<>(rule.values("with"));
        if (told.put(VolumeRule.MOVER, mover) != null) {
          throw rule.refuse("with", "the mover is named beside it");
        }
        yield told;
      }
      case HAND_OVER, SHARE, EMPTY -> {
        if (rule.has("with")) {
          throw rule.refuse("with", "via: " + via.label() + " is told nothing more");
        }
        yield Map.of();
      }
    };
  }

  /** Writes what was said, and nothing where nothing was. */
  static void write(ObjectNode root, Data data) {
    if (!data.volumes().isEmpty()) {
      ArrayNode volumes = root.putArray("volumes");
      data.volumes().forEach(volume -> write(volumes.addObject(), volume));
    }
    if (!data.movers().isEmpty()) {
      ObjectNode movers = root.putObject(MOVERS);
      data.movers()
          .forEach(
              (name, files) -> {
                ObjectNode mover = movers.putObject(name);
                new TreeMap<>(files).forEach(mover::put);
              });
    }
    texts(root, "statusOf", data.statusOf());
    texts(root, "serviceRanges", data.serviceRanges());
  }

  private static void write(ObjectNode tree, VolumeRule rule) {
    ObjectNode match = tree.putObject("match");
    VolumeRule.Match matched = rule.match();
    put(match, "namespace", matched.namespace());
    put(match, "claim", matched.claim());
    put(match, "volume", matched.volume());
    put(match, "storageClass", matched.storageClass());
    put(match, "driver", matched.driver());
    put(match, "accessMode", matched.accessMode());
    put(match, "workload", matched.workload());
    tree.put("via", rule.via().label());
    rule.mover().ifPresent(mover -> tree.put(VolumeRule.MOVER, mover));
    SortedMap<String, String> told = rule.toldToMover();
    if (!told.isEmpty()) {
      ObjectNode with = tree.putObject("with");
      told.forEach(with::put);
    }
    put(tree, "because", rule.because());
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
