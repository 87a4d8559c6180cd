package dev.migrator.classify;

import dev.migrator.migration.VolumeWay;
import dev.migrator.model.Problem;
import java.util.Map;
import java.util.Optional;

/** How the data of a claim travels. */
public sealed interface VolumeVerdict {

  /** The way, where it is decided. */
  default Optional<VolumeWay> way() {
    return this instanceof Decided decided ? Optional.of(decided.by()) : Optional.empty();
  }

  /**
   * It is decided.
   *
   * @param rule who decided, in words: {@code label}, {@code volumes[2]}, {@code --default-for
   *     volumes}
   * @param with what the way is told; empty where it needs nothing
   */
  record Decided(VolumeWay by, String rule, Map<String, String> with) implements VolumeVerdict {
    public Decided {
      with = Map.copyOf(with);
    }

    /** With nothing more to tell. */
    public Decided(VolumeWay by, String rule) {
      this(by, rule, Map.of());
    }
  }

  /** Nobody decides: {@code apply} refuses until somebody does. */
  record Undecided(String why) implements VolumeVerdict {}

  /** What a label says is not legal, or contradicts another. */
  record Illegal(Problem problem) implements VolumeVerdict {}
}
