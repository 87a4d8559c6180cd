package dev.migrator.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The SHA-256 of canonical JSON (sorted keys), cut to its first 128 bits so that a plan of 100,000
 * lines stays readable.
 *
 * <p>Never taken of a Secret outside the vault: a digest of a guessable value gives the value away.
 * A plan has a {@link KeyedDigest} of it.
 */
public record Digest(String hex) {

  /** Never used itself, only copied. */
  private static final MessageDigest SHA256 = ofJdk();

  public Digest {
    if (!isHex(hex)) {
      throw new IllegalArgumentException("not a digest of 32 hex digits: " + hex);
    }
  }

  /** By hand: a pattern would be compiled for every digest. */
  private static boolean isHex(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
        return false;
      }
    }
    return text.length() == 32;
  }

  /** The digest of a tree, whatever the order of its fields. */
  public static Digest of(JsonNode tree) {
    return ofBytes(Json.canonicalBytes(tree));
  }

  public static Digest ofBytes(byte[] bytes) {
    byte[] hash = sha256().digest(bytes);
    return new Digest(HexFormat.of().formatHex(hash, 0, 16));
  }

  /** A new one; copied, because to look it up by name takes as long as to use it. */
  private static MessageDigest sha256() {
    try {
      return (MessageDigest) SHA256.clone();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("the SHA-256 of the JDK can be copied", e);
    }
  }

  private static MessageDigest ofJdk() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  @Override
  public String toString() {
    return hex;
  }
}
