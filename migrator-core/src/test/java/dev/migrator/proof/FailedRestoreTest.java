package dev.migrator.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.fault.Fault;
import dev.migrator.cluster.fault.Request;
import dev.migrator.journal.JournalRecord.StepOutcome;
import dev.migrator.journal.JournalState;
import dev.migrator.lifecycle.Lifecycle;
import dev.migrator.lifecycle.Position;
import dev.migrator.lifecycle.StepStatus;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.StepId;
import dev.migrator.plan.Verb;
import dev.migrator.plans.PlanCase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the journal says of an object that could not be created at the source again. */
@Timeout(120)
class FailedRestoreTest {

  private static final Duration LATE = Duration.ofSeconds(70);

  /** A create that may still arrive is not known to have failed. */
  @Test
  void aCreateWithoutAnAnswerStaysInDoubt() {
    Rehearsal rehearsal = new Rehearsal(Scenes.named("cron"));
    Rehearsal.End died =
        rehearsal.run(
            request ->
                isCreate(request, "target") && request.resource().startsWith("cronjobs")
                    ? new Fault.Crash(Fault.Crash.Moment.BEFORE_SEND)
                    : new Fault.None());
    assertThat(died).isInstanceOf(Rehearsal.End.Died.class);
    rehearsal.processIsKilled();
    assertThat(rehearsal.inTransit()).isNotEmpty();
    // Nobody but the create of this process is on its way.
    rehearsal.scene.clock.advance(Duration.ofMinutes(3));
    List<ObjectRef> sent = new ArrayList<>();
    Rehearsal.End unused =
        rehearsal.run(
            request -> {
              if (!isCreate(request, "source") || !request.resource().startsWith("cronjobs")) {
                return new Fault.None();
              }
              ObjectRef ref = request.object().orElseThrow();
              if (sent.contains(ref)) {
                return new Fault.Answer(new ClusterFailure.Forbidden("a policy denies it"));
              }
              sent.add(ref);
              return new Fault.ExecutedLater(LATE);
            },
            WayBackMatrixTest::restore);
    assertThat(sent).isNotEmpty();
    JournalState journal = rehearsal.scene.directory().readJournal().state();
    for (ObjectRef ref : sent) {
      JournalState.StepState step = journal.step(StepId.of(Verb.RESTORE, ref));
      assertThat(
              step.status() == StepStatus.IN_DOUBT
                  || step.outcome().flatMap(StepOutcome::mayArrive).isPresent())
          .as("%s is %s: %s", ref, step.status(), step.outcome())
          .isTrue();
    }
  }

  /** What has no field that stops it is not changed by setting it back: the deletion arrives. */
  @Test
  void whatCouldNotBeCreatedAgainIsNotSaidToBeAtTheSource() {
    List<String> wrong = new ArrayList<>();
    int looked = 0;
    for (PlanCase example : Scenes.small()) {
      for (int i = 0; i < 6; i++) {
        Optional<String> what = saidToBeAtTheSource(example, i);
        looked += what.isPresent() ? 1 : 0;
        what.filter(w -> !w.isEmpty()).ifPresent(wrong::add);
      }
    }
    assertThat(looked).isPositive();
    assertThat(wrong).isEmpty();
  }

  /** What is wrong; empty words when nothing is; nothing when so many are not deleted. */
  private static Optional<String> saidToBeAtTheSource(PlanCase example, int index) {
    Rehearsal rehearsal = new Rehearsal(example);
    int[] deletions = {0};
    List<ObjectRef> deleted = new ArrayList<>();
    Rehearsal.End died =
        rehearsal.dieWhileItIsSent(
            request -> {
              boolean is =
                  request.cluster().equals("source")
                      && request.verb().equals("delete")
                      && !request.resource().startsWith("leases")
                      && !request.resource().startsWith("volumesnapshots")
                      && !request.object().orElseThrow().name().startsWith("migrator-")
                      && deletions[0]++ == index;
              if (is) {
                deleted.add(request.object().orElseThrow());
              }
              return is;
            },
            LATE);
    if (deleted.isEmpty() || !(died instanceof Rehearsal.End.Died)) {
      return Optional.empty();
    }
    rehearsal.processIsKilled();
    Rehearsal.End end =
        rehearsal.run(
            request ->
                isCreate(request, "source") && !request.resource().startsWith("leases")
                    ? new Fault.Answer(new ClusterFailure.Forbidden("a policy denies it"))
                    : new Fault.None(),
            WayBackMatrixTest::restore);
    ObjectRef ref = deleted.getFirst();
    if (Lifecycle.hasEnded(rehearsal.scene.directory().readJournal().state(), ref)) {
      return Optional.empty();
    }
    boolean isThere = rehearsal.scene.clusters.source().world().stored(ref).isPresent();
    Position position =
        Lifecycle.of(rehearsal.scene.plan, rehearsal.scene.directory().readJournal().state())
            .of(ref);
    return Optional.of(
        position.isAtSource() && !isThere ? ref + " is nowhere: " + position + " " + end : "");
  }

  private static boolean isCreate(Request request, String cluster) {
    return request.cluster().equals(cluster) && request.verb().equals("create");
  }
}
