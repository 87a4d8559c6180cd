package dev.migrator.model;

import java.util.Locale;

/** How many, as people read it: {@code 100,202}. */
public final class Amount {

  private Amount() {}

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
