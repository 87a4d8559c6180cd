package dev.migrator.it.browser;

import dev.migrator.model.Json;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.logging.Level;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** A headless Chromium. */
final class Browser implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final String ADVICE =
      "no chromium with its chromedriver on PATH: it-tests/browser installs both where Debian's"
          + " packages can be had";

  private final ChromeDriver driver;

  private Browser(ChromeDriver driver) {
    this.driver = driver;
  }

  /** Starts one. Where there is none the test is skipped, saying why; in CI it fails. */
  static Browser start() {
    Optional<Path> chromium = onPath("chromium", "chromium-browser", "google-chrome", "chrome");
    Optional<Path> chromedriver = onPath("chromedriver");
    if (chromium.isEmpty() || chromedriver.isEmpty()) {
      if ("true".equalsIgnoreCase(System.getenv("CI"))) {
        Assertions.fail(ADVICE);
      }
      System.err.println("skipped: " + ADVICE);
      Assumptions.abort(ADVICE);
    }
    ChromeOptions options = new ChromeOptions();
    options.setBinary(chromium.orElseThrow().toFile());
    options.addArguments("--headless=new", "--disable-gpu", "--hide-scrollbars");
    if (Objects.equals(System.getProperty("user.name"), "root")) {
      // Chromium's sandbox refuses to work for root.
      options.addArguments("--no-sandbox");
    }
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.PERFORMANCE, Level.ALL);
    logs.enable(LogType.BROWSER, Level.ALL);
    options.setCapability("goog:loggingPrefs", logs);
    ChromeDriverService service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(chromedriver.orElseThrow().toFile())
            .build();
    ChromeDriver driver = new ChromeDriver(service, options);
    driver.manage().timeouts().pageLoadTimeout(LIMIT).scriptTimeout(LIMIT);
    return new Browser(driver);
  }

  private static Optional<Path> onPath(String... names) {
    String path = Objects.requireNonNullElse(System.getenv("PATH"), "");
    return Stream.of(names)
        .flatMap(name -> Stream.of(path.split(File.pathSeparator, -1)).map(f -> Path.of(f, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Opens a file at this width, and forgets what was asked of the network before. */
  Browser open(Path page, int width) {
    resize(width, 900);
    colours("light");
    requests();
    driver.get(page.toUri().toString());
    return this;
  }

  void resize(int width, int height) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 500));
  }

  /** What the system prefers: {@code light} or {@code dark}. */
  void colours(String scheme) {
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of(
            "features",
            List.of(
                Map.of("name", "prefers-color-scheme", "value", scheme),
                // A click must not meet a page that still scrolls.
                Map.of("name", "prefers-reduced-motion", "value", "reduce"))));
  }

  /** What was asked of anybody since the last call; the page itself is part of it. */
  List<String> requests() {
    return driver.manage().logs().get(LogType.PERFORMANCE).getAll().stream()
        .map(entry -> Json.parse(entry.getMessage()).path("message"))
        .filter(message -> message.path("method").asText().equals("Network.requestWillBeSent"))
        .map(message -> message.path("params").path("request").path("url").asText())
        .toList();
  }

  /** What the page complained of since the last call. */
  List<String> complaints() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .map(entry -> entry.getLevel() + " " + entry.getMessage())
        .toList();
  }

  List<WebElement> all(String css) {
    return driver.findElements(By.cssSelector(css));
  }

  WebElement one(String css) {
    return driver.findElement(By.cssSelector(css));
  }

  String text(String css) {
    return one(css).getText();
  }

  /** What the function's body returns, as text. */
  String ask(String script, Object... arguments) {
    return String.valueOf(driver.executeScript(script, arguments));
  }

  /** What the function's body gives to the callback, which is its last argument. */
  String askLater(String script) {
    return String.valueOf(driver.executeAsyncScript(script));
  }

  /** Clicks, in the middle of the window: at its top the page's own head would be in the way. */
  void click(String css) {
    WebElement element = one(css);
    driver.executeScript("arguments[0].scrollIntoView({block: 'center'})", element);
    element.click();
  }

  /** Presses keys wherever the focus is. */
  Browser press(CharSequence... keys) {
    new Actions(driver).sendKeys(keys).perform();
    return this;
  }

  /** Tabs until the focus is on what this selects. */
  void tabTo(String css) {
    for (int i = 0; i < 400; i++) {
      press(Keys.TAB);
      if (ask("return document.activeElement.matches(arguments[0])", css).equals("true")) {
        return;
      }
    }
    Assertions.fail("the Tab key never comes to " + css);
  }

  /** What axe finds that keeps people out, one line each. */
  List<String> barriers() {
    driver.executeScript(axe());
    String found =
        askLater(
            "const done = arguments[arguments.length - 1];axe.run(document, {runOnly: ['wcag2a',"
                + " 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}).then(r =>"
                + " done(JSON.stringify(r.violations.flatMap(v => v.nodes.map(n => v.id + ' ' +"
                + " n.target.join(' ') + ': ' + n.failureSummary)))));");
    return StreamSupport.stream(Json.parse(found).spliterator(), false)
        .map(line -> line.asText())
        .toList();
  }

  private static String axe() {
    try (InputStream script = Browser.class.getResourceAsStream("/axe.min.js")) {
      return new String(Objects.requireNonNull(script).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** A picture of the whole page, for people to look at. */
  void picture(String name, int width) throws IOException {
    resize(width, Integer.parseInt(ask("return document.documentElement.scrollHeight")));
    Path folder = Files.createDirectories(Path.of("target", "screenshots"));
    Files.write(folder.resolve(name + ".png"), driver.getScreenshotAs(OutputType.BYTES));
    resize(width, 900);
  }

  @Override
  public void close() {
    driver.quit();
  }
}
