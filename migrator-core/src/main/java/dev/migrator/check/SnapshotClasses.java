package dev.migrator.check;

import dev.migrator.model.Manifest;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Which VolumeSnapshotClass the snapshots of a driver are taken with. Pure.
 *
 * <p>Source: <a href="https://kubernetes.io/docs/concepts/storage/volume-snapshot-classes/">Volume
 * Snapshot Classes</a>
 */
public final class SnapshotClasses {

  private static final String DEFAULT = "snapshot.storage.kubernetes.io/is-default-class";

  private SnapshotClasses() {}

  /**
   * The one that is named, else the driver's default, else its only one; empty where none of these
   * is there.
   *
   * @param wanted empty where nobody names one
   */
  public static Optional<Manifest> choose(
      Collection<Manifest> classes, String driver, Optional<String> wanted) {
    List<Manifest> own =
        classes.stream().filter(c -> c.at("driver").asText("").equals(driver)).toList();
    if (wanted.isPresent()) {
      return own.stream().filter(c -> c.name().equals(wanted.get())).findFirst();
    }
    List<Manifest> byDefault =
        own.stream().filter(c -> "true".equals(c.annotations().get(DEFAULT))).toList();
    List<Manifest> some = byDefault.isEmpty() ? own : byDefault;
    return some.size() == 1 ? Optional.of(some.getFirst()) : Optional.empty();
  }
}
