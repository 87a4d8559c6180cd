package dev.migrator.plan.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.plan.Finding;
import dev.migrator.plan.FindingCode;
import dev.migrator.plan.LeftOut;
import dev.migrator.plan.Plan;
import dev.migrator.plan.Severity;
import dev.migrator.planner.PlanInput;
import dev.migrator.planner.PlanInputs;
import dev.migrator.planner.Planner;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a person must know of a plan, however large, stands in its first lines. */
class PlanHeaderTest {

  private static PlanInput large() {
    PlanInput input = PlanInputs.random(new Random(0xBEEF), 10_000);
    List<Finding> findings = new java.util.ArrayList<>(input.findings());
    for (Severity severity : Severity.values()) {
      for (int i = 0; i < 2_000; i++) {
        findings.add(
            new Finding(
                severity,
                "kind-of-finding-" + i % 40,
                Optional.of(input.candidates().get(i).ref()),
                "something worth a line ".repeat(1 + i % 20),
                ""));
      }
    }
    List<LeftOut> leftOut = new java.util.ArrayList<>(input.leftOut());
    for (int i = 0; i < 3_000; i++) {
      leftOut.add(new LeftOut(PlanInputs.ref("Event/ns7/left-" + i), "reason number " + i % 50));
    }
    return new PlanInput(
        input.source(),
        input.target(),
        input.keyCheck(),
        input.settings(),
        input.reading(),
        input.candidates().size() + leftOut.size(),
        input.candidates(),
        leftOut,
        input.order(),
        input.dependencies(),
        input.autoscaled(),
        input.refusals(),
        findings);
  }

  @Test
  void tenThousandObjectsAreReadableInFortyLines() {
    Plan plan = Planner.plan(large());
    List<String> header = PlanHeader.of(plan);
    assertThat(header).hasSizeLessThanOrEqualTo(40);
    assertThat(header).allMatch(line -> line.length() <= 163, "fits a wide screen");
    assertThat(header.get(1)).startsWith("FROM prod-old").contains("TO prod-new");
    assertThat(header.get(2)).contains("objects").contains("left out");
    int blocked = indexOf(header, "BLOCKED");
    int warnings = indexOf(header, "Warnings");
    int unproven = indexOf(header, "! not provable");
    int irreversible = indexOf(header, "! irreversible");
    assertThat(List.of(blocked, warnings, unproven, irreversible)).isSorted().allMatch(i -> i > 3);
    assertThat(irreversible).as("last").isGreaterThan(header.size() - 7);
    assertThat(PlanHeader.of(Planner.plan(large()))).isEqualTo(header);
  }

  /** The alphabet is no reason to hide what destroys something. */
  @Test
  void whatCanDestroySomethingIsNeverCut() {
    List<Finding> findings = new java.util.ArrayList<>();
    for (FindingCode code : FindingCode.values()) {
      findings.add(
          new Finding(
              code.severity(),
              code.id(),
              Optional.of(PlanInputs.ref("ConfigMap/ns/" + code.id())),
              "about " + code.id(),
              ""));
    }
    PlanInput input = PlanInputs.random(new Random(11), 50);
    Plan plan =
        Planner.plan(
            new PlanInput(
                input.source(),
                input.target(),
                input.keyCheck(),
                input.settings(),
                input.reading(),
                input.candidates().size(),
                input.candidates(),
                List.of(),
                input.order(),
                input.dependencies(),
                input.autoscaled(),
                input.refusals(),
                findings));
    String header = String.join("\n", PlanHeader.of(plan));
    for (FindingCode code : FindingCode.values()) {
      if (code.harm().isNeverCut() && code.severity() != Severity.NOTE) {
        assertThat(header).contains("  " + code.id() + " ");
      }
    }
    assertThat(header).contains("more kinds");
  }

  @Test
  void oneIsOne() {
    Plan plan = Planner.plan(PlanInputs.random(new Random(7), 1));
    assertThat(plan.objects()).hasSize(1);
    assertThat(PlanHeader.of(plan))
        .anyMatch(line -> line.contains("; 1 object, "))
        .noneMatch(
            line ->
                line.matches("(.*[^0-9,.])?1 (objects|steps|times|reasons|kinds|more .*s)\\b.*"));
  }

  private static int indexOf(List<String> header, String start) {
    for (int i = 0; i < header.size(); i++) {
      if (header.get(i).startsWith(start)) {
        return i;
      }
    }
    return -1;
  }
}
