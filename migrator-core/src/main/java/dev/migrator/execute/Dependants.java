package dev.migrator.execute;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.ListQuery;
import dev.migrator.cluster.WholeList;
import dev.migrator.inventory.Inventory;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Owner;
import dev.migrator.model.ResourceType;
import dev.migrator.plan.Plan;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What an object owns, at whatever distance, of every kind that the cluster lists: its children by
 * the uids in their {@code ownerReferences}, their children, and so on. Children of an object in a
 * namespace are looked for in that namespace, where alone they may be; those of a cluster-scoped
 * object everywhere.
 *
 * <p>One look reads every kind once, several at a time, and keeps no bodies. It is shared by all
 * who ask meanwhile.
 *
 * <p>Source: <a
 * href="https://kubernetes.io/docs/concepts/overview/working-with-objects/owners-dependents/">Owners
 * and Dependents</a>
 */
public final class Dependants {

  /** Kinds that own nothing and that nobody misses; there may be very many. */
  private static final Set<String> NOISE =
      Set.of("Event", "Event.events.k8s.io", "Lease.coordination.k8s.io", "ComponentStatus");

  /** A cluster with many definitions has hundreds of kinds, mostly with few objects. */
  private static final int KINDS_AT_ONCE = 8;

  private final ClusterSide side;
  private final ConcurrentRequests beside;
  private final Set<String> unread;
  private final SharedAnswers<Look> looks;

  /**
   * @param unread what the plan did not read, as {@code plural.group} or {@code group/version}
   */
  Dependants(ClusterSide side, InterruptibleWait clock, StepThreads threads, Set<String> unread) {
    this.side = side;
    this.beside = ConcurrentRequests.ofRun(KINDS_AT_ONCE, threads, clock);
    this.unread = Set.copyOf(unread);
    this.looks = new SharedAnswers<>(clock);
  }

  /**
   * What one look saw.
   *
   * @param byOwner what is owned, by the uid of its owner
   * @param keeping the uids of what exists and keeps what it owns
   */
  private record Look(Map<String, List<Dependant>> byOwner, Set<String> keeping) {}

  /**
   * What is owned, and which of it has no other owner.
   *
   * @param all nearest first
   * @param going what has no owner left but those that go, and what goes with them
   * @param owners the uids of the object and of all that went or goes with it
   */
  record Owned(List<Dependant> all, List<Dependant> going, Set<String> owners) {
    Owned {
      owners = Set.copyOf(owners);
      all = List.copyOf(all);
      going = List.copyOf(going);
    }

    /** The uids of what another owner keeps, with all that is below it. */
    Set<String> kept() {
      Set<String> kept = new HashSet<>();
      all.forEach(one -> kept.add(one.uid()));
      going.forEach(one -> kept.remove(one.uid()));
      return kept;
    }
  }

  /** At the source of the run; without what its plan says that it was not read. */
  static Dependants atSource(Run run) {
    return new Dependants(run.source(), run.clock(), run.threads(), run.plan().reading().unread());
  }

  /**
   * As {@link #kinds}, all of them.
   *
   * <p>Errors: {@link ClusterException} when the cluster cannot tell of one.
   */
  public static List<ResourceType> allKinds(ClusterSide side, Plan plan, String namespace) {
    return kinds(side.allTypes(), plan.reading().unread(), namespace);
  }

  /**
   * The kinds that may have dependants of what is in the namespace, each once, at one of the
   * versions at which it is served; without what the plan did not read, and what the cluster could
   * not tell of.
   *
   * @param namespace empty for all, and for what is in none
   */
  public static List<ResourceType> kinds(ClusterSide side, Plan plan, String namespace) {
    return kinds(side.types(), plan.reading().unread(), namespace);
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
    return of(look(owner), owner, uids);
  }

  /**
   * As {@link #of(ObjectRef, Set)}, and what of it goes with the object as the garbage collector
   * sees it. What was owned before and exists has to have no other owner now, too.
   *
   * @param uid of the object
   * @param uids what it owned before
   * @param leaving the uids of owners that are taken for gone
   */
  Owned owned(ObjectRef owner, String uid, Set<String> uids, Set<String> leaving) {
    Look look = look(owner);
    Set<String> from = new HashSet<>(uids);
    from.add(uid);
    List<Dependant> all = of(look, owner, from);
    Set<String> owners = new HashSet<>(from);
    owners.removeAll(look.keeping());
    owners.add(uid);
    Set<String> goes = new HashSet<>(owners);
    goes.addAll(leaving);
    List<Dependant> going = going(all, goes, look.keeping());
    going.forEach(one -> owners.add(one.uid()));
    return new Owned(all, going, owners);
  }

