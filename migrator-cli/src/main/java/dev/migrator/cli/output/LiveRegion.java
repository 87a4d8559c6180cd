package dev.migrator.cli.output;

import java.util.List;

/** Lines on a terminal that are drawn over themselves. Taken away when closed. */
public final class LiveRegion implements AutoCloseable {

  // From the start of the line: a ^C that the terminal echoed has moved the cursor.
  private static final String UP = "\r\u001b[%dA";
  private static final String CLEAR_LINE = "\u001b[K";
  private static final String CLEAR_BELOW = "\u001b[J";

  private final Console console;
  private int height;

  public LiveRegion(Console console) {
    this.console = console;
  }

  /** Draws these lines over those of before, each cut at the edge of the terminal. */
  public void draw(List<String> lines) {
    StringBuilder text = new StringBuilder();
    if (height > 0) {
      text.append(UP.formatted(height));
    }
    int width = console.terminal().columns() - 1;
    for (String line : lines) {
      text.append(line, 0, Math.min(width, line.length())).append(CLEAR_LINE).append('\n');
    }
    console.raw(text + CLEAR_BELOW);
    height = lines.size();
  }

  @Override
  public void close() {
    if (height > 0) {
      console.raw(UP.formatted(height) + CLEAR_BELOW);
      height = 0;
    }
  }
}
