package dev.migrator.it.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeLinesTest {

  private static final List<String> LINES = List.of("{\"a\":{}}", "{\"b\":\"é\"}", "{}");
  private static final String TEXT = String.join("\n", LINES) + "\n";

  @TempDir Path folder;

  /** However much of the file is written, and wherever in it the reading begins. */
  @Test
  void onlyLinesThatAreThereFromFirstToLastByteAreRead() throws IOException {
    for (int written = 0; written <= TEXT.length(); written++) {
      Path file = Files.writeString(folder.resolve("log"), TEXT.substring(0, written));
      long size = Files.size(file);
      for (long start = 0; start <= size; start++) {
        List<String> read = new ArrayList<>();
        WholeLines.read(file, start, read::add);
        assertThat(read).as("from %s of %s bytes", start, size).isEqualTo(expected(start, size));
      }
    }
  }

  private static List<String> expected(long start, long size) {
    List<String> whole = new ArrayList<>();
    long begin = 0;
    for (String line : LINES) {
      long end = begin + line.getBytes(StandardCharsets.UTF_8).length + 1;
      if (begin >= start && end <= size) {
        whole.add(line);
      }
      begin = end;
    }
    return whole;
  }
}
