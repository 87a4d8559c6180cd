package dev.migrator.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.model.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Writes results for machines, one line an item, without holding them all at once.
 *
 * <p>Shape: what is written as YAML is also one line an item: JSON values are YAML's flow style.
 */
public final class Listing {

  /** The forms that a machine may ask for. */
  public enum Form {
    JSON,
    YAML
  }

  private final Form form;
  private final Appendable out;

  public Listing(Form form, Appendable out) {
    this.form = form;
    this.out = out;
  }

  /** How every document begins: {@code apiVersion} and {@code kind}, which a schema describes. */
  public static ObjectNode head(String kind) {
    return Json.object().put("apiVersion", "migrator.dev/v1alpha1").put("kind", kind);
  }

  /** An object: first the fields of the head in their order, then the lists. */
  public void document(JsonNode head, Map<String, ? extends Stream<? extends JsonNode>> lists) {
    switch (form) {
      case JSON -> {
        append("{");
        String comma = "\n";
        for (var field : head.properties()) {
          append(comma + "  " + key(field.getKey()) + " " + Json.text(field.getValue()));
          comma = ",\n";
        }
        for (var list : lists.entrySet()) {
          append(comma + "  " + key(list.getKey()) + " [")
              .append(list.getValue().iterator())
              .append("]");
          comma = ",\n";
        }
        append("\n}\n");
      }
      case YAML -> {
        head.properties().forEach(f -> append(f.getKey() + ": " + Json.text(f.getValue()) + "\n"));
        lists.forEach(
            (name, items) -> {
              append(name + ":");
              Iterator<? extends JsonNode> all = items.iterator();
              append(all.hasNext() ? "\n" : " ");
              yamlItems(all);
            });
      }
    }
  }

  private void yamlItems(Iterator<? extends JsonNode> items) {
    if (!items.hasNext()) {
      append("[]\n");
    }
    items.forEachRemaining(item -> append("- " + Json.text(item) + "\n"));
  }

  private Listing append(Iterator<? extends JsonNode> items) {
    String comma = "\n";
    boolean any = items.hasNext();
    while (items.hasNext()) {
      append(comma + "    " + Json.text(items.next()));
      comma = ",\n";
    }
    return append(any ? "\n  " : "");
  }

  private Listing append(String text) {
    try {
      out.append(text);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String key(String name) {
    return Json.text(Json.object().textNode(name)) + ":";
  }
}
