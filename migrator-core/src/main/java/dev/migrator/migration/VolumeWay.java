package dev.migrator.migration;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * How the data of a claim comes to the target.
 *
 * <p>Source: docs/adr/0051
 */
public enum VolumeWay {
  /** The same disk, in use by one cluster at a time: the claim and its volume are handed over. */
  HAND_OVER("handOver"),
  /** The same storage, in use by both clusters at once. */
  SHARE("share"),
  /**
   * A snapshot of it, from which the target makes a volume of its own: taken in the pause of what
   * must not be duplicated, else while it is in use.
   */
  SNAPSHOT("snapshot"),
  /**
   * All files of it, brought to a volume of the target's own by a mover: once while it is in use,
   * and what has changed since then in the pause of what must not be duplicated.
   */
  COPY("copy"),
  /** It does not: the target's claim starts with a new and empty volume. */
  EMPTY("empty");

  private final String label;

  VolumeWay(String label) {
    this.label = label;
  }

  /** Whether the target gets a volume of its own with the source's data in it. */
  public boolean isCarried() {
    return switch (this) {
      case SNAPSHOT, COPY -> true;
      case HAND_OVER, SHARE, EMPTY -> false;
    };
  }

  /** Whether the source's data is at the target afterwards, and no longer shared. */
  public boolean takesDataAlong() {
    return this == HAND_OVER || isCarried();
  }

  /** As files, labels and options have it. */
  public String label() {
    return label;
  }

  /** The way of that name; empty for any other text. */
  public static Optional<VolumeWay> of(String label) {
    return Arrays.stream(values()).filter(way -> way.label.equals(label)).findFirst();
  }

  /** Every legal name, in the order in which people read of them. */
  public static List<String> labels() {
    return Arrays.stream(values()).map(VolumeWay::label).toList();
  }
}
