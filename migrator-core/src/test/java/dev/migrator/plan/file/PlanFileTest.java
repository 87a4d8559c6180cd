package dev.migrator.plan.file;

import static dev.migrator.graph.Reference.Condition.APPLIED;
import static dev.migrator.graph.Reference.Strength.HARD;
import static dev.migrator.model.Protection.DUPLICATION;
import static dev.migrator.model.Protection.LOSS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.model.Digest;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.ProblemException;
import dev.migrator.model.Yaml;
import dev.migrator.plan.Finding;
import dev.migrator.plan.FindingCode;
import dev.migrator.plan.Plan;
import dev.migrator.plan.Reading;
import dev.migrator.plan.Severity;
import dev.migrator.planner.PlanInputs;
import dev.migrator.planner.Planner;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanFileTest {

  private static final PlanInputs SMALL =
      new PlanInputs()
          .object("Namespace//shop", LOSS)
          .object("Secret/shop/key", LOSS)
          .object("CronJob.batch/shop/billing", DUPLICATION)
          .needs("Secret/shop/key", "Namespace//shop", HARD, APPLIED)
          .needs("CronJob.batch/shop/billing", "Namespace//shop", HARD, APPLIED)
          .leftOut("Pod/shop/web-1", "owned by a controller");

  @Test
  void aPlanOfEveryShapeIsReadBackEqual() {
    long seed = 815;
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    for (int i = 0; i < 200; i++) {
      Plan plan = Planner.plan(PlanInputs.random(random, random.nextInt(40)));
      String text = text(plan);
      Plan read = PlanFile.read(new StringReader(text));
      assertThat(read).isEqualTo(plan);
      assertThat(text(read)).isEqualTo(text);
      assertThat(text).endsWith("digest: \"" + PlanFile.digest(plan) + "\"\n");
    }
  }

  @Test
  void theFileIsYamlOfTheSameContent() {
    Plan plan = Planner.plan(PlanInputs.random(new Random(3), 40));
    JsonNode yaml = Yaml.parse(text(plan)).orElseThrow();
    assertThat(yaml.path("kind").asText()).isEqualTo("Plan");
    assertThat(yaml.path("steps").size()).isEqualTo(plan.steps().size());
    assertThat(yaml.path("objects").size()).isEqualTo(plan.objects().size());
    assertThat(yaml.path("leftOut").get(0).path("reason").asText())
        .isEqualTo(
            plan.leftOut().stream().sorted(PlanWriter.LEFT_OUT_ORDER).toList().getFirst().reason());
    assertThat(
            yaml.path("findings").get(yaml.path("findings").size() - 1).path("severity").asText())
        .isEqualTo("irreversible");
  }

  @Test
  void theHeaderFitsIntoFortyLinesAndEndsWithWhatIsDangerous() {
    Plan plan = Planner.plan(PlanInputs.random(new Random(5), 500));
    List<String> header = PlanHeader.of(plan);
    assertThat(header).hasSizeLessThanOrEqualTo(40).allMatch(l -> l.length() < 170);
    assertThat(header.get(1))
        .isEqualTo(
            "FROM prod-old (v1.29.1, uid 3f1c0000..)  ->  TO prod-new (v1.33.0, uid 9ab20000..)");
    assertThat(header.getLast()).contains("code-");
    assertThat(String.join("\n", header)).contains("BLOCKED").contains("! irreversible: 1");
  }

  @Test
  void everyTruncationIsRefused() {
    String text = text(Planner.plan(SMALL.input()));
    for (int end = 0; end < text.length(); end++) {
      refused(text.substring(0, end));
    }
  }

  @Test
  void aFlippedBitInAnyByteIsRefused() {
    byte[] bytes = text(Planner.plan(SMALL.input())).getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < bytes.length; i++) {
      for (int bit = i % 4; bit < 8; bit += 4) {
        bytes[i] ^= (byte) (1 << bit);
        refused(new String(bytes, StandardCharsets.UTF_8));
        bytes[i] ^= (byte) (1 << bit);
      }
    }
  }

  /**
   * Whoever changes a plan and its digest too gets at most a plan that passes the checks, and that
   * says what it does.
   */
  @Test
  void aForgedDigestDoesNotCarryABrokenPlan() {
    long seed = 99;
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    List<String> lines = text(Planner.plan(SMALL.input())).lines().toList();
    for (int i = 0; i < 4_000; i++) {
      java.util.ArrayList<String> forged =
          new java.util.ArrayList<>(lines.subList(0, lines.size() - 1));
      int at = random.nextInt(forged.size());
      switch (random.nextInt(4)) {
        case 0 -> forged.remove(at);
        case 1 -> forged.add(at, forged.get(random.nextInt(forged.size())));
        case 2 -> java.util.Collections.swap(forged, at, random.nextInt(forged.size()));
        default -> {
          StringBuilder line = new StringBuilder(forged.get(at));
          if (!line.isEmpty()) {
            line.setCharAt(random.nextInt(line.length()), (char) (32 + random.nextInt(95)));
          }
          forged.set(at, line.toString());
        }
      }
      String text = sealed(forged);
      try {
        Plan read = PlanFile.read(new StringReader(text));
        assertThat(dev.migrator.plan.sanity.SanityChecks.violations(read)).isEmpty();
        assertThat(formerly(withoutComments(text(read))))
            .isEqualTo(formerly(withoutComments(text)));
      } catch (ProblemException e) {
        assertThat(e.problem().code()).isEqualTo(ErrorCode.M1003);
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "kind: Plan                     | kind: Migration                        | expected here:"
            + " kind: Plan",
        "v1alpha1                       | v1beta1                                | expected here:"
            + " apiVersion",
        "\"copy:Namespace//shop\"}      | \"copy:Namespace//shop\", \"x\": 1}    | no field x is"
            + " expected here",
        "\"class\": \"loss\"            | \"class\": \"lost\"                    | lost is none of",
        "[\"drain:CronJob               | [\"drian:CronJob                       | not a step"
            + " above",
        "\"phase\": \"recreate\"        | \"phase\": \"copy\"                    | not written the"
            + " way",
        "\"leftOut\": 1                 | \"leftOut\": 2                         | leftOut has 1"
            + " lines, not 2",
        "\"class\": \"duplication\"     | \"class\": \"loss\"                    |"
            + " EveryObjectHasSteps",
        "[\"gate:afterCopy\"]           | [\"copy:Namespace//shop\"]             | DeleteAfterGate",
        "[\"drain:CronJob.batch/shop/billing\"]  | [\"gate:afterCopy\"]          |"
            + " CreateAfterProvenAbsent",
        "\"resourceVersion\": \"101\"   | \"digest\": \"00000000000000000000000000000000\" |"
            + " NoDigestOfSecrets",
        "\"prod-old\"                   | \"prod\\u002dold\"                     | not written the"
            + " way",
        "Pod/shop/web-1                 | Secret/shop/key                        | planned, or left"
            + " out twice",
      })
  void whatIsBrokenIsNamedWithItsLine(String what, String by, String why) {
    String text = text(Planner.plan(SMALL.input()));
    assertThat(text).contains(what);
    List<String> forged = text.replace(what, by).replace("[ ", "[").lines().toList();
    ProblemException refused = refused(sealed(forged.subList(0, forged.size() - 1)));
    assertThat(refused.problem().why()).contains(why);
  }

  /** Older builds did not write how the source was read: it is seen by what else stands there. */
  @Test
  void thePlanOfAnOlderBuildIsRead() {
    Plan plan =
        Planner.plan(
            new PlanInputs()
                .object("Namespace//shop", LOSS)
                .object("Secret/shop/sh.helm.release.v1.web.v1", LOSS)
                .input());
    Plan now =
        new Plan(
            plan.source(),
            plan.target(),
            plan.keyCheck(),
            plan.settings(),
            new Reading(true, List.of(), List.of("foo.example.com/v1", "nodes.metrics.k8s.io")),
            plan.objects(),
            plan.steps(),
            plan.leftOut(),
            List.of(
                unread("foo.example.com/v1: not read, as asked for: 503"),
                unread("nodes.metrics.k8s.io: not read, it holds nothing to move")));
    String text = text(now);
    assertThat(text)
        .contains(
            "\nreading: {\"helmReleases\": true, \"unread\": [\"foo.example.com/v1\","
                + " \"nodes.metrics.k8s.io\"]}\n");
    assertThat(PlanFile.read(new StringReader(text))).isEqualTo(now);
    List<String> older = formerly(text).lines().toList();
    assertThat(PlanFile.read(new StringReader(sealed(older.subList(0, older.size() - 1)))))
        .isEqualTo(now);
  }

  private static Finding unread(String message) {
    return new Finding(Severity.NOTE, FindingCode.NOT_READ, Optional.empty(), message, "");
  }

  /** Without the line that older builds did not write. */
  private static String formerly(String text) {
    return text.replaceAll("(?m)^reading: .*\n", "");
  }

  @Test
  void otherLineEndsAreNamed() {
    assertThat(refused(text(Planner.plan(SMALL.input())).replace("\n", "\r\n")).problem().why())
        .contains("line ends");
  }

  private static ProblemException refused(String text) {
    ProblemException refused =
        catchThrowableOfType(ProblemException.class, () -> PlanFile.read(new StringReader(text)));
    assertThat(refused).isNotNull();
    assertThat(refused.problem().code()).isEqualTo(ErrorCode.M1003);
    assertThat(refused.problem().what()).matches("the plan file is broken at line \\d+");
    return refused;
  }

  private static String sealed(List<String> lines) {
    String body = String.join("\n", lines) + "\n";
    return body + "digest: \"" + Digest.ofBytes(body.getBytes(StandardCharsets.UTF_8)) + "\"\n";
  }

  private static String withoutComments(String text) {
    return text.replaceAll("(?m)^#.*\n", "").replaceAll("digest: \"\\w+\"\n$", "");
  }

  private static String text(Plan plan) {
    StringBuilder out = new StringBuilder();
    PlanFile.write(plan, out);
    return out.toString();
  }
}
