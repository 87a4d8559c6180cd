package dev.migrator.it.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.model.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The judge of attachments sees two of one disk, whatever its volumes are called. */
class AttachmentsTest {

  private final List<AuditEvent> source = new ArrayList<>();
  private final List<AuditEvent> target = new ArrayList<>();

  private static void event(
      List<AuditEvent> log, int second, String verb, String resource, String name, String more) {
    Instant at = Instant.parse("2026-01-01T00:00:00Z").plusSeconds(second);
    String line =
        """
        {"verb": "%s", "requestReceivedTimestamp": "%s", "stageTimestamp": "%s",
         "objectRef": {"resource": "%s", "name": "%s"}, "responseStatus": {"code": 200},
         "responseObject": {"kind": "X", "metadata": {"name": "%s" %s}}
        """
            .formatted(verb, at, at.plusMillis(500), resource, name, name, more);
    log.add(AuditEvent.of(Json.parse(line + "}")));
  }

  private static void volume(List<AuditEvent> log, String name, String handle) {
    event(
        log,
        0,
        "create",
        "persistentvolumes",
        name,
        "}, \"spec\": {\"csi\": {\"volumeHandle\": \"" + handle + "\"}");
  }

  private static void attach(List<AuditEvent> log, int second, String name, String volume) {
    String spec =
        "}, \"spec\": {\"nodeName\": \"n\", \"source\": {\"persistentVolumeName\": \"%s\"}"
            .formatted(volume);
    event(log, second, "create", "volumeattachments", name, spec);
  }

  private static void marked(List<AuditEvent> log, int second, String name) {
    String more = ", \"deletionTimestamp\": \"x\", \"finalizers\": [\"external-attacher/x\"]";
    event(log, second, "delete", "volumeattachments", name, more);
  }

  private static void gone(List<AuditEvent> log, int second, String name) {
    event(log, second, "patch", "volumeattachments", name, ", \"deletionTimestamp\": \"x\"");
  }

  private void loadVolumes() {
    volume(source, "pvc-1", "disk-1");
    volume(target, "moved", "disk-1");
    volume(target, "other", "disk-2");
  }

  @Test
  void oneAfterTheOtherIsInOrder() {
    loadVolumes();
    attach(source, 1, "a", "pvc-1");
    attach(target, 2, "c", "other");
    marked(source, 3, "a");
    gone(source, 5, "a");
    attach(target, 6, "b", "moved");
    assertThat(Attachments.overlaps(source, target)).isEmpty();
    assertThat(Attachments.of(source)).singleElement().extracting("node").isEqualTo("n");
  }

  @Test
  void markedForDeletionIsNotGone() {
    loadVolumes();
    attach(source, 1, "a", "pvc-1");
    marked(source, 3, "a");
    attach(target, 4, "b", "moved");
    gone(source, 5, "a");
    assertThat(Attachments.overlaps(source, target)).singleElement().asString().contains("disk-1");
  }

  /** The name of an attachment is a digest of volume and node. */
  @Test
  void aNameThatIsUsedAgainCountsBothTimes() {
    loadVolumes();
    attach(source, 1, "a", "pvc-1");
    gone(source, 5, "a");
    attach(target, 3, "b", "moved");
    gone(target, 6, "b");
    attach(source, 8, "a", "pvc-1");
    assertThat(Attachments.of(source)).hasSize(2);
    assertThat(Attachments.overlaps(source, target)).hasSize(1);
  }
}
