package dev.migrator.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.cluster.ClusterIdentity;
import dev.migrator.migration.Migration;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Plan;
import dev.migrator.plan.Reading;
import dev.migrator.plan.Step;
import dev.migrator.plan.StepId;
import dev.migrator.plan.Verb;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Where an object is by what is known of its steps. */
class LifecycleTest {

  private static final ObjectRef BILLING = ObjectRef.parse("CronJob.batch/shop/billing");
  private static final ObjectRef WEB = ObjectRef.parse("Deployment.apps/shop/web");

  private static final List<Step> STEPS =
      List.of(
          new Step.OnObject(Verb.COPY, WEB, List.of()),
          new Step.OnObject(Verb.QUIESCE, BILLING, List.of()),
          new Step.OnObject(Verb.DRAIN, BILLING, List.of()),
          new Step.OnObject(Verb.DELETE, BILLING, List.of()),
          new Step.OnObject(Verb.PROVE_ABSENT, BILLING, List.of()),
          new Step.OnObject(Verb.CREATE_INERT, BILLING, List.of()),
          new Step.OnObject(Verb.ACTIVATE, BILLING, List.of()));

  private static final List<Verb> WAY =
      List.of(
          Verb.QUIESCE,
          Verb.DRAIN,
          Verb.DELETE,
          Verb.PROVE_ABSENT,
          Verb.CREATE_INERT,
          Verb.ACTIVATE);

  private final Records records = new Records();

  private static final class Records implements StepRecords {
    private final Map<StepId, StepStatus> status = new HashMap<>();
    private final Map<StepId, Map<String, String>> details = new HashMap<>();

    @Override
    public StepStatus status(StepId step) {
      return status.getOrDefault(step, StepStatus.NOT_STARTED);
    }

    @Override
    public Map<String, String> details(StepId step) {
      return details.getOrDefault(step, Map.of());
    }

    @Override
    public boolean isNewer(StepId one, StepId other) {
      return newer.equals(List.of(one, other));
    }

    private List<StepId> newer = List.of();
  }

  @Test
  void theWayBackIsThatOfWhatMayHaveHappened() {
    List<WayBack> announced = new ArrayList<>();
    List<WayBack> done = new ArrayList<>();
    for (Verb verb : WAY) {
      record(verb, StepStatus.IN_DOUBT);
      announced.add(billing().wayBack());
      assertThat(billing().isPaused()).isTrue();
      record(verb, StepStatus.DONE);
      done.add(billing().wayBack());
    }

    assertThat(announced)
        .containsExactly(
            WayBack.SET_GOING,
            WayBack.SET_GOING,
            WayBack.BRING_BACK,
            WayBack.BRING_BACK,
            WayBack.BRING_BACK,
            WayBack.BRING_BACK);
    assertThat(done)
        .containsExactly(
            WayBack.SET_GOING,
            WayBack.SET_GOING,
            WayBack.BRING_BACK,
            WayBack.BRING_BACK,
            WayBack.BRING_BACK,
            WayBack.MOVE_BACK);
  }

  @Test
  void aDeletionThatFailedMayHaveHappenedAllTheSame() {
    record(Verb.QUIESCE, StepStatus.DONE);
    record(Verb.DRAIN, StepStatus.DONE);
    record(Verb.DELETE, StepStatus.FAILED);

    assertThat(billing().stage()).isEqualTo(Stage.DRAINED);
    assertThat(billing().wayBack()).isEqualTo(WayBack.BRING_BACK);
    assertThat(billing().words()).isEqualTo("stopped and drained, at the source; delete failed");
  }

  @Test
  void whatEndedAtTheSourceIsNotAtTheTargetWhateverItsLastStepsSay() {
    WAY.forEach(verb -> record(verb, StepStatus.DONE));
    records.details.put(StepId.of(Verb.DRAIN, BILLING), Map.of(StepRecords.ENDED, "finished"));

    assertThat(billing().stage()).isEqualTo(Stage.ENDED);
    assertThat(billing().wayBack()).isEqualTo(WayBack.STAYS_DELETED);
    assertThat(Lifecycle.of(plan(), records).ended()).containsExactly(BILLING);
  }

