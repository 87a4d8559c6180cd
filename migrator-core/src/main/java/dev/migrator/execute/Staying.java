package dev.migrator.execute;

import dev.migrator.classify.Loss;
import dev.migrator.execute.Census.Seen;
import dev.migrator.graph.Reference;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Owner;
import dev.migrator.report.RefText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What has to stay in a cluster when copies are removed from it: what stays keeps everything that
 * it needs, over any number of steps, and no copy takes along what is to stay, or what would be
 * lost with it. Asks nobody: it is decided over one look, before anything is removed.
 *
 * <p>Source: docs/adr/0045
 */
public final class Staying {

  private static final Set<String> ALL_ACCOUNTS =
      Set.of("system:serviceaccounts", "system:authenticated");

  private final Census census;
  private final String cluster;
  private final Copies copies;
  private final Function<Seen, Optional<String>> lost;
  private final Map<ObjectRef, Reason> kept = new LinkedHashMap<>();

  /** What is about to go, found by what others say of it. */
  private final Set<ObjectRef> going;

  /** By the uids of what goes, and of what goes along: the copies with which it goes. */
  private final Map<String, Set<ObjectRef>> leaving = new HashMap<>();

  private Staying(
      Census census,
      String cluster,
      Set<ObjectRef> candidates,
      Map<ObjectRef, Reason> reasons,
      Function<Seen, Optional<String>> lost) {
    this.census = census;
    this.cluster = cluster;
    this.lost = lost;
    this.going = new LinkedHashSet<>(candidates);
    this.going.retainAll(census.objects().keySet());
    this.copies = new Copies(census, candidates);
    reasons.forEach(this::keep);
  }

  /**
   * Which of the copies stay, and why.
   *
   * @param cluster as it is called in reasons: {@code source} or {@code target}
   * @param candidates what could go; or went, whose volumes may be on their way out
   * @param reasons why some of these stay whatever else does
   * @param lost why what goes along with its owners must not, in words; empty when nothing is lost
   */
  public static Map<ObjectRef, Reason> of(
      Census census,
      String cluster,
      Set<ObjectRef> candidates,
      Map<ObjectRef, Reason> reasons,
      Function<Seen, Optional<String>> lost) {
    Staying staying = new Staying(census, cluster, candidates, reasons, lost);
    staying.keepWhatTheUnseenMayNeed();
    // First without what stays for its data: what it alone needs stays for the data, too.
    staying.settle(seen -> !staying.isForData(seen));
    staying.settle(seen -> true);
    return java.util.Collections.unmodifiableMap(staying.kept);
  }

  private void keep(ObjectRef copy, Reason reason) {
    if (going.remove(copy)) {
      kept.put(copy, reason);
    }
  }

  private boolean isForData(Seen seen) {
    Reason reason = kept.get(seen.ref());
    return reason == null ? seen.loss() == Loss.VOLUME : reason.isData();
  }

  private void keepWhatTheUnseenMayNeed() {
    for (ObjectRef copy : List.copyOf(going)) {
      Optional<String> defines = copies.defines(copy);
      census.unseen().stream()
          .flatMap(unseen -> unseen.mayNeed(copy, defines).stream())
          .findFirst()
          .ifPresent(why -> keep(copy, Reason.of(why)));
    }
  }

  /** Until nothing that stays needs anything that goes. */
  private void settle(Predicate<Seen> counts) {
    int before;
    do {
      before = going.size();
      findLeaving();
      for (Seen seen : census.objects().values()) {
        boolean stays = !going.contains(seen.ref()) && !leaving.containsKey(seen.uid());
        if (stays && !seen.isBeingDeleted() && counts.test(seen)) {
          keepNeedsOf(seen);
          keepOwnersOf(seen, "which stays");
        }
      }
      for (Seen seen : census.objects().values()) {
        if (isAlong(seen)) {
          lost.apply(seen).ifPresent(why -> keepOwners(seen, why, seen.loss() == Loss.VOLUME));
        }
      }
    } while (going.size() < before);
  }

  private boolean isAlong(Seen seen) {
    return !going.contains(seen.ref()) && leaving.containsKey(seen.uid()) && !seen.isBeingDeleted();
  }

  private void keepNeedsOf(Seen seen) {
    boolean isCopy = kept.containsKey(seen.ref());
    boolean isData = isForData(seen);
    for (ObjectRef copy : needs(seen, isCopy)) {
      String words =
          CopyAtTarget.HOLDERS.contains(copy.groupKind())
              ? "holds what is not ours: " + seen.ref()
              : "stays: " + RefText.of(seen.ref()) + " at the " + cluster + " refers to it";
      if (CopyAtTarget.HOLDERS.contains(copy.groupKind()) && isCopy) {
        words = "holds " + RefText.of(seen.ref()) + ", which stays";
      }
      keep(copy, new Reason(words, isData));
    }
  }

