package dev.migrator.cli.output;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.event.Printable;
import dev.migrator.event.RefText;
import dev.migrator.journal.JournalRecord.Ending;
import dev.migrator.journal.RunFile;
import dev.migrator.lifecycle.Position;
import dev.migrator.lifecycle.Stage;
import dev.migrator.model.Amount;
import dev.migrator.model.Json;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Phase;
import dev.migrator.plan.StepId;
import dev.migrator.report.DataUnderWay;
import dev.migrator.report.PlanView;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Where a run is, for people and for machines. */
public final class StatusReport {

  private static final int MOST = 20;

  private final RunFile run;
  private final RunStatus status;
  private final AfterTheRun since;
  private final List<DataUnderWay> data;

  public StatusReport(RunFile run, RunStatus status, AfterTheRun since) {
    this(run, status, since, List.of());
  }

  /**
   * @param data that the process carries at this moment
   */
  public StatusReport(RunFile run, RunStatus status, AfterTheRun since, List<DataUnderWay> data) {
    this.run = run;
    this.status = status;
    this.since = since;
    this.data = List.copyOf(data);
  }

  /** For people: who is stopped comes first, then what failed, then the rest. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "run %s  %s -> %s".formatted(run.id(), run.source().context(), run.target().context()));
    lines.add(
        isRolledBack()
            ? "%s: %s of %s had been done"
                .formatted(state(), Amount.of(status.done()), Amount.of(status.total(), "step"))
            : "%s: %s of %s done, %s"
                .formatted(
                    state(), Amount.of(status.done()), Amount.of(status.total(), "step"), phase()));
    since.worker().ifPresent(process -> lines.add("at work: " + process));
    some(lines, "stopped, and working nowhere", places(status.stopped()));
    some(lines, "failed", status.failures().stream().map(RunStatus.Failure::words).toList());
    some(lines, "data under way", data.stream().map(one -> RefText.in(one.words())).toList());
    some(
        lines,
        "in doubt (resume looks at both clusters to find out)",
        status.inDoubt().stream().filter(id -> !isUnderWay(id)).map(status::doing).toList());
    if (!isRolledBack()) {
      lines.add("");
      status
          .parts()
          .forEach(
              part ->
                  lines.add(
                      "  %-22s %d of %d"
                          .formatted(Screen.phase(part.phase()), part.done(), part.total())));
    }
    some(lines, "hand over", places(status.handOvers()));
    some(
        lines,
        "left out with resume --leave-out, at the source",
        status.leftOutByHand().stream().map(RefText::of).toList());
    some(
        lines,
        "removed from the source by prune, and in its vault",
        since.pruned().stream().map(RefText::of).toList());
    lines.add("");
    next().forEach(command -> lines.add("Next:   " + command));
    return lines.stream().map(Printable::of).toList();
  }

  private boolean isUnderWay(StepId id) {
    return data.stream().anyMatch(one -> one.step().id().equals(id));
  }

  private List<String> places(Map<ObjectRef, Position> objects) {
    return objects.entrySet().stream()
        .map(e -> "%-48s %s".formatted(RefText.of(e.getKey()), place(e.getKey(), e.getValue())))
        .toList();
  }

  /** What this run left at the source may have gone over by another, or come back by one. */
  private String place(ObjectRef ref, Position position) {
    String other = since.handedOver().getOrDefault(ref, "");
    if (position.isAtSource() && !other.isEmpty()) {
      return "at the target: run " + other + " handed it over";
    }
    return position.stage() == Stage.ACTIVE && since.broughtBack().containsKey(ref)
        ? "at the source: run " + since.broughtBack().get(ref) + " moved it back"
        : position.words();
  }

  private boolean isRolledBack() {
    return status.ending().filter(Ending.ROLLED_BACK::equals).isPresent();
  }

  /** What stands before the lists, for machines. */
  public ObjectNode head() {
    ObjectNode head =
        Json.object().put("apiVersion", "migrator.dev/v1alpha1").put("kind", "RunStatus");
    head.put("run", run.id()).put("state", state());
    head.put("source", run.source().context()).put("target", run.target().context());
    head.put("phase", status.phase().label());
    head.put("steps", status.total()).put("done", status.done());
    head.put("failed", status.failures().size()).put("inDoubt", status.inDoubt().size());
    head.put("notStarted", status.notStarted());
    head.put("waitingGate", status.waitingGate().orElse(""));
    head.put("heldBy", since.worker().orElse(""));
    return head;
  }

