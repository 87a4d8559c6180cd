package dev.migrator.report;

import java.util.Locale;

/** How many, as people read it: {@code 100,202}. */
public final class Amount {

  private Amount() {}

  public static String of(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  /** With what is counted: {@code 1 step}, {@code 2 steps}. */
  public static String of(long count, String noun) {
    return of(count) + " " + noun + (count == 1 ? "" : "s");
  }
}
