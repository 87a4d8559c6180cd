package dev.migrator.cluster.memory;

import java.util.SplittableRandom;
import java.util.UUID;

/** Uids and name suffixes that are the same in every run with the same seed. */
final class Uids {

  /** Kubernetes' alphabet: no vowels, so no words. */
  private static final String ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

  private final SplittableRandom random;

  Uids(long seed) {
    this.random = new SplittableRandom(seed);
  }

  String next() {
    long high = (random.nextLong() & ~0xF000L) | 0x4000L;
    long low = (random.nextLong() >>> 2) | 0x8000000000000000L;
    return new UUID(high, low).toString();
  }

  /** Five characters for a generated name. */
  String suffix() {
    StringBuilder text = new StringBuilder(5);
    for (int i = 0; i < 5; i++) {
      text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return text.toString();
  }

  /** A hash as Kubernetes writes it into names. */
  static String safe(int hash) {
    StringBuilder text = new StringBuilder();
    for (char digit : Integer.toUnsignedString(hash).toCharArray()) {
      text.append(ALPHABET.charAt(digit - '0' + 7));
    }
    return text.toString();
  }
}