  /** The lists, for machines. */
  public Map<String, Stream<ObjectNode>> lists() {
    Map<String, Stream<ObjectNode>> lists = new LinkedHashMap<>();
    lists.put(
        "phases",
        status.parts().stream()
            .map(
                p ->
                    Json.object()
                        .put("phase", p.phase().label())
                        .put("done", p.done())
                        .put("steps", p.total())));
    lists.put(
        "failures",
        status.failures().stream()
            .map(f -> Json.object().put("step", f.step().text()).put("why", f.why())));
    lists.put(
        "stepsInDoubt", status.inDoubt().stream().map(id -> Json.object().put("step", id.text())));
    lists.put(
        "data",
        data.stream()
            .map(
                one ->
                    PlanView.item(one.claim())
                        .put("step", one.step().id().text())
                        .put("words", one.words())));
    lists.put(
        "handOvers",
        status.handOvers().entrySet().stream()
            .map(
                h ->
                    PlanView.item(h.getKey())
                        .put("place", h.getValue().label())
                        .put("failed", h.getValue().failed().map(StepId::text).orElse(""))));
    lists.put("leftOut", status.leftOutByHand().stream().map(PlanView::item));
    lists.put("pruned", since.pruned().stream().map(PlanView::item));
    return lists;
  }

  /** {@code running}, or how the last process ended. */
  public String state() {
    String back = status.isTakenBack() ? "rollback " : "";
    return status
        .ending()
        .map(
            ending ->
                switch (ending) {
                  case DONE -> "done";
                  case BLOCKED -> back + "blocked";
                  case INTERRUPTED -> back + "interrupted";
                  case WAITING ->
                      "waiting" + status.waitingGate().map(gate -> " at gate " + gate).orElse("");
                  case ROLLED_BACK -> "rolled back";
                  case RESTORED -> "on the way back: nothing is in transit any more";
                })
        .orElse(back + (since.worker().isPresent() ? "running" : "interrupted"));
  }

  private String phase() {
    return status.phase() == Phase.GATE ? "at a gate" : Screen.phase(status.phase());
  }

  /**
   * Whether nothing more is to come of this run unless somebody resumes it: it has ended, or the
   * process that worked on it is gone. A run that has not begun may be about to.
   */
  public boolean isEnded() {
    return status.ending().isPresent() || (status.hasBegun() && since.worker().isEmpty());
  }

  private List<String> next() {
    if (since.worker().isPresent()) {
      return status.ending().isPresent()
          ? List.of()
          : status
              .waitingGate()
              .map(gate -> List.of("migrator approve " + run.id() + " --gate " + gate))
              .orElseGet(() -> List.of("migrator status " + run.id() + " --watch"));
    }
    if (isRolledBack()) {
      return List.of();
    }
    if (since.isPruneInterrupted()) {
      return List.of(
          "migrator prune " + run.id() + "   (the last one was interrupted; the rest is there)",
          "migrator prune " + run.id() + " --undo   (puts back what it removed)");
    }
    if (!since.broughtBack().isEmpty() && !status.isTakenBack()) {
      return List.of(
          "migrator rollback %s   (removes the copies that it left at %s)"
              .formatted(run.id(), run.target().context()));
    }
    if (status.ending().filter(Ending.DONE::equals).isPresent()) {
      return since.pruned().isEmpty()
          ? List.of("migrator verify " + run.id())
          : List.of(
              "migrator verify " + run.id(),
              "migrator prune " + run.id() + " --undo   (puts back what was removed)");
    }
    if (status.isTakenBack()) {
      return List.of(
          "migrator rollback " + run.id() + (status.isAnythingAway() ? " --backward" : ""));
    }
    return status
        .waitingGate()
        .map(
            gate ->
                List.of(
                    "migrator resume " + run.id() + "   (asks at gate " + gate + ")",
                    "migrator resume " + run.id() + " --approve-gate " + gate))
        .orElseGet(() -> List.of("migrator resume " + run.id()));
  }

  private static void some(List<String> lines, String title, List<String> rows) {
    if (rows.isEmpty()) {
      return;
    }
    lines.add("");
    lines.add(title + ": " + rows.size());
    rows.stream().limit(MOST).forEach(row -> lines.add("  " + row));
    if (rows.size() > MOST) {
      lines.add("  and " + (rows.size() - MOST) + " more");
    }
  }
}
