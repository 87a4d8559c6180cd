package dev.migrator.it.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.migrator.plan.Plan;
import dev.migrator.report.Diffs;
import dev.migrator.report.ReportExamples;
import dev.migrator.report.RunReport;
import dev.migrator.report.html.HtmlReport;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** The report's page, as people use it. */
@Timeout(300)
class ReportPageIT {

  private static final Duration SOON = Duration.ofSeconds(30);
  private static final Plan PLAN = ReportExamples.plan(6, 2);

  @TempDir static Path folder;
  private static Browser browser;

  @BeforeAll
  static void start() {
    browser = Browser.start();
  }

  @AfterAll
  static void stop() {
    if (browser != null) {
      browser.close();
    }
  }

  private static Path page(String name, RunReport report) {
    return page(name, report, Diffs.none());
  }

  private static Path page(String name, RunReport report, Diffs diffs) {
    Path file = folder.resolve(name + ".html");
    try (Writer out = new BufferedWriter(Files.newBufferedWriter(file))) {
      HtmlReport.write(report, diffs, out);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return file;
  }

  private static Path done() {
    return page("done", RunReport.ofRun("r-7f3a21", PLAN, ReportExamples.done(PLAN)));
  }

  private static Path failed() {
    int step = PLAN.steps().size() - 40;
    return page("failed", RunReport.ofRun("r-7f3a21", PLAN, ReportExamples.failedAt(PLAN, step)));
  }

  private static Path plan() {
    return page("plan", RunReport.ofPlan("move.plan.yaml", PLAN));
  }

  private static String status() {
    return browser.text("#objects-table output");
  }

  private static void awaitStatus(String text) {
    await().atMost(SOON).untilAsserted(() -> assertThat(status()).isEqualTo(text));
  }

  @Test
  void outcomeTimelineAndPausesAreThereWithoutScript() {
    browser.open(done(), 1280);
    assertThat(browser.text("h1")).isEqualTo("Moved.");
    assertThat(browser.all(".timeline .lane")).hasSize(5);
    assertThat(browser.all(".pauses [role=listitem]")).hasSize(12);
    assertThat(browser.all(".timeline .sitting")).as("one interruption").hasSize(1);
    assertThat(browser.one(".timeline").getAttribute("aria-label")).contains("Hand over 48 4.3 s");
    browser.open(failed(), 1280);
    assertThat(browser.text("h1")).isEqualTo("Blocked.");
    assertThat(browser.text("#errors")).contains("M2107", "ImagePullBackOff", "migrator resume");
  }

  @Test
  void wordsAndListsFilterTheTable() {
    browser.open(done(), 1280);
    awaitStatus("102 objects");
    WebElement search = browser.one("#objects-table input");
    search.sendKeys("cronjob shop/");
    awaitStatus("2 of 102 objects");
    assertThat(browser.all("#objects-table .rows .row"))
        .hasSize(2)
        .allMatch(row -> row.getText().contains("CronJob/shop/web-"));
    search.sendKeys(" nothing-like-this");
    awaitStatus("0 of 102 objects");
    assertThat(browser.text("#objects-table .rows")).isEqualTo("Nothing matches.");
    browser.click("#objects-table .tools button");
    awaitStatus("102 objects");
    browser.click("#objects-table select[data-filter=c] option:nth-child(2)");
    awaitStatus("12 of 102 objects");
  }

  @Test
  void theTableIsSortedByPause() {
    browser.open(done(), 1280);
    browser.click("#objects-table .head [role=columnheader]:last-child button");
    await()
        .atMost(SOON)
        .until(() -> browser.text("#objects-table .rows .row:first-child").endsWith("1.1 s"));
    assertThat(browser.all("#objects-table .head [aria-sort]").getLast().getAttribute("aria-sort"))
        .isEqualTo("descending");
  }

  @Test
  void theMapOpensNamespacesKindsAndObjects() {
    browser.open(failed(), 1280);
    assertThat(browser.all("#graph .node")).hasSize(7);
    assertThat(browser.one("#graph .node[aria-label^='billing']").getAttribute("aria-label"))
        .contains("Needs shop (2)");
    browser.click("#graph .node[aria-label^='billing']");
    assertThat(browser.text("#crumbs")).contains("All namespaces", "billing");
    assertThat(browser.all("#graph .node.ghost")).as("neighbours").isNotEmpty();
    browser.click("#graph .node[aria-label^='Deployment']");
    assertThat(browser.text("#crumbs [aria-current]")).isEqualTo("Deployment");
    browser.click("#graph .node[aria-label^='web-1:']");
    assertThat(browser.text("#detail"))
        .contains("Deployment.apps in billing", "ConfigMap/billing/web-1-settings", "Needed by");
    browser.press(Keys.ESCAPE);
    browser.click("#crumbs .to-table");
    awaitStatus("2 of 102 objects");
    browser.click("#crumbs button");
    assertThat(browser.all("#graph .node")).hasSize(7);
  }

  @Test
  void whatChangesOnTheWayIsDrawnWhenItIsAskedFor() throws IOException {
    Path file =
        page(
            "diffs",
            RunReport.ofRun("r-7f3a21", PLAN, ReportExamples.done(PLAN)),
            ReportExamples.diffs());
    for (String colours : List.of("light", "dark")) {
      browser.open(file, 1280);
      browser.colours(colours);
      awaitStatus("102 objects");
      browser.one("#objects-table input").sendKeys("deployment shop/");
      awaitStatus("2 of 102 objects");
      browser.click("#objects-table .rows .row");
      assertThat(browser.all("#detail .diff pre")).as("not before it is asked for").isEmpty();
      browser.click("#detail .diff summary");
      await().atMost(SOON).until(() -> browser.all("#detail .diff pre").size() == 1);
      assertThat(browser.all("#detail .diff .added"))
          .anyMatch(line -> line.getText().contains("registry.new"));
      assertThat(browser.all("#detail .diff .removed"))
          .anyMatch(line -> line.getText().contains("registry.old"));
      assertThat(browser.text("#detail .diff")).contains("<b>&amp;</script>");
      assertThat(browser.all("#detail .diff b")).as("text stays text").isEmpty();
      browser.picture("difference-" + colours, 1280);
    }
  }

  @Test
  void whatIsLeftOutIsSortedByReason() {
    browser.open(plan(), 1280);
    assertThat(browser.text("#reasons button"))
        .isEqualTo("18\nowned by another object that travels");
    browser.click("#reasons button");
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(browser.text("#left-table output"))
                    .isEqualTo("18 of 30 left-out objects"));
    assertThat(browser.one("#reasons button").getAttribute("aria-pressed")).isEqualTo("true");
  }

