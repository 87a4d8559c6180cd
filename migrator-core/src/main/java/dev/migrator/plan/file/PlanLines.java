package dev.migrator.plan.file;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cluster.ClusterIdentity;
import dev.migrator.migration.Migration.HookPoint;
import dev.migrator.migration.VolumeWay;
import dev.migrator.model.Digest;
import dev.migrator.model.Json;
import dev.migrator.model.KeyedDigest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Protection;
import dev.migrator.plan.Finding;
import dev.migrator.plan.LeftOut;
import dev.migrator.plan.Phase;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.PlannedVolume;
import dev.migrator.plan.Reading;
import dev.migrator.plan.Severity;
import dev.migrator.plan.Step;
import dev.migrator.plan.StepId;
import dev.migrator.plan.Verb;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * The parts of a plan as the trees of their lines, and back.
 *
 * <p>Errors: reading throws {@link IllegalArgumentException} for a line that does not have exactly
 * the form that writing gives.
 */
final class PlanLines {

  /** Stands for the ids of all steps above, where a step needs them all. */
  static final String ALL_ABOVE = "all above";

  private PlanLines() {}

  static ObjectNode identity(ClusterIdentity identity) {
    return Json.object()
        .put("context", identity.context())
        .put("uid", identity.uid())
        .put("version", identity.version());
  }

  static ClusterIdentity identity(JsonNode tree) {
    LineFields fields = new LineFields(tree);
    ClusterIdentity identity =
        new ClusterIdentity(fields.text("context"), fields.text("uid"), fields.text("version"));
    fields.end();
    return identity;
  }

  static ObjectNode reading(Reading reading) {
    ObjectNode tree = Json.object();
    if (reading.helmReleases()) {
      tree.put("helmReleases", true);
    }
    texts(tree, "withoutApis", reading.withoutApis());
    texts(tree, "unread", reading.unread());
    return tree;
  }

  static Reading reading(JsonNode tree) {
    LineFields fields = new LineFields(tree);
    Reading reading =
        new Reading(
            fields.flag("helmReleases"), fields.texts("withoutApis"), fields.texts("unread"));
    fields.end();
    if (!reading(reading).equals(tree)) {
      throw new IllegalArgumentException("the reading is not written the way migrator writes it");
    }
    return reading;
  }

  private static void texts(ObjectNode tree, String field, Collection<String> texts) {
    if (!texts.isEmpty()) {
      texts.forEach(tree.putArray(field)::add);
    }
  }

  static ObjectNode object(PlannedObject object) {
    ObjectNode tree = Json.object();
    tree.put("object", object.ref().toString())
        .put("class", object.protection().label())
        .put("rule", object.rule())
        .put("apiVersion", object.apiVersion());
    if (!object.sourceApiVersion().equals(object.apiVersion())) {
      tree.put("readAs", object.sourceApiVersion());
    }
    tree.put("uid", object.uid());
    if (!object.resourceVersion().isEmpty()) {
      tree.put("resourceVersion", object.resourceVersion());
    }
    object.digest().ifPresent(d -> tree.put("digest", d.hex()));
    object.keyed().ifPresent(d -> tree.put("keyedDigest", d.hex()));
    object.volume().ifPresent(volume -> tree.set("volume", volume(volume)));
    if (object.alreadyThere()) {
      tree.put("alreadyThere", true);
    }
    texts(tree, "drops", object.drops());
    if (!object.notReady().isEmpty()) {
      tree.put("notReady", object.notReady());
    }
    object.autoscaled().ifPresent(replicas -> tree.put("autoscaled", replicas));
    return tree;
  }

  static PlannedObject object(JsonNode tree) {
    LineFields fields = new LineFields(tree);
    ObjectRef ref = ref(fields.text("object"));
    Protection protection = named(fields.text("class"), Protection.values(), Protection::label);
    String rule = fields.text("rule");
    String apiVersion = fields.text("apiVersion");
    Optional<String> readAs = fields.optional("readAs");
    String uid = fields.text("uid");
    Optional<String> resourceVersion = fields.optional("resourceVersion");
    Optional<Digest> digest = fields.optional("digest").map(Digest::new);
    Optional<KeyedDigest> keyed = fields.optional("keyedDigest").map(KeyedDigest::new);
    Optional<PlannedVolume> volume = fields.object("volume").map(PlanLines::volume);
    boolean alreadyThere = fields.flag("alreadyThere");
    List<String> drops = fields.texts("drops");
    Optional<String> notReady = fields.optional("notReady");
    Optional<Integer> autoscaled = fields.optionalNumber("autoscaled");
    fields.end();
    if (apiVersion.isEmpty() || uid.isEmpty()) {
      throw new IllegalArgumentException("apiVersion and uid may not be empty");
    }
    PlannedObject object =
        new PlannedObject(
            ref,
            apiVersion,
            readAs.orElse(apiVersion),
            uid,
            resourceVersion.orElse(""),
            digest,
            keyed,
            protection,
            rule,
            volume,
            alreadyThere,
            drops,
            notReady.orElse(""),
            autoscaled);
    requireSame(tree, object(object));
    return object;
  }

