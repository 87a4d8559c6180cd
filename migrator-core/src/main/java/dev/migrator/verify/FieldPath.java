package dev.migrator.verify;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Where in an object a value is: a chain of names up to the top. Objects have many fields and few
 * differences, so a text is made only where somebody reads it.
 */
final class FieldPath {

  static final FieldPath ROOT = new FieldPath(Optional.empty(), "", Kind.FIELD, 0);

  private static final Set<List<String>> OPEN_IN_SECRETS =
      Set.of(
          List.of("type"),
          List.of("immutable"),
          List.of("apiVersion"),
          List.of("metadata", "labels"));

  enum Kind {
    FIELD,
    /** A key of a map that belongs to the user. */
    KEY,
    /** An element of a list. */
    ELEMENT
  }

  private final Optional<FieldPath> above;
  private final String name;
  private final Kind kind;
  private final int depth;

  private FieldPath(Optional<FieldPath> above, String name, Kind kind, int depth) {
    this.above = above;
    this.name = name;
    this.kind = kind;
    this.depth = depth;
  }

  FieldPath field(String name) {
    return new FieldPath(Optional.of(this), name, Kind.FIELD, depth + 1);
  }

  FieldPath key(String name) {
    return new FieldPath(Optional.of(this), name, Kind.KEY, depth + 1);
  }

  FieldPath element(String key) {
    return new FieldPath(Optional.of(this), key, Kind.ELEMENT, depth);
  }

  boolean isKey() {
    return kind == Kind.KEY;
  }

  boolean isElement() {
    return kind == Kind.ELEMENT;
  }

  /** How many fields and keys lead here, list positions not counted. */
  int depth() {
    return depth;
  }

  /** The last field's name. */
  String name() {
    return lastField().name;
  }

  /** The field that this one is in; of an element, that of its list. */
  FieldPath parent() {
    return lastField().above.orElse(ROOT);
  }

  private FieldPath lastField() {
    FieldPath at = this;
    while (at.kind == Kind.ELEMENT) {
      at = at.above.orElse(ROOT);
    }
    return at;
  }

  /** The names of fields and keys from the top, without list positions. */
  List<String> fields() {
    ArrayDeque<String> fields = new ArrayDeque<>();
    for (FieldPath at = lastField(); at.depth > 0; at = at.parent().lastField()) {
      fields.addFirst(at.name);
    }
    return List.copyOf(fields);
  }

  /** Whether a Secret's value here is no secret. */
  boolean isOpenInSecrets() {
    List<String> fields = fields();
    return OPEN_IN_SECRETS.contains(fields)
        || (fields.size() == 3 && OPEN_IN_SECRETS.contains(fields.subList(0, 2)));
  }

  /** For people. */
  String text() {
    if (above.isEmpty()) {
      return "";
    }
    String before = above.get().text();
    String shown = StatusFields.oneLine(name);
    if (kind == Kind.ELEMENT) {
      return before + "[" + shown + "]";
    }
    boolean plain =
        !shown.isEmpty()
            && shown.chars().allMatch(c -> c == '-' || c == '_' || Character.isLetterOrDigit(c));
    return plain
        ? (before.isEmpty() ? shown : before + "." + shown)
        : before + "[\"" + shown + "\"]";
  }
}
