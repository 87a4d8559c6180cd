package dev.migrator.journal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.model.Digest;
import dev.migrator.model.Json;
import dev.migrator.model.ObjectRef;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The lines of an index: one entry a line. An index is only ever written as a whole. */
final class VaultIndex {

  private VaultIndex() {}

  static byte[] line(VaultEntry entry) {
    ObjectNode tree = Json.object();
    tree.put("group", entry.ref().group()).put("kind", entry.ref().kind());
    tree.put("namespace", entry.ref().namespace()).put("name", entry.ref().name());
    tree.put("uid", entry.uid()).put("resourceVersion", entry.resourceVersion());
    tree.put("digest", entry.digest().hex()).put("file", entry.file());
    if (!entry.owners().isEmpty()) {
      entry.owners().forEach(tree.putArray("owners")::add);
    }
    tree.put("offset", entry.offset()).put("length", entry.length());
    byte[] json = Json.bytes(tree);
    byte[] line = Arrays.copyOf(json, json.length + 1);
    line[json.length] = '\n';
    return line;
  }

  /**
   * Errors: {@link IllegalArgumentException} for a line that is not an entry, or names another file
   * than its object's.
   */
  static Map<ObjectRef, VaultEntry> read(byte[] index) {
    Map<ObjectRef, VaultEntry> entries = new HashMap<>();
    Map<String, String> files = new HashMap<>();
    for (int from = 0; from < index.length; ) {
      int to = from;
      while (to < index.length && index[to] != '\n') {
        to++;
      }
      VaultEntry entry = entry(Json.parseObject(Arrays.copyOfRange(index, from, to)), files);
      entries.put(entry.ref(), entry);
      from = to + 1;
    }
    return entries;
  }

  private static VaultEntry entry(ObjectNode tree, Map<String, String> files) {
    ObjectRef ref =
        new ObjectRef(
            text(tree, "group"), text(tree, "kind"), text(tree, "namespace"), text(tree, "name"));
    // Never taken from the line: a forged one must not lead out of the vault.
    String named = text(tree, "file");
    String file = VaultPaths.file(ref, VaultPaths.isSealed(named));
    if (!file.equals(named)) {
      throw new IllegalArgumentException(
          "the entry of " + ref + " names another file than " + file);
    }
    long offset = tree.path("offset").asLong(-1);
    int length = tree.path("length").asInt(-1);
    if (offset < 0 || length < 0) {
      throw new IllegalArgumentException("the entry of " + ref + " has no place");
    }
    String kept = files.computeIfAbsent(file, same -> same);
    Digest digest = new Digest(text(tree, "digest"));
    List<String> owners = new ArrayList<>();
    tree.path("owners").forEach(owner -> owners.add(owner.asText()));
    return new VaultEntry(
        ref,
        text(tree, "uid"),
        text(tree, "resourceVersion"),
        digest,
        owners,
        kept,
        offset,
        length);
  }

  private static String text(JsonNode tree, String field) {
    JsonNode value = tree.path(field);
    if (!value.isTextual()) {
      throw new IllegalArgumentException(field + " is missing");
    }
    return value.textValue();
  }
}
