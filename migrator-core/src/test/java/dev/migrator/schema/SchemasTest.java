package dev.migrator.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cluster.memory.VirtualClock;
import dev.migrator.event.EventJson;
import dev.migrator.event.RunEvent;
import dev.migrator.migration.Migration;
import dev.migrator.migration.MigrationFile;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Json;
import dev.migrator.model.PlanKey;
import dev.migrator.model.Problem;
import dev.migrator.model.ProblemException;
import dev.migrator.model.Yaml;
import dev.migrator.plan.Phase;
import dev.migrator.plan.Plan;
import dev.migrator.plan.StepId;
import dev.migrator.plan.file.PlanFile;
import dev.migrator.plans.PlanCase;
import dev.migrator.report.PlanView;
import dev.migrator.runbook.Planning;
import dev.migrator.runbook.PlanningOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The schemas accept what the program accepts and writes, and refuse what it refuses. */
@Timeout(60)
class SchemasTest {

  private final Schemas schemas = new Schemas();

  static List<PlanCase> cases() {
    return PlanCase.all();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void migrationsOfTheCasesAreValid(PlanCase example) throws IOException {
    JsonNode tree = Yaml.parse(Files.readString(example.migrationFile())).orElseThrow();
    assertThat(schemas.errors("migration.schema.json", tree)).isEmpty();
    assertThat(schemas.errors("migration.schema.json", MigrationFile.toTree(example.migration())))
        .isEmpty();
  }

  /** The schema's defaults are those of the program. */
  @Test
  void defaultsAreTheProgramsDefaults() {
    ObjectNode filled = Json.object();
    filled.put("apiVersion", MigrationFile.API_VERSION).put("kind", "Migration");
    JsonNode schema = Schemas.tree("migration.schema.json");
    fillIn(schema, schema, filled);
    assertThat(MigrationFile.fromTree(filled)).isEqualTo(Migration.defaults());
    assertThat(filled.at("/handover/drainTimeout").asText()).as("defaults were found").isNotEmpty();
  }

  private static void fillIn(JsonNode root, JsonNode schema, ObjectNode into) {
    for (var property : schema.path("properties").properties()) {
      JsonNode said = property.getValue();
      JsonNode form = said.has("$ref") ? root.at(said.get("$ref").asText().substring(1)) : said;
      if (said.has("default")) {
        into.set(property.getKey(), said.get("default"));
      } else if (form.path("properties").isObject()) {
        ObjectNode below = Json.object();
        fillIn(root, form, below);
        if (!below.isEmpty()) {
          into.set(property.getKey(), below);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "scope: {namespace: {include: [a]}}",
        "scope: {namespaces: {include: a}}",
        "scope: {selector: [a]}",
        "classification: {strict: 1}",
        "classification: {rules: [{match: {kind: X}}]}",
        "classification: {rules: [{match: {kinds: X}, protectFrom: loss}]}",
        "classification: {rules: [{protectFrom: both}]}",
        "classification: {label: {key: 'not a key'}}",
        "classification: {label: {loss: 'a b'}}",
        "classification: {defaultFor: {undecided: yes}}",
        "mappings: {namespaces: {a: 1}}",
        "mappings: {namespaces: {a: ''}}",
        "modifiers: [{}]",
        "modifiers: [{patches: []}]",
        "modifiers: [{patches: [{operation: replace}]}]",
        "modifiers: [{patches: [{operation: improve, path: /a}]}]",
        "modifiers: [{mergePatches: [{patch: x}]}]",
        "modifiers: [{conditions: {resource: x}, mergePatches: [{patchData: x}]}]",
        "gates: {afterCopy: later}",
        "gates: {afterCopy: {command: []}}",
        "gates: {beforeCopy: auto}",
        "hooks: {beforeCopy: ./x.sh}",
        "hooks: {beforeCopy: {command: []}}",
        "hooks: {beforeCopy: {command: [x], timeout: 5}}",
        "hooks: {beforeCopy: {command: [x], onFailure: retry}}",
        "hooks: {beforeCopy: {command: [x], shell: true}}",
        "hooks: {beforeCopying: {command: [x]}}",
        "handover: {drainTimeout: 30}",
        "handover: {drainTimeout: 0s}",
        "handover: {drainTimeout: soon}",
        "handover: {onDrainTimeout: kill}",
        "handover: {missedRuns: all}",
        "handover: {pipelined: 'true'}",
        "limits: {parallel: 0}",
        "limits: {parallel: 65}",
        "limits: {parallel: 1.5}",
        "limits: {requestsPerSecond: 10}",
        "limits: {requestsPerSecond: {source: -1}}",
        "volumes: [{match: {claim: a}}]",
        "statusOf: Kafka",
        "serviceRanges: [10.96.0.0]",
        "serviceRanges: [a.example.com/12]",
        "statusOf: [{kind: Kafka}]",
        "volumes: [{match: {claim: a}, via: copy}]",
        "volumes: [{match: {}, via: share}]",
        "volumes: [{via: share}]",
        "volumes: [{match: {pod: a}, via: share}]",
        "metadata: {name: ''}",
        "metadata: {name: x, labels: {}}",
        "kind: Plan",
        "apiVersion: v1",
        "unknown: 1",
      })
  void whatTheProgramRefusesTheSchemaRefuses(String wrong) {
    JsonNode tree = migration(wrong);
    assertThatThrownBy(() -> MigrationFile.fromTree(tree)).isInstanceOf(ProblemException.class);
    assertThat(schemas.errors("migration.schema.json", tree)).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "scope: {namespaces: {include: ['*'], exclude: [kube-*]}, selector: 'a in (b,c),!d'}",
        "classification: {label: {key: example.com/x, loss: ha, duplication: one, none: any}}",
        "classification: {rules: [{match: {group: a.b, kind: '*'}, protectFrom: none}], strict:"
            + " true}",
        "classification: {defaultFor: {undecided: loss}}",
        "mappings: {namespaces: {a: b}, storageClasses: {c: d}, images: {e/: f/}}",
        "modifiers: [{conditions: {groupResource: a.b, resourceNameRegex: '^x', namespaces: [n],"
            + " labelSelector: {matchLabels: {k: v}}, matches: [{path: /a, value: 1}]},"
            + " patches: [{operation: add, path: /b, value: {c: [1]}}],"
            + " mergePatches: [{patchData: '{}'}], strategicPatches: [{patchData: '{}'}]}]",
        "gates: {afterCopy: {command: [sh, -c, x]}, afterHandOver: manual, afterRecreate: auto}",
        "hooks: {beforeCopy: {command: [a, b]}, afterEachHandOver: {command: [c], timeout: 1m30s,"
            + " onFailure: continue}}",
        "hooks: {afterVerify: {command: [a], onFailure: }, beforeVerify: }",
        "handover: {drainTimeout: 1h30m, onDrainTimeout: terminate, missedRuns: catchUp}",
        "handover: {drainTimeout: 500ms, pipelined: false}",
        "limits: {parallel: 64, readyTimeout: 1s, requestsPerSecond: {source: 5}}",
        "handover:",
        "serviceRanges: [10.96.0.0/12, 'fd00::/108']",
        "statusOf: [Kafka.kafka.strimzi.io, '*.services.k8s.aws']",
        "volumes: [{match: {namespace: a, claim: 'b*', volume: c, driver: nfs}, via: share,"
            + " because: d}]",
        "limits: {requestsPerSecond: }",
      })
  void whatTheProgramReadsTheSchemaAccepts(String right) {
    JsonNode tree = migration(right);
    assertThatCode(() -> MigrationFile.fromTree(tree)).doesNotThrowAnyException();
    assertThat(schemas.errors("migration.schema.json", tree)).isEmpty();
  }

  private static JsonNode migration(String field) {
    ObjectNode tree =
        Json.object().put("apiVersion", MigrationFile.API_VERSION).put("kind", "Migration");
    tree.setAll((ObjectNode) Yaml.parse(field).orElseThrow());
    return tree;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void plansOfTheCasesAreValidAndBrokenOnesAreNot(PlanCase example) {
    plansAreValidAndBrokenOnesAreNot(example, Optional.empty());
    plansAreValidAndBrokenOnesAreNot(example, Optional.of(PlanKey.of(new byte[PlanKey.BYTES])));
  }

  private void plansAreValidAndBrokenOnesAreNot(PlanCase example, Optional<PlanKey> key) {
    PlanCase.Pair clusters = example.simulated(new VirtualClock());
    Plan plan =
        Planning.plan(
            clusters.source(),
            clusters.target(),
            example.migration(),
            PlanningOptions.defaults().withKey(key));
    StringBuilder text = new StringBuilder();
    PlanFile.write(plan, text);
    ObjectNode tree = (ObjectNode) Yaml.parse(text.toString()).orElseThrow();
    assertThat(schemas.errors("plan.schema.json", tree)).isEmpty();
    for (String field : List.of("source", "settings", "counts", "objects", "steps", "digest")) {
      ObjectNode broken = tree.deepCopy();
      broken.remove(field);
      assertThat(schemas.errors("plan.schema.json", broken)).as("without " + field).isNotEmpty();
    }
    ObjectNode otherSettings = tree.deepCopy();
    ((ObjectNode) otherSettings.get("settings")).put("unknown", 1);
    assertThat(schemas.errors("plan.schema.json", otherSettings)).isNotEmpty();
    ((ObjectNode) tree.at("/steps/0")).put("step", "destroy:Deployment.apps/shop/web");
    assertThat(schemas.errors("plan.schema.json", tree)).isNotEmpty();

    PlanView view = new PlanView(plan);
    ObjectNode shown = view.head();
    view.lists().forEach((name, items) -> items.forEach(shown.withArray(name)::add));
    view.lists().keySet().forEach(shown::withArray);
    assertThat(schemas.errors("plan-view.schema.json", shown)).isEmpty();
    shown.put("kind", "Plan");
    assertThat(schemas.errors("plan-view.schema.json", shown)).isNotEmpty();
  }

  static Stream<RunEvent> events() {
    Instant at = Instant.parse("2026-03-01T12:00:00.123Z");
    StepId step = new StepId("copy:Deployment.apps/shop/web");
    Problem problem = Problem.of(ErrorCode.M2107, "what", "why", "migrator resume r");
    return Stream.concat(
        Stream.of(
            new RunEvent.RunStarted(at, "r", 3, 0),
            new RunEvent.Prepared(at, "locks taken"),
            new RunEvent.StepStarted(at, step, Phase.COPY),
            new RunEvent.StepWaiting(at, step, "1/3 ready"),
            new RunEvent.StepDone(at, step, Phase.COPY, "created"),
            new RunEvent.StepFailed(at, step, problem),
            new RunEvent.Notice(at, "2 slots missed"),
            new RunEvent.GateReached(at, "afterCopy")),
        Arrays.stream(RunEvent.Outcome.values())
            .map(outcome -> new RunEvent.RunEnded(at, outcome, 1, 1, 1, List.of(problem))));
  }

  @ParameterizedTest
  @MethodSource
  void events(RunEvent event) {
    ObjectNode tree = (ObjectNode) Json.parse(EventJson.line(event));
    assertThat(schemas.errors("event.schema.json", tree)).isEmpty();
    tree.fieldNames()
        .forEachRemaining(
            field -> {
              ObjectNode broken = tree.deepCopy();
              broken.remove(field);
              assertThat(schemas.errors("event.schema.json", broken))
                  .as("without " + field)
                  .isNotEmpty();
            });
  }

  @Test
  void everyKindOfEventIsTried() {
    assertThat(events().<Class<?>>map(RunEvent::getClass).distinct())
        .containsExactlyInAnyOrder(RunEvent.class.getPermittedSubclasses());
  }
}
