package dev.migrator.migration;

import dev.migrator.model.ErrorCode;
import dev.migrator.model.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A label selector in kubectl's form: {@code a=b}, {@code a!=b}, {@code a in (b,c)}, {@code a notin
 * (b)}, {@code a}, {@code !a}, joined by commas.
 *
 * <p>Errors: M1002 for what is none of these.
 *
 * <p>Source: <a
 * href="https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/">Labels and
 * Selectors</a>
 */
public final class LabelQuery {

  private static final Pattern SET = Pattern.compile("(\\S+)\\s+(in|notin)\\s*\\(([^)]*)\\)");
  private static final Pattern EQUAL = Pattern.compile("([^=!\\s]+)\\s*(==|=|!=)\\s*(\\S*)");
  private static final Pattern KEY = Pattern.compile("(!?)\\s*([^=!\\s(),]+)");

  private final List<Predicate<Map<String, String>>> parts;

  private LabelQuery(List<Predicate<Map<String, String>>> parts) {
    this.parts = parts;
  }

  /** Reads a selector; the empty text matches everything. */
  public static LabelQuery parse(String selector) {
    List<Predicate<Map<String, String>>> parts = new ArrayList<>();
    int depth = 0;
    int start = 0;
    for (int i = 0; i <= selector.length(); i++) {
      char c = i == selector.length() ? ',' : selector.charAt(i);
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      if (c == ',' && (depth == 0 || i == selector.length())) {
        String part = selector.substring(start, i).strip();
        if (!part.isEmpty()) {
          parts.add(part(part, selector));
        }
        start = i + 1;
      }
    }
    return new LabelQuery(List.copyOf(parts));
  }

  public boolean matches(Map<String, String> labels) {
    return parts.stream().allMatch(part -> part.test(labels));
  }

  private static Predicate<Map<String, String>> part(String part, String whole) {
    Matcher set = SET.matcher(part);
    if (set.matches()) {
      String key = set.group(1);
      Set<String> values =
          Set.copyOf(
              java.util.Arrays.stream(set.group(3).split(",", -1)).map(String::strip).toList());
      return set.group(2).equals("in")
          ? labels -> labels.containsKey(key) && values.contains(labels.get(key))
          : labels -> !labels.containsKey(key) || !values.contains(labels.get(key));
    }
    Matcher equal = EQUAL.matcher(part);
    if (equal.matches()) {
      String key = equal.group(1);
      String value = equal.group(3);
      return equal.group(2).equals("!=")
          ? labels -> !value.equals(labels.get(key))
          : labels -> value.equals(labels.get(key));
    }
    Matcher key = KEY.matcher(part);
    if (key.matches()) {
      boolean wanted = key.group(1).isEmpty();
      String name = key.group(2);
      return labels -> labels.containsKey(name) == wanted;
    }
    throw Problem.of(ErrorCode.M1002, "not a label selector: " + whole, "cannot read " + part)
        .exception();
  }
}
