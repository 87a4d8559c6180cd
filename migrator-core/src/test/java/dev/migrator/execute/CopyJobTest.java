package dev.migrator.execute;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.mover.Mover;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What is read of a mover's Job, and what is not said of its transfer. */
class CopyJobTest {

  private static final String JOB =
      """
      apiVersion: batch/v1
      kind: Job
      metadata: {name: "${name}"}
      spec:
        template:
          spec:
            containers: [{name: mover, image: a, volumeMounts: [{name: data, mountPath: /data}]}]
            volumes: [{name: data, persistentVolumeClaim: {claimName: "${claim}"}}]
      """;

  private static final Mover MOVER =
      Mover.of(
          "own",
          new TreeMap<>(
              Map.of(
                  "mover.yaml",
                  "about: with tar\ntogether: false\n",
                  "source.yaml",
                  JOB,
                  "target.yaml",
                  JOB)));

  /** Others may say something at their end, too. */
  @Test
  void theWordsOfTheMoversContainerCount() {
    Manifest job =
        Manifest.parse(
            """
            {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "a", "namespace": "b"},
             "status": {"conditions": [{"type": "Complete", "status": "True"}]}}
            """);
    Manifest pod =
        Manifest.parse(
            """
            {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a-1", "namespace": "b"},
             "status": {"phase": "Succeeded", "containerStatuses": [
               {"name": "agent", "state": {"terminated": {"message":
                 "mover: result files=9 bytes=9 skipped=0 digest=ff"}}},
               {"name": "mover", "state": {"terminated": {"message":
                 "mover: result files=1 bytes=2 skipped=0 digest=ab"}}}]}}
            """);
    assertThat(CopyJob.of(MOVER, job, List.of(pod)))
        .isInstanceOfSatisfying(
            CopyJob.Done.class, done -> assertThat(done.result().files()).isEqualTo(1));
  }

  @Test
  void aTransferNeverPrintsItsKey() {
    String key = "ab".repeat(32);
    ObjectRef claim = ObjectRef.core("PersistentVolumeClaim", "small", "spool");
    assertThat(new ClaimCopy(MOVER, Map.of(), claim, claim, "migrator-1", "r-1", key).toString())
        .contains("spool")
        .doesNotContain(key);
  }
}
