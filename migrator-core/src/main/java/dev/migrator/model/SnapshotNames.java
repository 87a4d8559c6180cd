package dev.migrator.model;

/**
 * How the objects are called through which the data of a claim comes to another cluster as a
 * snapshot: one name in both clusters, which says from which claim it was taken.
 *
 * <p>Source: <a href="https://kubernetes.io/docs/concepts/storage/volume-snapshots/">Volume
 * Snapshots</a>
 */
public final class SnapshotNames {

  public static final String GROUP = "snapshot.storage.k8s.io";
  public static final String API_VERSION = GROUP + "/v1";
  public static final String SNAPSHOT = "VolumeSnapshot";
  public static final String CONTENT = "VolumeSnapshotContent";
  public static final String CLASS = "VolumeSnapshotClass";

  private SnapshotNames() {}

  /**
   * The name of the snapshot, and of its content at the target.
   *
   * @param claim as the source has it
   */
  public static String of(Manifest claim) {
    return of(claim.uid());
  }

  /**
   * As {@link #of(Manifest)}.
   *
   * @param uid of the claim at the source
   */
  public static String of(String uid) {
    return "migrator-" + uid;
  }
}
