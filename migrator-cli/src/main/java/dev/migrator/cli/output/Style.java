package dev.migrator.cli.output;

/** Colours, or none. */
public enum Style {
  ERROR("31;1"),
  WARNING("33"),
  GOOD("32"),
  STRONG("1"),
  QUIET("2");

  private static final String ESCAPE = "\u001b[";

  private final String code;

  Style(String code) {
    this.code = code;
  }

  /** The text in this style where the terminal has colours, else the text. */
  public String on(Terminal terminal, String text) {
    return terminal.colour() ? ESCAPE + code + "m" + text + ESCAPE + "0m" : text;
  }
}
