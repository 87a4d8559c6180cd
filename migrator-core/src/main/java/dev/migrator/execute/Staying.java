package dev.migrator.execute;

import dev.migrator.classify.LossWithOwner;
import dev.migrator.event.RefText;
import dev.migrator.execute.ClusterSnapshot.Seen;
import dev.migrator.model.ObjectRef;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * What has to stay in a cluster when copies are removed from it: what stays keeps everything that
 * it needs, over any number of steps, and no copy takes along what is to stay, or what would be
 * lost with it. Decided over one look, before anything is removed; what stays against that is added
 * by {@link #keep}, and only what it needs is looked at.
 *
 * <p>What was at the target before the run lived without the copies: of a stranger there counts
 * what it names. At the source everything lived beside everything: limits, network policies,
 * scalers, budgets, broad rights, and what leads traffic to what stays, are its as well.
 *
 * <p>Source: docs/adr/0045
 */
public final class Staying {

  private static final Set<String> ALL_ACCOUNTS =
      Set.of("system:serviceaccounts", "system:authenticated");

  private final ClusterSnapshot snapshot;
  private final boolean isSource;
  private final Set<ObjectRef> candidates;
  private final Function<Seen, Optional<String>> lost;
  private final DepartingObjects leaving;
  private final UsageEdges bonds;
  private final Map<ObjectRef, StayReason> kept = new LinkedHashMap<>();
  private final Map<ObjectRef, Optional<String>> losses = new HashMap<>();

  /** What stays with a copy that stays for its data. */
  private final Set<ObjectRef> alongForData = new HashSet<>();

  /** What was seen to be at work; the idle are not, until somebody needs them. */
  private final Set<ObjectRef> awake = new HashSet<>();

  private final Deque<Seen> open = new ArrayDeque<>();
  private final Deque<Seen> forData = new ArrayDeque<>();
  private boolean isDataDue;

  private Staying(
      ClusterSnapshot snapshot,
      Set<ObjectRef> candidates,
      Map<ObjectRef, StayReason> reasons,
      Function<Seen, Optional<String>> lost) {
    this.snapshot = snapshot;
    this.isSource = snapshot.cluster().equals("source");
    this.candidates = Set.copyOf(candidates);
    this.lost = lost;
    reasons.forEach(this::keepAtFirst);
    candidates.forEach(this::keepWhatTheUnseenMayNeed);
    this.leaving = new DepartingObjects(snapshot, this.candidates, kept.keySet());
    this.bonds = new UsageEdges(snapshot, leaving);
  }

  /**
   * Which of the copies stay, and why.
   *
   * @param candidates what could go; or went, whose volumes may be on their way out
   * @param reasons why some of these stay whatever else does
   * @param lost why what goes along with its owners must not, in words; empty when nothing is lost
   */
  public static Staying of(
      ClusterSnapshot snapshot,
      Set<ObjectRef> candidates,
      Map<ObjectRef, StayReason> reasons,
      Function<Seen, Optional<String>> lost) {
    Staying staying = new Staying(snapshot, candidates, reasons, lost);
    staying.begin();
    staying.settle();
    return staying;
  }

  /** Those that stay, and why. */
  public Map<ObjectRef, StayReason> kept() {
    return java.util.Collections.unmodifiableMap(new LinkedHashMap<>(kept));
  }

  /** Why this one stays; empty when it goes. */
  public Optional<StayReason> kept(ObjectRef copy) {
    return Optional.ofNullable(kept.get(copy));
  }

  /** One more that stays, with all that it needs. */
  public void keep(ObjectRef copy, StayReason reason) {
    if (leaving.has(copy)) {
      stay(seen(copy), reason);
      settle();
    }
  }

  private Seen seen(ObjectRef ref) {
    return Optional.ofNullable(snapshot.objects().get(ref)).orElseThrow();
  }

  private void keepAtFirst(ObjectRef copy, StayReason reason) {
    if (candidates.contains(copy) && snapshot.objects().containsKey(copy)) {
      kept.putIfAbsent(copy, reason);
    }
  }

  private void keepWhatTheUnseenMayNeed(ObjectRef copy) {
    Optional<String> defines =
        Optional.ofNullable(snapshot.objects().get(copy))
            .flatMap(seen -> seen.node().offer().defines());
    snapshot.unseen().stream()
        .flatMap(unseen -> unseen.mayNeed(copy, defines).stream())
        .findFirst()
        .ifPresent(why -> keepAtFirst(copy, StayReason.of(why)));
  }

  private void begin() {
    for (boolean fromATemplate : new boolean[] {false, true}) {
      // What a template names is said of the template.
      for (Seen seen : snapshot.objects().values()) {
        if (!leaving.has(seen.ref()) && leaving.isFromATemplate(seen) == fromATemplate) {
          look(seen);
        }
      }
    }
    Set.copyOf(kept.keySet()).forEach(copy -> keepOwnersOf(seen(copy)));
  }

  private void look(Seen seen) {
    if (!seen.isBeingDeleted()) {
      open.add(seen);
      if (!seen.isIdle()) {
        awake.add(seen.ref());
      }
    }
  }

  private void wake(Seen seen) {
    if (!seen.isBeingDeleted() && awake.add(seen.ref())) {
      open.add(seen);
    }
  }

  /** Until nothing that stays needs anything that goes. */
  private void settle() {
    // First without what stays for its data: what it alone needs stays for the data, too.
    isDataDue = false;
    settleOpen();
    isDataDue = true;
    open.addAll(forData);
    forData.clear();
    settleOpen();
  }

  private void settleOpen() {
    int before;
    do {
      before = leaving.size();
      while (!open.isEmpty()) {
        Seen seen = open.remove();
        if (!isDataDue && isForData(seen)) {
          forData.add(seen);
        } else {
          // Safeguard: what-stays-loses-its-needs
          keepNeedsOf(seen);
        }
      }
      keepWhatWouldBeLost();
    } while (!open.isEmpty() || leaving.size() < before);
  }

  private boolean isForData(Seen seen) {
    StayReason reason = kept.get(seen.ref());
    return reason == null
        ? seen.loss() == LossWithOwner.VOLUME || alongForData.contains(seen.ref())
        : reason.isData();
  }

  private void keepWhatWouldBeLost() {
    for (Seen seen : snapshot.objects().values()) {
      if (leaving.isAlong(seen) && !seen.isBeingDeleted() && !leaving.owners(seen).isEmpty()) {
        losses
            .computeIfAbsent(seen.ref(), none -> lost.apply(seen))
            .ifPresent(why -> keepOwners(seen, seen, why, seen.loss() == LossWithOwner.VOLUME));
      }
    }
  }

  private void keepNeedsOf(Seen seen) {
    ObjectRef ref = seen.ref();
    bonds.needs(ref).stream()
        .filter(to -> awake.contains(ref) || CopyAtTarget.HOLDERS.contains(to.groupKind()))
        .forEach(to -> visit(to, seen, true));
    if (!awake.contains(ref)) {
      return;
    }
    boolean livedHere = isSource || kept.containsKey(ref);
    if (livedHere) {
      bonds.limits(ref).forEach(to -> visit(to, seen, true));
      bonds.acting(ref).forEach(to -> visit(to, seen, false));
      if (seen.account().isPresent()) {
        // Without its policies its network is open.
        bonds.policies(ref.namespace()).forEach(to -> visit(to, seen, false));
      }
    }
    if (isSource) {
      bonds.inFront(ref).forEach(to -> visit(to, seen, false));
    }
    keepRightsOf(seen, livedHere);
  }

  /** The bindings by which the account of the object has its rights. */
  private void keepRightsOf(Seen seen, boolean livedHere) {
    Optional<ObjectRef> account =
        livedHere && seen.ref().groupKind().equals("ServiceAccount")
            ? Optional.of(seen.ref())
            : seen.account();
    if (account.isPresent()) {
      Set<String> names = new TreeSet<>(livedHere ? ALL_ACCOUNTS : Set.of());
      names.add(ClusterSnapshot.account(account.get().namespace(), account.get().name()));
      names.add("system:serviceaccounts:" + account.get().namespace());
      bonds.granting(names).forEach(binding -> visit(binding, seen, false));
    }
  }

  private void visit(ObjectRef ref, Seen by, boolean isNeed) {
    Seen seen = seen(ref);
    if (leaving.has(ref)) {
      stay(seen, new StayReason(words(by, ref, isNeed), isForData(by)));
    }
    wake(seen);
  }

  private String words(Seen by, ObjectRef kept, boolean isNeed) {
    String other = RefText.of(by.ref());
    if (CopyAtTarget.HOLDERS.contains(kept.groupKind())) {
      return this.kept.containsKey(by.ref())
          ? "holds " + other + ", which stays"
          : "holds what is not ours: " + by.ref();
    }
    return (isSource ? "" : "stays: ")
        + (isNeed
            ? other + " at the " + snapshot.cluster() + " uses it"
            : "works for " + other + ", which stays at the " + snapshot.cluster());
  }

  private void stay(Seen seen, StayReason reason) {
    if (leaving.remove(seen.ref())) {
      if (candidates.contains(seen.ref())) {
        kept.put(seen.ref(), reason);
      } else if (reason.isData()) {
        alongForData.add(seen.ref());
      }
      look(seen);
      leaving.keptBelow(seen.ref()).forEach(below -> stay(below, reason));
      keepOwnersOf(seen);
    }
  }

  /** No owner of what stays goes, unless another one keeps it. */
  private void keepOwnersOf(Seen seen) {
    if (!seen.isBeingDeleted() && leaving.goesWithOthers(seen)) {
      keepOwners(seen, seen, ", which stays", isForData(seen));
    }
  }

  /**
   * @param child of whose owners some leave
   * @param seen what these would take along, at any distance
   */
  private void keepOwners(Seen child, Seen seen, String why, boolean isData) {
    for (Seen owner : leaving.owners(child)) {
      if (!candidates.contains(owner.ref())) {
        keepOwners(owner, seen, why, isData);
      }
      stay(owner, new StayReason("takes " + RefText.of(seen.ref()) + " with it" + why, isData));
    }
  }
}
