package dev.migrator.graph;

import dev.migrator.graph.Reference.Condition;
import dev.migrator.graph.Reference.Strength;
import dev.migrator.model.ObjectRef;

/**
 * One object that travels needs another one that travels.
 *
 * @param from the dependant
 * @param to the object that it needs
 * @param field the field of the dependant that says so
 */
public record Dependency(
    ObjectRef from, ObjectRef to, Strength strength, Condition condition, String field) {

  /**
   * Whether the dependant does not work without the other one. Scalers, budgets, network policies
   * and bindings act on what they name, and do nothing without it; a Service leads to its pods, and
   * whoever calls it needs them.
   */
  public boolean isNeed() {
    return isNeed(from, field);
  }

  /**
   * As {@link #isNeed()}, of a reference.
   *
   * @param from whose it is
   */
  public static boolean isNeed(ObjectRef from, String field) {
    return switch (field) {
      case Reference.SCALE_TARGET, AccessReferences.SUBJECTS -> false;
      case WorkloadReferences.SELECTOR, WorkloadReferences.POD_SELECTOR ->
          from.groupKind().equals("Service");
      default -> true;
    };
  }

  /** Whether the dependant leads traffic to the other one: to its pods, or to a Service. */
  public boolean isInFront() {
    String kind = from.groupKind();
    return (kind.equals("Service") && field.equals(WorkloadReferences.SELECTOR))
        || (to.groupKind().equals("Service")
            && (kind.startsWith("Ingress.") || kind.endsWith("Route.gateway.networking.k8s.io")));
  }
}