  private Set<ObjectRef> needs(Seen seen, boolean isCopy) {
    Set<ObjectRef> needs = new LinkedHashSet<>();
    for (Reference reference : seen.references()) {
      needs.addAll(
          switch (reference) {
            case Reference.ToObject to -> Set.of(to.target());
            case Reference.ToDefinition to -> copies.defining(to.groupKind());
            case Reference.ToParameters to -> copies.named(to.namespace(), to.name());
            case Reference.ToKind to ->
                isCopy ? copies.ofKind(to.namespace(), to.groupKind()) : Set.<ObjectRef>of();
            case Reference.ToPods to ->
                seen.ref().groupKind().equals("Service")
                    ? copies.making(to.namespace(), to.selector().matchLabels())
                    : Set.<ObjectRef>of();
            case Reference.ToFollower to -> Set.<ObjectRef>of();
          });
    }
    needs.addAll(rights(seen, isCopy));
    if (isCopy && seen.account().isPresent()) {
      // Without its policies its network is open.
      needs.addAll(copies.ofKind(seen.ref().namespace(), "NetworkPolicy.networking.k8s.io"));
    }
    needs.retainAll(going);
    return needs;
  }

  /** The bindings by which the account of the object has its rights. */
  private Set<ObjectRef> rights(Seen seen, boolean isCopy) {
    Optional<ObjectRef> account =
        isCopy && seen.ref().groupKind().equals("ServiceAccount")
            ? Optional.of(seen.ref())
            : seen.account();
    if (account.isEmpty()) {
      return Set.of();
    }
    Set<String> names = new TreeSet<>();
    names.add(Census.account(account.get().namespace(), account.get().name()));
    names.add("system:serviceaccounts:" + account.get().namespace());
    if (isCopy) {
      names.addAll(ALL_ACCOUNTS);
    }
    return copies.granting(names);
  }

  /** No owner of a copy that stays goes, unless another one keeps it. */
  private void keepOwnersOf(Seen seen, String why) {
    if (kept.containsKey(seen.ref()) && !seen.owners().isEmpty() && allOwnersLeave(seen)) {
      keepOwners(seen, ", " + why, isForData(seen));
    }
  }

  private void keepOwners(Seen seen, String why, boolean isData) {
    String words = "takes " + RefText.of(seen.ref()) + " with it" + why;
    for (Owner owner : seen.owners()) {
      List.copyOf(leaving.getOrDefault(owner.uid(), Set.of()))
          .forEach(copy -> keep(copy, new Reason(words, isData)));
    }
  }

  private boolean allOwnersLeave(Seen seen) {
    return seen.owners().stream()
        .allMatch(owner -> leaving.containsKey(owner.uid()) || isGone(owner));
  }

  /** An owner that was read under no uid; the collector waits for kinds that nobody can read. */
  private boolean isGone(Owner owner) {
    return !copies.isThere(owner.uid()) && census.kinds().contains(owner.groupKind());
  }

  /** What goes, and what the collector of garbage takes along. */
  private void findLeaving() {
    leaving.clear();
    List<Seen> open = new ArrayList<>();
    for (Seen seen : census.objects().values()) {
      if (going.contains(seen.ref())) {
        leaving.put(seen.uid(), Set.of(seen.ref()));
      } else if (!kept.containsKey(seen.ref())
          && (!seen.owners().isEmpty() || seen.claim().isPresent())) {
        open.add(seen);
      }
    }
    boolean more = true;
    while (more) {
      more = open.removeIf(this::goesAlong);
    }
  }

  private boolean goesAlong(Seen seen) {
    boolean isVolumeOfOne =
        seen.claim().filter(claim -> copies.isOrWas(claim) && !kept.containsKey(claim)).isPresent();
    if (isVolumeOfOne) {
      leaving.put(seen.uid(), Set.of());
      return true;
    }
    if (seen.owners().isEmpty() || !allOwnersLeave(seen)) {
      return false;
    }
    Set<ObjectRef> with = new LinkedHashSet<>();
    seen.owners().forEach(owner -> with.addAll(leaving.getOrDefault(owner.uid(), Set.of())));
    leaving.put(seen.uid(), with);
    return true;
  }
}
