package dev.migrator.cli.output;

import dev.migrator.event.Printable;
import dev.migrator.plan.Phase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Draws a run on a terminal: a bar, and what is waited for.
 *
 * <p>Shape: always {@link #HEIGHT} lines, each shorter than the terminal is wide, so that it can be
 * drawn over itself.
 */
public final class Screen {

  /** How many lines are drawn. */
  public static final int HEIGHT = 5;

  private static final int USUAL_BAR = 15;
  private static final int WIDEST_BAR = 40;
  private static final int NARROWEST_BAR = 5;
  private static final int WIDE = 100;
  private static final int MOST_OBJECT = 48;
  private static final int LAST_PHASE = 4;

  private final Terminal terminal;

  public Screen(Terminal terminal) {
    this.terminal = terminal;
  }

  /** The run as it is now. */
  public List<String> lines(RunView view, Instant now) {
    List<String> lines = new ArrayList<>();
    lines.add(head(view, now));
    List<RunView.Waiting> waiting = view.waiting(HEIGHT - 1);
    boolean more = view.inFlight() > waiting.size();
    int shown = more ? waiting.size() - 1 : waiting.size();
    waiting.stream().limit(shown).forEach(w -> lines.add(line(w)));
    if (more) {
      lines.add(quiet(cut("  and %d more in flight".formatted(view.inFlight() - shown))));
    }
    while (lines.size() < HEIGHT) {
      lines.add("");
    }
    return lines;
  }

  /** {@code phase 2/4 hand over}. */
  static String phase(Phase phase) {
    return switch (phase) {
      case COPY -> "phase 1/" + LAST_PHASE + " " + phase.label();
      case GATE -> "gate";
      case HAND_OVER -> "phase 2/" + LAST_PHASE + " " + phase.label();
      case RECREATE -> "phase 3/" + LAST_PHASE + " " + phase.label();
      case VERIFY -> "phase 4/" + LAST_PHASE + " " + phase.label();
      case WAY_BACK, PRUNE -> phase.label();
    };
  }

  private String head(RunView view, Instant now) {
    String count = view.done() + "/" + view.total();
    String failed = view.failed() == 0 ? "" : view.failed() + " failed";
    String phase = view.stage();
    String clock = DurationFormat.clock(view.elapsed(now));
    Optional<String> estimate = view.estimate(now).map(d -> "ETA ~" + DurationFormat.rough(d));
    String way =
        Printable.of(view.source())
            + (terminal.unicode() ? " → " : " -> ")
            + Printable.of(view.target());
    int bar = terminal.columns() > WIDE ? USUAL_BAR + (terminal.columns() - WIDE) / 2 : USUAL_BAR;
    List<List<String>> choices =
        List.of(
            List.of(count, failed, phase, clock, estimate.orElse(""), " " + way),
            List.of(count, failed, phase, clock, estimate.orElse("")),
            List.of(count, failed, phase, clock),
            List.of(count, failed, clock),
            List.of(count, failed));
    for (List<String> parts : choices) {
      String text = String.join("  ", parts.stream().filter(p -> !p.isEmpty()).toList());
      int room = terminal.columns() - 1 - text.length() - 3;
      if (room >= NARROWEST_BAR) {
        return bar(view, Math.min(Math.min(bar, WIDEST_BAR), room)) + " " + coloured(text, failed);
      }
    }
    return cut(count + " " + failed);
  }

  private String bar(RunView view, int width) {
    int full = view.total() == 0 ? width : (int) ((long) width * view.done() / view.total());
    String done = (terminal.unicode() ? "█" : "#").repeat(full);
    String open = (terminal.unicode() ? "░" : "-").repeat(width - full);
    return "[" + Style.GOOD.on(terminal, done) + Style.QUIET.on(terminal, open) + "]";
  }

  private String coloured(String text, String failed) {
    return failed.isEmpty() ? text : text.replaceFirst(failed, Style.ERROR.on(terminal, failed));
  }

  private String line(RunView.Waiting waiting) {
    int object = Math.min(MOST_OBJECT, Math.max(10, terminal.columns() / 2));
    String lead = "  " + Printable.cut(waiting.object(), object, terminal.unicode());
    String why = waiting.why().isEmpty() ? quietVerb(waiting.verb()) : Printable.of(waiting.why());
    return cut(lead + "   " + why);
  }

  private static String quietVerb(String verb) {
    return verb + " ...";
  }

  private String quiet(String text) {
    return Style.QUIET.on(terminal, text);
  }

  private String cut(String text) {
    return Printable.cut(text, terminal.columns() - 1, terminal.unicode());
  }
}
