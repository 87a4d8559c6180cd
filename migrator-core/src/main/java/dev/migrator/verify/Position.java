package dev.migrator.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Where in an object a value is.
 *
 * @param fields the names of fields and keys from the top, without list positions
 * @param text for people
 * @param kind what the last part is
 */
record Position(List<String> fields, String text, Kind kind) {

  static final Position ROOT = new Position(List.of(), "", Kind.FIELD);

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

  Position field(String name) {
    return named(name, Kind.FIELD);
  }

  Position key(String name) {
    return named(name, Kind.KEY);
  }

  Position element(String key) {
    return new Position(fields, text + "[" + StatusFields.oneLine(key) + "]", Kind.ELEMENT);
  }

  boolean isKey() {
    return kind == Kind.KEY;
  }

  boolean isElement() {
    return kind == Kind.ELEMENT;
  }

  /** The last field's name. */
  String name() {
    return fields.isEmpty() ? "" : fields.getLast();
  }

  /** Whether a Secret's value here is no secret. */
  boolean isOpenInSecrets() {
    return OPEN_IN_SECRETS.contains(fields)
        || (fields.size() == 3 && OPEN_IN_SECRETS.contains(fields.subList(0, 2)));
  }

  private Position named(String name, Kind as) {
    List<String> longer = new ArrayList<>(fields);
    longer.add(name);
    String shown = StatusFields.oneLine(name);
    boolean plain =
        !shown.isEmpty()
            && shown.chars().allMatch(c -> c == '-' || c == '_' || Character.isLetterOrDigit(c));
    String joined =
        plain ? (text.isEmpty() ? shown : text + "." + shown) : text + "[\"" + shown + "\"]";
    return new Position(List.copyOf(longer), joined, as);
  }
}
