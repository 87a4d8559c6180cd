package dev.migrator.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.migrator.migration.Migration.GatePolicy;
import dev.migrator.migration.Migration.MissedRuns;
import dev.migrator.migration.Migration.OnDrainTimeout;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Json;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ProblemException;
import dev.migrator.model.Protection;
import dev.migrator.model.Yaml;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MigrationFileTest {

  private static final String FULL =
      """
      apiVersion: migrator.dev/v1alpha1
      kind: Migration
      metadata: {name: tokyo-2026}
      scope:
        namespaces: {include: ["*"], exclude: ["monitoring"]}
        selector: "team!=sandbox"
        resources: {include: ["*"], exclude: ["events.k8s.io/*"]}
      classification:
        label: {key: acme.example/keep, loss: up, duplication: once, none: any}
        strict: true
        rules:
          - {match: {kind: Deployment, namespace: "batch-*"}, protectFrom: duplication}
          - {match: {group: acme.example, name: "x*", selector: "a in (b,c)"}, protectFrom: none}
        defaultFor: {undecided: loss}
      mappings: {namespaces: {old: new}, storageClasses: {gp2: gp3}, ingressClasses: {}, images: {registry.old: registry.new}}
      modifiers:
        - conditions: {groupResource: persistentvolumeclaims, namespaces: [shop], resourceNameRegex: "^mysql.*$"}
          patches:
            - {operation: replace, path: /spec/storageClassName, value: "1.10"}
            - {operation: add, path: /metadata/labels/x, value: 1.10}
      gates: {afterCopy: {command: [./shift, --all]}, afterRecreate: manual}
      hooks:
        afterVerify: {command: [./done.sh], onFailure: continue}
        beforeEachHandOver: {command: [./quiet, "a b"], timeout: 90s}
      handover: {drainTimeout: 1h30m, onDrainTimeout: terminate, missedRuns: catchUp, pipelined: false}
      limits: {parallel: 8, readyTimeout: 45s, requestsPerSecond: {source: 20, target: 0}}
      volumes:
        - {match: {namespace: "shop-*", claim: uploads}, via: share, because: "written once"}
        - {match: {volume: media, driver: nfs}, via: share}
      serviceRanges: [10.96.0.0/12, "fd00::/108"]
      statusOf: [Workspace.devx.example.com, "*.cloud.example.com"]
      """;

  @Test
  void everyFieldIsRead() {
    Migration migration = MigrationFile.read(FULL);
    assertThat(migration.name()).isEqualTo("tokyo-2026");
    assertThat(migration.scope().namespaces().exclude()).containsExactly("monitoring");
    assertThat(migration.scope().selector()).isEqualTo("team!=sandbox");
    assertThat(migration.classification().label().duplication()).isEqualTo("once");
    assertThat(migration.classification().strict()).isTrue();
    assertThat(migration.classification().rules())
        .containsExactly(
            new Migration.Rule("", "Deployment", "batch-*", "", "", Protection.DUPLICATION),
            new Migration.Rule("acme.example", "", "", "x*", "a in (b,c)", Protection.NONE));
    assertThat(migration.classification().defaultForUndecided()).contains(Protection.LOSS);
    assertThat(migration.mappings().namespace("old")).isEqualTo("new");
    assertThat(migration.modifiers().getFirst().json())
        .contains("\"value\":1.10")
        .contains("\"1.10\"");
    assertThat(migration.hooks())
        .isEqualTo(
            Map.of(
                Migration.HookPoint.AFTER_VERIFY,
                new Migration.Hook(
                    List.of("./done.sh"), Duration.ofMinutes(5), Migration.OnHookFailure.CONTINUE),
                Migration.HookPoint.BEFORE_EACH_HAND_OVER,
                new Migration.Hook(
                    List.of("./quiet", "a b"),
                    Duration.ofSeconds(90),
                    Migration.OnHookFailure.ABORT)));
    assertThat(migration.gates())
        .isEqualTo(
            Map.of(
                "afterCopy", new GatePolicy.Command(List.of("./shift", "--all")),
                "afterHandOver", new GatePolicy.Auto(),
                "afterRecreate", new GatePolicy.Manual()));
    assertThat(migration.handover())
        .isEqualTo(
            new Migration.HandOver(
                Duration.ofMinutes(90), OnDrainTimeout.TERMINATE, MissedRuns.CATCH_UP, false));
    assertThat(migration.limits())
        .isEqualTo(new Migration.Limits(8, Duration.ofSeconds(45), 20, 0));
    assertThat(migration.data().statusOf())
        .containsExactly("*.cloud.example.com", "Workspace.devx.example.com");
    assertThat(migration.data().serviceRanges()).containsExactly("10.96.0.0/12", "fd00::/108");
    assertThat(migration.data().volumes())
        .containsExactly(
            new VolumeRule(
                new VolumeRule.Match("shop-*", "uploads", "", "", "", "", ""),
                VolumeWay.SHARE,
                "written once"),
            new VolumeRule(
                new VolumeRule.Match("", "", "media", "", "nfs", "", ""), VolumeWay.SHARE, ""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "# nothing\n",
        "{}",
        "apiVersion: migrator.dev/v1alpha1\nkind: Migration\n",
        "scope:\n"
      })
  void whatIsNotSaidHasItsDefault(String yaml) {
    assertThat(MigrationFile.read(yaml)).isEqualTo(Migration.defaults());
  }

  @Test
  void whatIsWrittenIsReadBack() {
    for (Migration migration : List.of(Migration.defaults(), MigrationFile.read(FULL))) {
      String text = Json.text(MigrationFile.toTree(migration));
      assertThat(MigrationFile.read(text)).isEqualTo(migration);
      assertThat(Json.text(MigrationFile.toTree(MigrationFile.read(text)))).isEqualTo(text);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "scope: {namespaces: {inclde: [a]}}      | scope.namespaces.inclde | did you mean include?",
        "gate: {afterCopy: auto}                 | gate                    | did you mean gates?",
        "gates: {aftercopy: auto}                | gates.aftercopy         | did you mean"
            + " afterCopy?",
        "gates: {afterCopy: yes-please}          | gates.afterCopy         | one of auto, manual",
        "gates: {afterCopy: {command: []}}       | gates.afterCopy         | name of a program",
        "kind: Plan                              | kind                    | one of Migration",
        "apiVersion: migrator.dev/v9             | apiVersion              | migrator.dev/v1alpha1",
        "handover: {drainTimeout: soon}          | handover.drainTimeout   | a duration such as"
            + " 30m",
        "handover: {drainTimeout: 30}            | handover.drainTimeout   | a duration such as"
            + " 30m",
        "limits: {parallel: 65}                  | limits.parallel         | from 1 to 64",
        "limits: {parallel: 1.5}                 | limits.parallel         | from 1 to 64",
        "volumes: [{match: {claim: a}}]          | volumes[0].via          | one of handOver,"
            + " share, snapshot, copy, empty is required",
        "serviceRanges: [10.96.0.0]               | serviceRanges           | such as 10.96.0.0/12",
        "serviceRanges: [10.96.0.0/33]            | serviceRanges           | such as 10.96.0.0/12",
        "volumes: [{via: share}]                 | volumes[0].match        | is required",
        "classification: {strict: 1}             | classification.strict   | true or false",
        "classification: {rules: [{match: {}}]}  | classification.rules[0].protectFrom | is"
            + " required",
        "classification: {rules: [{protectFrom: both}]} | classification.rules[0].protectFrom |"
            + " duplication, loss, none",
        "classification: {label: {loss: x, none: x}}    | classification.label | three different"
            + " values",
        "classification: {label: {key: 'a b'}}   | classification.label.key | a label key",
        "mappings: {namespaces: [a]}             | mappings.namespaces     | a mapping of names",
        "modifiers: [{conditions: {}}]           | modifiers[0].patches    | at least one",
        "modifiers: [{patches: [{operation: zap, path: /a}]}] | modifiers[0].patches[0].operation |"
            + " one of add",
        "modifiers: [{conditions: {resourceNameRegex: '('}, patches: [{operation: remove, path:"
            + " /a}]}] | modifiers[0].conditions.resourceNameRegex | not a regular expression",
        "scope: [a]                              | scope                   | a mapping is expected",
        "'[1, 2]'                                | the document            | a mapping is expected",
      })
  void whatIsWrongIsNamedByItsPath(String yaml, String path, String why) {
    ProblemException refused = refused(yaml.startsWith("'") ? yaml.replace("'", "") : yaml);
    assertThat(refused.problem().what()).contains(" " + path);
    assertThat(refused.problem().why()).contains(why);
  }

  @Test
  @Timeout(20)
  void hostileTextIsRefusedInBoundedTime() {
    StringBuilder laughs = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 30; i++) {
      String one = "*a" + (i - 1) + ", ";
      laughs.append(
          "a%d: &a%d [%s%s]\n".formatted(i, i, one.repeat(9), one.substring(0, one.length() - 2)));
    }
    List<String> texts =
        List.of(
            laughs.toString(),
            "a: &a [*a]",
            "[".repeat(100_000),
            "{a: ".repeat(100_000),
            "- ".repeat(100_000),
            "a: 1\na: 2",
            "? [a, b]\n: c",
            "!!java.net.URL [http://127.0.0.1/]",
            "a: .inf",
            "x".repeat(17 * 1024 * 1024),
            "\u0000",
            "a: \u0007",
            "---\na: 1\n---\nb: 1\n",
            "scope: {\"\u202e\u001b[31m\": 1}");
    for (String text : texts) {
      ProblemException refused = refused(text);
      assertThat(refused.problem().what() + refused.problem().why())
          .doesNotContain("\n", "\u001b", "\u202e");
      assertThat(refused.problem().why().length()).isLessThan(600);
    }
  }

  @Test
  void noMutationOfAFileGivesAnythingButAMigrationOrM1002() {
    long seed = 20261124;
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    for (int i = 0; i < 2_000; i++) {
      StringBuilder text = new StringBuilder(FULL);
      for (int n = random.nextInt(3); n >= 0; n--) {
        int at = random.nextInt(text.length());
        switch (random.nextInt(3)) {
          case 0 -> text.setCharAt(at, (char) (random.nextInt(96) + 32));
          case 1 -> text.deleteCharAt(at);
          default -> text.insert(at, "{}[]:,&*!|>-\"'#\n\t".charAt(random.nextInt(17)));
        }
      }
      try {
        Migration read = MigrationFile.read(text.toString());
        assertThat(MigrationFile.fromTree(MigrationFile.toTree(read))).isEqualTo(read);
      } catch (ProblemException e) {
        assertThat(e.problem().code()).isEqualTo(ErrorCode.M1002);
      }
    }
  }

  private static ProblemException refused(String yaml) {
    ProblemException refused =
        catchThrowableOfType(ProblemException.class, () -> MigrationFile.read(yaml));
    assertThat(refused).as(yaml.substring(0, Math.min(60, yaml.length()))).isNotNull();
    assertThat(refused.problem().code()).isEqualTo(ErrorCode.M1002);
    return refused;
  }

  /** They are facts that a way back found, and nothing that a person decides. */
  @Test
  void originalsStandOnlyInPlans() {
    String one = "{object: CronJob.batch/x/j, home: CronJob.batch/a/j, fields: [FIELD]}";
    ProblemException refused =
        catchThrowableOfType(
            ProblemException.class,
            () ->
                MigrationFile.read(
                    "originals: [" + one.replace("FIELD", "{path: /spec/schedule, now: 1}") + "]"));
    assertThat(refused.problem().code()).isEqualTo(ErrorCode.M1002);
    for (String wrong :
        List.of(
            one.replace("FIELD", "{path: /metadata/name, before: k}"),
            one.replace("FIELD", "{path: spec}"),
            one.replace("CronJob.batch/a", "Job.batch/a"))) {
      assertThat(
              catchThrowableOfType(
                      ProblemException.class,
                      () ->
                          MigrationFile.fromTree(
                              Yaml.parse("originals: [" + wrong.replace("FIELD", "") + "]")
                                  .orElseThrow()))
                  .problem()
                  .code())
          .isEqualTo(ErrorCode.M1002);
    }
  }

  @Test
  void originalsAreReadAsTheyAreWritten() {
    ObjectRef there = ObjectRef.parse("CronJob.batch/x/j");
    Migration back =
        Migration.defaults()
            .withMappings(
                Migration.Mappings.none()
                    .withOriginals(
                        Map.of(
                            there,
                            new Original(
                                there.inNamespace("a"),
                                List.of(
                                    new Original.Field(
                                        "/spec/n", Optional.of("1.50"), Optional.empty()),
                                    new Original.Field(
                                        "/spec/o",
                                        Optional.empty(),
                                        Optional.of("{\"a~/b\":[null]}")))))),
                List.of());
    assertThat(MigrationFile.fromTree(MigrationFile.toTree(back))).isEqualTo(back);
  }
}
