package dev.migrator.it.audit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * The lines of a file that another process is still writing: only those that are there from their
 * first byte to their line break, since a writer's buffer ends, and a file's size is asked for,
 * anywhere in a line.
 */
public final class WholeLines {

  private WholeLines() {}

  /**
   * Reads the lines that begin at a position or after it, in their order.
   *
   * @param start a position in the file; the rest of a line that began before it is skipped
   */
  public static void read(Path file, long start, Consumer<String> each) throws IOException {
    // From the byte before: a line break there says that a line begins at the position itself.
    long from = Math.max(0, start - 1);
    try (SeekableByteChannel channel = Files.newByteChannel(file).position(from);
        InputStream in = Channels.newInputStream(channel);
        Reader text = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      boolean whole = start == 0;
      StringBuilder line = new StringBuilder();
      for (int c = text.read(); c >= 0; c = text.read()) {
        if (c != '\n') {
          line.append((char) c);
        } else {
          if (whole) {
            each.accept(line.toString());
          }
          whole = true;
          line.setLength(0);
        }
      }
    }
  }
}