  private static ObjectNode volume(PlannedVolume volume) {
    ObjectNode tree = Json.object();
    tree.put("via", volume.way().label()).put("rule", volume.rule());
    // Read back as the smallest kind of number that holds it.
    volume.bytes().ifPresent(bytes -> tree.set("bytes", Json.parse(Long.toString(bytes))));
    volume.used().ifPresent(used -> tree.set("used", Json.parse(Long.toString(used))));
    return tree;
  }

  private static PlannedVolume volume(JsonNode tree) {
    LineFields fields = new LineFields(tree);
    VolumeWay way = named(fields.text("via"), VolumeWay.values(), VolumeWay::label);
    PlannedVolume volume =
        new PlannedVolume(
            way, fields.text("rule"), fields.optionalBytes("bytes"), fields.optionalBytes("used"));
    fields.end();
    return volume;
  }

  static ObjectNode step(Step step, boolean needsAllAbove) {
    ObjectNode tree = Json.object();
    tree.put("phase", step.phase().label()).put("step", step.id().text());
    if (needsAllAbove) {
      tree.put("needs", ALL_ABOVE);
    } else if (!step.needs().isEmpty()) {
      ArrayNode needs = tree.putArray("needs");
      step.needs().forEach(need -> needs.add(need.text()));
    }
    return tree;
  }

  /**
   * What a step's line says: its needs are still texts, because {@link #ALL_ABOVE} is known to the
   * reader alone.
   */
  record StepLine(Phase phase, StepId id, boolean needsAllAbove, List<String> needs) {

    Step step(List<StepId> ids) {
      Optional<Verb> verb = id.verb();
      return verb.isPresent() ? onObject(verb.get(), ref(id.subject()), ids) : ofAll(ids);
    }

    private Step onObject(Verb verb, ObjectRef ref, List<StepId> ids) {
      if (!verb.isForward()) {
        throw unknown();
      }
      return verb.standsIn(phase)
          ? new Step.OnObject(verb, ref, phase, ids)
          : new Step.OnObject(verb, ref, ids);
    }

    private Step ofAll(List<StepId> ids) {
      String subject = id.subject();
      return switch (id.text().substring(0, id.text().length() - subject.length())) {
        case "gate:" ->
            new Step.Gate(named(subject, Step.Gate.NAMES.toArray(String[]::new), g -> g), ids);
        case "hook:" -> new Step.Hook(named(subject, HookPoint.values(), HookPoint::label), ids);
        case "verify:" -> new Step.Verify(ids);
        default -> throw unknown();
      };
    }

    private IllegalArgumentException unknown() {
      return new IllegalArgumentException("no step of a plan is called " + id);
    }
  }

  static StepLine step(JsonNode tree) {
    LineFields fields = new LineFields(tree);
    Phase phase = named(fields.text("phase"), Phase.FORWARD.toArray(Phase[]::new), Phase::label);
    StepId id = new StepId(fields.text("step"));
    JsonNode needs = fields.raw("needs");
    boolean allAbove = needs.isTextual() && needs.textValue().equals(ALL_ABOVE);
    if (allAbove) {
      fields.text("needs");
    }
    List<String> named = allAbove ? List.of() : fields.texts("needs");
    fields.end();
    return new StepLine(phase, id, allAbove, named);
  }

  static ObjectNode leftOut(LeftOut leftOut) {
    return Json.object().put("reason", leftOut.reason()).put("object", leftOut.ref().toString());
  }

  static LeftOut leftOut(JsonNode tree) {
    LineFields fields = new LineFields(tree);
    String reason = fields.text("reason");
    LeftOut leftOut = new LeftOut(ref(fields.text("object")), reason);
    fields.end();
    return leftOut;
  }

  static ObjectNode finding(Finding finding) {
    ObjectNode tree = Json.object();
    tree.put("severity", severity(finding.severity())).put("code", finding.code());
    finding.object().ifPresent(ref -> tree.put("object", ref.toString()));
    tree.put("message", finding.message());
    if (!finding.remedy().isEmpty()) {
      tree.put("remedy", finding.remedy());
    }
    return tree;
  }

