package dev.migrator.proof;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cluster.fault.Fault;
import dev.migrator.cluster.fault.FaultScript;
import dev.migrator.migration.VolumeWay;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Yaml;
import dev.migrator.plan.Plan;
import dev.migrator.plan.Verb;
import dev.migrator.plan.file.PlanFile;
import dev.migrator.plan.file.PlanHeader;
import dev.migrator.plans.PlanCase;
import dev.migrator.report.DataTrace;
import dev.migrator.report.DataUnderWay;
import dev.migrator.report.PlanReport;
import dev.migrator.report.PlanView;
import dev.migrator.report.ReportView;
import dev.migrator.report.RunReport;
import dev.migrator.report.RunText;
import dev.migrator.report.WhyText;
import dev.migrator.report.html.HtmlReport;
import dev.migrator.runbook.Scene;
import dev.migrator.schema.Schemas;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a report tells of the data of claims, after a run that carried some. */
@Timeout(60)
class DataReportTest {

  private static final ObjectRef SPOOL = ObjectRef.core("PersistentVolumeClaim", "small", "spool");

  private static RunReport report(PlanCase example) {
    Scene scene = new Scene(example);
    assertThat(scene.apply().problems()).isEmpty();
    return RunReport.ofRun(Scene.RUN, scene.plan, scene.events)
        .withRecords(scene.directory().readJournal().state());
  }

  private static DataTrace spool(RunReport report) {
    return report.data().stream()
        .filter(data -> data.claim().equals(SPOOL))
        .findFirst()
        .orElseThrow();
  }

  private static String said(RunReport report) {
    return String.join("\n", RunText.lines(report));
  }

  private static String page(RunReport report) {
    StringWriter out = new StringWriter();
    HtmlReport.write(report, out);
    return out.toString();
  }

  private static ObjectNode inJson(RunReport report) {
    ReportView view = new ReportView(report);
    ObjectNode document = document(view.head(), view.lists());
    assertThat(new Schemas().errors("report.schema.json", document)).isEmpty();
    return document;
  }

  private static ObjectNode document(ObjectNode head, Map<String, Stream<ObjectNode>> lists) {
    lists.forEach(
        (name, items) -> {
          ArrayNode list = head.putArray(name);
          items.forEach(list::add);
        });
    return head;
  }

  @Test
  void aCopyIsToldByPassWithItsTimesAndBothChecksums() {
    RunReport report = report(Scenes.named("copies"));
    DataTrace spool = spool(report);
    assertThat(spool.way()).isEqualTo(VolumeWay.COPY);
    assertThat(spool.mover()).contains("simulated");
    assertThat(spool.passes())
        .extracting(DataTrace.Pass::step)
        .containsExactly(Verb.PRECOPY, Verb.CAPTURE, Verb.FILL);
    assertThat(spool.passes())
        .allSatisfy(pass -> assertThat(pass.said().orElseThrow().files()).isEqualTo(1))
        .allSatisfy(pass -> assertThat(pass.took().orElseThrow()).isPositive());
    DataTrace.Digests both = spool.compared().orElseThrow();
    assertThat(both.isSame()).isTrue();
    assertThat(both.source()).isNotEmpty();
    Duration pause = spool.pause().orElseThrow();
    assertThat(pause)
        .isGreaterThan(spool.pass(Verb.CAPTURE).flatMap(DataTrace.Pass::took).orElseThrow());

    assertThat(said(report))
        .contains(
            "Data of volumes",
            "copied by simulated, 1 file",
            "copied ahead in ",
            "read in the pause in ",
            "written in ",
            "checksum of both sides " + both.source(),
            ": deploy/small/writer");
    assertThat(page(report))
        .contains(
            "<h2 id=\"volumes-title\">Data of volumes <span class=\"pill\">4</span>",
            "<th scope=\"row\" class=\"ref\">pvc/small/spool</th><td>copied by simulated, 1 file",
            "<p>checksum of both sides " + both.source() + "</p>");
    ObjectNode document = inJson(report);
    assertThat(document.path("data")).hasSize(4);
    assertThat(document.findValuesAsText("same")).contains("true").doesNotContain("false");
  }

