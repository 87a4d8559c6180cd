package dev.migrator.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The picture and the table of stages in docs/safety.md are those of the program.
 *
 * <p>{@code -Ddocs.update=true} writes them anew: look at the difference before you commit it.
 */
class StagePictureTest {

  private static final Path PAGE = Path.of("..", "docs", "safety.md");
  private static final String BEGIN = "<!-- stages: begin -->\n";
  private static final String END = "<!-- stages: end -->\n";

  @Test
  void thePageShowsTheTable() throws IOException {
    String page = Files.readString(PAGE);
    int from = page.indexOf(BEGIN) + BEGIN.length();
    String wanted = String.join("\n", lines()) + "\n";
    if (Boolean.getBoolean("docs.update")) {
      Files.writeString(PAGE, page.substring(0, from) + wanted + page.substring(page.indexOf(END)));
    }
    String now = Files.readString(PAGE);
    assertThat(now.substring(from, now.indexOf(END))).isEqualTo(wanted);
  }

  private static List<String> lines() {
    List<String> lines = new ArrayList<>(List.of("```mermaid", "stateDiagram-v2"));
    Transition.FORWARD.forEach(t -> lines.add(arrow(t)));
    lines.add("```");
    lines.add("");
    lines.add("| Stage | In words | `resume` looks at | Way back |");
    lines.add("|---|---|---|---|");
    Stream.of(Stage.values())
        .map(
            s ->
                "| %s | %s | %s | %s |"
                    .formatted(word(s), s.words(), s.resume(), s.wayBack().words()))
        .forEach(lines::add);
    return lines;
  }

  private static String arrow(Transition t) {
    return "  %s --> %s: %s".formatted(word(t.from()), word(t.to()), word(t.event()));
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
