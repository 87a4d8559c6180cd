package dev.migrator.report.html;

import dev.migrator.event.Printable;
import dev.migrator.plan.Phase;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Words that occur often, each written once and meant by its number. */
final class Terms {

  private final Map<String, Integer> numbers = new HashMap<>();
  private final List<String> words = new ArrayList<>();

  /** As a heading: {@code Hand over}. */
  static String title(Phase phase) {
    return phase.label().substring(0, 1).toUpperCase(Locale.ROOT) + phase.label().substring(1);
  }

  int number(String word) {
    return numbers.computeIfAbsent(
        word,
        w -> {
          words.add(Printable.of(w));
          return words.size() - 1;
        });
  }

  List<String> words() {
    return words;
  }
}
