package dev.migrator.runbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.fault.Fault;
import dev.migrator.cluster.fault.ProcessLife;
import dev.migrator.cluster.fault.Request;
import dev.migrator.event.RunEvent;
import dev.migrator.lifecycle.StepStatus;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Problem;
import dev.migrator.plans.PlanCase;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A create that is sent again, because nobody heard what became of the first, is not always
 * answered with AlreadyExists: the server looks at node ports and quotas before it looks at names.
 */
@Timeout(60)
class SecondCreateTest {

  private final Scene scene =
      new Scene(new PlanCase(Path.of("src/test/resources/no-room-for-a-second")));

  @ParameterizedTest
  @ValueSource(strings = {"services", "secrets", "cronjobs.batch"})
  void aLostAnswerIsNoRefusal(String resource) {
    scene.target = once(resource, new Fault.ResponseLost("connection reset"));
    ApplyRunbookTest.assertMoved(scene, scene.apply());
  }

  @ParameterizedTest
  @ValueSource(strings = {"services", "secrets", "cronjobs.batch"})
  void whatAProcessCreatedThatDiedThenIsFound(String resource) {
    Cluster target = scene.target;
    scene.target = once(resource, new Fault.Crash(Fault.Crash.Moment.AFTER_SEND));
    assertThat(catchThrowableOfType(ProcessLife.ProcessDied.class, scene::apply)).isNotNull();
    scene.target = target;
    ApplyRunbookTest.assertMoved(scene, scene.resume());
  }

  /** The target was not heard: what was sent before may arrive as long as it could before. */
  @Test
  void whatADeadProcessSentStaysInDoubtWhenTheNextOneCannotAsk() {
    Cluster target = scene.target;
    scene.target = once("secrets", new Fault.Crash(Fault.Crash.Moment.AFTER_SEND));
    assertThat(catchThrowableOfType(ProcessLife.ProcessDied.class, scene::apply)).isNotNull();
    scene.target =
        scene.faulty(
            target,
            request ->
                request.resource().equals("secrets")
                        && Set.of("get", "create").contains(request.verb())
                    ? new Fault.Answer(new ClusterFailure.Unreachable("no route to host"))
                    : new Fault.None());
    assertThat(scene.resume().problems())
        .extracting(Problem::code)
        .containsExactly(ErrorCode.M2110);
    assertThat(scene.directory().readJournal().state().steps().entrySet())
        .filteredOn(step -> step.getValue().status() == StepStatus.FAILED)
        .singleElement()
        .satisfies(
            step -> assertThat(step.getValue().outcome().orElseThrow().mayArrive()).isPresent());
  }

  /**
   * A definition may take ten seconds to be served; what goes wrong then waits as it always does.
   */
  @Test
  void waitingForADefinitionMakesNoLaterPauseLonger() {
    AtomicInteger asked = new AtomicInteger();
    scene.target =
        faulty(
            request -> request.verb().equals("create") && request.resource().equals("secrets"),
            () ->
                switch (asked.incrementAndGet()) {
                  case 11 -> new Fault.RequestLost("connection reset");
                  case 12 -> new Fault.None();
                  default -> new Fault.Answer(new ClusterFailure.NotFound("not served yet"));
                });
    Instant begun = scene.clock.now();
    ApplyRunbookTest.assertMoved(scene, scene.apply());
    assertThat(Duration.between(begun, scene.clock.now())).isLessThan(Duration.ofSeconds(60));
  }

  /** The controller of quotas needs minutes for a kind that is new to the target. */
  @Test
  void aQuotaThatIsNotCountedYetIsWaitedFor() {
    AtomicInteger asked = new AtomicInteger();
    scene.target =
        faulty(
            request -> request.verb().equals("create") && request.resource().equals("secrets"),
            () ->
                asked.incrementAndGet() > 150
                    ? new Fault.None()
                    : new Fault.Answer(
                        new ClusterFailure.Forbidden(
                            "secrets \"only\" is forbidden: status unknown for quota: q, resources:"
                                + " count/secrets")));
    ApplyRunbookTest.assertMoved(scene, scene.apply());
    assertThat(scene.events)
        .filteredOn(RunEvent.Notice.class::isInstance)
        .filteredOn(event -> event.toString().contains("status unknown for quota"))
        .hasSize(1);
  }

  /** The first create of this type goes wrong at the target. */
  private Cluster once(String resource, Fault fault) {
    AtomicBoolean over = new AtomicBoolean();
    return faulty(
        request ->
            request.verb().equals("create")
                && request.resource().equals(resource)
                && over.compareAndSet(false, true),
        () -> fault);
  }

  private Cluster faulty(Predicate<Request> which, Supplier<Fault> fault) {
    return scene.faulty(
        scene.target, request -> which.test(request) ? fault.get() : new Fault.None());
  }
}
