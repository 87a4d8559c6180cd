package dev.migrator.execute;

import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.ListQuery;
import dev.migrator.cluster.WholeList;
import dev.migrator.inventory.Inventory;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Owner;
import dev.migrator.model.ResourceType;
import dev.migrator.plan.Finding;
import dev.migrator.plan.Plan;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What an object owns, at whatever distance, of every kind that the cluster lists: its children by
 * the uids in their {@code ownerReferences}, their children, and so on. Children of an object in a
 * namespace are looked for in that namespace, where alone they may be; those of a cluster-scoped
 * object everywhere.
 *
 * <p>One look reads every kind once and keeps no bodies, and is shared by all who ask meanwhile.
 *
 * <p>Source: <a
 * href="https://kubernetes.io/docs/concepts/overview/working-with-objects/owners-dependents/">Owners
 * and Dependents</a>
 */
public final class Dependants {

  /** Kinds that own nothing and that nobody misses; there may be very many. */
  private static final Set<String> NOISE =
      Set.of("Event", "Event.events.k8s.io", "Lease.coordination.k8s.io", "ComponentStatus");

  private final ClusterSide side;
  private final Set<String> unread;
  private final Shared<Map<String, List<Dependant>>> looks;

  /**
   * @param unread what the plan did not read, as {@code plural.group} or {@code group/version}
   */
  Dependants(ClusterSide side, Patience patience, Set<String> unread) {
    this.side = side;
    this.unread = Set.copyOf(unread);
    this.looks = new Shared<>(patience);
  }

  /** At the source of the run; without what its plan says that it was not read. */
  static Dependants atSource(Run run) {
    return new Dependants(run.source(), run.patience(), unread(run.plan()));
  }

  /** What the plan did not read, as {@code plural.group} or {@code group/version}. */
  private static Set<String> unread(Plan plan) {
    Set<String> unread = new HashSet<>();
    for (Finding finding : plan.findings()) {
      if (finding.code().equals("not-read")) {
        unread.add(finding.message().replaceFirst(":.*", ""));
      }
    }
    return unread;
  }

  /**
   * The kinds that may have dependants of what is in the namespace, each once, at one of the
   * versions at which it is served; without what the plan did not read.
   *
   * @param namespace empty for all, and for what is in none
   */
  public static List<ResourceType> kinds(ClusterSide side, Plan plan, String namespace) {
    return kinds(side, unread(plan), namespace);
  }

  /**
   * One object that is owned.
   *
   * @param type at which it can be read
   * @param owners all of them, also those of whom it was not asked
   * @param going whether it is being deleted already
   */
  record Dependant(
      ObjectRef ref, ResourceType type, String uid, List<Owner> owners, boolean going) {
    Dependant {
      owners = List.copyOf(owners);
    }
  }

  /**
   * Everything that the object with this uid owns, nearest first, by lists that begin now.
   *
   * <p>Errors: {@link ClusterException} as a list gave it: what could not be read may hide one.
   */
  List<Dependant> of(ObjectRef owner, String uid) {
    return of(owner, Set.of(uid));
  }

  /**
   * As {@link #of(ObjectRef, String)}, beginning also from what the object owned when it was looked
   * at before: what lies between may be gone already.
   */
  List<Dependant> of(ObjectRef owner, Set<String> uids) {
    Map<String, List<Dependant>> byOwner =
        looks.ask(owner.namespace(), () -> byOwner(owner.namespace()));
    Map<String, Dependant> found = new LinkedHashMap<>();
    Deque<String> open = new ArrayDeque<>(uids);
    while (!open.isEmpty()) {
      for (Dependant one : byOwner.getOrDefault(open.remove(), List.of())) {
        if (!one.ref().equals(owner) && found.putIfAbsent(one.uid(), one) == null) {
          open.add(one.uid());
        }
      }
    }
    return List.copyOf(found.values());
  }

  /**
   * @param namespace empty for all, and for what is in none
   */
  private Map<String, List<Dependant>> byOwner(String namespace) {
    Map<String, List<Dependant>> byOwner = new HashMap<>();
    for (ResourceType type : kinds(side, unread, namespace)) {
      WholeList.each(
          side.cluster(),
          type,
          ListQuery.inNamespace(namespace),
          object -> {
            List<Owner> owners = Owner.of(object);
            Dependant one =
                new Dependant(object.ref(), type, object.uid(), owners, object.isBeingDeleted());
            owners.forEach(
                by -> byOwner.computeIfAbsent(by.uid(), u -> new ArrayList<>()).add(one));
          });
    }
    return byOwner;
  }

  private static List<ResourceType> kinds(ClusterSide side, Set<String> unread, String namespace) {
    Map<String, ResourceType> kinds = new TreeMap<>();
    for (ResourceType type : side.types()) {
      boolean looked =
          type.supports("list")
              && (namespace.isEmpty() || type.namespaced())
              && !NOISE.contains(type.groupKind())
              && !Inventory.holdsNothingToMove(type.apiVersion())
              && !unread.contains(type.groupResource())
              && !unread.contains(type.apiVersion());
      if (looked) {
        kinds.merge(
            type.groupResource(),
            type,
            (one, other) -> one.version().compareTo(other.version()) <= 0 ? one : other);
      }
    }
    return List.copyOf(kinds.values());
  }
}
