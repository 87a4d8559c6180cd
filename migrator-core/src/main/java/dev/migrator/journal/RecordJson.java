package dev.migrator.journal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.journal.JournalRecord.Drained;
import dev.migrator.journal.JournalRecord.Ending;
import dev.migrator.journal.JournalRecord.Fact;
import dev.migrator.journal.JournalRecord.LastScheduled;
import dev.migrator.journal.JournalRecord.OperatorDecision;
import dev.migrator.journal.JournalRecord.OriginalState;
import dev.migrator.journal.JournalRecord.Result;
import dev.migrator.journal.JournalRecord.RunFinished;
import dev.migrator.journal.JournalRecord.RunStarted;
import dev.migrator.journal.JournalRecord.StepIntended;
import dev.migrator.journal.JournalRecord.StepOutcome;
import dev.migrator.journal.JournalRecord.Vaulted;
import dev.migrator.model.Digest;
import dev.migrator.model.Json;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.StepId;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Records as type number and JSON body, format version 1. The numbers and field names are never
 * changed within a version.
 *
 * <p>Errors: {@link IllegalArgumentException} for a body that is not what its type asks for.
 */
final class RecordJson {

  private RecordJson() {}

  static byte type(JournalRecord record) {
    return switch (record) {
      case RunStarted r -> 1;
      case Vaulted r -> 2;
      case StepIntended r -> 3;
      case StepOutcome r -> 4;
      case OriginalState r -> 5;
      case LastScheduled r -> 6;
      case Drained r -> 7;
      case OperatorDecision r -> 8;
      case RunFinished r -> 9;
    };
  }

  static byte[] body(JournalRecord record) {
    ObjectNode body = Json.object().put("at", record.at().toString());
    switch (record) {
      case RunStarted r -> body.put("command", r.command());
      case Vaulted r -> body.put("objects", r.objects());
      case StepIntended r -> {
        body.put("step", r.step().text())
            .put("uid", r.uid())
            .put("resourceVersion", r.resourceVersion());
        r.body().ifPresent(digest -> body.put("body", digest.hex()));
      }
      case StepOutcome r -> {
        body.put("step", r.step().text()).put("result", r.result().name());
        texts(body, "details", r.details());
      }
      case OriginalState r -> texts(about(body, r), "fields", r.fields());
      case LastScheduled r -> {
        about(body, r);
        r.slot().ifPresent(slot -> body.put("slot", slot.toString()));
      }
      case Drained r -> about(body, r);
      case OperatorDecision r -> body.put("question", r.question()).put("answer", r.answer());
      case RunFinished r -> body.put("ending", r.ending().name());
    }
    return Json.bytes(body);
  }

  static JournalRecord read(int type, byte[] bytes) {
    ObjectNode body = Json.parseObject(bytes);
    try {
      Instant at = Instant.parse(text(body, "at"));
      return switch (type) {
        case 1 -> new RunStarted(at, text(body, "command"));
        case 2 -> new Vaulted(at, body.path("objects").asInt());
        case 3 ->
            new StepIntended(
                at,
                step(body),
                text(body, "uid"),
                text(body, "resourceVersion"),
                optional(body, "body").map(Digest::new));
        case 4 ->
            new StepOutcome(
                at, step(body), Result.valueOf(text(body, "result")), texts(body, "details"));
        case 5 -> new OriginalState(at, object(body), texts(body, "fields"));
        case 6 -> new LastScheduled(at, object(body), optional(body, "slot").map(Instant::parse));
        case 7 -> new Drained(at, object(body));
        case 8 -> new OperatorDecision(at, text(body, "question"), text(body, "answer"));
        case 9 -> new RunFinished(at, Ending.valueOf(text(body, "ending")));
        default -> throw new IllegalArgumentException("record type " + type + " is not known");
      };
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("a time cannot be read: " + e.getMessage(), e);
    }
  }

  private static ObjectNode about(ObjectNode body, Fact fact) {
    ObjectRef ref = fact.object();
    ObjectNode object = Json.object().put("group", ref.group()).put("kind", ref.kind());
    object.put("namespace", ref.namespace()).put("name", ref.name());
    body.set("object", object);
    return body;
  }

  private static ObjectRef object(ObjectNode body) {
    JsonNode object = body.path("object");
    return new ObjectRef(
        text(object, "group"),
        text(object, "kind"),
        text(object, "namespace"),
        text(object, "name"));
  }

  private static StepId step(ObjectNode body) {
    return new StepId(text(body, "step"));
  }

  private static void texts(ObjectNode body, String field, Map<String, String> texts) {
    ObjectNode node = Json.object();
    texts.forEach(node::put);
    body.set(field, node);
  }

  private static Map<String, String> texts(ObjectNode body, String field) {
    if (!(body.path(field) instanceof ObjectNode node)) {
      throw new IllegalArgumentException(field + " is missing");
    }
    Map<String, String> texts = new LinkedHashMap<>();
    node.properties().forEach(e -> texts.put(e.getKey(), e.getValue().asText()));
    return texts;
  }

  private static String text(JsonNode body, String field) {
    return optional(body, field)
        .orElseThrow(() -> new IllegalArgumentException(field + " is missing"));
  }

  private static Optional<String> optional(JsonNode body, String field) {
    JsonNode value = body.path(field);
    return value.isTextual() ? Optional.of(value.textValue()) : Optional.empty();
  }
}
