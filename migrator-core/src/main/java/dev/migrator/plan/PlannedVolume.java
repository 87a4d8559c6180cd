package dev.migrator.plan;

import dev.migrator.migration.VolumeWay;
import java.util.OptionalLong;

/**
 * How the data of a claim travels.
 *
 * @param rule who decided, in words
 * @param bytes the size of its volume, as the source says; empty where it has none, and for the
 *     volume that goes with a claim
 */
public record PlannedVolume(VolumeWay way, String rule, OptionalLong bytes) {

  /** Whether the object, a claim or its volume, leaves the source and comes to the target. */
  public boolean isHandedOver() {
    return way == VolumeWay.HAND_OVER;
  }

  /** Whether a mover copies its files, a first time while they are in use. */
  public boolean isCopied() {
    return way == VolumeWay.COPY;
  }

  /** Whether the target's claim gets a volume of its own with the source's data in it. */
  public boolean isCarried() {
    return way.isCarried();
  }
}