  @Test
  void whatEndedHasGoneWhateverIsKnownOfItsDeletion() {
    record(Verb.DRAIN, StepStatus.DONE);
    records.details.put(StepId.of(Verb.DRAIN, BILLING), Map.of(StepRecords.ENDED, "finished"));
    record(Verb.DELETE, StepStatus.IN_DOUBT);
    assertThat(billing().wayBack()).isEqualTo(WayBack.BRING_BACK);

    record(Verb.PROVE_ABSENT, StepStatus.DONE);
    assertThat(billing().stage()).isEqualTo(Stage.ENDED);
    assertThat(billing().wayBack()).isEqualTo(WayBack.STAYS_DELETED);
  }

  @Test
  void whatWorksAtTheTargetCameThereWhateverIsKnownOfTheStepsBefore() {
    record(Verb.DELETE, StepStatus.IN_DOUBT);
    record(Verb.ACTIVATE, StepStatus.DONE);

    assertThat(billing().stage()).isEqualTo(Stage.ACTIVE);
    assertThat(billing().isPaused()).isFalse();
  }

  @Test
  void whatWasRolledBackIsNotInDoubtAndIsLookedAtAgain() {
    record(Verb.QUIESCE, StepStatus.IN_DOUBT);
    record(Verb.SET_BACK, StepStatus.DONE);

    assertThat(billing().stage()).isEqualTo(Stage.SET_BACK);
    assertThat(billing().isAtSource()).isTrue();
    assertThat(billing().wayBack()).isEqualTo(WayBack.SET_GOING);
  }

  @Test
  void whatWasStoppedStaysStoppedWhenASecondLookFails() {
    record(Verb.QUIESCE, StepStatus.FAILED);
    assertThat(billing().stage()).isEqualTo(Stage.UNTOUCHED);

    records.details.put(StepId.of(Verb.QUIESCE, BILLING), Map.of(StepRecords.STOPPED, ""));
    assertThat(billing().words()).isEqualTo("stopped, at the source; stop failed");
    assertThat(billing().isPaused()).isTrue();
    assertThat(billing().isAtSource()).isFalse();
  }

  @Test
  void whatIsStoppedOnceMoreIsNotSetBackAnyMore() {
    record(Verb.QUIESCE, StepStatus.DONE);
    record(Verb.DRAIN, StepStatus.FAILED);
    records.details.put(StepId.of(Verb.DRAIN, BILLING), Map.of(StepRecords.SET_BACK, ""));
    assertThat(billing().stage()).isEqualTo(Stage.SET_BACK);
    assertThat(billing().isPaused()).isFalse();

    records.newer = List.of(StepId.of(Verb.QUIESCE, BILLING), StepId.of(Verb.DRAIN, BILLING));
    assertThat(billing().words()).isEqualTo("stopped, at the source");
    assertThat(billing().isPaused()).isTrue();
  }

  @Test
  void aCopyIsRemovedAsSoonAsItMayBeThere() {
    StepId copy = StepId.of(Verb.COPY, WEB);
    assertThat(web().wayBack()).isEqualTo(WayBack.NOTHING);
    records.status.put(copy, StepStatus.IN_DOUBT);
    assertThat(web().wayBack()).isEqualTo(WayBack.REMOVE_COPY);
    records.status.put(copy, StepStatus.DONE);
    assertThat(web().stage()).isEqualTo(Stage.COPIED);
  }

  private void record(Verb verb, StepStatus status) {
    records.status.put(StepId.of(verb, BILLING), status);
  }

  private Position billing() {
    return Lifecycle.of(plan(), records).of(BILLING);
  }

  private Position web() {
    return Lifecycle.of(plan(), records).of(WEB);
  }

  private static Plan plan() {
    return new Plan(
        new ClusterIdentity("old", "uid-old", "v1.34.4"),
        new ClusterIdentity("new", "uid-new", "v1.36.3"),
        Optional.empty(),
        Migration.defaults(),
        Reading.ofAll(),
        List.of(),
        STEPS,
        List.of(),
        List.of());
  }
}
