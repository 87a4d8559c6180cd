package dev.migrator.cli.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.plan.FindingCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every code of a finding is registered, has a page, and stands in the index. */
class FindingPagesTest {

  private static final Path PAGES = Document.ROOT.resolve("docs/errors/findings");

  /** A text that stands second in a finding. */
  private static final Pattern AS_A_CODE =
      Pattern.compile("new Finding\\(\\s*[^,()]*,\\s*\"[^\"]+\"");

  @ParameterizedTest
  @EnumSource
  void aCodeHasAPageWithAllParts(FindingCode code) {
    Document page = Document.of(PAGES.resolve(code.id() + ".md"));
    assertThat(page.text()).startsWith("# " + code.id() + ": " + code.title() + "\n\nSeverity: ");
    assertThat(page.text().lines().filter(line -> line.startsWith("## ")))
        .containsExactly("## What it means", "## What to do");
    assertThat(page.text()).contains("\n1. ");
  }

  @Test
  void aPageHasACode() throws IOException {
    try (Stream<Path> pages = Files.list(PAGES)) {
      assertThat(
              pages.map(p -> String.valueOf(p.getFileName())).filter(n -> !n.equals("README.md")))
          .containsExactlyInAnyOrderElementsOf(
              Arrays.stream(FindingCode.values()).map(code -> code.id() + ".md").toList());
    }
  }

  @Test
  void theIndexNamesThemAll() {
    List<String> rows =
        Arrays.stream(FindingCode.values())
            .map(
                c ->
                    "| [%s](%s.md) | %s | %s |"
                        .formatted(
                            c.id(),
                            c.id(),
                            c.severity().name().toLowerCase(Locale.ROOT),
                            c.title()))
            .toList();
    assertThat(
            Document.of(PAGES.resolve("README.md")).text().lines().filter(l -> l.startsWith("| [")))
        .containsExactlyElementsOf(rows);
  }

  @ParameterizedTest
  @EnumSource
  void thePageIsPartOfTheProgram(FindingCode code) throws IOException {
    String name = "/dev/migrator/cli/errors/findings/" + code.id() + ".md";
    try (var in = FindingCode.class.getResourceAsStream(name)) {
      assertThat(in).as(name).isNotNull();
    }
  }

  /** A new code needs a line in FindingCode, a page in docs/errors/findings and its index. */
  @Test
  void noFindingIsMadeWithACodeThatNobodyRegistered() throws IOException {
    Set<String> texts = new TreeSet<>();
    for (String text : sources()) {
      AS_A_CODE.matcher(text).results().forEach(m -> texts.add(m.group()));
    }
    assertThat(texts).isEmpty();
  }

  @Test
  void everyRegisteredCodeIsUsed() throws IOException {
    String all = String.join("\n", sources());
    assertThat(FindingCode.values()).allMatch(code -> all.contains("FindingCode." + code.name()));
  }

  private static List<String> sources() throws IOException {
    List<String> sources = new ArrayList<>();
    for (String module : List.of("migrator-core", "migrator-cli")) {
      try (Stream<Path> files = Files.walk(Document.ROOT.resolve(module + "/src/main/java"))) {
        for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
          sources.add(Files.readString(file));
        }
      }
    }
    return sources;
  }
}
