package dev.migrator.cli.wiring;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * What a program says: its beginning and its end, whatever stands between. Safe for use by two
 * threads.
 */
final class HeadAndTail {

  private static final int HEAD = 192 * 1024;
  private static final int TAIL = 64 * 1024;
  private static final int LAST_LINES = 5;
  private static final int LONGEST_LINE = 400;

  private byte[] head = new byte[0];
  private byte[] tail = new byte[0];
  private long left;

  /** Listens until there is nothing more to hear. */
  void read(Process process) {
    byte[] buffer = new byte[8192];
    try (InputStream in = process.getInputStream()) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        hear(buffer, n);
      }
    } catch (IOException | UncheckedIOException e) {
      // The program was ended: what it said until then is known.
    }
  }

  private synchronized void hear(byte[] bytes, int length) {
    int first = Math.min(length, HEAD - head.length);
    head = joined(head, bytes, 0, first);
    tail = joined(tail, bytes, first, length - first);
    if (tail.length > TAIL) {
      left += tail.length - TAIL;
      tail = Arrays.copyOfRange(tail, tail.length - TAIL, tail.length);
    }
  }

  private static byte[] joined(byte[] one, byte[] other, int from, int length) {
    if (length <= 0) {
      return one;
    }
    byte[] both = Arrays.copyOf(one, one.length + length);
    System.arraycopy(other, from, both, one.length, length);
    return both;
  }

  synchronized String said() {
    String between = left == 0 ? "" : "\n[... " + left + " bytes are left out here ...]\n";
    return text(head) + between + text(tail);
  }

  synchronized List<String> lastWords() {
    List<String> lines =
        said().lines().map(l -> l.substring(0, Math.min(l.length(), LONGEST_LINE))).toList();
    return lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size());
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
