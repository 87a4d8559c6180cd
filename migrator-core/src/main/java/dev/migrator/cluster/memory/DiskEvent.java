package dev.migrator.cluster.memory;

import java.time.Instant;

/**
 * What happened to a disk.
 *
 * @param sequence one order over all clusters that share a clock, the same as of {@link
 *     StoredChange}
 * @param cluster by which it happened: the context under which the cluster is reached
 * @param who the node that attached it, the pod that wrote to it, or the handle of the snapshot
 *     that was taken of it or that it was made from, or the name of a mover's pass; else empty
 */
public record DiskEvent(
    long sequence, Instant time, What what, Disk disk, String cluster, String who) {

  /** Kinds of what may happen. */
  public enum What {
    /** A driver made it. */
    CREATED,
    /** It was there before the simulation began. */
    FOUND,
    /** A driver made it from a snapshot. */
    RESTORED,
    /** A driver took a snapshot of it. */
    CAPTURED,
    /** A snapshot of it is gone. */
    FORGOTTEN,
    /** A mover reads all that is on it from now on. */
    READ,
    /** A mover has written to it all that it read from another one. */
    FILLED,
    /** Its data is gone. */
    DELETED,
    ATTACHED,
    DETACHED,
    /** The driver refused to attach or to delete it. */
    REFUSED,
    /** A pod may write to it from now on. */
    WRITING,
    /** That pod writes no more. */
    WRITTEN
  }
}
