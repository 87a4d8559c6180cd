package dev.migrator.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.cluster.ClusterIdentity;
import dev.migrator.journal.JournalRecord;
import dev.migrator.journal.JournalRecord.Ending;
import dev.migrator.journal.JournalRecord.OperatorDecision;
import dev.migrator.journal.JournalRecord.Result;
import dev.migrator.journal.JournalRecord.RunFinished;
import dev.migrator.journal.JournalRecord.StepIntended;
import dev.migrator.journal.JournalRecord.StepOutcome;
import dev.migrator.journal.JournalState;
import dev.migrator.journal.RunFile;
import dev.migrator.migration.Migration;
import dev.migrator.model.Digest;
import dev.migrator.model.Json;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Phase;
import dev.migrator.plan.Plan;
import dev.migrator.plan.Reading;
import dev.migrator.plan.Step;
import dev.migrator.plan.StepId;
import dev.migrator.plan.Verb;
import dev.migrator.report.DataUnderWay;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a person is told of a run that is in any state. */
class StatusReportTest {

  private static final Instant AT = Instant.parse("2026-03-02T08:00:00Z");
  private static final ObjectRef WEB = new ObjectRef("apps", "Deployment", "shop", "web");
  private static final ObjectRef BILLING = new ObjectRef("batch", "CronJob", "shop", "billing");
  private static final List<Step> STEPS =
      List.of(
          new Step.OnObject(Verb.COPY, WEB, List.of()),
          new Step.OnObject(Verb.AWAIT, WEB, Phase.COPY, List.of()),
          new Step.Gate(
              "afterCopy", List.of(new StepId("await:" + WEB), new StepId("copy:" + WEB))),
          new Step.OnObject(Verb.QUIESCE, BILLING, List.of()),
          new Step.OnObject(Verb.DRAIN, BILLING, List.of()),
          new Step.OnObject(Verb.DELETE, BILLING, List.of()),
          new Step.OnObject(Verb.PROVE_ABSENT, BILLING, List.of()),
          new Step.OnObject(Verb.CREATE_INERT, BILLING, List.of()),
          new Step.OnObject(Verb.ACTIVATE, BILLING, List.of()),
          new Step.Verify(List.of()));

  private final List<JournalRecord> records = new ArrayList<>();

  @Test
  void whoIsStoppedComesFirst() {
    done("copy:" + WEB, "await:" + WEB, "gate:afterCopy", "quiesce:" + BILLING);
    outcome("drain:" + BILLING, Result.FAILED, Map.of("code", "M2110", "why", "503"));
    records.add(new RunFinished(AT, Ending.BLOCKED));

    assertThat(report().lines())
        .containsExactly(
            "run r-1  old -> new",
            "blocked: 4 of 10 steps done, phase 2/4 hand over",
            "",
            "stopped, and working nowhere: 1",
            "  cronjob/shop/billing                             stopped, at the source; drain"
                + " failed",
            "",
            "failed: 1",
            "  draining cronjob/shop/billing at the source: M2110: 503",
            "",
            "  phase 1/4 copy         2 of 2",
            "  gate                   1 of 1",
            "  phase 2/4 hand over    1 of 4",
            "  phase 3/4 recreate     0 of 2",
            "  phase 4/4 verify       0 of 1",
            "",
            "hand over: 1",
            "  cronjob/shop/billing                             stopped, at the source; drain"
                + " failed",
            "",
            "Next:   migrator resume r-1");
  }

  @Test
  void everyPlaceOfAHandOverIsTold() {
    List<String> verbs = List.of("quiesce", "drain", "delete", "absent", "inert", "activate");
    List<String> places = new ArrayList<>(List.of(place()));
    for (String verb : verbs) {
      done(verb + ":" + BILLING);
      places.add(place());
    }

    assertThat(places)
        .containsExactly("untouched", "stopped", "drained", "deleted", "absent", "inert", "active");
    assertThat(status().stopped()).isEmpty();
  }

  @Test
  void whatWasSetBackIsNotCalledStopped() {
    done("quiesce:" + BILLING);
    outcome(
        "drain:" + BILLING,
        Result.FAILED,
        Map.of("code", "M2104", "why", "job runs", "setBack", ""));

    assertThat(place()).isEqualTo("set_back");
    assertThat(status().stopped()).isEmpty();
    assertThat(status().failures()).hasSize(1);
  }

  @Test
  void anIntentWithoutAnOutcomeIsInDoubt() {
    done("quiesce:" + BILLING, "drain:" + BILLING);
    records.add(
        new StepIntended(AT, new StepId("delete:" + BILLING), "uid", "7", Optional.empty()));

    assertThat(place()).isEqualTo("in_doubt");
    assertThat(status().anythingDeleted()).isTrue();
    assertThat(report().state()).isEqualTo("interrupted");
    assertThat(report().isEnded()).isFalse();
    assertThat(String.join("\n", report().lines()))
        .contains("in doubt (resume looks at both clusters to find out): 1");
  }

