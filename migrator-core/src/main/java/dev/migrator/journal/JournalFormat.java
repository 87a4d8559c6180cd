package dev.migrator.journal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.model.Digest;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Json;
import dev.migrator.model.Problem;
import dev.migrator.model.ProblemException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The bytes of a journal, format version 1. Big-endian.
 *
 * <pre>
 * header: magic "MIGRJRNL" | version u32 | length u32 | crc32c u32 (of all other header bytes) | JSON
 * record: length u32 | crc32c u32 (of all other record bytes) | sequence u64 | unforced u32 | type u8 | JSON
 * </pre>
 *
 * {@code unforced} counts the records before this one that were not known to be on disk when it was
 * written. It tells a tail that was torn (a crash may keep a later record and lose an earlier one
 * of the same force) from damage to what was once durable.
 */
final class JournalFormat {

  static final int VERSION = 1;
  static final int MAX_BODY = 16 * 1024 * 1024;

  private static final byte[] MAGIC = "MIGRJRNL".getBytes(StandardCharsets.US_ASCII);
  private static final int HEADER = 20;
  private static final int FRAME = 21;

  /**
   * How much checksumming the search behind a broken record may cost: a hostile file must not keep
   * us busy.
   */
  private static final long SEARCH_LIMIT = 256L * 1024 * 1024;

  private JournalFormat() {}

  static byte[] header(JournalHeader header) {
    ObjectNode tree = Json.object().put("run", header.run()).put("plan", header.plan().hex());
    byte[] json =
        Json.bytes(tree.put("sourceUid", header.sourceUid()).put("targetUid", header.targetUid()));
    ByteBuffer bytes = ByteBuffer.allocate(HEADER + json.length);
    bytes.put(MAGIC).putInt(VERSION).putInt(json.length).putInt(0).put(json);
    bytes.putInt(16, checksum(bytes, 0, 16, HEADER, json.length));
    return bytes.array();
  }

  /** Errors: {@link IllegalArgumentException} for a body over 16 MiB. */
  static byte[] record(long sequence, long unforced, JournalRecord record) {
    byte[] body = RecordJson.body(record);
    if (body.length > MAX_BODY) {
      throw new IllegalArgumentException(
          "a journal record of " + body.length + " bytes is too long");
    }
    ByteBuffer bytes = ByteBuffer.allocate(FRAME + body.length);
    bytes
        .putInt(body.length)
        .putInt(0)
        .putLong(sequence)
        .putInt((int) unforced)
        .put(RecordJson.type(record))
        .put(body);
    bytes.putInt(4, checksum(bytes, 0, 4, 8, bytes.capacity() - 8));
    return bytes.array();
  }

  /**
   * Reads a whole file.
   *
   * <p>Errors: M2203 when anything is broken that a crash cannot have broken.
   */
  static Replay replay(byte[] file) {
    ByteBuffer bytes = ByteBuffer.wrap(file);
    JournalHeader header = readHeader(bytes);
    List<JournalRecord> records = new ArrayList<>();
    int at = bytes.position();
    while (at < file.length) {
      long expected = records.size() + 1L;
      if (!isRecord(bytes, at)) {
        refuseIfForcedBefore(bytes, at, expected);
        break;
      }
      if (bytes.getLong(at + 8) != expected) {
        throw corrupt(
            "byte " + at + ": record " + expected + " is missing, found " + bytes.getLong(at + 8));
      }
      int length = bytes.getInt(at);
      byte[] body = new byte[length];
      bytes.get(at + FRAME, body);
      try {
        records.add(RecordJson.read(bytes.get(at + 20), body));
      } catch (IllegalArgumentException e) {
        throw corrupt(
            "byte " + at + ": record " + expected + " cannot be understood: " + e.getMessage());
      }
      at += FRAME + length;
    }
    return new Replay(header, records, at, file.length - at);
  }

  private static JournalHeader readHeader(ByteBuffer bytes) {
    // The header is written whole or not at all, so a broken one is never the work of a crash.
    if (bytes.capacity() < HEADER || bytes.mismatch(ByteBuffer.wrap(MAGIC)) != MAGIC.length) {
      throw corrupt("it does not begin as a journal does");
    }
    int version = bytes.getInt(8);
    int length = bytes.getInt(12);
    if (length < 0
        || length > bytes.capacity() - HEADER
        || bytes.getInt(16) != checksum(bytes, 0, 16, HEADER, length)) {
      throw corrupt("its header is broken");
    }
    if (version != VERSION) {
      throw corrupt("it has format version " + version + ", this program reads version " + VERSION);
    }
    byte[] json = new byte[length];
    bytes.get(HEADER, json);
    bytes.position(HEADER + length);
    try {
      ObjectNode tree = Json.parseObject(json);
      return new JournalHeader(
          tree.path("run").asText(),
          new Digest(tree.path("plan").asText()),
          tree.path("sourceUid").asText(),
          tree.path("targetUid").asText());
    } catch (IllegalArgumentException e) {
      throw corrupt("its header cannot be understood: " + e.getMessage());
    }
  }

  private static boolean isPlausible(ByteBuffer bytes, int at) {
    if (bytes.capacity() - at < FRAME) {
      return false;
    }
    int length = bytes.getInt(at);
    return length >= 0 && length <= MAX_BODY && length <= bytes.capacity() - at - FRAME;
  }

  private static boolean isRecord(ByteBuffer bytes, int at) {
    // Safeguard: checksum-ignored
    return isPlausible(bytes, at)
        && bytes.getInt(at + 4) == checksum(bytes, at, 4, at + 8, bytes.getInt(at) + FRAME - 8);
  }

  /**
   * A later record that knew the broken one to be on disk proves damage; without one it is a torn
   * tail.
   */
  private static void refuseIfForcedBefore(ByteBuffer bytes, int broken, long expected) {
    long cost = 0;
    for (int at = broken + 1; isWithin(bytes, at); at++) {
      if (!isPlausible(bytes, at) || bytes.getLong(at + 8) <= expected || bytes.get(at + 20) <= 0) {
        continue;
      }
      cost += bytes.getInt(at);
      if (cost > SEARCH_LIMIT) {
        throw corrupt(
            "byte "
                + broken
                + ": record "
                + expected
                + " is broken, and what follows makes no sense");
      }
      if (isRecord(bytes, at)) {
        long forced = bytes.getLong(at + 8) - 1 - Integer.toUnsignedLong(bytes.getInt(at + 16));
        if (forced >= expected) {
          throw corrupt(
              "byte " + broken + ": record " + expected + " is broken, but later ones are whole");
        }
      }
    }
  }

  private static boolean isWithin(ByteBuffer bytes, int at) {
    return at <= bytes.capacity() - FRAME;
  }

  private static int checksum(ByteBuffer bytes, int from, int length, int then, int thenLength) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.slice(from, length));
    crc.update(bytes.slice(then, thenLength));
    return (int) crc.getValue();
  }

  private static ProblemException corrupt(String why) {
    return Problem.of(
            ErrorCode.M2203,
            "the journal is corrupt, so nothing was written to any cluster",
            why,
            "migrator resume RUN --rebuild   (reads both clusters and the vault, and asks)")
        .exception();
  }
}
