package dev.migrator.migration;

import java.util.Collection;
import java.util.Optional;

/** Finds the word that was probably meant. */
public final class Spelling {

  private Spelling() {}

  /**
   * The known word nearest to the unknown one, when it is near enough to be a slip; the first in
   * order among equals.
   */
  public static Optional<String> nearest(String unknown, Collection<String> known) {
    String word = unknown.length() > 64 ? unknown.substring(0, 64) : unknown;
    int limit = Math.max(2, word.length() / 3);
    return known.stream()
        .filter(
            k ->
                distance(
                        word.toLowerCase(java.util.Locale.ROOT),
                        k.toLowerCase(java.util.Locale.ROOT))
                    <= limit)
        .min(
            java.util.Comparator.<String>comparingInt(k -> distance(word, k))
                .thenComparing(java.util.Comparator.naturalOrder()));
  }

  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int above = row[j];
        int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(change, Math.min(above, row[j - 1]) + 1);
        diagonal = above;
      }
    }
    return row[b.length()];
  }
}
