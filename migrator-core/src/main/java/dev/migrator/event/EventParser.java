package dev.migrator.event;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Json;
import dev.migrator.model.Problem;
import dev.migrator.plan.Phase;
import dev.migrator.plan.StepId;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Reads what {@link EventJson} writes.
 *
 * <p>Events are for people and are not forced to disk: a line that is cut off or unknown, of a
 * crash or of a later version, is passed over.
 */
public final class EventParser {

  private EventParser() {}

  /** The events of a file's lines, in their order; lines are read on all processors. */
  public static List<RunEvent> events(Stream<String> lines) {
    return lines.parallel().flatMap(line -> event(line).stream()).toList();
  }

  /** The event of one line. */
  public static Optional<RunEvent> event(String line) {
    try {
      JsonNode tree = Json.parse(line);
      return event(tree, Instant.parse(tree.path("at").asText()));
    } catch (IllegalArgumentException | DateTimeException e) {
      return Optional.empty();
    }
  }

  private static Optional<RunEvent> event(JsonNode tree, Instant at) {
    RunEvent event =
        switch (tree.path("type").asText()) {
          case "runStarted" ->
              new RunEvent.RunStarted(
                  at,
                  tree.path("run").asText(),
                  tree.path("steps").asInt(),
                  tree.path("alreadyDone").asInt());
          case "prepared" -> new RunEvent.Prepared(at, tree.path("what").asText());
          case "stepStarted" -> new RunEvent.StepStarted(at, step(tree), phase(tree));
          case "stepWaiting" -> new RunEvent.StepWaiting(at, step(tree), tree.path("why").asText());
          case "stepDone" ->
              new RunEvent.StepDone(at, step(tree), phase(tree), tree.path("how").asText());
          case "stepFailed" ->
              new RunEvent.StepFailed(at, step(tree), problem(tree.path("problem")));
          case "notice" -> new RunEvent.Notice(at, tree.path("message").asText());
          case "gateReached" -> new RunEvent.GateReached(at, tree.path("gate").asText());
          case "runEnded" ->
              new RunEvent.RunEnded(
                  at,
                  outcome(tree.path("outcome").asText()),
                  tree.path("done").asInt(),
                  tree.path("failed").asInt(),
                  tree.path("notStarted").asInt(),
                  stream(tree.path("problems")).map(EventParser::problem).toList());
          default -> null;
        };
    return Optional.ofNullable(event);
  }

  private static StepId step(JsonNode tree) {
    return new StepId(tree.path("step").asText());
  }

  private static Phase phase(JsonNode tree) {
    String label = tree.path("phase").asText();
    return Stream.of(Phase.values())
        .filter(p -> p.label().equals(label))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no phase " + label));
  }

  private static RunEvent.Outcome outcome(String text) {
    return Stream.of(RunEvent.Outcome.values())
        .filter(o -> EventJson.outcome(o).equals(text))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no outcome " + text));
  }

  private static Problem problem(JsonNode tree) {
    return new Problem(
        ErrorCode.valueOf(tree.path("code").asText()),
        tree.path("what").asText(),
        tree.path("why").asText(),
        tree.path("state").asText(),
        stream(tree.path("next")).map(JsonNode::asText).toList());
  }

  private static Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }
}
