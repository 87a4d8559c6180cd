package dev.migrator.runbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.fault.Fault;
import dev.migrator.cluster.fault.FaultScript;
import dev.migrator.cluster.fault.FaultyCluster;
import dev.migrator.cluster.fault.ProcessLife;
import dev.migrator.cluster.fault.Traffic;
import dev.migrator.plans.PlanCase;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
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
    MovingTest.assertMoved(scene, scene.apply());
  }

  @ParameterizedTest
  @ValueSource(strings = {"services", "secrets", "cronjobs.batch"})
  void whatAProcessCreatedThatDiedThenIsFound(String resource) {
    Cluster target = scene.target;
    scene.target = once(resource, new Fault.Crash(Fault.Crash.Moment.AFTER_SEND));
    assertThat(catchThrowableOfType(ProcessLife.ProcessDied.class, scene::apply)).isNotNull();
    scene.target = target;
    MovingTest.assertMoved(scene, scene.resume());
  }

  /** The first create of this type goes wrong at the target. */
  private Cluster once(String resource, Fault fault) {
    AtomicBoolean over = new AtomicBoolean();
    return new FaultyCluster(
        scene.target,
        "target",
        FaultScript.when(
            request ->
                request.verb().equals("create")
                    && request.resource().equals(resource)
                    && over.compareAndSet(false, true),
            fault),
        new Traffic(),
        new ProcessLife(),
        scene.clock);
  }
}
