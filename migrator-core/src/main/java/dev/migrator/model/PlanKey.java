package dev.migrator.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What the Secrets of a plan are bound by: whoever has it can tell whether a Secret still is what
 * was planned; whoever has the plan alone cannot even try out a guess.
 *
 * <p>Shape: 256 random bits; as a file one line of hex digits, and comments. Never in a plan,
 * journal, event, report or message.
 *
 * <p>Source: <a href="https://www.rfc-editor.org/rfc/rfc2104">RFC 2104</a>, docs/adr/0041
 */
public final class PlanKey {

  /** How many random bytes a key is made of. */
  public static final int BYTES = 32;

  private static final String HMAC = "HmacSHA256";

  /** Canonical JSON begins with a brace, so that no object has this digest. */
  private static final byte[] CHECKED = "migrator.dev/plan-key".getBytes(StandardCharsets.UTF_8);

  private final SecretKeySpec key;

  private PlanKey(byte[] bytes) {
    this.key = new SecretKeySpec(bytes, HMAC);
  }

  /** The key of these random bytes. */
  public static PlanKey of(byte[] random) {
    if (random.length != BYTES) {
      throw new IllegalArgumentException("a plan key has " + BYTES + " bytes");
    }
    return new PlanKey(random);
  }

  /** The digest of a tree, whatever the order of its fields. Safe for use by many threads. */
  public KeyedDigest digest(JsonNode tree) {
    return hmac(Json.canonicalBytes(tree));
  }

  /** By this a plan knows its key; it tells nothing of the key. */
  public KeyedDigest check() {
    return hmac(CHECKED);
  }

  /**
   * A secret for one purpose, 64 hex digits: always the same, and it tells nothing of the key nor
   * of what is derived for another purpose.
   */
  public String derive(String purpose) {
    byte[] named = ("migrator.dev/derived:" + purpose).getBytes(StandardCharsets.UTF_8);
    return HexFormat.of().formatHex(mac(named));
  }

  private KeyedDigest hmac(byte[] bytes) {
    return new KeyedDigest(HexFormat.of().formatHex(mac(bytes), 0, 16));
  }

  private byte[] mac(byte[] bytes) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(key);
      return mac.doFinal(bytes);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + HMAC, e);
    }
  }

  /** Never the key: whoever prints it by mistake prints what the plan says. */
  @Override
  public String toString() {
    return "the key with the check " + check();
  }

  /** The content of the file that holds it. */
  public byte[] file() {
    return ("# The key of a migrator plan. Keep it as safe as the Secrets that the plan names.\n"
            + HexFormat.of().formatHex(key.getEncoded())
            + "\n")
        .getBytes(StandardCharsets.UTF_8);
  }

  /** The key in a file's content; empty when that is anything else than {@link #file} gives. */
  public static Optional<PlanKey> read(byte[] file) {
    List<String> lines =
        new String(file, StandardCharsets.UTF_8)
            .lines()
            .map(String::strip)
            .filter(line -> !line.isEmpty() && !line.startsWith("#"))
            .toList();
    return lines.size() == 1 && lines.getFirst().matches("[0-9a-f]{" + 2 * BYTES + "}")
        ? Optional.of(new PlanKey(HexFormat.of().parseHex(lines.getFirst())))
        : Optional.empty();
  }
}