  @Test
  void whoWorksOnTheRunIsNamedAndNotResumed() {
    done("copy:" + WEB);
    StatusReport at = report(Optional.of("pid 7 on build-3 (apply)"));
    assertThat(at.state()).isEqualTo("running");
    assertThat(at.head().path("heldBy").asText()).isEqualTo("pid 7 on build-3 (apply)");
    assertThat(at.lines())
        .contains("at work: pid 7 on build-3 (apply)")
        .endsWith("Next:   migrator status r-1 --watch");
    done("await:" + WEB);
    assertThat(report(Optional.of("pid 7")).lines())
        .endsWith("Next:   migrator approve r-1 --gate afterCopy");

    assertThat(report().state()).isEqualTo("interrupted");
    assertThat(report().head().path("heldBy").asText()).isEmpty();
    assertThat(String.join("\n", report().lines()))
        .doesNotContain("at work")
        .contains("Next:   migrator resume r-1");
  }

  /** Data that is being copied is at work, not in doubt. */
  @Test
  void dataUnderWaySaysWhatItWaitsFor() {
    Step.OnObject precopy =
        new Step.OnObject(
            Verb.PRECOPY, ObjectRef.core("PersistentVolumeClaim", "shop", "db"), List.of());
    records.add(new StepIntended(AT, precopy.id(), "uid", "7", Optional.empty()));
    records.add(
        new StepIntended(AT, new StepId("delete:" + BILLING), "uid", "7", Optional.empty()));
    StatusReport at =
        new StatusReport(
            run(),
            status(),
            AfterTheRun.only(Optional.of("pid 7")),
            List.of(new DataUnderWay(precopy.object(), precopy, "copying it: pod/a is Pending")));
    assertThat(at.lines())
        .containsSubsequence("data under way: 1", "  copying it: pod/a is Pending")
        .contains("in doubt (resume looks at both clusters to find out): 1");
    assertThat(Objects.requireNonNull(at.lists().get("data")).map(Json::text).toList())
        .containsExactly(
            "{\"ref\":{\"group\":\"\",\"kind\":\"PersistentVolumeClaim\",\"namespace\":\"shop\","
                + "\"name\":\"db\"},\"step\":\"precopy:PersistentVolumeClaim/shop/db\","
                + "\"words\":\"copying it: pod/a is Pending\"}");
    assertThat(String.join("\n", report().lines())).doesNotContain("data under way");
  }

  @Test
  void aGateWaitsWhenAllBeforeItIsDoneAndNobodyOpenedIt() {
    assertThat(status().waitingGate()).isEmpty();
    done("copy:" + WEB, "await:" + WEB);
    records.add(new RunFinished(AT, Ending.WAITING));

    assertThat(status().waitingGate()).contains("afterCopy");
    assertThat(report().state()).isEqualTo("waiting at gate afterCopy");
    assertThat(report().lines().getLast())
        .isEqualTo("Next:   migrator resume r-1 --approve-gate afterCopy");
    records.add(new OperatorDecision(AT, "gate:afterCopy", "open"));
    assertThat(status().waitingGate()).isEmpty();
  }

  @Test
  void aRunThatHasNotBegunIsAllThere() {
    assertThat(status().done()).isZero();
    assertThat(status().notStarted()).isEqualTo(10);
    assertThat(status().phase()).isEqualTo(Phase.COPY);
    assertThat(status().stopped()).isEmpty();
  }

  @Test
  void machinesGetTheSame() {
    done("copy:" + WEB, "quiesce:" + BILLING);

    assertThat(report().head().path("done").asInt()).isEqualTo(2);
    assertThat(report().head().path("steps").asInt()).isEqualTo(10);
    assertThat(Objects.requireNonNull(report().lists().get("handOvers")).map(Json::text).toList())
        .containsExactly(
            "{\"ref\":{\"group\":\"batch\",\"kind\":\"CronJob\",\"namespace\":\"shop\","
                + "\"name\":\"billing\"},\"place\":\"stopped\",\"failed\":\"\"}");
  }

  private String place() {
    return status().handOvers().values().iterator().next().label();
  }

  private void done(String... steps) {
    for (String step : steps) {
      outcome(step, Result.DONE, Map.of());
    }
  }

  private void outcome(String step, Result result, Map<String, String> details) {
    records.add(new StepOutcome(AT, new StepId(step), result, details));
  }

  private RunStatus status() {
    return new RunStatus(plan(), JournalState.of(records));
  }

  private StatusReport report() {
    return report(Optional.empty());
  }

  private StatusReport report(Optional<String> worker) {
    return new StatusReport(run(), status(), AfterTheRun.only(worker));
  }

  private static RunFile run() {
    return new RunFile(
        "r-1",
        AT,
        Digest.ofBytes(new byte[0]),
        new RunFile.Login(Optional.empty(), "old"),
        new RunFile.Login(Optional.empty(), "new"),
        Map.of());
  }

  private static Plan plan() {
    return new Plan(
        new ClusterIdentity("old", "uid-old", "v1.34.4"),
        new ClusterIdentity("new", "uid-new", "v1.36.3"),
        java.util.Optional.empty(),
        Migration.defaults(),
        Reading.ofAll(),
        List.of(),
        STEPS,
        List.of(),
        List.of());
  }
}
