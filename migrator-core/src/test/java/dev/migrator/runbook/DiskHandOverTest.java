package dev.migrator.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.cluster.memory.World;
import dev.migrator.event.RunEvent;
import dev.migrator.event.RunEvent.Outcome;
import dev.migrator.execute.Gatekeeper;
import dev.migrator.model.Digest;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.file.PlanFile;
import dev.migrator.plan.file.PlanHeader;
import dev.migrator.proof.Scenes;
import java.io.StringReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A disk that is handed over is the same in the target, and in use by one cluster at a time. */
@Timeout(60)
class DiskHandOverTest {

  private final Scene scene = new Scene(Scenes.named("disks"));
  private final World source = scene.clusters.source().world();
  private final World target = scene.clusters.target().world();
  private final Set<String> disks = handles(source);

  private static Set<String> handles(World world) {
    return volumes(world).stream()
        .map(volume -> volume.at("spec", "csi", "volumeHandle").asText())
        .collect(Collectors.toSet());
  }

  private static List<Manifest> volumes(World world) {
    return world.everything().stream()
        .filter(object -> object.kind().equals("PersistentVolume"))
        .toList();
  }

  private static final String NAMESPACE =
      """
      {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "other"}}
      """;

  private static ObjectRef claim(String name) {
    return ObjectRef.core("PersistentVolumeClaim", "small", name);
  }

  @Test
  void theTargetGoesOnWithTheSameDisks() {
    assertThat(disks).hasSize(3);
    RunEvent.RunEnded ended = scene.apply();
    assertThat(ended.problems()).isEmpty();
    assertThat(ended.outcome()).isEqualTo(Outcome.DONE);
    scene.clock.advance(Duration.ofMinutes(2));
    assertThat(handles(target)).isEqualTo(disks);
    assertThat(volumes(source)).isEmpty();
    for (String name : List.of("data-db-0", "data-db-1", "spool")) {
      assertThat(source.stored(claim(name))).isEmpty();
      assertThat(target.stored(claim(name)).orElseThrow().at("status", "phase").asText())
          .as(name)
          .isEqualTo("Bound");
    }
    assertThat(volumes(target))
        .allSatisfy(
            volume ->
                assertThat(volume.at("spec", "persistentVolumeReclaimPolicy").asText())
                    .isEqualTo("Delete"));
  }

  @Test
  void thePlanOfItIsReadBack() {
    StringBuilder text = new StringBuilder();
    Digest unused = PlanFile.write(scene.plan, text);
    assertThat(PlanFile.read(new StringReader(text.toString()))).isEqualTo(scene.plan);
    assertThat(PlanHeader.of(scene.plan))
        .contains(
            "volumes             3 handed over (size 7 GiB), paused to drain, detach, bind and"
                + " attach");
  }

  /** The volumes of a class belong to whose claims they are, not to the class. */
  @Test
  void volumesOfClaimsThatStayDoNotTravel() {
    Manifest claim =
        source
            .stored(claim("data-db-1"))
            .orElseThrow()
            .edit(
                tree -> {
                  tree.remove("status");
                  tree.withObjectProperty("metadata").put("namespace", "other").remove("uid");
                  tree.withObjectProperty("spec").remove("volumeName");
                  tree.withObjectProperty("metadata").remove("annotations");
                });
    scene.clusters.source().load(Manifest.parse(NAMESPACE));
    scene.clusters.source().load(claim);
    scene.clock.advance(Duration.ofMinutes(1));
    assertThat(volumes(source)).hasSize(4);
    Scene again = scene.planAgain();
    assertThat(again.plan.isBlocked()).isFalse();
    assertThat(again.plan.objects())
        .filteredOn(object -> object.ref().kind().equals("PersistentVolume"))
        .hasSize(3);
  }

  @Test
  void somebodyMayHaveToSayThatADiskIsFree(@TempDir Path folder) {
    Scene asked =
        new Scene(
            Scenes.varied(
                folder,
                "disks",
                "gates: {afterCopy: auto}",
                "gates: {afterCopy: auto, afterDetach: manual}"));
    World old = asked.clusters.source().world();
    asked.gatekeeper =
        (gate, policy) ->
            gate.equals("afterDetach") ? Gatekeeper.Answer.CLOSED : Gatekeeper.Answer.OPEN;
    assertThat(asked.apply().outcome()).isEqualTo(Outcome.WAITING);
    assertThat(old.stored(new ObjectRef("apps", "StatefulSet", "small", "db"))).isEmpty();
    assertThat(old.everything()).noneMatch(o -> o.kind().equals("VolumeAttachment"));
    for (String name : List.of("data-db-0", "data-db-1", "spool")) {
      assertThat(old.stored(claim(name)))
          .hasValueSatisfying(live -> assertThat(live.isBeingDeleted()).isFalse());
    }
    asked.gatekeeper = (gate, policy) -> Gatekeeper.Answer.OPEN;
    assertThat(asked.resume().outcome()).isEqualTo(Outcome.DONE);
    assertThat(volumes(asked.clusters.target().world())).hasSize(3);
  }
}
