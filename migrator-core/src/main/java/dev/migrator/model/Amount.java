package dev.migrator.model;

import java.util.Locale;

/** How many, as people read it: {@code 100,202}. */
public final class Amount {

  private Amount() {}

  /** A size in the largest unit of which it has one, such as {@code 1.5 GiB}. */
  public static String bytes(long bytes) {
    String[] units = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
    double size = bytes;
    int unit = 0;
    while (size >= 1024 && unit < units.length - 1) {
      size /= 1024;
      unit++;
    }
    String text = String.format(Locale.ROOT, "%.1f", size);
    return (text.endsWith(".0") ? text.substring(0, text.length() - 2) : text) + " " + units[unit];
  }

  public static String of(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  /** With what is counted: {@code 1 step}, {@code 2 steps}. */
  public static String of(long count, String noun) {
    return of(count, noun, noun + "s");
  }

  /**
   * With words that change with the number: {@code 1 copy is left}, {@code 2 copies are left}.
   *
   * @param one what follows the number one
   * @param many what follows every other number
   */
  public static String of(long count, String one, String many) {
    return of(count) + " " + (count == 1 ? one : many);
  }
}
