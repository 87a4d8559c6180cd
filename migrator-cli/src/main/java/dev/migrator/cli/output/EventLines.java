package dev.migrator.cli.output;

import dev.migrator.event.EventJson;
import dev.migrator.event.Printable;
import dev.migrator.event.RunEvent;
import dev.migrator.model.Amount;
import dev.migrator.model.Problem;
import dev.migrator.plan.StepId;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.stream.Collectors;

/** A run as a log: one line a transition, and a heartbeat. No colours, no cursor control. */
public final class EventLines {

  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("HH:mm:ss'Z'").withZone(ZoneOffset.UTC);
  private static final int MOST_WAITING = 3;
  private static final int VERB = 8;

  private EventLines() {}

  /**
   * What is to be said of an event; nothing for those that only say that work began.
   *
   * @param view the run before this event
   */
  public static List<String> of(RunEvent event, RunView view) {
    return switch (event) {
      case RunEvent.RunStarted e ->
          line(
              e,
              "run %s: %s, %d done already, %s -> %s"
                  .formatted(
                      e.run(),
                      Amount.of(e.steps(), "step"),
                      e.alreadyDone(),
                      view.source(),
                      view.target()));
      case RunEvent.Prepared e -> line(e, "prepare  " + e.what());
      case RunEvent.StepStarted e -> List.of();
      case RunEvent.StepWaiting e ->
          view.isNews(e) ? line(e, step(view, e.step(), 0) + "   waits: " + e.why()) : List.of();
      case RunEvent.StepDone e ->
          line(e, step(view, e.step(), 1) + (e.how().isEmpty() ? "" : "   " + e.how()));
      case RunEvent.StepFailed e ->
          line(e, step(view, e.step(), 0) + "   FAILED " + said(e.problem()));
      case RunEvent.Notice e -> line(e, "note     " + e.message());
      case RunEvent.GateReached e -> line(e, "gate     " + e.gate() + " is reached");
      case RunEvent.RunEnded e ->
          line(
              e,
              "%s: %d done, %d failed, %d not started"
                  .formatted(EventJson.outcome(e.outcome()), e.done(), e.failed(), e.notStarted()));
    };
  }

  /** That it still works, how far it is, and what it waits for. */
  public static String heartbeat(RunView view, Instant now) {
    String waiting =
        view.waiting(MOST_WAITING).stream()
            .filter(w -> !w.why().isEmpty())
            .map(w -> w.object() + " " + w.why())
            .collect(Collectors.joining("; "));
    long more = view.waiting() - MOST_WAITING;
    return Printable.of(
        "%s  [%d/%d] %s, %s%s%s%s%s"
            .formatted(
                CLOCK.format(now),
                view.done(),
                view.total(),
                view.stage(),
                DurationFormat.clock(view.elapsed(now)),
                view.estimate(now).map(d -> ", ETA ~" + DurationFormat.rough(d)).orElse(""),
                view.failed() == 0 ? "" : ", " + view.failed() + " failed",
                waiting.isEmpty() ? "" : "; waits for " + waiting,
                more > 0 ? "; and " + more + " more" : ""));
  }

  private static List<String> line(RunEvent event, String text) {
    return List.of(Printable.of(CLOCK.format(event.at()) + "  " + text));
  }

  /** One of these is said for every step, so without the cost of a format. */
  private static String step(RunView view, StepId id, int more) {
    String total = String.valueOf(view.total());
    String done = String.valueOf(view.done() + more);
    String verb = view.verb(id);
    return "["
        + " ".repeat(Math.max(0, total.length() - done.length()))
        + done
        + "/"
        + total
        + "] "
        + verb
        + " ".repeat(Math.max(0, VERB - verb.length()))
        + " "
        + view.name(id);
  }

  private static String said(Problem problem) {
    return problem.code()
        + ": "
        + problem.what()
        + (problem.why().isEmpty() ? "" : ": " + problem.why());
  }
}
