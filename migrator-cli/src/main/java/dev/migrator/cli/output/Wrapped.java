package dev.migrator.cli.output;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Long lines, broken at spaces so that no word is torn apart. Pure.
 *
 * <p>What follows a break stands below the text of its line, behind its label or column. A word
 * that is longer than the terminal is wide stays whole: the terminal breaks it. So do commands: who
 * copies one wants one line.
 */
final class Wrapped {

  private static final Pattern ESCAPE = Pattern.compile("\u001b\\[[0-9;]*m");
  private static final Pattern COMMAND =
      Pattern.compile("\\s*(\\S.{0,40}:\\s+)?(\\$ )?(migrator|kubectl) .*");
  // "Saved it.  Next:  migrator apply it" and "Next:  migrator resume it   (an explanation)"
  private static final Pattern AROUND_COMMAND =
      Pattern.compile("(?<=\\S)  (?=Next: )|(?<=(migrator|kubectl) .{0,400})   (?=\\()");
  // "take it out of what owns it at the source, then:  migrator resume it"
  private static final Pattern LATE_COMMAND =
      Pattern.compile("(?<=\\S[:;]) +(?=(migrator|kubectl|jq) [a-z-])");
  // "  Why:    ", "phase 1 copy        ", "  3  "
  private static final Pattern LABEL = Pattern.compile(" *\\S+( \\S+){0,3} {2,}");
  private static final int STEP = 2;

  private Wrapped() {}

  /** The line in lines of at most this many columns, as far as its words allow. */
  static List<String> lines(String line, int columns) {
    String plain = ESCAPE.matcher(line).replaceAll("");
    if (plain.length() <= columns) {
      return List.of(line);
    }
    Matcher around = AROUND_COMMAND.matcher(line);
    if (around.find()) {
      return Stream.of(line.substring(0, around.start()), line.substring(around.end()).strip())
          .flatMap(part -> lines(part, columns).stream())
          .toList();
    }
    if (COMMAND.matcher(plain).matches()) {
      return List.of(line);
    }
    Matcher late = LATE_COMMAND.matcher(line);
    if (late.find()) {
      return Stream.of(
              lines(line.substring(0, late.start()), columns).stream(),
              lines(" ".repeat(indent(plain, columns)) + line.substring(late.end()), columns)
                  .stream())
          .flatMap(part -> part)
          .toList();
    }
    return words(line, plain, columns);
  }

  private static List<String> words(String line, String plain, int columns) {
    String indent = " ".repeat(indent(plain, columns));
    List<String> lines = new ArrayList<>();
    StringBuilder now = new StringBuilder();
    int width = 0;
    for (String word : line.split("(?<! )(?= )")) {
      int more = ESCAPE.matcher(word).replaceAll("").length();
      if (width > indent.length() && width + more > columns) {
        lines.add(now.toString());
        String next = word.strip();
        now = new StringBuilder(indent).append(next);
        width = indent.length() + more - (word.length() - next.length());
      } else {
        now.append(word);
        width += more;
      }
    }
    lines.add(now.toString());
    return List.copyOf(lines);
  }

  /** Behind the label or the first column where there is one and room is left, else a step in. */
  private static int indent(String plain, int columns) {
    Matcher label = LABEL.matcher(plain);
    if (label.lookingAt() && label.end() <= columns / 2) {
      return label.end();
    }
    int spaces = plain.length() - plain.stripLeading().length();
    return Math.min(spaces, columns / 2) + STEP;
  }
}
