package dev.migrator.check;

import dev.migrator.plan.Finding;
import java.util.List;

/**
 * One thing that a move is checked for. It is made for one plan, sees the source once, and then
 * says what it found.
 *
 * <p>Shape: {@link #see} once for each object of the source that is in scope, by one thread:
 * admission policies and webhooks first, then Namespaces, Services, LimitRanges and ResourceQuotas,
 * then the rest. Then {@link #findings} once. A check keeps no body of an object.
 *
 * <p>Errors: what {@link ClusterView} throws ends the planning.
 */
public interface Check {

  /** Takes in an object of the source. Not all that are seen travel: {@link Move#travels} says. */
  default void see(CheckedObject object) {}

  /** What there is to say of the move; in a fixed order for the same clusters. */
  List<Finding> findings(Move move);
}