  static Finding finding(JsonNode tree) {
    LineFields fields = new LineFields(tree);
    Severity severity = named(fields.text("severity"), Severity.values(), PlanLines::severity);
    String code = fields.text("code");
    Optional<ObjectRef> object = fields.optional("object").map(PlanLines::ref);
    Finding finding =
        new Finding(
            severity, code, object, fields.text("message"), fields.optional("remedy").orElse(""));
    fields.end();
    requireSame(tree, finding(finding));
    return finding;
  }

  private static String severity(Severity severity) {
    return switch (severity) {
      case BLOCKER -> "blocker";
      case IRREVERSIBLE -> "irreversible";
      case UNPROVEN -> "unproven";
      case WARNING -> "warning";
      case NOTE -> "note";
    };
  }

  private static ObjectRef ref(String text) {
    ObjectRef ref = ObjectRef.parse(text);
    if (!ref.toString().equals(text)) {
      throw new IllegalArgumentException("not an object: " + text);
    }
    return ref;
  }

  private static void requireSame(JsonNode read, JsonNode written) {
    if (!read.equals(written)) {
      throw new IllegalArgumentException("a field says what leaving it out says");
    }
  }

  private static <T> T named(String text, T[] values, Function<T, String> name) {
    return Arrays.stream(values)
        .filter(v -> name.apply(v).equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    text + " is none of " + Arrays.stream(values).map(name).toList()));
  }

  /** The fields of one line, read in their fixed order. */
  static final class LineFields {
    private final ObjectNode tree;
    private final List<String> names = new ArrayList<>();
    private int next;

    LineFields(JsonNode tree) {
      if (!(tree instanceof ObjectNode object)) {
        throw new IllegalArgumentException("a mapping is expected");
      }
      this.tree = object;
      object.fieldNames().forEachRemaining(names::add);
    }

    String text(String field) {
      return optional(field)
          .orElseThrow(
              () ->
                  new IllegalArgumentException(
                      field
                          + " is expected"
                          + (next < names.size() ? " before " + names.get(next) : "")));
    }

    Optional<String> optional(String field) {
      JsonNode value = raw(field);
      if (value.isMissingNode()) {
        return Optional.empty();
      }
      if (!value.isTextual()) {
        throw new IllegalArgumentException(field + " must be a text");
      }
      next++;
      return Optional.of(value.textValue());
    }

    boolean flag(String field) {
      JsonNode value = raw(field);
      if (value.isMissingNode()) {
        return false;
      }
      next++;
      return value.booleanValue();
    }

    Optional<Integer> optionalNumber(String field) {
      return raw(field).isMissingNode() ? Optional.empty() : Optional.of(number(field));
    }

    OptionalLong optionalBytes(String field) {
      JsonNode value = raw(field);
      if (value.isMissingNode()) {
        return OptionalLong.empty();
      }
      if (!value.canConvertToLong() || !value.isIntegralNumber() || value.longValue() < 0) {
        throw new IllegalArgumentException(field + " must be a whole number");
      }
      next++;
      return OptionalLong.of(value.longValue());
    }

    Optional<JsonNode> object(String field) {
      JsonNode value = raw(field);
      if (value.isMissingNode()) {
        return Optional.empty();
      }
      next++;
      return Optional.of(value);
    }

    int number(String field) {
      JsonNode value = raw(field);
      if (!value.isInt() || value.intValue() < 0) {
        throw new IllegalArgumentException(field + " must be a whole number");
      }
      next++;
      return value.intValue();
    }

    List<String> texts(String field) {
      JsonNode value = raw(field);
      if (value.isMissingNode()) {
        return List.of();
      }
      if (!(value instanceof ArrayNode array) || array.isEmpty()) {
        throw new IllegalArgumentException(field + " must be a list of texts");
      }
      List<String> texts = new ArrayList<>(array.size());
      for (JsonNode item : array) {
        if (!item.isTextual()) {
          throw new IllegalArgumentException(field + " must be a list of texts");
        }
        texts.add(item.textValue());
      }
      next++;
      return texts;
    }

    /** The value, when the field is the next one; else a missing node. */
    JsonNode raw(String field) {
      boolean isNext = next < names.size() && names.get(next).equals(field);
      return isNext ? tree.path(field) : MissingNode.getInstance();
    }

    void end() {
      if (next < names.size()) {
        throw new IllegalArgumentException("no field " + names.get(next) + " is expected here");
      }
    }
  }
}
