package dev.migrator.report.html;

import dev.migrator.event.Printable;
import dev.migrator.event.RefText;
import dev.migrator.report.DataText;
import dev.migrator.report.DataTrace;
import dev.migrator.report.RunReport;
import java.util.List;

/**
 * How the data of each claim travels, and what its way took.
 *
 * @param more how many claims are not named here
 */
public record DataRows(String title, List<Row> rows, int all, int more) {

  private static final int MOST = 500;

  /** One claim. */
  public record Row(String claim, String way, List<String> facts) {}

  static DataRows of(RunReport report) {
    List<DataTrace> data = report.data();
    List<Row> rows =
        data.stream()
            .limit(MOST)
            .map(
                one ->
                    new Row(
                        RefText.of(one.claim()),
                        Printable.of(DataText.way(one)),
                        DataText.facts(one).stream().map(Printable::of).toList()))
            .toList();
    return new DataRows(DataText.title(report), rows, data.size(), data.size() - rows.size());
  }
}