  /** A process that was away while the Jobs worked must not make the rate look higher. */
  @Test
  void theTimeOfAPassIsThatOfItsJobsWhoeverWatched() {
    Rehearsal undisturbed = new Rehearsal(Scenes.named("copies"));
    assertThat(CrashMatrixTest.isDone(undisturbed.run())).isTrue();
    Duration whole = ahead(undisturbed);

    Rehearsal away = new Rehearsal(Scenes.named("copies"));
    away.run(
        FaultScript.when(
            request ->
                request.verb().equals("create")
                    && request
                        .object()
                        .filter(ref -> ref.name().endsWith("-target-hot"))
                        .isPresent(),
            new Fault.Crash(Fault.Crash.Moment.AFTER_SEND)));
    away.processIsKilled();
    away.scene.clock.advance(Duration.ofHours(2));
    assertThat(CrashMatrixTest.isDone(away.run())).isTrue();
    assertThat(ahead(away)).isCloseTo(whole, Duration.ofSeconds(2));
  }

  /** The shortest, so that none can hide behind another. */
  private static Duration ahead(Rehearsal rehearsal) {
    RunReport report =
        RunReport.ofRun(Scene.RUN, rehearsal.scene.plan, rehearsal.scene.events)
            .withRecords(rehearsal.scene.directory().readJournal().state());
    return report.data().stream()
        .flatMap(data -> data.pass(Verb.PRECOPY).flatMap(DataTrace.Pass::took).stream())
        .min(Comparator.naturalOrder())
        .orElseThrow();
  }

  /** What is copied does not start empty: nobody is asked to accept that. */
  @Test
  void whatMoversCopyIsNotSaidToStartEmpty() {
    assertThat(new Scene(Scenes.named("copies")).plan.startingEmpty()).isEmpty();
  }

  @Test
  void aPlanSaysHowMuchThereIsAndThatTheTimeIsNotKnown() {
    RunReport report = RunReport.ofPlan("move.plan.yaml", new Scene(Scenes.named("copies")).plan);
    assertThat(said(report))
        .contains(
            "copied by simulated, size of the volume 5 GiB", "time: known after the first pass");
    assertThat(page(report)).contains("<p>time: known after the first pass</p>");
    inJson(report);
  }

  @Test
  void aPlanSaysOfEachClaimWhichWayAndHowMuch() {
    Plan plan = new Scene(Scenes.named("copies")).plan;
    assertThat(PlanHeader.of(plan))
        .contains(
            "volumes             4 copied by simulated (size 9 GiB), once ahead, then what has"
                + " changed since in the pause; time: known after the first pass");
    assertThat(new PlanReport(plan).lines())
        .containsSubsequence(
            "Data of volumes",
            "  pvc/small/spool                                  copied by simulated, size of the"
                + " volume 5 GiB; time: known after the first pass",
            "Steps");
    assertThat(new WhyText(plan).of(SPOOL))
        .contains(
            "  data        copied by simulated, size of the volume 5 GiB; time: known after the"
                + " first pass");
    PlanView view = new PlanView(plan);
    assertThat(new Schemas().errors("plan-view.schema.json", document(view.head(), view.lists())))
        .isEmpty();
    ObjectNode why = view.object(SPOOL);
    assertThat(new Schemas().errors("object-view.schema.json", why)).isEmpty();
    assertThat(why.at("/volume/mover").asText()).isEqualTo("simulated");
  }

