package dev.migrator.event;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.model.Json;
import dev.migrator.model.Problem;
import java.util.List;
import java.util.Locale;

/**
 * What happens in a run, for machines: an object an event, to be written one a line.
 *
 * <p>Shape: every event has {@code apiVersion}, {@code kind: RunEvent}, {@code type} and {@code at}
 * (UTC); the other fields depend on the type. Fields are added, never renamed or removed, within an
 * {@code apiVersion}. The schema is {@code docs/schema/event.schema.json}.
 */
public final class EventJson {

  private static final String API_VERSION = "migrator.dev/v1alpha1";

  private EventJson() {}

  /** The event on one line, without a line end. */
  public static String line(RunEvent event) {
    return Json.text(of(event));
  }

  /** The event. */
  public static ObjectNode of(RunEvent event) {
    return switch (event) {
      case RunEvent.RunStarted e ->
          tree("runStarted", e)
              .put("run", e.run())
              .put("steps", e.steps())
              .put("alreadyDone", e.alreadyDone());
      case RunEvent.Prepared e -> tree("prepared", e).put("what", e.what());
      case RunEvent.StepStarted e ->
          tree("stepStarted", e).put("step", e.step().text()).put("phase", e.phase().label());
      case RunEvent.StepWaiting e ->
          tree("stepWaiting", e).put("step", e.step().text()).put("why", e.why());
      case RunEvent.StepDone e ->
          tree("stepDone", e)
              .put("step", e.step().text())
              .put("phase", e.phase().label())
              .put("how", e.how());
      case RunEvent.StepFailed e -> {
        ObjectNode tree = tree("stepFailed", e).put("step", e.step().text());
        tree.set("problem", problem(e.problem()));
        yield tree;
      }
      case RunEvent.Notice e -> tree("notice", e).put("message", e.message());
      case RunEvent.GateReached e -> tree("gateReached", e).put("gate", e.gate());
      case RunEvent.RunEnded e -> {
        ObjectNode tree =
            tree("runEnded", e)
                .put("outcome", outcome(e.outcome()))
                .put("done", e.done())
                .put("failed", e.failed())
                .put("notStarted", e.notStarted());
        tree.set("problems", problems(e.problems()));
        yield tree;
      }
    };
  }

  /** A problem: its code, and what a person is told. */
  public static ObjectNode problem(Problem problem) {
    ObjectNode tree =
        Json.object()
            .put("code", problem.code().name())
            .put("what", problem.what())
            .put("why", problem.why())
            .put("state", problem.state());
    ArrayNode next = tree.putArray("next");
    problem.next().forEach(next::add);
    return tree;
  }

  /**
   * {@code done}, {@code blocked}, {@code interrupted}, {@code waiting}, {@code rolledBack} or
   * {@code restored}.
   */
  public static String outcome(RunEvent.Outcome outcome) {
    return switch (outcome) {
      case DONE, BLOCKED, INTERRUPTED, WAITING, RESTORED -> outcome.name().toLowerCase(Locale.ROOT);
      case ROLLED_BACK -> "rolledBack";
    };
  }

  private static ArrayNode problems(List<Problem> problems) {
    ArrayNode array = Json.array();
    problems.forEach(problem -> array.add(problem(problem)));
    return array;
  }

  private static ObjectNode tree(String type, RunEvent event) {
    return Json.object()
        .put("apiVersion", API_VERSION)
        .put("kind", "RunEvent")
        .put("type", type)
        .put("at", event.at().toString());
  }
}
