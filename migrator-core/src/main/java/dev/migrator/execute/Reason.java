package dev.migrator.execute;

/**
 * Why a copy stays.
 *
 * @param words what follows the copy's name
 * @param isData it stays for the data of a volume and for nothing else: that is no failure
 */
public record Reason(String words, boolean isData) {

  /** Any reason but data. */
  public static Reason of(String words) {
    return new Reason(words, false);
  }

  static Reason data(String words) {
    return new Reason(words, true);
  }
}
