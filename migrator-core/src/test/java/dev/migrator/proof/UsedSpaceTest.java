package dev.migrator.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.cluster.Access;
import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.fault.Fault;
import dev.migrator.cluster.fault.FaultScript;
import dev.migrator.cluster.fault.FaultyCluster;
import dev.migrator.cluster.fault.ProcessLife;
import dev.migrator.cluster.fault.Request;
import dev.migrator.cluster.fault.Traffic;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Yaml;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlannedVolume;
import dev.migrator.plan.file.PlanFile;
import dev.migrator.plan.file.PlanHeader;
import dev.migrator.report.PlanReport;
import dev.migrator.runbook.Scene;
import dev.migrator.schema.Schemas;
import java.io.StringReader;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a plan says of the bytes in use, by what the source's kubelets say. */
@Timeout(60)
class UsedSpaceTest {

  private static final ObjectRef SPOOL = ObjectRef.core("PersistentVolumeClaim", "small", "spool");
  private static final String USED = "sim.migrator.dev/used-bytes";

  private final Scene scene = new Scene(Scenes.named("copies"));
  private final Traffic traffic = new Traffic();

  private void annotate(String name, String value) {
    scene
        .clusters
        .source()
        .world()
        .edit(
            SPOOL,
            tree ->
                tree.withObjectProperty("metadata")
                    .withObjectProperty("annotations")
                    .put(name, value));
  }

  private Plan plan(FaultScript faults) {
    Cluster source =
        new FaultyCluster(
            scene.clusters.source(), "source", faults, traffic, new ProcessLife(), scene.clock);
    scene.source = source;
    return scene.planAgain().plan;
  }

  private long kubeletsAsked() {
    return traffic.requests().stream().filter(UsedSpaceTest::isOfKubelet).count();
  }

  private static boolean isOfKubelet(Request request) {
    return request.verb().equals("stats");
  }

  private static OptionalLong used(Plan plan) {
    return plan.objects().stream()
        .filter(object -> object.ref().equals(SPOOL))
        .flatMap(object -> object.volume().stream())
        .map(PlannedVolume::used)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void whatIsInUseIsSaidAsUsedAndTheRestAsSize() {
    annotate(USED, "1234567890");
    Plan plan = plan(FaultScript.none());
    assertThat(used(plan)).as("rounded up").hasValue(1_300_000_000);
    assertThat(kubeletsAsked()).isPositive();
    assertThat(PlanHeader.of(plan))
        .anyMatch(line -> line.contains("copied by simulated (used 1.2 GiB, size 4 GiB of 3)"));
    assertThat(new PlanReport(plan).lines())
        .anyMatch(line -> line.contains("pvc/small/spool") && line.contains(", used 1.2 GiB;"));

    StringBuilder text = new StringBuilder();
    assertThat(PlanFile.write(plan, text)).isNotNull();
    assertThat(PlanFile.read(new StringReader(text.toString()))).isEqualTo(plan);
    assertThat(new Schemas().errors("plan.schema.json", Yaml.parse(text.toString()).orElseThrow()))
        .isEmpty();
  }

  /** Not every write to a volume makes another plan. */
  @Test
  void aLittleMoreIsTheSamePlan() {
    annotate(USED, "1234567890");
    Plan before = plan(FaultScript.none());
    annotate(USED, "1234599999");
    assertThat(used(plan(FaultScript.none()))).isEqualTo(used(before));
    annotate(USED, "99");
    assertThat(used(plan(FaultScript.none()))).hasValue(99);
    annotate(USED, "0");
    assertThat(used(plan(FaultScript.none()))).hasValue(0);
  }

  /** A folder of a node's disk has no numbers of its own. */
  @Test
  void aFileSystemThatIsLargerThanTheVolumeSaysNothingOfTheClaim() {
    annotate(USED, "1234567890");
    annotate("sim.migrator.dev/file-system-bytes", "99999999999");
    assertThat(used(plan(FaultScript.none()))).isEmpty();
  }

  @Test
  void whoMayNotAskDoesNotAsk() {
    annotate(USED, "1234567890");
    scene.clusters.source().world().deny(UsedSpaceTest::isProxy);
    assertThat(used(plan(FaultScript.none()))).isEmpty();
    assertThat(kubeletsAsked()).isZero();
  }

  private static boolean isProxy(Access access) {
    return access.resource().equals("nodes") && access.subresource().equals("proxy");
  }

  @Test
  void noPlanFailsBecauseAKubeletDoesNotAnswer() {
    annotate(USED, "1234567890");
    Plan plan =
        plan(
            FaultScript.when(
                UsedSpaceTest::isOfKubelet,
                new Fault.Answer(new ClusterFailure.OutcomeUnknown("the kubelet is gone"))));
    assertThat(used(plan)).isEmpty();
    assertThat(plan.isBlocked()).isFalse();
    assertThat(kubeletsAsked()).isBetween(1L, 3L);
  }

  @Test
  void nobodyIsAskedWhereNothingIsCopied() {
    Scene snapshots = new Scene(Scenes.named("snapshots"));
    snapshots.source =
        new FaultyCluster(
            snapshots.clusters.source(),
            "source",
            FaultScript.none(),
            traffic,
            new ProcessLife(),
            snapshots.clock);
    assertThat(snapshots.planAgain().plan.steps()).isNotEmpty();
    assertThat(kubeletsAsked()).isZero();
    assertThat(traffic.requests())
        .filteredOn(
            request -> request.verb().equals("review") && request.resource().equals("nodes"))
        .isEmpty();
  }
}
