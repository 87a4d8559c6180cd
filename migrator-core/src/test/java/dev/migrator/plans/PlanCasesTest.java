package dev.migrator.plans;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.cluster.memory.VirtualClock;
import dev.migrator.plan.Plan;
import dev.migrator.plan.file.PlanFile;
import dev.migrator.plans.PlanCase.Pair;
import dev.migrator.runbook.Planning;
import dev.migrator.runbook.PlanningOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Planning a case is repeatable and changes neither cluster. */
@Timeout(60)
class PlanCasesTest {

  static List<PlanCase> cases() {
    return PlanCase.all();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void planningTwiceGivesTheSameBytesAndChangesNothing(PlanCase example) {
    Pair clusters = example.simulated(new VirtualClock());
    int before =
        clusters.source().world().history().size() + clusters.target().world().history().size();
    String first = text(plan(example, clusters));
    assertThat(text(plan(example, clusters))).isEqualTo(first);
    assertThat(
            clusters.source().world().history().size() + clusters.target().world().history().size())
        .isEqualTo(before);
  }

  /** {@code -Dgolden.update=true} writes the files instead: look at the difference. */
  @ParameterizedTest
  @MethodSource("cases")
  void thePlanIsTheGoldenOneByteForByte(PlanCase example) throws IOException {
    String made = text(plan(example, example.simulated(new VirtualClock())));
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(example.goldenFile(), made);
    }
    assertThat(made).isEqualTo(Files.readString(example.goldenFile()));
    assertThat(text(example.golden())).isEqualTo(made);
  }

  private static Plan plan(PlanCase example, Pair clusters) {
    return Planning.plan(
        clusters.source(), clusters.target(), example.migration(), PlanningOptions.defaults());
  }

  private static String text(Plan plan) {
    StringBuilder out = new StringBuilder();
    PlanFile.write(plan, out);
    return out.toString();
  }
}
