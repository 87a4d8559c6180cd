package dev.migrator.verify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.verify.AllowedDifferences.Treatment;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Takes out of a live object what a move had changed in it, and keeps what was changed there since:
 * a merge of three definitions. Where both changed the same field nothing is guessed: it is {@link
 * #disputed}.
 *
 * <p>Shape: lists whose elements have names are merged by name, other lists of the same length by
 * position, all others only as a whole.
 *
 * <p>Source: docs/adr/0046
 */
public final class Reversal {

  /** Stands in a mapped definition for a name of which nobody knows what it was. */
  public static final String UNKNOWN = "migrator-unknown-name";

  private static final JsonNode NOTHING = MissingNode.getInstance();

  private final Manifest planned;
  private final boolean builtIn;
  private final boolean ours;
  private final ObjectNode wanted;
  private final List<String> disputed = new ArrayList<>();

  private Reversal(
      Manifest before, Manifest planned, Manifest live, Manifest mapped, boolean ours) {
    this.planned = planned;
    this.builtIn = ReadinessRules.isBuiltIn(planned.ref().group());
    this.ours = ours;
    Four all = new Four(before.tree(), planned.tree(), live.tree(), mapped.tree());
    this.wanted = value(all, FieldPath.ROOT) instanceof ObjectNode tree ? tree : live.tree();
  }

  /**
   * Of definitions of one version, as they are sent.
   *
   * @param before the move, as the source had it
   * @param planned what the move made of it
   * @param live as it is now
   * @param mapped the live one, with the names that what it refers to has at the source
   * @param ours whether the source's value wins where both changed a field
   */
  public static Reversal of(
      Manifest before, Manifest planned, Manifest live, Manifest mapped, boolean ours) {
    return new Reversal(before, planned, live, mapped, ours);
  }

  /** What is to be at the source again; names of the object itself are of no meaning in it. */
  public ObjectNode wanted() {
    return wanted;
  }

  /** The paths of fields that the move changed, and somebody else since; without values. */
  public List<String> disputed() {
    return List.copyOf(disputed);
  }

  /** The same place in all definitions. */
  private record Four(JsonNode before, JsonNode planned, JsonNode live, JsonNode mapped) {

    Four at(String field) {
      return new Four(
          before.path(field), planned.path(field), live.path(field), mapped.path(field));
    }

    Four at(int index) {
      return new Four(
          before.path(index), planned.path(index), live.path(index), mapped.path(index));
    }

    boolean isUntouched() {
      return before.equals(planned) && (live.equals(mapped) || live.equals(planned));
    }

    /** Whether somebody knows how the source calls what the live one names. */
    boolean isNamed() {
      return !mapped.toString().contains(UNKNOWN);
    }

    /** As it is now, by the names of the source as far as they are known. */
    JsonNode named() {
      return mapped.isMissingNode() || !isNamed() ? live : mapped;
    }

    boolean areLists() {
      return before.isArray() && planned.isArray() && live.isArray() && mapped.isArray();
    }

    boolean haveOneSize() {
      return before.size() == planned.size()
          && before.size() == live.size()
          && before.size() == mapped.size();
    }
  }

  private JsonNode value(Four all, FieldPath at) {
    if (all.isUntouched()) {
      return all.live();
    }
    Set<Treatment> treatments = at.isElement() ? Set.of() : AllowedDifferences.at(planned, at);
    boolean keys =
        treatments.contains(Treatment.EXACT_KEYS) || treatments.contains(Treatment.OPEN_KEYS);
    if (areObjects(all, keys)) {
      return object(all, at, keys);
    }
    if (all.areLists()) {
      Optional<JsonNode> merged = list(all, at);
      if (merged.isPresent()) {
        return merged.get();
      }
    }
    return whole(all, at);
  }

  /** A map whose keys are the user's is merged also where it came or went as a whole. */
  private static boolean areObjects(Four all, boolean keys) {
    return isObject(all.before(), keys)
        && isObject(all.planned(), keys)
        && isObject(all.live(), keys);
  }

  private static boolean isObject(JsonNode node, boolean orMissing) {
    return node.isObject() || (orMissing && node.isMissingNode());
  }

  private JsonNode object(Four all, FieldPath at, boolean keys) {
    ObjectNode merged = Json.object();
    Set<String> names = new LinkedHashSet<>();
    all.live().fieldNames().forEachRemaining(names::add);
    all.before().fieldNames().forEachRemaining(names::add);
    for (String name : names) {
      JsonNode value = value(all.at(name), keys ? at.key(name) : at.field(name));
      if (!value.isMissingNode()) {
        merged.set(name, value);
      }
    }
    // A map that came with the move goes with the last of its keys.
    return merged.isEmpty() && all.before().isMissingNode() ? NOTHING : merged;
  }

  private Optional<JsonNode> list(Four all, FieldPath at) {
    Optional<Map<String, JsonNode>> before = byKey(all.before(), at);
    Optional<Map<String, JsonNode>> then = byKey(all.planned(), at);
    Optional<Map<String, JsonNode>> live = byKey(all.live(), at);
    Optional<Map<String, JsonNode>> mapped = byKey(all.mapped(), at);
    if (before.isPresent() && then.isPresent() && live.isPresent() && mapped.isPresent()) {
      return order(
              List.copyOf(before.get().keySet()),
              List.copyOf(then.get().keySet()),
              List.copyOf(live.get().keySet()))
          .map(
              order -> {
                ArrayNode merged = Json.array();
                for (String key : order) {
                  Four element =
                      new Four(
                          before.get().getOrDefault(key, NOTHING),
                          then.get().getOrDefault(key, NOTHING),
                          live.get().getOrDefault(key, NOTHING),
                          mapped.get().getOrDefault(key, NOTHING));
                  JsonNode value = value(element, at.element(key));
                  if (!value.isMissingNode()) {
                    merged.add(value);
                  }
                }
                return merged;
              });
    }
    if (!all.haveOneSize()
        || IntStream.range(0, all.before().size()).anyMatch(i -> isAnother(all.at(i)))) {
      return Optional.empty();
    }
    ArrayNode merged = Json.array();
    for (int i = 0; i < all.before().size(); i++) {
      JsonNode value = value(all.at(i), at.element(String.valueOf(i)));
      merged.add(value.isMissingNode() ? all.live().path(i) : value);
    }
    return Optional.of(merged);
  }

  /** Whether at this place of a list stands what the move did not change: its texts name it. */
  private static boolean isAnother(Four element) {
    return !element.before().equals(element.planned())
        && element.before().properties().stream()
            .filter(field -> field.getValue().isTextual())
            .filter(field -> field.getValue().equals(element.planned().path(field.getKey())))
            .anyMatch(field -> !field.getValue().equals(element.live().path(field.getKey())));
  }

  private Optional<Map<String, JsonNode>> byKey(JsonNode list, FieldPath at) {
    return builtIn && list instanceof ArrayNode array
        ? ListKeys.byKey(at.name(), array)
        : Optional.empty();
  }

  /**
   * In which order the elements stand, those that fall out included. Empty where the move took some
   * out and somebody else changed the list, too: then nobody knows where they belong.
   */
  private static Optional<List<String>> order(
      List<String> before, List<String> planned, List<String> live) {
    if (live.equals(planned)) {
      Set<String> all = new LinkedHashSet<>(before);
      all.addAll(live);
      return Optional.of(List.copyOf(all));
    }
    return live.containsAll(before) || planned.containsAll(before)
        ? Optional.of(live)
        : Optional.empty();
  }

  private JsonNode whole(Four all, FieldPath at) {
    boolean isAsPlanned = isSame(all.planned(), all.live(), at);
    if (all.before().equals(all.planned())) {
      if (isAsPlanned || all.isNamed()) {
        return isAsPlanned ? all.live() : all.named();
      }
    } else if (isAsPlanned) {
      return all.before();
    } else if (isSame(all.before(), all.live(), at)) {
      return all.live();
    }
    disputed.add(at.text());
    return ours ? all.before() : all.named();
  }

  private boolean isSame(JsonNode mine, JsonNode theirs, FieldPath at) {
    return (mine.isMissingNode() && theirs.isMissingNode())
        || Comparison.isSame(planned, mine, theirs, at);
  }
}
