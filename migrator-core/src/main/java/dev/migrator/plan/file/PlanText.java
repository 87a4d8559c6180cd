package dev.migrator.plan.file;

import java.io.IOException;
import java.io.Reader;
import java.util.Optional;

/**
 * The lines of a text of any length, one at a time.
 *
 * <p>Errors: {@link IllegalArgumentException} for a line over 16 million characters, a carriage
 * return, or a last line without its line feed.
 */
final class PlanText {

  private static final int MAX_LINE = 16 * 1024 * 1024;

  private final Reader reader;
  private final char[] buffer = new char[16 * 1024];
  private int position;
  private int limit;

  PlanText(Reader reader) {
    this.reader = reader;
  }

  /** The next line without its line feed; empty at the end. */
  Optional<String> next() throws IOException {
    StringBuilder line = new StringBuilder(160);
    while (true) {
      if (position == limit) {
        position = 0;
        limit = Math.max(0, reader.read(buffer));
        if (limit == 0) {
          if (line.isEmpty()) {
            return Optional.empty();
          }
          throw new IllegalArgumentException("the file ends in the middle of this line: it is cut");
        }
      }
      int start = position;
      while (position < limit && buffer[position] != '\n') {
        if (buffer[position] == '\r') {
          throw new IllegalArgumentException(
              "a carriage return: the file was converted to other line ends");
        }
        position++;
      }
      line.append(buffer, start, position - start);
      if (line.length() > MAX_LINE) {
        throw new IllegalArgumentException("a line of more than " + MAX_LINE + " characters");
      }
      if (position < limit) {
        position++;
        return Optional.of(line.toString());
      }
    }
  }
}
