package dev.migrator.model;

/**
 * The HMAC-SHA-256 of canonical JSON under the key of a plan, cut to its first 128 bits. A type of
 * its own, because it is never to be compared with a {@link Digest}, which anybody can compute.
 */
public record KeyedDigest(String hex) {

  public KeyedDigest {
    if (!hex.matches("[0-9a-f]{32}")) {
      throw new IllegalArgumentException("not a keyed digest of 32 hex digits: " + hex);
    }
  }

  @Override
  public String toString() {
    return hex;
  }
}