  @Test
  void dataThatIsCarriedAtThisMomentIsToldWithWhatItWaitsFor() {
    Rehearsal rehearsal = new Rehearsal(Scenes.named("copies"));
    rehearsal.run(
        FaultScript.when(
            request ->
                request.verb().equals("create")
                    && request
                        .object()
                        .filter(ref -> ref.name().endsWith("-target-hot"))
                        .isPresent(),
            new Fault.Crash(Fault.Crash.Moment.AFTER_SEND)));
    Plan plan = rehearsal.scene.plan;
    assertThat(DataUnderWay.of(plan, () -> rehearsal.scene.events))
        .isNotEmpty()
        .allMatch(
            one ->
                one.words().startsWith("copying the data of pvc/small/")
                    || one.words().startsWith("capturing the data of pvc/small/"))
        .anyMatch(one -> one.words().contains(" ahead: "));
    assertThat(rehearsal.run()).isNotNull();
    assertThat(DataUnderWay.of(plan, () -> rehearsal.scene.events)).isEmpty();
  }

  /** What is captured in use is captured in another phase than what is stopped for it. */
  @ParameterizedTest
  @ValueSource(strings = {"copies", "snapshots", "disks"})
  void plansThatCarryDataAreReadAsTheyWereWritten(String scene) {
    Plan plan = new Scene(Scenes.named(scene)).plan;
    StringBuilder text = new StringBuilder();
    assertThat(PlanFile.write(plan, text)).isNotNull();
    assertThat(PlanFile.read(new StringReader(text.toString()))).isEqualTo(plan);
    assertThat(new Schemas().errors("plan.schema.json", Yaml.parse(text.toString()).orElseThrow()))
        .isEmpty();
  }

  /** Nobody may call two sides the same when one of them could not read all of it. */
  @Test
  void whatTheSourceSkippedInTheLastPassIsNotTheSame(@TempDir Path folder) {
    String result =
        "\", sim.migrator.dev/last-words: \"mover: result files=1 bytes=1 skipped=%d digest=aa";
    Scene scene =
        new Scene(
            Scenes.varied(
                folder,
                "copies",
                "duration-seconds: \"20",
                "duration-seconds: \"20" + result.formatted(1),
                "duration-seconds: \"21",
                "duration-seconds: \"21" + result.formatted(0)));
    assertThat(scene.apply().problems())
        .isNotEmpty()
        .allMatch(problem -> problem.code() == ErrorCode.M2113);
  }

  @Test
  void aSnapshotHasNoFilesAndNoRate() {
    RunReport report = report(Scenes.named("snapshots"));
    assertThat(report.data()).anyMatch(data -> data.way() == VolumeWay.SNAPSHOT && data.isThere());
    assertThat(report.data())
        .filteredOn(data -> data.way() == VolumeWay.SNAPSHOT)
        .allMatch(data -> data.bytesPerSecond().isEmpty() && data.compared().isEmpty());
    assertThat(said(report)).contains("by snapshot, size of the volume ", "snapshot taken");
    inJson(report);
  }

  @Test
  void aDiskThatIsHandedOverIsPausedItself() {
    RunReport report = report(Scenes.named("disks"));
    assertThat(report.data())
        .filteredOn(data -> data.way() == VolumeWay.HAND_OVER)
        .isNotEmpty()
        .allMatch(data -> data.passes().isEmpty() && data.pause().isPresent());
    assertThat(said(report)).contains("handed over, the same disk", "paused for ");
    inJson(report);
  }

  @Test
  void whatDiffersOrIsUnderWayIsNotCalledTheSame(@TempDir Path folder) {
    PlanCase differing =
        Scenes.varied(
            folder,
            "copies",
            "duration-seconds: \"21\"",
            "last-words: \"mover: result files=1 bytes=1 skipped=0 digest=bad0\"");
    Scene scene = new Scene(differing);
    assertThat(scene.apply().problems()).isNotEmpty();
    RunReport report =
        RunReport.ofRun(Scene.RUN, scene.plan, scene.events)
            .withRecords(scene.directory().readJournal().state());
    assertThat(spool(report).isThere()).isFalse();
    assertThat(spool(report).compared()).isEmpty();
    assertThat(said(report))
        .contains("writing failed", "not compared: it was in use")
        .doesNotContain("checksum of both sides");
    inJson(report);
  }
}
