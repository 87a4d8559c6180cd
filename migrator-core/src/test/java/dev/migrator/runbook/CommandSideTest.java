package dev.migrator.runbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.migrator.cluster.ListQuery;
import dev.migrator.cluster.memory.MemoryCluster;
import dev.migrator.cluster.memory.VirtualClock;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ProblemException;
import dev.migrator.model.ResourceType;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What a person is told to type when a cluster does not let us in can be typed. */
class CommandSideTest {

  private static final ResourceType CRON_JOBS =
      new ResourceType(
          "batch", "v1", "CronJob", "cronjobs", true, Set.of("get", "list"), Set.of(), List.of());

  private final MemoryCluster cluster = MemoryCluster.builder(new VirtualClock(), "old").build();
  private final CommandSide side = new CommandSide("source", cluster);

  @Test
  void whatIsNotPermittedIsAskedForInTheWordsOfKubectl() {
    cluster.world().deny(access -> true);

    assertThat(
            told(
                () -> {
                  Optional<Manifest> unused =
                      side.get(CRON_JOBS, new ObjectRef("batch", "CronJob", "shop", "billing"));
                }))
        .isEqualTo("get cronjobs.batch/billing -n shop");
    assertThat(told(() -> side.each(CRON_JOBS, object -> {})))
        .isEqualTo("list cronjobs.batch --all-namespaces");
    assertThat(
            told(
                () -> {
                  var unused = side.ask("say who it is", c -> c.list(CRON_JOBS, ListQuery.all()));
                }))
        .isEqualTo("--list");
  }

  private static String told(ThrowingCallable asked) {
    ProblemException refused = catchThrowableOfType(ProblemException.class, asked);
    String next = refused.problem().next().getFirst();
    assertThat(next).startsWith("kubectl --context SOURCE-CONTEXT auth can-i ");
    return next.replaceFirst(".* can-i ", "");
  }
}
