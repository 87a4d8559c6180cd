package dev.migrator.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Finding;
import dev.migrator.plan.FindingCode;
import dev.migrator.plan.StepId;
import dev.migrator.plan.Verb;
import dev.migrator.proof.Scenes;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a plan says of data that movers are to copy. */
@Timeout(60)
class CopyTravelTest {

  private static final String RULE = "via: copy, mover: simulated}";
  private static final String RESTIC =
      "via: copy, mover: restic, with: {repository: \"s3:https://s3.example.com/moves\"";

  private static List<Finding> of(Scene scene, FindingCode code) {
    return scene.plan.findings().stream().filter(f -> f.code().equals(code.id())).toList();
  }

  private static Scene varied(Path folder, String... changes) {
    return new Scene(Scenes.varied(folder, "copies", changes));
  }

  private static void isImpossible(Scene scene, String why) {
    assertThat(scene.plan.isBlocked()).isTrue();
    assertThat(of(scene, FindingCode.COPY_IMPOSSIBLE))
        .isNotEmpty()
        .anySatisfy(finding -> assertThat(finding.message()).contains(why));
  }

  @Test
  void dataThatComesAlongIsNotSaidToStay() {
    Scene scene = new Scene(Scenes.named("copies"));
    assertThat(scene.plan.isBlocked()).isFalse();
    assertThat(of(scene, FindingCode.DATA_STAYS)).isEmpty();
    assertThat(of(scene, FindingCode.CAPTURED_IN_USE))
        .singleElement()
        .satisfies(
            finding -> assertThat(finding.object().orElseThrow().name()).isEqualTo("uploads"));
  }

  @Test
  void aParameterThatIsMissingOrUnknownBlocks(@TempDir Path folder) {
    isImpossible(
        varied(folder.resolve("a"), RULE, "via: copy, mover: restic}"),
        "with.repository is missing");
    isImpossible(
        varied(folder.resolve("b"), RULE, "via: copy, mover: rsync, with: {bandwith: 5}}"),
        "with.bandwith is not known");
  }

  /** A number needs no quotes. */
  @Test
  void numbersAreTold(@TempDir Path folder) {
    Scene scene = varied(folder, RULE, "via: copy, mover: rsync, with: {bandwidth: 5}}");
    assertThat(of(scene, FindingCode.COPY_IMPOSSIBLE)).isEmpty();
  }

  @Test
  void aSecretThatIsNotThereBlocks(@TempDir Path folder) {
    isImpossible(varied(folder, RULE, RESTIC + ", secret: s3}}"), "the source has no Secret s3");
  }

  /** The first pass needs it before anything else would. */
  @Test
  void aSecretThatTravelsIsThereBeforeTheClaim(@TempDir Path folder) {
    Scene scene =
        varied(
            folder,
            RULE,
            RESTIC + ", secret: s3}}",
            "include: [namespaces,",
            "include: [secrets, namespaces,",
            "# Taken while it is in use",
            """
            apiVersion: v1
            kind: Secret
            metadata: {name: s3, namespace: small, labels: {migrator.dev/protect-from: none}}
            ---
            # Taken while it is in use\
            """);
    assertThat(of(scene, FindingCode.COPY_IMPOSSIBLE)).isEmpty();
    ObjectRef claim = ObjectRef.core("PersistentVolumeClaim", "small", "spool");
    StepId secret = StepId.of(Verb.COPY, ObjectRef.core("Secret", "small", "s3"));
    assertThat(scene.plan.steps())
        .filteredOn(step -> step.id().equals(StepId.of(Verb.COPY, claim)))
        .singleElement()
        .satisfies(step -> assertThat(step.needs()).contains(secret));
  }

  @Test
  void aNamespaceThatDoesNotAdmitItsPodsBlocks(@TempDir Path folder) {
    isImpossible(
        varied(
            folder,
            RULE,
            "via: copy, mover: rsync}",
            "metadata: {name: small}",
            "metadata: {name: small, labels: {pod-security.kubernetes.io/enforce: restricted}}"),
        "namespace small of the source enforces restricted");
  }

  @Test
  void blocksOfADiskAreNoFiles(@TempDir Path folder) {
    isImpossible(
        varied(
            folder,
            "storageClassName: fast\n  resources: {requests: {storage: 5Gi}}",
            "storageClassName: fast\n  volumeMode: Block\n  resources: {requests: {storage: 5Gi}}"),
        "block device");
  }

  /** By a label, or for all of which nobody decides: the rule that names a mover counts. */
  @Test
  void aWayWithoutAMoverBlocks(@TempDir Path folder) {
    isImpossible(
        varied(
            folder,
            "volumes:\n  - {match: {driver: csi.example.com}, " + RULE,
            "classification: {defaultFor: {volumes: copy}}"),
        "no mover is named");
    Scene told =
        varied(
            folder.resolve("told"),
            "volumes:\n  - {match: {driver: csi.example.com}",
            """
            volumes:
              - {match: {claim: uploads}, via: empty}
              - {match: {driver: csi.example.com}\
            """,
            "annotations: {example.com/captured: in-use}",
            "annotations: {example.com/captured: in-use}, labels: {migrator.dev/volume: copy}");
    assertThat(told.plan.isBlocked()).isFalse();
    assertThat(told.plan.objects())
        .filteredOn(object -> object.ref().name().equals("uploads"))
        .singleElement()
        .satisfies(object -> assertThat(object.isCopied()).isTrue());
  }
}
