package dev.migrator.model;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The lines of a data file about kinds and projects, cut at tabs: a line a fact, its reason last.
 * Comments begin with a hash.
 */
public final class KnowledgeLines {

  private KnowledgeLines() {}

  /**
   * The lines of the file that lies beside a class.
   *
   * <p>Errors: a missing file or a line with another number of columns is a fault of the build.
   */
  public static List<List<String>> of(Class<?> beside, String file, int columns) {
    try (InputStream in = beside.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException(file + " is missing");
      }
      BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
      return lines
          .lines()
          .filter(line -> !line.isEmpty() && !line.startsWith("#"))
          .map(line -> columns(file, line, columns))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> columns(String file, String line, int columns) {
    List<String> cut = List.of(line.split("\t", -1));
    if (cut.size() != columns || cut.getLast().isBlank()) {
      throw new IllegalStateException(file + ": not " + columns + " columns: " + line);
    }
    return cut;
  }
}
