package dev.migrator.it.compare;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The reviewed list of what may differ between an object at the source and its copy at the target:
 * {@code allowed-differences.tsv}, each line with its reason. Everything else is a defect.
 */
public final class AllowedDifferences {

  private static final String FILE = "allowed-differences.tsv";

  private record Rule(String line, Pattern kind, Pattern path, Set<Difference.Way> ways) {
    boolean covers(Key key, Difference difference) {
      return ways.contains(difference.way())
          && kind.matcher(key.kind()).matches()
          && path.matcher(difference.path()).matches();
    }
  }

  private final List<Rule> rules;
  private final Set<String> used = new TreeSet<>();

  private AllowedDifferences(List<Rule> rules) {
    this.rules = rules;
  }

  public static AllowedDifferences read() {
    try (InputStream in = AllowedDifferences.class.getResourceAsStream(FILE)) {
      if (in == null) {
        throw new IllegalStateException("no resource " + FILE);
      }
      return of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static AllowedDifferences of(String text) {
    List<Rule> rules = new ArrayList<>();
    text.lines()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .forEach(line -> rules.add(rule(line)));
    return new AllowedDifferences(List.copyOf(rules));
  }

  /** Whether the difference is on the list. */
  public boolean allow(Key key, Difference difference) {
    for (Rule rule : rules) {
      if (rule.covers(key, difference)) {
        used.add(rule.line());
        return true;
      }
    }
    return false;
  }

  /** The lines that were needed so far: the others may have outlived their use. */
  public Set<String> used() {
    return used;
  }

  private static Rule rule(String line) {
    String[] columns = line.split("\t+");
    if (columns.length != 4 || columns[3].isBlank()) {
      throw new IllegalArgumentException("not four columns with a reason: " + line);
    }
    Set<Difference.Way> ways =
        columns[2].equals("any")
            ? Set.of(Difference.Way.values())
            : Set.of(Difference.Way.valueOf(columns[2].toUpperCase(Locale.ROOT)));
    return new Rule(line, kinds(columns[0]), path(columns[1]), ways);
  }

  private static Pattern kinds(String names) {
    return names.equals("*")
        ? Pattern.compile(".*")
        : Pattern.compile(
            String.join("|", List.of(names.split(",")).stream().map(Pattern::quote).toList()));
  }

  /** {@code *} is one step or a part of it, {@code **} at the end everything below, too. */
  private static Pattern path(String glob) {
    boolean below = glob.endsWith("/**");
    String steps = below ? glob.substring(0, glob.length() - 3) : glob;
    String exact =
        String.join("[^/]*", List.of(steps.split("\\*", -1)).stream().map(Pattern::quote).toList());
    return Pattern.compile(below ? exact + "(/.*)?" : exact);
  }
}
