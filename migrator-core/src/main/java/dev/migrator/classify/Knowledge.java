package dev.migrator.classify;

import dev.migrator.model.ObjectRef;
import dev.migrator.model.Protection;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What is known of kinds and well-known groups: the data file {@code knowledge.tsv}, a reason on
 * each line.
 */
final class Knowledge {

  /**
   * One line of the file.
   *
   * @param protection empty: known, and nobody but the user can decide
   */
  record Entry(String pattern, Optional<Protection> protection, String reason) {}

  private static final Knowledge BUILT_IN = read();

  private final Map<String, Entry> entries;

  private Knowledge(Map<String, Entry> entries) {
    this.entries = entries;
  }

  static Knowledge builtIn() {
    return BUILT_IN;
  }

  /**
   * What is known of the kind, else of its group, else of the nearest family of groups that it
   * belongs to; empty for strangers.
   */
  Optional<Entry> of(ObjectRef ref) {
    return Optional.ofNullable(entries.get(ref.groupKind()))
        .or(() -> Optional.ofNullable(entries.get("*." + ref.group())))
        .or(() -> family(ref.group()));
  }

  private Optional<Entry> family(String group) {
    for (String at = group; !at.isEmpty(); at = at.substring(Math.max(0, at.indexOf('.')) + 1)) {
      Entry entry = entries.get("**." + at);
      if (entry != null) {
        return Optional.of(entry);
      }
      if (at.indexOf('.') < 0) {
        break;
      }
    }
    return Optional.empty();
  }

  /** Every line of the file, in no order. */
  Collection<Entry> entries() {
    return entries.values();
  }

  private static Knowledge read() {
    Map<String, Entry> entries = new HashMap<>();
    try (InputStream in = Knowledge.class.getResourceAsStream("knowledge.tsv")) {
      if (in == null) {
        throw new IllegalStateException("knowledge.tsv is missing");
      }
      BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.isEmpty() && !line.startsWith("#")) {
          String[] columns = line.split("\t", -1);
          if (columns.length != 3) {
            throw new IllegalStateException("not three columns: " + line);
          }
          Optional<Protection> protection = Protection.ofLabel(columns[1]);
          if (protection.isEmpty() && !columns[1].equals("undecided")) {
            throw new IllegalStateException("unknown protection: " + line);
          }
          if (entries.put(columns[0], new Entry(columns[0], protection, columns[2])) != null) {
            throw new IllegalStateException("twice: " + line);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Knowledge(entries);
  }
}