  private List<Dependant> going(List<Dependant> all, Set<String> goes, Set<String> keeping) {
    Map<String, Boolean> keeps = new HashMap<>();
    List<Dependant> open = new ArrayList<>(all);
    List<Dependant> going = new ArrayList<>();
    boolean more = true;
    while (more) {
      more =
          open.removeIf(
              one -> {
                boolean with =
                    one.owners().stream()
                        .noneMatch(
                            by ->
                                !goes.contains(by.uid())
                                    && (keeping.contains(by.uid())
                                        || keeps.computeIfAbsent(
                                            by.uid(), u -> keeps(by, one.ref().namespace()))));
                if (with) {
                  goes.add(one.uid());
                  going.add(one);
                }
                return with;
              });
    }
    return going;
  }

  /** Whether an owner that no list showed exists. */
  private boolean keeps(Owner owner, String namespace) {
    // The collector waits for owners of kinds that it does not know.
    if (side.isUnread(owner.apiVersion())) {
      return true;
    }
    Optional<ResourceType> type = side.type(owner.kind(), owner.apiVersion());
    return type.isEmpty()
        || side.cluster()
            .get(type.get(), owner.ref(type.get(), namespace))
            .filter(live -> live.uid().equals(owner.uid()) && keeps(live))
            .isPresent();
  }

  /** What is deleted in the foreground keeps nothing: it waits for what it owns to go. */
  private static boolean keeps(Manifest owner) {
    if (owner.isBeingDeleted()) {
      for (JsonNode finalizer : owner.at("metadata", "finalizers")) {
        if (finalizer.asText().equals("foregroundDeletion")) {
          return false;
        }
      }
    }
    return true;
  }

  private static List<Dependant> of(Look look, ObjectRef owner, Set<String> uids) {
    Map<String, Dependant> found = new LinkedHashMap<>();
    Deque<String> open = new ArrayDeque<>(uids);
    while (!open.isEmpty()) {
      for (Dependant one : look.byOwner().getOrDefault(open.remove(), List.of())) {
        if (!one.ref().equals(owner) && found.putIfAbsent(one.uid(), one) == null) {
          open.add(one.uid());
        }
      }
    }
    return List.copyOf(found.values());
  }

  /** Of all namespaces for what is in none. */
  private Look look(ObjectRef owner) {
    return looks.ask(owner.namespace(), () -> look(owner.namespace()));
  }

  private Look look(String namespace) {
    List<OfKind> seen =
        beside.ask(
            // Of what the cluster cannot tell of, something may be owned.
            kinds(side.allTypes(), unread, namespace),
            (ResourceType type) -> read(type, namespace));
    Map<String, List<Dependant>> byOwner = new HashMap<>();
    Set<String> keeping = new HashSet<>();
    for (OfKind kind : seen) {
      keeping.addAll(kind.keeping());
      for (Dependant one : kind.owned()) {
        one.owners()
            .forEach(by -> byOwner.computeIfAbsent(by.uid(), u -> new ArrayList<>()).add(one));
      }
    }
    return new Look(byOwner, keeping);
  }

  /**
   * What one list showed.
   *
   * @param owned what has owners
   * @param keeping as in the look
   */
  private record OfKind(List<Dependant> owned, List<String> keeping) {}

  private OfKind read(ResourceType type, String namespace) {
    OfKind kind = new OfKind(new ArrayList<>(), new ArrayList<>());
    WholeList.each(
        side.cluster(),
        type,
        ListQuery.inNamespace(namespace),
        object -> {
          if (keeps(object)) {
            kind.keeping().add(object.uid());
          }
          List<Owner> owners = Owner.of(object);
          if (!owners.isEmpty()) {
            kind.owned()
                .add(
                    new Dependant(
                        object.ref(), type, object.uid(), owners, object.isBeingDeleted()));
          }
        });
    return kind;
  }

  private static List<ResourceType> kinds(
      List<ResourceType> types, Set<String> unread, String namespace) {
    Map<String, ResourceType> kinds = new TreeMap<>();
    for (ResourceType type : types) {
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
