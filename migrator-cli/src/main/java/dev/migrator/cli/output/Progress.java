package dev.migrator.cli.output;

import dev.migrator.cluster.TimeSource;
import dev.migrator.event.Printable;
import dev.migrator.event.RunEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Shows a run on the error stream: on a terminal a screen of fixed height that is drawn over
 * itself, elsewhere a log with a heartbeat.
 *
 * <p>Safe for use by many threads. Starts none: somebody calls {@link #tick} now and then.
 */
public final class Progress implements AutoCloseable {

  /** How often {@link #tick} wants to be called. */
  public static final Duration TICK = Duration.ofSeconds(1);

  private static final Duration HEARTBEAT = Duration.ofSeconds(30);
  private static final Duration BETWEEN_DRAWINGS = Duration.ofMillis(100);
  // From the start of the line: a ^C that the terminal echoed has moved the cursor.
  private static final String UP = "\r\u001b[%dA";
  private static final String CLEAR_LINE = "\u001b[K";
  private static final String CLEAR_BELOW = "\u001b[J";

  private final Console console;
  private final TimeSource time;
  private final RunView view;
  private final Screen screen;
  private boolean drawn;
  private boolean paused;
  private boolean closed;
  private Instant lastDrawn = Instant.MIN;
  private Instant lastBeat;
  private Instant pausedAt = Instant.MIN;

  public Progress(Console console, TimeSource time, RunView view) {
    this.console = console;
    this.time = time;
    this.view = view;
    this.screen = new Screen(console.terminal());
    this.lastBeat = time.now();
  }

  /** Shows what happened. */
  public synchronized void accept(RunEvent event) {
    List<String> lines = isLive() && !isWorthALine(event) ? List.of() : EventLines.of(event, view);
    view.accept(event);
    if (!lines.isEmpty()) {
      print(isLive() ? lines.stream().map(line -> coloured(event, line)).toList() : lines);
    } else if (isLive() && !lastDrawn.plus(BETWEEN_DRAWINGS).isAfter(time.now())) {
      draw();
    }
  }

  /** Time has passed. */
  public synchronized void tick() {
    Instant now = time.now();
    if (closed || paused) {
      return;
    }
    if (isLive()) {
      draw();
    } else if (!lastBeat.plus(HEARTBEAT).isAfter(now)) {
      lastBeat = now;
      console.say(EventLines.heartbeat(view, now));
    }
  }

  /** Says something that stays on the terminal. */
  public synchronized void say(List<String> lines) {
    print(lines.stream().map(Printable::of).toList());
  }

  /** Leaves the terminal to a person who is asked something. */
  public synchronized void pause() {
    erase();
    paused = true;
    pausedAt = time.now();
  }

  /** Goes on after {@link #pause}. */
  public synchronized void resume() {
    paused = false;
    view.notCounting(Duration.between(pausedAt, time.now()));
    lastBeat = time.now();
  }

  /** Takes the screen away; what was said stays. */
  @Override
  public synchronized void close() {
    erase();
    closed = true;
  }

  private boolean isLive() {
    return console.terminal().err();
  }

  /** What a person at a terminal wants to keep; the rest is seen in the bar. */
  private static boolean isWorthALine(RunEvent event) {
    return switch (event) {
      case RunEvent.StepFailed e -> true;
      case RunEvent.Notice e -> true;
      case RunEvent.GateReached e -> true;
      case RunEvent.RunStarted e -> true;
      case RunEvent.RunEnded e -> false;
      case RunEvent.Prepared e -> true;
      case RunEvent.StepStarted e -> false;
      case RunEvent.StepWaiting e -> false;
      case RunEvent.StepDone e -> false;
    };
  }

  private String coloured(RunEvent event, String line) {
    return event instanceof RunEvent.StepFailed ? Style.ERROR.on(console.terminal(), line) : line;
  }

  private void print(List<String> lines) {
    erase();
    console.say(lines);
    if (isLive()) {
      draw();
    }
  }

  private void draw() {
    if (paused || closed) {
      return;
    }
    Instant now = time.now();
    StringBuilder text = new StringBuilder();
    if (drawn) {
      text.append(UP.formatted(Screen.HEIGHT));
    }
    screen.lines(view, now).forEach(l -> text.append(l).append(CLEAR_LINE).append('\n'));
    console.raw(text.toString());
    drawn = true;
    lastDrawn = now;
  }

  private void erase() {
    if (drawn) {
      console.raw(UP.formatted(Screen.HEIGHT) + CLEAR_BELOW);
      drawn = false;
    }
  }
}
