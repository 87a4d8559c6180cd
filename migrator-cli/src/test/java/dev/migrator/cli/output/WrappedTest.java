package dev.migrator.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines that are longer than a terminal is wide. */
class WrappedTest {

  private static final String WHY =
      "  Why:    deploy/shop/web waits for secret/shop/db-password, which is left out";

  @Test
  void whatFitsStaysAsItIs() {
    assertThat(Wrapped.lines(WHY, WHY.length())).containsExactly(WHY);
  }

  @Test
  void aBreakIsBetweenWordsAndTheRestStandsBehindTheLabel() {
    assertThat(Wrapped.lines(WHY, 50))
        .containsExactly(
            "  Why:    deploy/shop/web waits for",
            "          secret/shop/db-password, which is left",
            "          out");
  }

  @Test
  void aTableBreaksBehindItsFirstColumn() {
    assertThat(Wrapped.lines("  copy     cm/shop/settings                 nothing (no-op)", 30))
        .containsExactly("  copy     cm/shop/settings", "           nothing (no-op)");
  }

  @Test
  void whereALabelLeavesNoRoomTheRestIsAStepIn() {
    assertThat(Wrapped.lines("a label of words  and more of them", 20))
        .containsExactly("a label of words", "  and more of them");
  }

  @Test
  void aWordThatIsLongerThanALineStaysWhole() {
    assertThat(Wrapped.lines("see aaaaaaaaaabbbbbbbbbbccccc now", 12))
        .containsExactly("see", "  aaaaaaaaaabbbbbbbbbbccccc", "  now");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "  Next:   migrator rollback r-7f3a --kubeconfig /a/b",
        "          migrator rollback r-7f3a --kubeconfig /a/b",
        "From another terminal:  migrator approve r-7f3a --gate afterCopy",
        "          kubectl label cronjob billing -n shop migrator.dev/x=y"
      })
  void aCommandStaysOneLine(String command) {
    assertThat(Wrapped.lines(command, 20)).containsExactly(command);
  }

  @Test
  void adviceThatIsNoCommandIsBrokenLikeProse() {
    assertThat(Wrapped.lines("  Next:   give another file, in a folder that exists", 40))
        .containsExactly("  Next:   give another file, in a folder", "          that exists");
  }

  @Test
  void whatStandsAroundACommandGetsLinesOfItsOwn() {
    assertThat(Wrapped.lines("Saved move.plan.yaml.  Next:  migrator apply move.plan.yaml", 40))
        .containsExactly("Saved move.plan.yaml.", "Next:  migrator apply move.plan.yaml");
    assertThat(Wrapped.lines("Next:  migrator resume r-7f3a   (looks at both clusters first)", 30))
        .containsExactly("Next:  migrator resume r-7f3a", "(looks at both clusters first)");
  }

  @Test
  void aCommandBehindALongSentenceGetsALineOfItsOwn() {
    assertThat(
            Wrapped.lines(
                "          stop and delete it at the source when nothing else came back, then:"
                    + " migrator resume r-7f3a --leave-out cronjob/shop/billing",
                60))
        .containsExactly(
            "          stop and delete it at the source when nothing else",
            "            came back, then:",
            "            migrator resume r-7f3a --leave-out cronjob/shop/billing");
  }

  @Test
  void coloursTakeNoRoom() {
    assertThat(Wrapped.lines("\u001b[31;1mone two three\u001b[0m", 13)).hasSize(1);
    assertThat(Wrapped.lines("\u001b[31;1mone two three\u001b[0m", 12))
        .containsExactly("\u001b[31;1mone two", "  three\u001b[0m");
  }

  @Test
  void onlyWhatAPersonReadsIsBroken() {
    assertThat(said(new Terminal(false, false, true, 50, Terminal.Colours.NEVER, false)))
        .containsExactly(WHY, "--", "  Why:    deploy/shop/web waits for");
    assertThat(said(new Terminal(false, true, false, 50, Terminal.Colours.NEVER, false)))
        .containsExactly("  Why:    deploy/shop/web waits for", "--", WHY);
  }

  /** The first line of results and of messages. */
  private static List<String> said(Terminal terminal) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console =
        new Console(
            new ByteArrayInputStream(new byte[0]),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            terminal);
    console.print(WHY);
    console.say(WHY);
    return List.of(first(out), "--", first(err));
  }

  private static String first(ByteArrayOutputStream text) {
    return text.toString(StandardCharsets.UTF_8).lines().findFirst().orElse("");
  }

  @Test
  void aFileGetsNoColoursThatOnlyATerminalWants() {
    Terminal piped = Terminal.of("2", "80", java.util.Map.of("LANG", "C.UTF-8"));
    assertThat(piped.colour()).isTrue();
    assertThat(piped.results().colour()).isFalse();
    Terminal forced = Terminal.of("", "", java.util.Map.of("CLICOLOR_FORCE", "1"));
    assertThat(forced.colour()).isTrue();
    assertThat(forced.results().colour()).isTrue();
    Terminal without =
        Terminal.of("12", "", java.util.Map.of("CLICOLOR_FORCE", "1", "NO_COLOR", "1"));
    assertThat(without.colour()).isFalse();
    assertThat(without.results().colour()).isFalse();
  }
}
