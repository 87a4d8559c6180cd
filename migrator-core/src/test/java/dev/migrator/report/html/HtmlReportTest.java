package dev.migrator.report.html;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.event.RunEvent;
import dev.migrator.model.Json;
import dev.migrator.plan.Plan;
import dev.migrator.report.ReportExamples;
import dev.migrator.report.RunReport;
import java.io.StringWriter;
import java.io.Writer;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class HtmlReportTest {

  private static final Plan PLAN = ReportExamples.plan(3, 2);

  private static String page(RunReport report) {
    StringWriter out = new StringWriter();
    HtmlReport.write(report, out);
    return out.toString();
  }

  private static String page(List<RunEvent> events) {
    return page(RunReport.ofRun("r-7f3a21", PLAN, events));
  }

  @Test
  void outcomeComesFirst() {
    assertThat(page(ReportExamples.done(PLAN))).contains("<title>Moved. ", ">Moved.</h1>");
    assertThat(page(RunReport.ofPlan("move.plan.yaml", PLAN)))
        .contains(">Ready to apply.</h1>", "migrator apply move.plan.yaml");
    assertThat(page(ReportExamples.failedAt(PLAN, 5)))
        .contains(">Blocked.</h1>", "M2107", "migrator resume r-7f3a21");
  }

  @Test
  void nothingIsAskedOfAnybody() {
    String page = page(ReportExamples.done(PLAN));
    assertThat(page).contains("default-src &#39;none&#39;");
    assertThat(page)
        .doesNotContainPattern("(?i)\\s(src|href|action|data|poster)=[\"']?(https?:|//)");
    assertThat(page).doesNotContain("@import", "url(http", "fetch(", "XMLHttpRequest");
  }

  @Test
  void namesStayNames() {
    String page = page(RunReport.ofPlan(ReportExamples.HOSTILE, ReportExamples.hostile()));
    assertThat(page).doesNotContain("<script>window", "<img", "\u202e", "\u2028", "\u0007");
    assertThat(count(page, "<script")).as("the data, the differences and the program").isEqualTo(3);
    assertThat(Json.parse(data(page)).path("m").get(1).asText())
        .contains("</script>", "\\u202e", "\\u2028", "\\u0007");
  }

  @Test
  void everyObjectIsInTheDataOnce() {
    var data = Json.parse(data(page(ReportExamples.done(PLAN))));
    int objects = PLAN.objects().size();
    for (String column : List.of("k", "n", "m", "c", "r", "a", "s", "p", "x", "d")) {
      assertThat(data.path(column)).as(column).hasSize(objects);
    }
    assertThat(data.path("left").path("m")).hasSize(PLAN.leftOut().size());
  }

  @Test
  void aLargePageIsWrittenInSmallPieces() {
    Plan large = ReportExamples.plan(40, 40);
    LargestPiece out = new LargestPiece();
    HtmlReport.write(RunReport.ofPlan("p", large), out);
    assertThat(out.all).isGreaterThan(800_000);
    assertThat(out.largest).as("pieces of the data, or the script").isLessThan(40_000);
  }

  private static String data(String page) {
    Matcher data =
        Pattern.compile("<script type=\"application/json\" id=\"data\">(.*?)</script>")
            .matcher(page);
    assertThat(data.find()).isTrue();
    return data.group(1);
  }

  private static int count(String text, String part) {
    return text.split(Pattern.quote(part), -1).length - 1;
  }

  /** Keeps nothing of what is written but its size. */
  private static final class LargestPiece extends Writer {
    private long all;
    private int largest;

    @Override
    public void write(char[] buffer, int from, int length) {
      all += length;
      largest = Math.max(largest, length);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
