package dev.migrator.it.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.migrator.it.audit.WholeLines;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What the newest run in a folder told of itself. */
record RunEvents(List<JsonNode> events) {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  static RunEvents ofNewestRun(Path folder) {
    try (var runs = Files.list(folder.resolve(".migrator"))) {
      Path newest =
          runs.filter(run -> Files.exists(run.resolve("events.jsonl")))
              .max(java.util.Comparator.comparing(RunEvents::age))
              .orElse(folder);
      if (newest.equals(folder)) {
        return new RunEvents(List.of());
      }
      List<JsonNode> events = new ArrayList<>();
      WholeLines.read(newest.resolve("events.jsonl"), 0, line -> events.add(parse(line)));
      return new RunEvents(List.copyOf(events));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode parse(String line) {
    try {
      return MAPPER.readTree(line);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Instant age(Path run) {
    try {
      return Files.getLastModifiedTime(run).toInstant();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How many objects a run that may still be at work has created; 0 when there is none yet. */
  static int createdSoFar(Path folder) {
    return Files.isDirectory(folder.resolve(".migrator")) ? ofNewestRun(folder).created() : 0;
  }

  /** How many objects were created. */
  int created() {
    return (int) events.stream().filter(RunEvents::isCreate).filter(e -> is(e, "stepDone")).count();
  }

  /** From the moment before the first object is sent to the one after the last is stored. */
  double creatingSeconds() {
    Instant first =
        events.stream().filter(RunEvents::isCreate).map(RunEvents::at).findFirst().orElseThrow();
    Instant last =
        events.reversed().stream()
            .filter(RunEvents::isCreate)
            .map(RunEvents::at)
            .findFirst()
            .orElseThrow();
    return Duration.between(first, last).toNanos() / 1e9;
  }

  /** When each part began, counted from the first event, for whoever looks where time goes. */
  String parts() {
    Instant begin = at(events.getFirst());
    StringBuilder parts = new StringBuilder();
    String last = "";
    for (JsonNode event : events) {
      String part =
          is(event, "prepared")
              ? event.path("what").asText()
              : event.path("step").asText().replaceAll(":.*", "");
      if (!part.isEmpty() && !part.equals(last) && !parts.toString().contains(part)) {
        parts.append(
            "%s at %d ms; ".formatted(part, Duration.between(begin, at(event)).toMillis()));
      }
      last = part;
    }
    return parts + "end at " + Duration.between(begin, at(events.getLast())).toMillis() + " ms";
  }

  private static boolean isCreate(JsonNode event) {
    return event.path("step").asText().startsWith("copy:");
  }

  private static boolean is(JsonNode event, String type) {
    return event.path("type").asText().equals(type);
  }

  private static Instant at(JsonNode event) {
    return Instant.parse(event.path("at").asText());
  }
}
