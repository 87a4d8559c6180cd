package dev.migrator.cli.output;

import dev.migrator.event.Printable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Colours, or none. */
public enum Style {
  ERROR("31;1"),
  WARNING("33"),
  GOOD("32"),
  STRONG("1"),
  QUIET("2");

  private static final String ESCAPE = "\u001b[";

  /** What a line is cut at to find the texts between; the ends of lines and tabs stay, too. */
  private static final Pattern OURS = Pattern.compile("\u001b\\[(?:31;1|33|32|1|2|0)m|\n|\t");

  private final String code;

  Style(String code) {
    this.code = code;
  }

  /**
   * The text with nothing in it that acts on a terminal but these styles: names and values come
   * from plans, clusters and kubeconfigs of others.
   */
  static String safe(String text) {
    StringBuilder safe = new StringBuilder(text.length());
    Matcher ours = OURS.matcher(text);
    int from = 0;
    while (ours.find()) {
      safe.append(Printable.of(text.substring(from, ours.start()))).append(ours.group());
      from = ours.end();
    }
    return from == 0
        ? Printable.of(text)
        : safe.append(Printable.of(text.substring(from))).toString();
  }

  /** The text in this style where the terminal has colours, else the text. */
  public String on(Terminal terminal, String text) {
    return terminal.colour() ? ESCAPE + code + "m" + text + ESCAPE + "0m" : text;
  }
}
