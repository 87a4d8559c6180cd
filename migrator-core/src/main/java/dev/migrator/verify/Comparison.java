package dev.migrator.verify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.model.Manifest;
import dev.migrator.model.Quantity;
import dev.migrator.verify.AllowedDifferences.Treatment;
import dev.migrator.verify.Difference.Kind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Whether a live object is what was sent: every field that was sent must be there and equal. A
 * server may fill in fields; all else that is allowed stands in {@link AllowedDifferences}.
 *
 * <p>Values of a Secret never leave here.
 */
public final class Comparison {

  private static final JsonNode NOTHING = MissingNode.getInstance();
  private static final String SECRET = "(secret)";
  private static final int LONGEST = 80;

  private final Manifest sent;
  private final boolean builtIn;
  private final boolean secret;
  private final List<Difference> differences = new ArrayList<>();

  private Comparison(Manifest sent) {
    this.sent = sent;
    this.builtIn = ReadinessRules.isBuiltIn(sent.ref().group());
    this.secret = sent.ref().groupKind().equals("Secret");
  }

  /**
   * Where the live object is not what was sent.
   *
   * <p>Shape: in the order of the fields that were sent; empty when they are the same.
   */
  public static List<Difference> compare(Manifest sent, Manifest live) {
    Comparison comparison = new Comparison(sent);
    comparison.object(withPlainData(sent), live.tree(), FieldPath.ROOT, Set.of());
    return comparison.differences;
  }

  /** A Secret's stringData is for writing only: servers keep it as data. */
  private static ObjectNode withPlainData(Manifest sent) {
    if (!sent.ref().groupKind().equals("Secret")
        || !(sent.at("stringData") instanceof ObjectNode texts)) {
      return sent.tree();
    }
    ObjectNode tree = sent.copyTree();
    tree.remove("stringData");
    ObjectNode data =
        tree.path("data") instanceof ObjectNode given ? given : tree.putObject("data");
    for (Map.Entry<String, JsonNode> text : texts.properties()) {
      byte[] bytes = text.getValue().asText().getBytes(StandardCharsets.UTF_8);
      data.put(text.getKey(), Base64.getEncoder().encodeToString(bytes));
    }
    return tree;
  }

  private void value(JsonNode mine, JsonNode theirs, FieldPath at) {
    Set<Treatment> treatments = treatments(at);
    if (mine.isNull() || treatments.contains(Treatment.IGNORED)) {
      return;
    }
    if (isAbsent(theirs)) {
      if (!isDroppedByServers(mine, at)) {
        add(at, Kind.MISSING, mine, theirs);
      }
    } else if (mine instanceof ObjectNode object && theirs instanceof ObjectNode other) {
      object(object, other, at, treatments);
    } else if (mine instanceof ArrayNode list && theirs instanceof ArrayNode other) {
      list(list, other, at, treatments);
    } else if (!isSameScalar(mine, theirs, treatments)) {
      add(at, Kind.CHANGED, mine, theirs);
    }
  }

  private void object(ObjectNode mine, ObjectNode theirs, FieldPath at, Set<Treatment> treatments) {
    boolean keys =
        treatments.contains(Treatment.EXACT_KEYS) || treatments.contains(Treatment.OPEN_KEYS);
    for (Map.Entry<String, JsonNode> field : mine.properties()) {
      value(
          field.getValue(),
          theirs.path(field.getKey()),
          keys ? at.key(field.getKey()) : at.field(field.getKey()));
    }
    if (treatments.contains(Treatment.EXACT_KEYS)) {
      for (Map.Entry<String, JsonNode> field : theirs.properties()) {
        if (!mine.has(field.getKey()) && !field.getValue().isNull()) {
          add(at.key(field.getKey()), Kind.ADDED, NOTHING, field.getValue());
        }
      }
    }
  }

  private void list(ArrayNode mine, ArrayNode theirs, FieldPath at, Set<Treatment> treatments) {
    boolean mayGrow = treatments.contains(Treatment.MAY_GROW);
    if (treatments.contains(Treatment.UNORDERED)) {
      unordered(mine, theirs, at);
      return;
    }
    Optional<Map<String, JsonNode>> myKeys =
        builtIn ? ListKeys.byKey(at.name(), mine) : Optional.empty();
    Optional<Map<String, JsonNode>> theirKeys =
        builtIn ? ListKeys.byKey(at.name(), theirs) : Optional.empty();
    if (myKeys.isPresent() && theirKeys.isPresent()) {
      keyed(myKeys.get(), theirKeys.get(), at, mayGrow);
    } else if (mayGrow) {
      unorderedSubset(mine, theirs, at);
    } else {
      positional(mine, theirs, at);
    }
  }

