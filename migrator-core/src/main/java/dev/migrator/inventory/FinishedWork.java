package dev.migrator.inventory;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.model.KnowledgeLines;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Whether custom work that is done once has ended. Its status does not travel, so that its
 * controller at the target would take a finished run for a new one.
 *
 * <p>Pure. Knowledge: {@code finished.tsv}, a reason and its source on each line.
 */
final class FinishedWork {

  /** Conditions that say, when True, that something has ended. */
  private static final List<String> CONDITIONS =
      List.of("Succeeded", "Complete", "Completed", "Failed");

  private static final Set<String> PHASES = Set.of("succeeded", "failed", "error", "completed");

  private static final List<String> TIMES =
      List.of("completionTime", "finishedAt", "completionTimestamp");

  private static final Map<String, List<Sign>> KNOWN = read();

  /**
   * How a kind says that it has ended.
   *
   * @param field {@code status...}, {@code condition TYPE}, {@code usual} or {@code never}; {@code
   *     unless spec...} for one that goes on, whatever the others say
   * @param values what it holds then; {@code *} for anything
   */
  private record Sign(String field, List<String> values) {

    private static final String UNLESS = "unless ";

    boolean isExcept() {
      return field.startsWith(UNLESS);
    }

    boolean isIn(Manifest object) {
      if (field.equals("usual")) {
        return saysUsually(object);
      }
      if (field.startsWith("condition ")) {
        return values.contains(condition(object, field.substring("condition ".length())));
      }
      String path = isExcept() ? field.substring(UNLESS.length()) : field;
      JsonNode value = object.at(path.split("\\."));
      return isSet(value) && (values.contains("*") || values.contains(value.asText()));
    }

    private static boolean isSet(JsonNode value) {
      return value.isContainerNode() ? !value.isEmpty() : !value.asText("").isEmpty();
    }
  }

  private FinishedWork() {}

  /** True for an object of a kind that does its work once, whose status says that it has ended. */
  static boolean isFinished(Manifest object) {
    ObjectRef ref = object.ref();
    List<Sign> signs = KNOWN.get(ref.groupKind());
    if (signs == null) {
      signs = KNOWN.getOrDefault("*." + ref.group(), List.of());
    }
    return signs.stream().filter(Sign::isExcept).noneMatch(sign -> sign.isIn(object))
        && signs.stream().filter(sign -> !sign.isExcept()).anyMatch(sign -> sign.isIn(object));
  }

  /** Whether the kind, or its group, is known to do its work once. */
  static boolean knows(String pattern) {
    return KNOWN.containsKey(pattern);
  }

  private static boolean saysUsually(Manifest object) {
    JsonNode status = object.at("status");
    return CONDITIONS.stream().anyMatch(type -> condition(object, type).equals("True"))
        || TIMES.stream().anyMatch(field -> !status.path(field).asText().isEmpty())
        || List.of("phase", "state").stream()
            .anyMatch(f -> PHASES.contains(status.path(f).asText().toLowerCase(Locale.ROOT)));
  }

  private static String condition(Manifest object, String type) {
    for (JsonNode condition : object.at("status", "conditions")) {
      if (condition.path("type").asText().equals(type)) {
        return condition.path("status").asText();
      }
    }
    return "";
  }

  private static Map<String, List<Sign>> read() {
    Map<String, List<Sign>> known = new HashMap<>();
    for (List<String> line : KnowledgeLines.of(FinishedWork.class, "finished.tsv", 5)) {
      Sign sign = new Sign(line.get(1), List.of(line.get(2).split(",")));
      known.merge(
          line.get(0),
          List.of(sign),
          (one, other) -> Stream.concat(one.stream(), other.stream()).toList());
    }
    return Map.copyOf(known);
  }
}
