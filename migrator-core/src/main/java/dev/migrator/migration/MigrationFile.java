package dev.migrator.migration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.migration.Migration.Classification;
import dev.migrator.migration.Migration.ClusterScoped;
import dev.migrator.migration.Migration.Filter;
import dev.migrator.migration.Migration.GatePolicy;
import dev.migrator.migration.Migration.HandOver;
import dev.migrator.migration.Migration.Hook;
import dev.migrator.migration.Migration.HookPoint;
import dev.migrator.migration.Migration.LabelNames;
import dev.migrator.migration.Migration.Limits;
import dev.migrator.migration.Migration.Mappings;
import dev.migrator.migration.Migration.MissedRuns;
import dev.migrator.migration.Migration.Modifier;
import dev.migrator.migration.Migration.OnDrainTimeout;
import dev.migrator.migration.Migration.OnHookFailure;
import dev.migrator.migration.Migration.Rule;
import dev.migrator.migration.Migration.Scope;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Json;
import dev.migrator.model.Problem;
import dev.migrator.model.Protection;
import dev.migrator.model.Yaml;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The file that holds a {@link Migration}: YAML, every field optional, unknown fields refused.
 *
 * <p>Errors: {@link ErrorCode#M1002} with the path of the field and, for a slip, the nearest known
 * name. Hostile text (deep, huge, full of aliases) gives the same error in bounded time.
 */
public final class MigrationFile {

  /** The apiVersion of all our documents. */
  public static final String API_VERSION = "migrator.dev/v1alpha1";

  static final Map<String, Protection> PROTECTIONS =
      Map.of(
          Protection.LOSS.label(), Protection.LOSS,
          Protection.DUPLICATION.label(), Protection.DUPLICATION,
          Protection.NONE.label(), Protection.NONE);

  static final Map<String, OnDrainTimeout> DRAIN_POLICIES =
      Map.of(
          "abort", OnDrainTimeout.ABORT,
          "wait", OnDrainTimeout.WAIT,
          "terminate", OnDrainTimeout.TERMINATE);

  static final Map<String, MissedRuns> MISSED_RUNS =
      Map.of("skip", MissedRuns.SKIP, "catchUp", MissedRuns.CATCH_UP);

  static final Map<String, OnHookFailure> HOOK_FAILURES =
      Map.of("abort", OnHookFailure.ABORT, "continue", OnHookFailure.CONTINUE);

  private static final Duration HOOK_TIMEOUT = Duration.ofMinutes(5);

  private static final Pattern LABEL_KEY =
      Pattern.compile(
          "([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?");
  private static final Pattern LABEL_VALUE =
      Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?");
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?");

  private static final int MAX_CHARACTERS = 1024 * 1024;

  private MigrationFile() {}

  /**
   * Reads the text of a migration file. An empty text is the Migration of somebody who wrote none.
   */
  public static Migration read(String yaml) {
    Optional<JsonNode> document;
    try {
      if (yaml.length() > MAX_CHARACTERS) {
        throw new IllegalArgumentException("longer than " + MAX_CHARACTERS + " characters");
      }
      document = Yaml.parse(yaml);
    } catch (IllegalArgumentException e) {
      throw Problem.of(
              ErrorCode.M1002,
              "the migration file is not valid",
              Fields.printable(String.valueOf(e.getMessage())),
              "correct the file and run the command again")
          .exception();
    }
    Migration read = document.map(MigrationFile::fromTree).orElseGet(Migration::defaults);
    if (!read.data().movers().isEmpty()) {
      throw Problem.of(
              ErrorCode.M1002,
              "the migration file is not valid",
              DataFields.MOVERS + ": only a plan has these",
              "take them out, and put a mover of your own into the folder movers beside the file")
          .exception();
    }
    if (!read.mappings().originals().isEmpty()) {
      throw Problem.of(
              ErrorCode.M1002,
              "the migration file is not valid",
              OriginalsForm.NAME + ": only the plan of a way back has these",
              "take them out: modifiers change what travels")
          .exception();
    }
    return read;
  }

  /** Reads the tree of a migration file. */
  public static Migration fromTree(JsonNode tree) {
    Fields root =
        Fields.of(
            tree,
            "",
            List.of(
                "apiVersion",
                "kind",
                "metadata",
                "scope",
                "classification",
                "mappings",
                "modifiers",
                "gates",
                "hooks",
                "handover",
                "limits",
                "volumes",
                "statusOf",
                "serviceRanges",
                DataFields.MOVERS,
                OriginalsForm.NAME));
    root.choice("apiVersion", API_VERSION, Map.of(API_VERSION, API_VERSION));
    root.choice("kind", "Migration", Map.of("Migration", "Migration"));
    Migration defaults = Migration.defaults();
    return new Migration(
        name(root.object("metadata", "name"), defaults.name()),
        scope(root.object("scope", "namespaces", "selector", "resources", "clusterScoped")),
        classification(
            root.object("classification", "label", "strict", "rules", "defaultFor"),
            defaults.classification()),
        mappings(
                root.object("mappings", "namespaces", "storageClasses", "ingressClasses", "images"))
            .withOriginals(OriginalsForm.read(root)),
        modifiers(root),
        gates(root, defaults.gates()),
        hooks(root),
        handOver(
            root.object("handover", "drainTimeout", "onDrainTimeout", "missedRuns", "pipelined"),
            defaults.handover()),
        limits(
            root.object("limits", "parallel", "readyTimeout", "requestsPerSecond"),
            defaults.limits()),
        DataFields.read(root)
            .withOtherwise(
                DataFields.otherwise(
                    root.object("classification", "label", "strict", "rules", "defaultFor")
                        .object("defaultFor", "undecided", "volumes"))));
  }

  /**
   * The whole document, defaults filled in, fields in the order of the documentation, maps sorted:
   * read back by {@link #fromTree}.
   */
  public static ObjectNode toTree(Migration migration) {
    return MigrationTree.of(migration);
  }

  private static String name(Fields metadata, String otherwise) {
    return matching(
        metadata, "name", otherwise, NAME, "a name of at most 63 letters, digits, dots and dashes");
  }

  private static final Map<String, Optional<ClusterScoped>> CLUSTER_SCOPED =
      Arrays.stream(ClusterScoped.values())
          .collect(Collectors.toMap(ClusterScoped::label, Optional::of));

  private static Scope scope(Fields scope) {
    String selector = scope.text("selector", "");
    return new Scope(
        filter(scope.object("namespaces", "include", "exclude")),
        selector,
        filter(scope.object("resources", "include", "exclude")),
        scope.choice("clusterScoped", Optional.empty(), CLUSTER_SCOPED));
  }

  private static Filter filter(Fields filter) {
    Filter everything = Filter.everything();
    return new Filter(
        filter.texts("include", everything.include()),
        filter.texts("exclude", everything.exclude()));
  }

  private static Classification classification(Fields fields, Classification otherwise) {
    LabelNames names = otherwise.label();
    Fields label = fields.object("label", "key", "loss", "duplication", "none");
    LabelNames read =
        new LabelNames(
            matching(label, "key", names.key(), LABEL_KEY, "a label key"),
            matching(label, "loss", names.loss(), LABEL_VALUE, "a label value"),
            matching(label, "duplication", names.duplication(), LABEL_VALUE, "a label value"),
            matching(label, "none", names.none(), LABEL_VALUE, "a label value"));
    if (read.loss().equals(read.duplication())
        || read.loss().equals(read.none())
        || read.duplication().equals(read.none())) {
      throw fields.refuse("label", "loss, duplication and none must be three different values");
    }
    List<Rule> rules = new ArrayList<>();
    for (JsonNode item : fields.items("rules")) {
      rules.add(rule(item, fields.path("rules[" + rules.size() + "]")));
    }
    Fields defaultFor = fields.object("defaultFor", "undecided", "volumes");
    Optional<Protection> undecided =
        defaultFor.choice("undecided", Optional.<Protection>empty(), optional(PROTECTIONS));
    return new Classification(read, fields.flag("strict", otherwise.strict()), rules, undecided);
  }

  private static Rule rule(JsonNode item, String path) {
    Fields rule = Fields.of(item, path, List.of("match", "protectFrom"));
    if (!rule.has("protectFrom")) {
      throw rule.refuse("protectFrom", "one of duplication, loss, none is required");
    }
    Fields match = rule.object("match", "group", "kind", "namespace", "name", "selector");
    return new Rule(
        match.text("group", ""),
        match.text("kind", ""),
        match.text("namespace", ""),
        match.text("name", ""),
        match.text("selector", ""),
        rule.choice("protectFrom", Protection.NONE, PROTECTIONS));
  }

  private static Mappings mappings(Fields mappings) {
    return new Mappings(
        mappings.textMap("namespaces"),
        mappings.textMap("storageClasses"),
        mappings.textMap("ingressClasses"),
        mappings.textMap("images"));
  }

  private static List<Modifier> modifiers(Fields root) {
    List<Modifier> modifiers = new ArrayList<>();
    for (JsonNode item : root.items("modifiers")) {
      String path = root.path("modifiers[" + modifiers.size() + "]");
      ModifierForm.check(item, path);
      modifiers.add(new Modifier(new String(Json.canonicalBytes(item), StandardCharsets.UTF_8)));
    }
    return modifiers;
  }

  private static Map<String, GatePolicy> gates(Fields root, Map<String, GatePolicy> otherwise) {
    Fields gates = root.object("gates", Migration.GATES.toArray(String[]::new));
    Map<String, GatePolicy> policies = new TreeMap<>(otherwise);
    for (String gate : Migration.GATES) {
      if (gates.has(gate)) {
        policies.put(gate, gate(gates, gate));
      }
    }
    return policies;
  }

  private static GatePolicy gate(Fields gates, String name) {
    if (gates.raw(name).isObject()) {
      return new GatePolicy.Command(command(gates, name, gates.object(name, "command")));
    }
    return gates.choice(
        name,
        new GatePolicy.Manual(),
        Map.of("manual", new GatePolicy.Manual(), "auto", new GatePolicy.Auto()));
  }

  private static Map<HookPoint, Hook> hooks(Fields root) {
    Fields hooks =
        root.object(
            "hooks",
            Arrays.stream(HookPoint.values()).map(HookPoint::label).toArray(String[]::new));
    Map<HookPoint, Hook> read = new EnumMap<>(HookPoint.class);
    for (HookPoint point : HookPoint.values()) {
      if (hooks.has(point.label())) {
        Fields hook = hooks.object(point.label(), "command", "timeout", "onFailure");
        read.put(
            point,
            new Hook(
                command(hooks, point.label(), hook),
                hook.duration("timeout", HOOK_TIMEOUT),
                hook.choice("onFailure", OnHookFailure.ABORT, HOOK_FAILURES)));
      }
    }
    return read;
  }

  private static List<String> command(Fields parent, String name, Fields fields) {
    List<String> argv = fields.texts("command", List.of());
    if (argv.isEmpty()) {
      throw parent.refuse(name, "command needs at least the name of a program");
    }
    return argv;
  }

  private static HandOver handOver(Fields fields, HandOver otherwise) {
    return new HandOver(
        fields.duration("drainTimeout", otherwise.drainTimeout()),
        fields.choice("onDrainTimeout", otherwise.onDrainTimeout(), DRAIN_POLICIES),
        fields.choice("missedRuns", otherwise.missedRuns(), MISSED_RUNS),
        fields.flag("pipelined", otherwise.pipelined()));
  }

  private static Limits limits(Fields fields, Limits otherwise) {
    Fields rate = fields.object("requestsPerSecond", "source", "target");
    return new Limits(
        fields.integer("parallel", otherwise.parallel(), 1, 64),
        fields.duration("readyTimeout", otherwise.readyTimeout()),
        rate.integer("source", otherwise.sourceRequestsPerSecond(), 0, 1_000_000),
        rate.integer("target", otherwise.targetRequestsPerSecond(), 0, 1_000_000));
  }

  private static String matching(
      Fields fields, String field, String otherwise, Pattern form, String expected) {
    String text = fields.text(field, otherwise);
    if (!form.matcher(text).matches()) {
      throw fields.refuse(field, expected + " is expected, not " + Fields.printable(text));
    }
    return text;
  }

  static <T> Map<String, Optional<T>> optional(Map<String, T> choices) {
    Map<String, Optional<T>> optional = new TreeMap<>();
    choices.forEach((name, value) -> optional.put(name, Optional.of(value)));
    return optional;
  }

  /** The names of one choice map, for messages and for writing. */
  static <T> String nameOf(Map<String, T> choices, T value) {
    Set<Map.Entry<String, T>> entries = choices.entrySet();
    return entries.stream()
        .filter(e -> e.getValue().equals(value))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no name for " + value));
  }
}
