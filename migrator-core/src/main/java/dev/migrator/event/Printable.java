package dev.migrator.event;

/**
 * Makes text from clusters and files safe to print: nothing in it can move a cursor, colour a
 * screen, start a line or turn the direction of writing.
 */
public final class Printable {

  private Printable() {}

  /** One line in which every control and format character is written as its escape. */
  public static String of(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (isUnsafe(text.charAt(i))) {
        return escaped(text);
      }
    }
    return text;
  }

  /**
   * The start of the text, at most this many characters, the last of which says that more follows.
   */
  public static String cut(String text, int width, boolean unicode) {
    String safe = of(text);
    if (safe.length() <= width) {
      return safe;
    }
    String mark = unicode ? "…" : "~";
    return width < 1 ? "" : safe.substring(0, width - 1) + mark;
  }

  private static String escaped(String text) {
    StringBuilder out = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!isUnsafe(c)) {
        out.append(c);
      } else {
        switch (c) {
          case '\n' -> out.append("\\n");
          case '\r' -> out.append("\\r");
          case '\t' -> out.append("\\t");
          default -> out.append("\\u%04x".formatted((int) c));
        }
      }
    }
    return out.toString();
  }

  private static boolean isUnsafe(char c) {
    if (c >= ' ' && c < 0x7f) {
      return false;
    }
    int type = Character.getType(c);
    return type == Character.CONTROL
        || type == Character.FORMAT
        || type == Character.LINE_SEPARATOR
        || type == Character.PARAGRAPH_SEPARATOR;
  }
}