  @Test
  void everythingIsReachedByTheKeyboard() {
    browser.open(done(), 1280);
    browser.press(Keys.TAB);
    assertThat(browser.ask("return document.activeElement.textContent"))
        .isEqualTo("Skip to the outcome");
    browser.tabTo("#graph .node[aria-label^='billing']");
    browser.press(Keys.ENTER);
    assertThat(browser.ask("return document.activeElement.textContent")).isEqualTo("billing");
    browser.tabTo("#objects-table [role=grid]");
    browser.press(Keys.ARROW_DOWN, Keys.ARROW_DOWN, Keys.PAGE_DOWN, Keys.END);
    String active =
        "#" + browser.one("#objects-table [role=grid]").getAttribute("aria-activedescendant");
    assertThat(browser.one(active).getAttribute("aria-rowindex")).isEqualTo("103");
    assertThat(browser.one(active).getAttribute("aria-selected")).isEqualTo("true");
    browser.press(Keys.HOME, Keys.ENTER);
    assertThat(browser.ask("return document.activeElement.id")).isEqualTo("detail");
    assertThat(browser.text("#detail h2")).isNotEmpty();
    browser.press(Keys.ESCAPE);
    assertThat(browser.one("#detail").isDisplayed()).isFalse();
    assertThat(browser.ask("return document.activeElement.getAttribute('aria-label')"))
        .isEqualTo("Objects");
  }

  @Test
  void coloursFollowTheSystemUntilAPersonChooses() throws IOException {
    browser.open(done(), 1280);
    String script = "return getComputedStyle(document.body).backgroundColor";
    String light = browser.ask(script);
    browser.picture("done-light", 1280);
    browser.colours("dark");
    String dark = browser.ask(script);
    assertThat(dark).isNotEqualTo(light);
    browser.picture("done-dark", 1280);
    browser.click("#theme");
    assertThat(browser.ask(script)).as("light was chosen").isEqualTo(light);
    browser.colours("light");
    browser.click("#theme");
    assertThat(browser.ask(script)).as("dark was chosen").isEqualTo(dark);
    assertThat(browser.one("#theme").getAttribute("aria-label")).isEqualTo("Colours: dark");
    browser.click("#theme");
    assertThat(browser.ask(script)).as("as the system again").isEqualTo(light);
  }

  @ParameterizedTest
  @CsvSource({
    "done, light, 1280",
    "done, dark, 1280",
    "failed, light, 1280",
    "failed, dark, 390",
    "plan, light, 390",
    "plan, dark, 1280"
  })
  void nobodyIsKeptOut(String name, String colours, int width) throws IOException {
    Path file = name.equals("done") ? done() : name.equals("failed") ? failed() : plan();
    browser.open(file, width);
    browser.colours(colours);
    assertThat(browser.barriers()).isEmpty();
    assertThat(browser.ask("return document.documentElement.scrollWidth"))
        .as("no scrolling sideways")
        .isEqualTo(String.valueOf(width));
    browser.picture(name + "-" + colours + "-" + width, width);
    browser.click("#objects-table .rows .row");
    assertThat(browser.barriers()).as("with an object open").isEmpty();
  }