  private void keyed(
      Map<String, JsonNode> mine, Map<String, JsonNode> theirs, FieldPath at, boolean mayGrow) {
    mine.forEach(
        (key, element) -> value(element, theirs.getOrDefault(key, NOTHING), at.element(key)));
    theirs.forEach(
        (key, element) -> {
          if (!mayGrow && !mine.containsKey(key)) {
            add(at.element(key), Kind.ADDED, NOTHING, element);
          }
        });
  }

  private void positional(ArrayNode mine, ArrayNode theirs, FieldPath at) {
    for (int i = 0; i < Math.max(mine.size(), theirs.size()); i++) {
      FieldPath element = at.element(String.valueOf(i));
      if (i >= mine.size()) {
        add(element, Kind.ADDED, NOTHING, theirs.path(i));
      } else if (i >= theirs.size()) {
        add(element, Kind.MISSING, mine.path(i), NOTHING);
      } else {
        value(mine.path(i), theirs.path(i), element);
      }
    }
  }

  private void unordered(ArrayNode mine, ArrayNode theirs, FieldPath at) {
    List<JsonNode> left = unorderedSubset(mine, theirs, at);
    left.forEach(element -> add(at.element("?"), Kind.ADDED, NOTHING, element));
  }

  /** Finds an equal element for each of mine; returns theirs that are left over. */
  private List<JsonNode> unorderedSubset(ArrayNode mine, ArrayNode theirs, FieldPath at) {
    List<JsonNode> left = new ArrayList<>();
    theirs.forEach(left::add);
    for (int i = 0; i < mine.size(); i++) {
      JsonNode element = mine.path(i);
      FieldPath position = at.element(String.valueOf(i));
      Optional<JsonNode> found =
          left.stream().filter(other -> isSame(element, other, position)).findFirst();
      if (found.isPresent()) {
        left.remove(found.get());
      } else {
        add(position, Kind.MISSING, element, NOTHING);
      }
    }
    return left;
  }

  /** Whether a part of the live object is what was sent. */
  static boolean isSame(Manifest sent, JsonNode mine, JsonNode theirs, FieldPath at) {
    return new Comparison(sent).isSame(mine, theirs, at);
  }

  private boolean isSame(JsonNode mine, JsonNode theirs, FieldPath at) {
    Comparison inner = new Comparison(sent);
    inner.value(mine, theirs, at);
    return inner.differences.isEmpty();
  }

  /** Typed servers leave out fields with an empty value; custom resources are kept as they are. */
  private boolean isDroppedByServers(JsonNode mine, FieldPath at) {
    return builtIn
        && !at.isKey()
        && !at.isElement()
        && (mine.isContainerNode()
            ? mine.isEmpty()
            : mine.isTextual()
                ? mine.textValue().isEmpty()
                : mine.isBoolean()
                    ? !mine.booleanValue()
                    : mine.isNumber() && mine.decimalValue().signum() == 0);
  }

  private static boolean isSameScalar(JsonNode mine, JsonNode theirs, Set<Treatment> treatments) {
    if (mine.isContainerNode() || theirs.isContainerNode()) {
      return isAbsentOrEmpty(mine) && isAbsentOrEmpty(theirs);
    }
    if (mine.isNumber() && theirs.isNumber()) {
      return mine.decimalValue().compareTo(theirs.decimalValue()) == 0;
    }
    if (treatments.contains(Treatment.QUANTITY) && Quantity.same(mine.asText(), theirs.asText())) {
      return true;
    }
    return mine.getNodeType() == theirs.getNodeType() && mine.asText().equals(theirs.asText());
  }

  private static boolean isAbsent(JsonNode node) {
    return node.isMissingNode() || node.isNull();
  }

  private static boolean isAbsentOrEmpty(JsonNode node) {
    return isAbsent(node) || (node.isContainerNode() && node.isEmpty());
  }

  private Set<Treatment> treatments(FieldPath at) {
    return at.isElement() ? Set.of() : AllowedDifferences.at(sent, at);
  }

  private void add(FieldPath at, Kind kind, JsonNode mine, JsonNode theirs) {
    differences.add(new Difference(at.text(), kind, shown(at, mine), shown(at, theirs)));
  }

  private String shown(FieldPath at, JsonNode value) {
    if (isAbsent(value)) {
      return "";
    }
    if (secret && !at.isOpenInSecrets()) {
      return SECRET;
    }
    String text = StatusFields.oneLine(value.toString());
    return text.length() > LONGEST ? text.substring(0, LONGEST) + "..." : text;
  }
}
