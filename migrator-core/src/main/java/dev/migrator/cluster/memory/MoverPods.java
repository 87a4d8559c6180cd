package dev.migrator.cluster.memory;

import dev.migrator.model.Manifest;
import java.util.Optional;

/**
 * Pods that copy what is on a disk to another one: by {@code sim.migrator.dev/reads} all of it is
 * read under that name, by {@code sim.migrator.dev/fills} it is written to the disk of the claim.
 * What is filled waits until it was read. They say last what they copied, as a real mover does.
 */
final class MoverPods {

  /** What their log says while they run. */
  static final String PROGRESS = "mover: progress bytes=1 total=2\n";

  private static final String READS = "sim.migrator.dev/reads";
  private static final String FILLS = "sim.migrator.dev/fills";

  private final Storage storage;
  private final Disks disks;
  private final String cluster;

  MoverPods(Storage storage, Disks disks, String cluster) {
    this.storage = storage;
    this.disks = disks;
    this.cluster = cluster;
  }

  static boolean isOne(Manifest pod) {
    return pod.annotations().containsKey(READS) || pod.annotations().containsKey(FILLS);
  }

  /** It runs: whoever reads, reads what is there from now on. */
  void begin(Manifest pod) {
    Optional.ofNullable(pod.annotations().get(READS))
        .ifPresent(name -> disk(pod).ifPresent(disk -> disks.beginReading(disk, cluster, name)));
  }

  /** What it says last; empty as long as it is not done. */
  Optional<String> end(Manifest pod) {
    Optional<Long> version =
        Optional.ofNullable(pod.annotations().get(READS))
            .map(disks::endReading)
            .orElseGet(
                () ->
                    disk(pod)
                        .flatMap(
                            disk ->
                                disks.fill(
                                    disk, cluster, pod.annotations().getOrDefault(FILLS, ""))));
    return version.map(
        number -> "mover: result files=1 bytes=%1$d skipped=0 digest=%1$x".formatted(number));
  }

  private Optional<Disk> disk(Manifest pod) {
    return Mount.of(pod).stream()
        .findFirst()
        .flatMap(mount -> mount.volume(storage))
        .flatMap(Disk::of);
  }
}
