package dev.migrator.execute;

/**
 * Why a copy stays.
 *
 * @param words what follows the copy's name
 * @param isData it stays for the data of a volume and for nothing else: that is no failure
 */
public record StayReason(String words, boolean isData) {

  /** Any reason but data. */
  public static StayReason of(String words) {
    return new StayReason(words, false);
  }

  static StayReason data(String words) {
    return new StayReason(words, true);
  }
}
