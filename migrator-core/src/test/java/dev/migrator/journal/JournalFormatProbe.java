package dev.migrator.journal;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Writes a header that says another version and is otherwise whole, knowing the layout by itself.
 */
final class JournalFormatProbe {

  private JournalFormatProbe() {}

  static byte[] withVersion(byte[] header, int version) {
    byte[] changed = header.clone();
    ByteBuffer bytes = ByteBuffer.wrap(changed);
    bytes.putInt(8, version);
    CRC32C crc = new CRC32C();
    crc.update(changed, 0, 16);
    crc.update(changed, 20, changed.length - 20);
    bytes.putInt(16, (int) crc.getValue());
    return changed;
  }
}
