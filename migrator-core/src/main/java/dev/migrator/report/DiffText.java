package dev.migrator.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import dev.migrator.check.StatusMemory;
import dev.migrator.event.Printable;
import dev.migrator.migration.Migration;
import dev.migrator.model.Manifest;
import dev.migrator.sanitize.MappedStatus;
import dev.migrator.sanitize.Sanitized;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is different between an object of the source and what is sent to the target, as a unified
 * diff of both in YAML.
 *
 * <p>Values of a Secret are never shown: whether they change is. What every object loses, its
 * status and the record of who manages which field, is left out of both sides; of a custom resource
 * what only the status holds is shown.
 */
public final class DiffText {

  private static final String SECRET = "(secret)";
  private static final String CHANGED = "(secret, changed)";

  /** Annotations of Secrets whose values are names; what any other holds, nobody knows. */
  private static final Set<String> OPEN_ANNOTATIONS =
      Set.of(
          // Which account a token is for: the token controller sets both.
          "kubernetes.io/service-account.name",
          "kubernetes.io/service-account.uid",
          // Which Certificate it was made for: cert-manager sets them.
          "cert-manager.io/certificate-name",
          "cert-manager.io/issuer-group",
          "cert-manager.io/issuer-kind",
          "cert-manager.io/issuer-name");

  private static final int CONTEXT = 3;

  private DiffText() {}

  /** The lines of the diff, then what is left behind in words; a line that says so for none. */
  public static List<String> lines(Manifest source, Sanitized sent, Migration migration) {
    boolean secret = source.ref().groupKind().equals("Secret");
    ObjectNode before = shown(source);
    ObjectNode after = shown(sent.body());
    ObjectNode memory = StatusMemory.of(source);
    if (source.ref().isForeign() && !memory.isEmpty()) {
      before.set("status", memory);
      if (migration.data().carriesStatus(source.ref())) {
        after.set("status", new MappedStatus(migration.mappings().namespaces()).of(memory));
      }
    }
    if (secret) {
      mask(before, source.tree(), source.tree());
      mask(after, sent.body().tree(), source.tree());
    }
    List<String> old = YamlText.lines(before);
    List<String> lines =
        new ArrayList<>(
            UnifiedDiffUtils.generateUnifiedDiff(
                "source  " + source,
                "target  " + sent.body(),
                old,
                DiffUtils.diff(old, YamlText.lines(after)),
                CONTEXT));
    if (lines.isEmpty()) {
      lines.add("Sent as it is at the source.");
    }
    sent.drops().forEach(drop -> lines.add("left behind: " + drop));
    return lines.stream().map(Printable::of).toList();
  }

  private static ObjectNode shown(Manifest object) {
    ObjectNode tree = object.copyTree();
    tree.remove("status");
    tree.withObjectProperty("metadata").remove("managedFields");
    return tree;
  }

  /** Puts a word in the place of each value: whether it is the same as the other's. */
  private static void mask(ObjectNode tree, JsonNode own, JsonNode other) {
    for (String field : List.of("data", "stringData")) {
      if (tree.get(field) instanceof ObjectNode values) {
        for (Map.Entry<String, JsonNode> value : own.path(field).properties()) {
          JsonNode theirs = other.path(field).path(value.getKey());
          values.put(value.getKey(), theirs.equals(value.getValue()) ? SECRET : CHANGED);
        }
      } else if (tree.has(field)) {
        tree.put(field, SECRET);
      }
    }
    if (tree.path("metadata").path("annotations") instanceof ObjectNode annotations) {
      JsonNode theirs = other.path("metadata").path("annotations");
      for (Map.Entry<String, JsonNode> value :
          own.path("metadata").path("annotations").properties()) {
        if (!OPEN_ANNOTATIONS.contains(value.getKey())) {
          boolean same = theirs.path(value.getKey()).equals(value.getValue());
          annotations.put(value.getKey(), same ? SECRET : CHANGED);
        }
      }
    }
  }
}
