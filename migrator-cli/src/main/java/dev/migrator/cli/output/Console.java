package dev.migrator.cli.output;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.report.Listing;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The three streams of the program. Results go to {@code out}; progress, prompts and errors to
 * {@code err}.
 *
 * <p>Safe for use by many threads, line by line.
 */
public final class Console {

  private final BufferedReader in;
  private final PrintWriter out;
  private final PrintWriter err;
  private final Terminal terminal;

  public Console(InputStream in, PrintStream out, PrintStream err, Terminal terminal) {
    this.in = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    this.out = new PrintWriter(out, false, StandardCharsets.UTF_8);
    this.err = new PrintWriter(err, false, StandardCharsets.UTF_8);
    this.terminal = terminal;
  }

  private Console(BufferedReader in, PrintWriter out, PrintWriter err, Terminal terminal) {
    this.in = in;
    this.out = out;
    this.err = err;
    this.terminal = terminal;
  }

  /** The same streams, at which nobody is asked anything. */
  public Console unattended() {
    return new Console(
        in,
        out,
        err,
        new Terminal(
            false,
            terminal.out(),
            terminal.err(),
            terminal.columns(),
            terminal.colours(),
            terminal.unicode()));
  }

  public Terminal terminal() {
    return terminal;
  }

  /** The stream for results as others write to it, who flush it then. */
  public PrintWriter out() {
    return out;
  }

  /** The stream for messages as others write to it, who flush it then. */
  public PrintWriter err() {
    return err;
  }

  /** A result, one line; where a person reads it, broken between words. */
  public void print(String line) {
    print(Stream.of(line));
  }

  /** As {@link #print(String)}, for each of the lines. */
  public void print(Stream<String> lines) {
    write(lines, out, terminal.out());
  }

  /** A result for programs: the fields of the head, then the lists. */
  public void document(
      Listing.Form form, JsonNode head, Map<String, ? extends Stream<? extends JsonNode>> lists) {
    new Listing(form, out).document(head, lists);
    out.flush();
  }

  /** A result that is copied, or read by other programs, too: its lines stay as they are. */
  public void copy(Stream<String> lines) {
    lines.forEachOrdered(out::println);
    out.flush();
  }

  /** A message, one line; where a person reads it, broken between words. */
  public void say(String line) {
    say(List.of(line));
  }

  /** As {@link #say(String)}, for each of the lines. */
  public void say(List<String> lines) {
    write(lines.stream(), err, terminal.err());
  }

  private void write(Stream<String> lines, PrintWriter to, boolean read) {
    int columns = terminal.columns();
    Stream<String> safe = lines.map(Style::safe);
    (read ? safe.flatMap(line -> Wrapped.lines(line, columns).stream()) : safe)
        .forEachOrdered(to::println);
    to.flush();
  }

  /** Puts this on the terminal as it is, without a line end. */
  public void raw(String text) {
    err.print(text);
    err.flush();
  }

  /** Asks a person; empty when there is nobody any more. */
  public Optional<String> ask(String question) {
    raw(question);
    return readLine();
  }

  /** A line that was typed already; empty when there is none yet. Does not wait. */
  public Optional<String> typed() {
    try {
      return in.ready() ? Optional.ofNullable(in.readLine()) : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The next line that is typed or piped in; empty at the end. */
  public Optional<String> readLine() {
    try {
      return Optional.ofNullable(in.readLine());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
