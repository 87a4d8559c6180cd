package dev.migrator.report.html;

import dev.migrator.report.Printable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Words that occur often, each written once and meant by its number. */
final class Terms {

  private final Map<String, Integer> numbers = new HashMap<>();
  private final List<String> words = new ArrayList<>();

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
