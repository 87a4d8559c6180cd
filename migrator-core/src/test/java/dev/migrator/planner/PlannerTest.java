package dev.migrator.planner;

import static dev.migrator.graph.Reference.Condition.APPLIED;
import static dev.migrator.graph.Reference.Condition.CURRENT;
import static dev.migrator.graph.Reference.Strength.HARD;
import static dev.migrator.graph.Reference.Strength.SOFT;
import static dev.migrator.model.Protection.DUPLICATION;
import static dev.migrator.model.Protection.LOSS;
import static dev.migrator.model.Protection.NONE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.classify.Verdict;
import dev.migrator.migration.Migration;
import dev.migrator.migration.MigrationFile;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Problem;
import dev.migrator.plan.Finding;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.Severity;
import dev.migrator.plan.Step;
import dev.migrator.plan.StepId;
import dev.migrator.plan.file.PlanFile;
import dev.migrator.planner.Candidate.AtTarget;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PlannerTest {

  private static final String NS = "Namespace//shop";
  private static final String WEB = "Deployment.apps/shop/web";
  private static final String BILLING = "CronJob.batch/shop/billing";
  private static final String CONFIG = "ConfigMap/shop/config";

  @Test
  void eachClassHasItsSteps() {
    PlanInputs inputs =
        new PlanInputs()
            .object(NS, LOSS)
            .object(CONFIG, DUPLICATION)
            .object(WEB, LOSS)
            .object(BILLING, DUPLICATION)
            .object("Deployment.apps/shop/toy", NONE);
    for (String ref : List.of(CONFIG, WEB, BILLING, "Deployment.apps/shop/toy")) {
      inputs.needs(ref, NS, HARD, APPLIED);
    }
    assertThat(steps(inputs))
        .isEqualTo(
            """
            copy copy:Namespace//shop
            copy copy:Deployment.apps/shop/web <- copy:Namespace//shop
            copy await:Deployment.apps/shop/web <- copy:Deployment.apps/shop/web
            gate gate:afterCopy <- 3
            hand over quiesce:ConfigMap/shop/config <- gate:afterCopy
            hand over drain:ConfigMap/shop/config <- quiesce:ConfigMap/shop/config
            hand over delete:ConfigMap/shop/config <- drain:ConfigMap/shop/config
            hand over absent:ConfigMap/shop/config <- delete:ConfigMap/shop/config
            recreate inert:ConfigMap/shop/config <- absent:ConfigMap/shop/config copy:Namespace//shop
            recreate activate:ConfigMap/shop/config <- inert:ConfigMap/shop/config
            hand over quiesce:CronJob.batch/shop/billing <- gate:afterCopy
            hand over drain:CronJob.batch/shop/billing <- quiesce:CronJob.batch/shop/billing
            hand over delete:CronJob.batch/shop/billing <- drain:CronJob.batch/shop/billing
            hand over absent:CronJob.batch/shop/billing <- delete:CronJob.batch/shop/billing
            recreate inert:CronJob.batch/shop/billing <- absent:CronJob.batch/shop/billing copy:Namespace//shop
            recreate activate:CronJob.batch/shop/billing <- inert:CronJob.batch/shop/billing
            gate gate:afterRecreate <- 16
            recreate create:Deployment.apps/shop/toy <- copy:Namespace//shop gate:afterRecreate
            recreate await:Deployment.apps/shop/toy <- create:Deployment.apps/shop/toy
            verify verify:target <- 19
            """);
  }

  @Test
  void withoutPipelineEveryDeleteComesBeforeEveryRecreation() {
    PlanInputs inputs =
        new PlanInputs()
            .object(BILLING, DUPLICATION)
            .object(CONFIG, DUPLICATION)
            .settings(MigrationFile.read("handover: {pipelined: false}"));
    assertThat(steps(inputs).lines().map(l -> l.replaceAll(" <-.*", "")))
        .containsExactly(
            "gate gate:afterCopy",
            "hand over quiesce:" + BILLING,
            "hand over drain:" + BILLING,
            "hand over delete:" + BILLING,
            "hand over absent:" + BILLING,
            "hand over quiesce:" + CONFIG,
            "hand over drain:" + CONFIG,
            "hand over delete:" + CONFIG,
            "hand over absent:" + CONFIG,
            "gate gate:afterHandOver",
            "recreate inert:" + BILLING,
            "recreate activate:" + BILLING,
            "recreate inert:" + CONFIG,
            "recreate activate:" + CONFIG,
            "verify verify:target");
    assertThat(steps(inputs))
        .contains("inert:" + BILLING + " <- absent:" + BILLING + " gate:afterHandOver\n");
  }

  @Test
  void whatNeedsSomethingCurrentWaitsForItOnlyIfItWasReady() {
    for (String why : List.of("", "1 of 3 ready")) {
      PlanInputs inputs =
          new PlanInputs().notReady(WEB, LOSS, why).object("Service/shop/web", LOSS);
      inputs.needs("Service/shop/web", WEB, SOFT, CURRENT);
      Plan plan = Planner.plan(inputs.input());
      assertThat(steps(plan))
          .contains("copy copy:Service/shop/web <- " + (why.isEmpty() ? "await:" : "copy:") + WEB);
      assertThat(steps(plan).contains("await:" + WEB)).isEqualTo(why.isEmpty());
      assertThat(codes(plan))
          .isEqualTo(
              why.isEmpty()
                  ? List.of()
                  : List.of("needs-what-is-not-ready", "not-ready-at-source"));
    }
  }

  @Test
  void whatToleratesAllIsCopiedEarlyWhereSomethingNeedsIt() {
    PlanInputs inputs =
        new PlanInputs()
            .object("Secret/shop/base", NONE)
            .object(CONFIG, NONE)
            .object("ConfigMap/shop/other", NONE)
            .object(WEB, LOSS)
            .needs(WEB, CONFIG, SOFT, APPLIED)
            .needs(CONFIG, "Secret/shop/base", SOFT, APPLIED);
    Plan plan = Planner.plan(inputs.input());
    assertThat(steps(plan))
        .contains(
            "copy copy:Secret/shop/base\n",
            "copy copy:ConfigMap/shop/config <- copy:Secret/shop/base\n")
        .contains("recreate create:ConfigMap/shop/other <- gate:afterCopy\n");
    assertThat(codes(plan)).containsExactly("copied-early", "copied-early");
  }

  @Test
  void aWorkloadIsNotPulledForwardByASelector() {
    PlanInputs inputs =
        new PlanInputs()
            .object(WEB, NONE)
            .object("Service/shop/web", LOSS)
            .needs("Service/shop/web", WEB, SOFT, APPLIED);
    assertThat(steps(inputs)).contains("copy copy:Service/shop/web\n", "create:" + WEB);
  }

  @Test
  void lossIntolerantThatNeedsWhatIsHandedOverComesAfterIt() {
    PlanInputs inputs =
        new PlanInputs()
            .object(CONFIG, DUPLICATION)
            .object(WEB, LOSS)
            .object("HorizontalPodAutoscaler.autoscaling/shop/web", LOSS)
            .object("Ingress.networking.k8s.io/shop/web", LOSS)
            .needs(WEB, CONFIG, SOFT, APPLIED)
            .needs("HorizontalPodAutoscaler.autoscaling/shop/web", WEB, HARD, APPLIED)
            .needs("Ingress.networking.k8s.io/shop/web", CONFIG, SOFT, APPLIED);
    Plan plan = Planner.plan(inputs.input());
    assertThat(steps(plan))
        .contains("create:" + WEB + " <- gate:afterCopy inert:" + CONFIG + "\n")
        .contains(
            "create:HorizontalPodAutoscaler.autoscaling/shop/web <- create:"
                + WEB
                + " gate:afterCopy\n")
        .contains("copy copy:Ingress.networking.k8s.io/shop/web\n");
    assertThat(codes(plan)).containsExactly("created-late", "created-late", "without-dependency");
  }

  @Test
  void whatValidatesComesAfterEverythingThatItMayRefuse() {
    String webhook = "ValidatingWebhookConfiguration.admissionregistration.k8s.io//guard";
    PlanInputs inputs =
        new PlanInputs()
            .object(NS, LOSS)
            .object(WEB, LOSS)
            .object(BILLING, DUPLICATION)
            .object(CONFIG, NONE)
            .object(webhook, LOSS)
            .object("MutatingWebhookConfiguration.admissionregistration.k8s.io//helper", LOSS);
    Plan plan = Planner.plan(inputs.input());
    List<String> ids = plan.steps().stream().map(s -> s.id().text()).toList();
    assertThat(ids.subList(ids.size() - 3, ids.size()))
        .containsExactly("create:" + CONFIG, "create:" + webhook, "verify:target");
    assertThat(
            ids.indexOf("copy:MutatingWebhookConfiguration.admissionregistration.k8s.io//helper"))
        .isBetween(0, ids.indexOf("gate:afterCopy"));
    assertThat(plan.findings()).anyMatch(f -> f.code().equals("validates-last"));
  }

  /** A Job of hours does not hold a policy that cannot refuse it. */
  @Test
  void whatValidatesWaitsOnlyForWhatItMayRefuse() {
    String policy = "ValidatingAdmissionPolicyBinding.admissionregistration.k8s.io//b";
    String job = "Job.batch/other/long";
    String db = "StatefulSet.apps/shop/db";
    String toy = "Deployment.apps/shop/toy";
    PlanInputs inputs =
        new PlanInputs()
            .object(NS, LOSS)
            .object(BILLING, DUPLICATION)
            .object(db, DUPLICATION)
            .object(job, DUPLICATION)
            .object(toy, NONE)
            .object(CONFIG, NONE)
            .object(policy, LOSS)
            .mayRefuse(policy, NS, BILLING, db, toy);
    assertThat(steps(inputs))
        .contains(
            "create:%s <- activate:%s await:%s await:%s gate:afterCopy\n"
                .formatted(policy, BILLING, toy, db))
        .contains("gate gate:afterRecreate <- ");
    assertThat(steps(inputs.mayRefuse(policy, job)))
        .contains("<- activate:" + BILLING)
        .contains("activate:" + job + " await:");
  }

  @Test
  void whereSomebodyLooksAtWhatWasHandedOverWhatValidatesWaitsForHim() {
    String policy = "ValidatingAdmissionPolicyBinding.admissionregistration.k8s.io//b";
    for (String asked :
        List.of(
            "gates: {afterRecreate: manual}", "hooks: {afterRecreate: {command: [\"look\"]}}")) {
      PlanInputs inputs =
          new PlanInputs()
              .object(BILLING, DUPLICATION)
              .object(policy, LOSS)
              .mayRefuse(policy)
              .settings(MigrationFile.read(asked));
      assertThat(steps(inputs)).contains("create:" + policy + " <- gate:afterRecreate");
    }
  }

  /** Needs grow with the objects, and not with the product of objects and policies. */
  @Test
  void whatMayRefuseVeryManyWaitsForOneGate() {
    PlanInputs inputs = new PlanInputs();
    List<String> policies = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      policies.add("ValidatingAdmissionPolicyBinding.admissionregistration.k8s.io//b" + i);
    }
    String narrow = policies.removeLast();
    int objects = Validations.MOST + 1;
    for (int i = 0; i < objects; i++) {
      inputs.object("Job.batch/shop/j" + i, DUPLICATION);
      inputs.object("ConfigMap/shop/c" + i, NONE);
    }
    policies.forEach(policy -> inputs.object(policy, LOSS));
    inputs.object(narrow, LOSS).mayRefuse(narrow, "Job.batch/shop/j0");
    Plan plan = Planner.plan(inputs.input());
    for (String policy : policies) {
      assertThat(steps(plan))
          .contains("create:" + policy + " <- gate:afterCopy gate:beforePolicies\n");
    }
    assertThat(steps(plan))
        .contains("create:" + narrow + " <- activate:Job.batch/shop/j0 gate:afterCopy\n")
        .contains("gate gate:beforePolicies <- " + (7 * objects + 2) + "\n");
    int single =
        plan.steps().stream()
            .filter(s -> s instanceof Step.OnObject)
            .mapToInt(s -> s.needs().size())
            .sum();
    assertThat(single).isLessThan(20 * objects);
    StringBuilder text = new StringBuilder();
    Object unused = PlanFile.write(plan, text);
    assertThat(PlanFile.read(new StringReader(text.toString())).steps()).isEqualTo(plan.steps());
  }

  @Test
  void dependantsLeaveTheSourceFirstAndArriveLast() {
    PlanInputs inputs =
        new PlanInputs()
            .object(CONFIG, DUPLICATION)
            .object(BILLING, DUPLICATION)
            .needs(BILLING, CONFIG, SOFT, APPLIED);
    assertThat(steps(inputs))
        .contains("delete:" + CONFIG + " <- absent:" + BILLING + " drain:" + CONFIG + "\n")
        .contains("inert:" + BILLING + " <- absent:" + BILLING + " inert:" + CONFIG + "\n");
  }

  @Test
  void undecidedAndIllegalObjectsBlockAndSayTheWayOut() {
    PlanInputs inputs =
        new PlanInputs()
            .with(
                "StatefulSet.apps/shop/db",
                new Verdict.Undecided("it may hold state"),
                "",
                new AtTarget.Absent())
            .with(
                WEB,
                new Verdict.Illegal(
                    Problem.of(ErrorCode.M1108, "both", "no system can", "split it")),
                "",
                new AtTarget.Absent());
    Plan plan = Planner.plan(inputs.input());
    assertThat(plan.isBlocked()).isTrue();
    assertThat(plan.objects()).isEmpty();
    assertThat(plan.leftOut()).hasSize(2);
    assertThat(plan.findings()).extracting(Finding::code).containsExactly("M1102", "M1108");
    assertThat(plan.findings().getFirst().remedy())
        .matches(
            "kubectl --context \\S+ label statefulset.apps db -n shop"
                + " migrator.dev/protect-from=duplication   \\(.*")
        .contains("--default-for undecided=");
    assertThat(plan.findings().getLast().remedy()).isEqualTo("split it");
  }

  @Test
  void whatTheTargetHasIsAdoptedOrBlocks() {
    Verdict loss = new Verdict.Decided(LOSS, "label");
    Verdict once = new Verdict.Decided(DUPLICATION, "label");
    PlanInputs inputs =
        new PlanInputs()
            .with(CONFIG, loss, "", new AtTarget.Equal())
            .with(WEB, loss, "", new AtTarget.Different(List.of("spec.replicas")))
            .with(BILLING, once, "", new AtTarget.Equal());
    Plan plan = Planner.plan(inputs.input());
    assertThat(plan.objects()).filteredOn(PlannedObject::alreadyThere).hasSize(2);
    assertThat(plan.findings())
        .extracting(f -> f.code() + " " + f.object().orElseThrow() + " " + f.message())
        .anyMatch(f -> f.startsWith("M1105 " + WEB) && f.contains("spec.replicas"))
        .anyMatch(f -> f.startsWith("M1105 " + BILLING) && f.contains("twice"))
        .hasSize(2);
  }

  @Test
  void nothingThatHoldsOthersIsDeleted() {
    for (String ref :
        List.of(
            NS,
            "PersistentVolumeClaim/shop/data",
            "CustomResourceDefinition.apiextensions.k8s.io//a.b")) {
      Plan labelled = Planner.plan(new PlanInputs().object(ref, DUPLICATION).input());
      // The label of a namespace speaks for what is in it.
      assertThat(labelled.isBlocked()).isEqualTo(!ref.equals(NS));
      assertThat(steps(labelled)).doesNotContain("delete:");
      PlanInputs inherited =
          new PlanInputs()
              .with(
                  ref,
                  new Verdict.Decided(DUPLICATION, "namespace label"),
                  "",
                  new AtTarget.Absent());
      assertThat(Planner.plan(inherited.input()).isBlocked()).isFalse();
    }
  }

  @Test
  void twoObjectsThatWouldShareANameBlock() {
    Migration settings = MigrationFile.read("mappings: {namespaces: {a: c, b: c}}");
    PlanInputs inputs =
        new PlanInputs()
            .object("ConfigMap/a/x", LOSS)
            .object("ConfigMap/b/x", LOSS)
            .settings(settings);
    assertThat(Planner.plan(inputs.input()).findings())
        .extracting(Finding::code)
        .containsExactly("M1105");
  }

  @Test
  void everyRandomInputGivesAPlanThatPassesAllChecks() {
    long seed = 4711;
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    for (int i = 0; i < 400; i++) {
      PlanInput input = PlanInputs.random(random, random.nextInt(60));
      Plan plan = Planner.plan(input);
      assertThat(Planner.plan(input)).isEqualTo(plan);
      assertThat(plan.findings()).isSortedAccordingTo(Finding.PLAN_ORDER).doesNotHaveDuplicates();
    }
  }

  private static String steps(PlanInputs inputs) {
    return steps(Planner.plan(inputs.input()));
  }

  private static String steps(Plan plan) {
    return plan.steps().stream()
        .map(
            s -> {
              String needs = s.needs().stream().map(StepId::text).collect(Collectors.joining(" "));
              boolean all = s instanceof Step.Gate || s instanceof Step.Verify;
              return s.phase().label()
                  + " "
                  + s.id()
                  + (s.needs().isEmpty() ? "" : " <- " + (all ? "" + s.needs().size() : needs))
                  + "\n";
            })
        .collect(Collectors.joining());
  }

  private static List<String> codes(Plan plan) {
    return plan.findings().stream()
        .filter(f -> f.severity() != Severity.BLOCKER)
        .map(Finding::code)
        .sorted()
        .toList();
  }
}
