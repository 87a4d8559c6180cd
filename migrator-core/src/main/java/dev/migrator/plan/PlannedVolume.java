package dev.migrator.plan;

import dev.migrator.migration.VolumeWay;
import java.util.OptionalLong;

/**
 * How the data of a claim travels.
 *
 * @param rule who decided, in words
 * @param bytes the size of its volume, as the source says; empty where it has none, and for the
 *     volume that goes with a claim
 * @param used how much of it was in use when the plan was made, rounded up to two digits so that
 *     not every write makes another plan; empty where no kubelet said so
 */
public record PlannedVolume(VolumeWay way, String rule, OptionalLong bytes, OptionalLong used) {

  private static final int TWO_DIGITS = 100;

  /** One of which nobody knows how much is in use. */
  public PlannedVolume(VolumeWay way, String rule, OptionalLong bytes) {
    this(way, rule, bytes, OptionalLong.empty());
  }

  /**
   * The same, of which so much is in use.
   *
   * @param exactly in bytes
   */
  public PlannedVolume withUsed(long exactly) {
    long unit = 1;
    while (exactly / unit >= TWO_DIGITS) {
      unit *= 10;
    }
    return new PlannedVolume(way, rule, bytes, OptionalLong.of(Math.ceilDiv(exactly, unit) * unit));
  }

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
