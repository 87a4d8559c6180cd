package dev.migrator.cli.output;

import java.util.Map;

/**
 * What is known of the terminal.
 *
 * @param in true when a person can type
 * @param err true when a person reads progress, so that it may be redrawn
 * @param columns the width of the terminal; 80 where it is not known
 * @param colour whether to colour
 * @param unicode whether the terminal can show more than ASCII
 */
public record Terminal(boolean in, boolean err, int columns, boolean colour, boolean unicode) {

  private static final int USUAL = 80;

  /** No terminal at all: a pipe or a CI job. */
  public static Terminal none() {
    return new Terminal(false, false, USUAL, false, false);
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
    boolean err = streams.contains("2") && !dumb;
    return new Terminal(
        streams.contains("0"),
        err,
        width(columns),
        wantsColour(err, environment),
        isUtf8(environment));
  }

  private static int width(String columns) {
    try {
      int width = Integer.parseInt(columns.strip());
      return width > 0 ? width : USUAL;
    } catch (NumberFormatException e) {
      return USUAL;
    }
  }

  /**
   * NO_COLOR (any value but empty) wins over CLICOLOR_FORCE, which wins over what the stream is.
   */
  private static boolean wantsColour(boolean err, Map<String, String> environment) {
    if (!environment.getOrDefault("NO_COLOR", "").isEmpty()) {
      return false;
    }
    String force = environment.getOrDefault("CLICOLOR_FORCE", "");
    return err || (!force.isEmpty() && !force.equals("0"));
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
