package dev.migrator.cli.output;

import java.util.Map;

/**
 * What is known of the terminal.
 *
 * @param in true when a person can type
 * @param out true when a person reads results, so that they may be coloured and broken into lines
 * @param err true when a person reads progress, so that it may be redrawn
 * @param columns the width of the terminal; 80 where it is not known
 * @param colours where to colour
 * @param unicode whether the terminal can show more than ASCII
 */
public record Terminal(
    boolean in, boolean out, boolean err, int columns, Colours colours, boolean unicode) {

  /** Where colours are wanted. */
  public enum Colours {
    NEVER,
    /** On the streams that a person reads; a file or a pipe gets none. */
    ON_TERMINALS,
    ALWAYS
  }

  private static final int USUAL = 80;

  /** No terminal at all: a pipe or a CI job. */
  public static Terminal none() {
    return new Terminal(false, false, false, USUAL, Colours.NEVER, false);
  }

  /**
   * Reads what the launcher found out and what the environment asks for.
   *
   * @param streams the digits of the standard streams that are terminals, as {@code 012}
   * @param columns as the terminal told; may be empty
   * @param environment NO_COLOR, CLICOLOR_FORCE, TERM and the locale are looked at
   */
  public static Terminal of(String streams, String columns, Map<String, String> environment) {
    boolean dumb = environment.getOrDefault("TERM", "").equals("dumb");
    return new Terminal(
        streams.contains("0"),
        streams.contains("1") && !dumb,
        streams.contains("2") && !dumb,
        width(columns),
        colours(environment),
        isUtf8(environment));
  }

  /** Whether messages are coloured. */
  public boolean colour() {
    return switch (colours) {
      case NEVER -> false;
      case ON_TERMINALS -> err;
      case ALWAYS -> true;
    };
  }

  /** What is known of the stream of results, as if it were the one of messages. */
  public Terminal results() {
    return new Terminal(in, out, out, columns, colours, unicode);
  }

  private static int width(String columns) {
    try {
      int width = Integer.parseInt(columns.strip());
      return width > 0 ? width : USUAL;
    } catch (NumberFormatException e) {
      return USUAL;
    }
  }

  /** NO_COLOR (any value but empty) wins over CLICOLOR_FORCE, which wins over what a stream is. */
  private static Colours colours(Map<String, String> environment) {
    if (!environment.getOrDefault("NO_COLOR", "").isEmpty()) {
      return Colours.NEVER;
    }
    String force = environment.getOrDefault("CLICOLOR_FORCE", "");
    return force.isEmpty() || force.equals("0") ? Colours.ON_TERMINALS : Colours.ALWAYS;
  }

  private static boolean isUtf8(Map<String, String> environment) {
    for (String variable : new String[] {"LC_ALL", "LC_CTYPE", "LANG"}) {
      String value = environment.getOrDefault(variable, "");
      if (!value.isEmpty()) {
        return value.toLowerCase(java.util.Locale.ROOT).replace("-", "").contains("utf8");
      }
    }
    return false;
  }
}
