package dev.migrator.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.plans.PlanCase;
import dev.migrator.proof.Rehearsal.End;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Wherever a move is stopped, no claim of volumes goes from the source, and each change is told.
 */
@Timeout(300)
class ClaimsStayTest {

  private static final PlanCase EXAMPLE = new PlanCase(Path.of("src/test/resources/owned-claims"));

  @Test
  void stoppedAnywhereTheClaimsOfAStatefulSetStay() {
    Rehearsal undisturbed = new Rehearsal(EXAMPLE);
    End end = undisturbed.run();
    assertThat(CrashMatrixTest.isDone(end)).as("%s", end).isTrue();
    assertThat(undisturbed.judge()).isEmpty();
    for (int stop = 0; stop < undisturbed.points(); stop++) {
      stopped(stop, new SplittableRandom(stop));
    }
  }

  private static void stopped(int stop, SplittableRandom random) {
    Rehearsal rehearsal = new Rehearsal(EXAMPLE);
    End died = rehearsal.runUntil(stop);
    List<String> broken = CrashMatrixTest.afterDeath(rehearsal, died, random);
    assertThat(broken).as("stop %s: %s", stop, died).isEmpty();
    End end = rehearsal.run();
    assertThat(CrashMatrixTest.isDone(end)).as("stop %s: %s, then %s", stop, died, end).isTrue();
    assertThat(rehearsal.judge()).as("stop %s: %s", stop, died).isEmpty();
  }
}
