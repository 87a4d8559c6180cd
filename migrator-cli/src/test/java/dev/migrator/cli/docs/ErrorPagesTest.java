package dev.migrator.cli.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.model.ErrorCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every error code has a page, every page a code, and exit codes mean what the table says. */
class ErrorPagesTest {

  private static final Path PAGES = Document.ROOT.resolve("docs/errors");

  /** The exit codes that scripts may rely on; 0, 2 and 143 come of no error. */
  private static final Set<Integer> TABLE =
      Set.of(0, 1, 2, 10, 11, 12, 13, 14, 20, 21, 22, 23, 64, 130, 143);

  @ParameterizedTest
  @EnumSource
  void aCodeHasAPageWithAllParts(ErrorCode code) {
    Document page = Document.of(PAGES.resolve(code + ".md"));
    assertThat(page.text())
        .startsWith("# " + code + ": " + code.title() + "\n\nExit code " + exit(code) + ": ");
    assertThat(
            page.text()
                .lines()
                .filter(l -> l.startsWith("## "))
                .map(l -> l.substring("## ".length())))
        .containsExactly("What it means", "State of the clusters", "What to do", "Example");
    assertThat(page.text()).contains("\n1. ").contains("\n```\n");
  }

  @Test
  void aPageHasACode() throws IOException {
    try (Stream<Path> pages = Files.list(PAGES)) {
      assertThat(pages.map(p -> String.valueOf(p.getFileName())).filter(n -> n.startsWith("M")))
          .containsExactlyInAnyOrderElementsOf(
              Arrays.stream(ErrorCode.values()).map(code -> code + ".md").toList());
    }
  }

  @Test
  void theIndexNamesThemAll() {
    List<String> rows =
        Arrays.stream(ErrorCode.values())
            .map(c -> "| [%s](%s.md) | %d | %s |".formatted(c, c, exit(c), c.title()))
            .toList();
    assertThat(
            Document.of(PAGES.resolve("README.md"))
                .text()
                .lines()
                .filter(line -> line.startsWith("| [M")))
        .containsExactlyElementsOf(rows);
  }

  @ParameterizedTest
  @EnumSource
  void thePageIsPartOfTheProgram(ErrorCode code) throws IOException {
    try (var in = ErrorCode.class.getResourceAsStream("/dev/migrator/cli/errors/" + code + ".md")) {
      assertThat(in).isNotNull();
      assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
          .isEqualTo(Document.of(PAGES.resolve(code + ".md")).text());
    }
  }

  /** Nothing changed: 10 to 14 and 64; something changed: 20 to 23. */
  @ParameterizedTest
  @EnumSource
  void exitCodesAreThoseOfTheTable(ErrorCode code) {
    assertThat(TABLE).contains(exit(code));
    String number = code.name().substring(1);
    int expected =
        switch (number.substring(0, 2)) {
          case "10" -> 64;
          case "11" -> 10;
          case "12" -> 11;
          case "13" -> 12;
          case "14" -> 13;
          case "15" -> 14;
          case "21" -> 20;
          case "22" -> 21;
          case "23" -> 22;
          case "24" -> 23;
          default -> number.equals("9130") ? 130 : 1;
        };
    assertThat(exit(code)).isEqualTo(expected);
  }

  private static int exit(ErrorCode code) {
    return code.category().exitCode();
  }
}
