package dev.migrator.classify;

import dev.migrator.model.KnowledgeLines;
import dev.migrator.model.ObjectRef;
import java.util.List;
import java.util.Optional;

/**
 * Whose controllers read their own status as memory, so that an object without it is a new one to
 * them: the data file {@code status.tsv}, a reason and its source on each line.
 */
public final class StatusKnowledge {

  private static final List<Entry> BUILT_IN =
      KnowledgeLines.of(StatusKnowledge.class, "status.tsv", 3).stream()
          .map(line -> new Entry(line.get(0), line.get(1)))
          .toList();

  private StatusKnowledge() {}

  private record Entry(String pattern, String reason) {

    boolean matches(ObjectRef ref) {
      return pattern.equals(ref.groupKind())
          || pattern.equals("*." + ref.group())
          || (pattern.startsWith("**.") && ref.group().endsWith(pattern.substring(2)));
    }
  }

  /** Why the status of this kind must travel; empty when nobody knows of it. */
  public static Optional<String> reason(ObjectRef ref) {
    return BUILT_IN.stream().filter(e -> e.matches(ref)).map(Entry::reason).findFirst();
  }
}
