package dev.migrator.migration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.model.Json;
import dev.migrator.model.ObjectRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The part of a plan's settings that only a way back has: {@code originals: [{object, home, fields:
 * [{path, now, before}]}]}, sorted by object.
 */
final class OriginalsForm {

  static final String NAME = "originals";

  private OriginalsForm() {}

  static Map<ObjectRef, Original> read(Fields root) {
    Map<ObjectRef, Original> originals = new TreeMap<>();
    for (JsonNode item : root.items(NAME)) {
      Fields one =
          Fields.of(
              item,
              root.path(NAME + "[" + originals.size() + "]"),
              List.of("object", "home", "fields"));
      ObjectRef object = ref(one, "object");
      ObjectRef home = ref(one, "home");
      if (!home.groupKind().equals(object.groupKind())
          || home.isClusterScoped() != object.isClusterScoped()) {
        throw one.refuse("home", "an object of the same kind is expected");
      }
      List<Original.Field> fields = new ArrayList<>();
      for (JsonNode field : one.items("fields")) {
        fields.add(field(field, one.path("fields[" + fields.size() + "]")));
      }
      if (originals.put(object, new Original(home, fields)) != null) {
        throw one.refuse("object", "stands there twice");
      }
    }
    return originals;
  }

  private static ObjectRef ref(Fields fields, String name) {
    try {
      return ObjectRef.parse(fields.text(name, ""));
    } catch (IllegalArgumentException e) {
      throw fields.refuse(name, "Kind.group/namespace/name is expected");
    }
  }

  private static Original.Field field(JsonNode item, String path) {
    Fields field = Fields.of(item, path, List.of("path", "now", "before"));
    try {
      return new Original.Field(
          field.text("path", ""), value(item.path("now")), value(item.path("before")));
    } catch (IllegalArgumentException e) {
      throw field.refuse("path", "a path to a field of the definition is expected");
    }
  }

  private static Optional<String> value(JsonNode value) {
    return value.isMissingNode() ? Optional.empty() : Optional.of(Json.text(value));
  }

  /** Writes what there is, and nothing where there is none. */
  static void write(ObjectNode root, Map<ObjectRef, Original> originals) {
    if (originals.isEmpty()) {
      return;
    }
    ArrayNode list = root.putArray(NAME);
    new TreeMap<>(originals)
        .forEach(
            (object, original) -> {
              ObjectNode one = list.addObject();
              one.put("object", object.toString()).put("home", original.home().toString());
              if (!original.fields().isEmpty()) {
                ArrayNode fields = one.putArray("fields");
                original.fields().forEach(field -> write(fields.addObject(), field));
              }
            });
  }

  private static void write(ObjectNode tree, Original.Field field) {
    tree.put("path", field.path());
    field.now().ifPresent(text -> tree.set("now", Json.parse(text)));
    field.before().ifPresent(text -> tree.set("before", Json.parse(text)));
  }
}
