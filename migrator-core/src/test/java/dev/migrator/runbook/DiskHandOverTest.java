package dev.migrator.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.cluster.memory.World;
import dev.migrator.event.RunEvent;
import dev.migrator.event.RunEvent.Outcome;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.proof.Scenes;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

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
}
