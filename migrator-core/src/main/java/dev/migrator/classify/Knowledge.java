package dev.migrator.classify;

import dev.migrator.model.KnowledgeLines;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Protection;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
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
    for (List<String> line : KnowledgeLines.of(Knowledge.class, "knowledge.tsv", 3)) {
      Optional<Protection> protection = Protection.ofLabel(line.get(1));
      if (protection.isEmpty() && !line.get(1).equals("undecided")) {
        throw new IllegalStateException("unknown protection: " + line);
      }
      Entry entry = new Entry(line.get(0), protection, line.get(2));
      if (entries.put(entry.pattern(), entry) != null) {
        throw new IllegalStateException("twice: " + line);
      }
    }
    return new Knowledge(entries);
  }
}
