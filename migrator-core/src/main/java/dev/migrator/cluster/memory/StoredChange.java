package dev.migrator.cluster.memory;

import dev.migrator.model.Manifest;
import java.time.Instant;
import java.util.Optional;

/**
 * One change of what a cluster stores: the ground truth for a checker.
 *
 * @param sequence one order over all clusters that share a clock
 * @param time of the simulation; many changes may share one
 * @param byRequest whether a client asked for it, or a controller did it
 * @param before empty when the object came
 * @param after empty when the object went
 */
public record StoredChange(
    long sequence,
    Instant time,
    boolean byRequest,
    Optional<Manifest> before,
    Optional<Manifest> after) {

  /** The object, in its newest state. */
  public Manifest object() {
    return after.or(() -> before).orElseThrow();
  }
}
