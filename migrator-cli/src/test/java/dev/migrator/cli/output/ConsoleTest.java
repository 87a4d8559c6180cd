package dev.migrator.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whatever a name holds, it does not act on the terminal. */
class ConsoleTest {

  private static final String HOSTILE = "old\u001b]0;title\u0007\u001b[2J\u001b[8m\r\u202ewen";

  @Test
  void namesOfOthersAreEscapedAndOurStylesAreNot() {
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(written, true, StandardCharsets.UTF_8);
    Terminal terminal = new Terminal(false, true, true, 80, Terminal.Colours.ALWAYS, false);
    Console console = new Console(new ByteArrayInputStream(new byte[0]), stream, stream, terminal);
    console.print("Done: " + HOSTILE);
    console.print(Stream.of(HOSTILE));
    console.say(List.of(HOSTILE, Style.GOOD.on(terminal, "fine " + HOSTILE)));

    String text = written.toString(StandardCharsets.UTF_8);
    assertThat(text).contains("\u001b[32mfine old\\u001b]0;title");
    assertThat(text.replace("\u001b[32m", "").replace("\u001b[0m", "").chars())
        .noneMatch(c -> (c < ' ' && c != '\n') || c == 0x202e);
  }
}
