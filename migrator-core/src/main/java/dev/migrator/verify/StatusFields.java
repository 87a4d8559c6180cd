package dev.migrator.verify;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.model.Manifest;
import java.util.Optional;

/**
 * Reads an object's status fields, taking what has the wrong type for absent: a status is written
 * by others and proves nothing.
 */
final class StatusFields {

  private static final int LONGEST = 200;

  private StatusFields() {}

  /** One of {@code status.conditions}. */
  record Condition(
      String type, String status, String reason, String message, long observedGeneration) {

    boolean isTrue() {
      return status.equals("True");
    }

    boolean isFalse() {
      return status.equals("False");
    }

    /** Reason and message in one line. */
    String words() {
      String words =
          reason.isEmpty() || message.isEmpty() ? reason + message : reason + ": " + message;
      return words.isEmpty() ? type + " is " + status : words;
    }
  }

  static long number(Manifest object, long otherwise, String... path) {
    JsonNode node = object.at(path);
    return node.isNumber() ? node.asLong() : otherwise;
  }

  static String text(Manifest object, String... path) {
    return object.text(path).orElse("");
  }

  static Optional<Condition> condition(Manifest object, String type) {
    return condition(object.at("status", "conditions"), type);
  }

  /** The condition of that type; of several the first. */
  static Optional<Condition> condition(JsonNode conditions, String type) {
    for (JsonNode each : conditions) {
      if (each.path("type").asText().equals(type)) {
        return Optional.of(
            new Condition(
                type,
                oneLine(each.path("status").asText()),
                oneLine(each.path("reason").asText()),
                oneLine(each.path("message").asText()),
                each.path("observedGeneration").asLong(-1)));
      }
    }
    return Optional.empty();
  }

  static boolean isTrue(Manifest object, String type) {
    return condition(object, type).map(Condition::isTrue).orElse(false);
  }

  /** Without line ends and control characters, and not too long. */
  static String oneLine(String text) {
    StringBuilder line = new StringBuilder();
    String cut = text.length() > LONGEST ? text.substring(0, LONGEST) + "..." : text;
    cut.codePoints()
        .forEach(c -> line.appendCodePoint(Character.isISOControl(c) || isBidi(c) ? ' ' : c));
    return line.toString().strip();
  }

  private static boolean isBidi(int c) {
    return (c >= 0x202a && c <= 0x202e)
        || (c >= 0x2066 && c <= 0x2069)
        || c == 0x2028
        || c == 0x2029;
  }
}