  @Test
  void namesStayNames() {
    RunReport report = RunReport.ofPlan(ReportExamples.HOSTILE, ReportExamples.hostile());
    browser.complaints();
    browser.open(page("hostile", report), 1280);
    assertThat(browser.text("#objects-table .rows")).contains("</script>", "\\u202egnp", "\\u0007");
    browser.click("#graph .node:not([aria-label^='(cluster'])");
    browser.click("#graph .node");
    browser.click("#graph .node:not(.ghost)");
    browser.press(Keys.ESCAPE);
    browser.click("#objects-table .rows .row:last-child");
    assertThat(browser.text("#detail")).contains("window.harmed=1");
    browser.press(Keys.ESCAPE);
    browser.one("#objects-table input").sendKeys("harmed");
    browser.click("#reasons button");
    assertThat(browser.ask("return typeof window.harmed")).isEqualTo("undefined");
    assertThat(browser.all("img, iframe, object, embed, link")).isEmpty();
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void nothingIsAskedOfTheNetworkAndNothingCouldBe() throws Exception {
    Path file = done();
    browser.open(file, 1280);
    browser.click("#objects-table .rows .row");
    browser.press(Keys.ESCAPE);
    assertThat(browser.requests()).containsExactly(file.toUri().toString());
    assertThat(browser.complaints()).isEmpty();
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      server.setSoTimeout(500);
      String outcome =
          browser.askLater(
              """
              const done = arguments[arguments.length - 1];
              const url = 'http://127.0.0.1:%d/';
              const blocked = new Set();
              document.addEventListener('securitypolicyviolation', e => blocked.add(e.effectiveDirective));
              new Image().src = url;
              fetch(url).catch(() => {});
              const script = document.createElement('script');
              script.textContent = 'window.harmed = 1';
              document.body.append(script);
              setTimeout(() => done([...blocked].sort().join(' ') + ' ' + typeof window.harmed), 500);
              """
                  .formatted(server.getLocalPort()));
      assertThat(outcome).isEqualTo("connect-src img-src script-src-elem undefined");
      assertThat(accepted(server)).as("connections that reached the server").isFalse();
    }
  }

  private static boolean accepted(ServerSocket server) throws IOException {
    try {
      server.accept().close();
      return true;
    } catch (java.net.SocketTimeoutException e) {
      return false;
    }
  }

  @Test
  void aHundredThousandObjectsDoNotFreezeThePage() throws IOException {
    Plan large = ReportExamples.plan(250, 50);
    assertThat(large.objects()).hasSizeGreaterThan(100_000);
    Path file =
        page(
            "large",
            RunReport.ofRun("r-7f3a21", large, ReportExamples.done(large)),
            ReportExamples.diffs());
    long began = System.nanoTime();
    browser.open(file, 1280);
    awaitStatus("100,202 objects");
    long loaded = System.nanoTime();
    assertThat(browser.all("#objects-table .row")).as("rows in the page").hasSizeLessThan(60);

    String blocked =
        browser.askLater(
            """
            const done = arguments[arguments.length - 1];
            const box = document.querySelector('#objects-table');
            const input = box.querySelector('input');
            const grid = box.querySelector('[role=grid]');
            let longest = 0;
            let last = performance.now();
            let running = true;
            (function beat() {
              const now = performance.now();
              longest = Math.max(longest, now - last);
              last = now;
              if (running) setTimeout(beat);
            })();
            const words = ['c', 'cr', 'cronjob', 'cronjob web-7-', 'cronjob web-7-report', '', 'nothing at all', ''];
            let at = 0;
            const next = () => {
              if (at < words.length) {
                input.value = words[at++];
                input.dispatchEvent(new Event('input'));
                setTimeout(next, 150);
              } else if (at++ < words.length + 20) {
                grid.scrollTop += 190000;
                setTimeout(next, 30);
              } else {
                running = false;
                done(Math.round(longest));
              }
            };
            next();
            """);
    System.out.printf(
        "100,202 objects: %d KB, loaded in %d ms, longest wait while filtering and scrolling %s"
            + " ms%n",
        Files.size(file) / 1024, (loaded - began) / 1_000_000, blocked);
    assertThat(Long.parseLong(blocked)).as("ms in which the page did not answer").isLessThan(3_000);

    browser.one("#objects-table input").sendKeys("web-17-report reports-244");
    awaitStatus("1 of 100,202 objects");
    browser.click("#objects-table .tools button");
    awaitStatus("100,202 objects");
    browser.one("#objects-table [role=grid]").sendKeys(Keys.END);
    String last = browser.one("#objects-table [role=grid]").getAttribute("aria-activedescendant");
    assertThat(browser.one("#" + last).getAttribute("aria-rowindex")).isEqualTo("100203");
    assertThat(browser.one("#" + last).isDisplayed()).isTrue();
    assertThat(browser.all("#graph .node")).hasSize(60);
    browser.picture("large-light-1280", 1280);
  }

  @Test
  void picturesOfEveryWidth() throws IOException {
    for (int width : List.of(390, 820, 1600)) {
      browser.open(done(), width);
      browser.picture("done-light-" + width, width);
    }
  }
}
