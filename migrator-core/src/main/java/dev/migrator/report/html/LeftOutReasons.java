package dev.migrator.report.html;

import dev.migrator.event.RefText;
import dev.migrator.plan.LeftOut;
import dev.migrator.plan.Plan;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Why objects do not travel, the most frequent reason first.
 *
 * @param more how many reasons are not named here, but in the table only
 */
public record LeftOutReasons(List<Reason> reasons, int more) {

  private static final int MOST = 60;

  /** A reason, and how many objects it keeps here. */
  public record Reason(String text, int count) {}

  static LeftOutReasons of(Plan plan) {
    Map<String, Integer> counts = new TreeMap<>();
    for (LeftOut leftOut : plan.leftOut()) {
      counts.merge(RefText.in(leftOut.reason()), 1, Integer::sum);
    }
    List<Reason> reasons =
        counts.entrySet().stream()
            .sorted(Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder()))
            .limit(MOST)
            .map(e -> new Reason(e.getKey(), e.getValue()))
            .toList();
    return new LeftOutReasons(reasons, counts.size() - reasons.size());
  }
}
