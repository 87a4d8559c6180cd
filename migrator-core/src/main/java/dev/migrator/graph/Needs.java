package dev.migrator.graph;

import dev.migrator.model.ObjectRef;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the objects of a cluster need of each other, and what acts on them, while some of them are
 * about to leave: whatever works on there keeps what it needs, and that what it needs, and so on.
 *
 * <p>Shape: unlike a {@link DependencyGraph} it keeps cycles and optional references, and has the
 * other direction where that is the useful one: a Service, a scaler, a budget, a network policy or
 * a binding is of use as long as what it is about is there. An object whose owners all leave goes
 * with them; one that is needed keeps its owners.
 *
 * <p>Pure.
 *
 * <p>Source: docs/adr/0033
 */
public final class Needs {

  /** Their pods are those of the template of whom they belong to. */
  private static final Set<String> MADE_FROM_A_TEMPLATE = Set.of("Pod", "ReplicaSet.apps");

  /**
   * One object of the cluster.
   *
   * @param node what it says itself
   * @param owners that exist, or may
   * @param idle whether it needs nothing as long as nobody uses it: what every namespace gets, and
   *     work that has ended
   */
  public record Member(Node node, List<ObjectRef> owners, boolean idle) {
    public Member {
      owners = List.copyOf(owners);
    }
  }

  /**
   * Why an object has to stay.
   *
   * @param other stays, too
   * @param isNeeded true where the other one needs it, false where it acts on the other one
   */
  public record Reason(ObjectRef other, boolean isNeeded) {}

  private final Map<ObjectRef, Member> members;
  private final Map<ObjectRef, Map<ObjectRef, Reason>> keeps = new HashMap<>();
  private final Map<ObjectRef, List<Dependency>> hard = new HashMap<>();

  private Needs(Map<ObjectRef, Member> members) {
    this.members = members;
  }

  /** Of all objects of the cluster, each once. */
  public static Needs of(Collection<Member> all) {
    Map<ObjectRef, Member> members = new LinkedHashMap<>();
    all.forEach(member -> members.put(member.node().ref(), member));
    members.values().removeIf(member -> isOfATemplate(member, members));
    Needs needs = new Needs(members);
    DependencyGraph.needs(members.values().stream().map(Member::node).toList())
        .forEach(needs::note);
    return needs;
  }

  private static boolean isOfATemplate(Member member, Map<ObjectRef, Member> members) {
    return MADE_FROM_A_TEMPLATE.contains(member.node().ref().groupKind())
        && member.owners().stream()
            .map(members::get)
            .anyMatch(owner -> owner != null && !owner.node().podLabels().isEmpty());
  }

  private void note(Dependency one) {
    boolean isNeed = isNeed(one);
    if (isNeed) {
      keep(one.from(), one.to(), new Reason(one.from(), true));
      // What is needed of a whole kind, as limits are, is not missed where there is none.
      if (one.strength() != Reference.Strength.WEAK && !one.field().equals("metadata.namespace")) {
        hard.computeIfAbsent(one.from(), none -> new ArrayList<>()).add(one);
      }
    }
    if (!isNeed || isInFront(one)) {
      keep(one.to(), one.from(), new Reason(one.to(), false));
    }
  }

  private void keep(ObjectRef by, ObjectRef kept, Reason reason) {
    keeps.computeIfAbsent(by, none -> new LinkedHashMap<>()).putIfAbsent(kept, reason);
  }

  /** Scalers, budgets, network policies and bindings act on what they name. */
  private static boolean isNeed(Dependency one) {
    return switch (one.field()) {
      case Reference.SCALE_TARGET, AccessReferences.SUBJECTS -> false;
      case WorkloadReferences.SELECTOR, WorkloadReferences.POD_SELECTOR ->
          one.from().groupKind().equals("Service");
      default -> true;
    };
  }

  /** What leads to its pods, or to a Service. */
  private static boolean isInFront(Dependency one) {
    String from = one.from().groupKind();
    return (from.equals("Service") && one.field().equals(WorkloadReferences.SELECTOR))
        || (one.to().groupKind().equals("Service")
            && (from.startsWith("Ingress.") || from.endsWith("Route.gateway.networking.k8s.io")));
  }

  /**
   * What of the leaving ones has to stay, and why.
   *
   * @param leaving to be deleted; what they alone own goes with them
   */
  public Map<ObjectRef, Reason> kept(Set<ObjectRef> leaving) {
    Map<ObjectRef, Reason> kept = new LinkedHashMap<>();
    Set<ObjectRef> left = new HashSet<>(leaving);
    boolean more = true;
    while (more) {
      Map<ObjectRef, Reason> found = keptBy(going(left), left);
      more = !found.isEmpty();
      kept.putAll(found);
      left.removeAll(found.keySet());
    }
    return kept;
  }

  /** The leaving ones, with what only they own, at whatever distance. */
  private Set<ObjectRef> going(Set<ObjectRef> leaving) {
    Set<ObjectRef> going = new HashSet<>(leaving);
    List<Member> owned =
        members.values().stream().filter(member -> !member.owners().isEmpty()).toList();
    boolean more = true;
    while (more) {
      more = false;
      for (Member member : owned) {
        more |= going.containsAll(member.owners()) && going.add(member.node().ref());
      }
    }
    return going;
  }

  private Map<ObjectRef, Reason> keptBy(Set<ObjectRef> going, Set<ObjectRef> leaving) {
    Map<ObjectRef, Reason> kept = new LinkedHashMap<>();
    Set<ObjectRef> seen = new HashSet<>();
    Deque<ObjectRef> open = new ArrayDeque<>();
    for (Member member : members.values()) {
      ObjectRef ref = member.node().ref();
      if (!member.idle() && !going.contains(ref) && seen.add(ref)) {
        open.add(ref);
      }
    }
    while (!open.isEmpty()) {
      ObjectRef by = open.remove();
      Map<ObjectRef, Reason> next = new LinkedHashMap<>(keeps.getOrDefault(by, Map.of()));
      if (going.contains(by)) {
        owners(by).forEach(owner -> next.putIfAbsent(owner, new Reason(by, true)));
      }
      next.forEach(
          (ref, reason) -> {
            if (seen.add(ref)) {
              open.add(ref);
              if (leaving.contains(ref)) {
                kept.put(ref, reason);
              }
            }
          });
    }
    return kept;
  }

  private List<ObjectRef> owners(ObjectRef ref) {
    Member member = members.get(ref);
    return member == null ? List.of() : member.owners();
  }

  /** Of these, what cannot do without one of the absent ones; each with that one. */
  public Map<ObjectRef, ObjectRef> without(Set<ObjectRef> absent, Set<ObjectRef> of) {
    Map<ObjectRef, ObjectRef> without = new LinkedHashMap<>();
    for (ObjectRef ref : of) {
      hard.getOrDefault(ref, List.of()).stream()
          .map(Dependency::to)
          .filter(absent::contains)
          .findFirst()
          .ifPresent(to -> without.put(ref, to));
    }
    return without;
  }
}
