package dev.migrator.runbook;

import dev.migrator.classify.LossWithOwner;
import dev.migrator.cluster.ListQuery;
import dev.migrator.cluster.WholeList;
import dev.migrator.event.RefText;
import dev.migrator.execute.CascadeLoss;
import dev.migrator.execute.ClusterSide;
import dev.migrator.execute.Dependants;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Owner;
import dev.migrator.model.ResourceType;
import dev.migrator.plan.Plan;
import dev.migrator.plan.TargetNames;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What the garbage collector of the source would delete together with a copy, over any number of
 * owners: claims and their data, copies that are to stay, and what the target does not have, such
 * as a password that an operator made once. Reads every list of a namespace once: a prune asks
 * about very many copies and deletes none meanwhile, where {@code execute.DeletionCascade} looks
 * anew right before each deletion.
 *
 * <p>Source: docs/adr/0029
 */
final class CopyCascade {

  private final ClusterSide source;
  private final Plan plan;
  private final CascadeLoss lost;
  private final Set<ObjectRef> copies;
  private final Predicate<String> going;
  private final Map<String, Map<String, List<Dependant>>> byNamespace = new HashMap<>();

  /**
   * @param going the uids of what is removed anyway
   */
  CopyCascade(ClusterSide source, ClusterSide target, Plan plan, Predicate<String> going) {
    this.source = source;
    this.plan = plan;
    this.lost = lost(source, target, plan);
    this.copies = plan.objectsByRef().keySet();
    this.going = going;
  }

  /** What a prune loses with what goes along. */
  static CascadeLoss lost(ClusterSide source, ClusterSide target, Plan plan) {
    return new CascadeLoss(
        source,
        target,
        (ref, apiVersion) -> TargetNames.of(ref, apiVersion, plan.settings().mappings()));
  }

  private record Dependant(
      ResourceType type, ObjectRef ref, String uid, LossWithOwner loss, List<Owner> owners) {
    Dependant {
      owners = List.copyOf(owners);
    }
  }

  /**
   * Why the object stays, in words; empty when nothing is lost with it.
   *
   * <p>Errors: as {@link CommandSide}.
   */
  Optional<String> reasonToKeep(ObjectRef ref, String uid) {
    for (Dependant one : with(ref, uid)) {
      Optional<String> lost = lost(one);
      if (lost.isPresent()) {
        return lost.map(why -> "takes " + RefText.of(one.ref()) + " with it" + why);
      }
    }
    return Optional.empty();
  }

  /**
   * What goes with the object and its controller does not make in silence, as it is now; with what
   * lies between. Empty when nobody misses any of it.
   *
   * <p>Errors: as {@link CommandSide}.
   */
  List<Manifest> missed(ObjectRef ref, String uid) {
    List<Dependant> with = with(ref, uid);
    if (with.stream().allMatch(one -> LossWithOwner.isUsual(one.ref()))) {
      return List.of();
    }
    CommandSide side = new CommandSide(source);
    return with.stream()
        .flatMap(
            one ->
                side
                    .get(one.type(), one.ref())
                    .filter(live -> live.uid().equals(one.uid()) && !live.isBeingDeleted())
                    .stream())
        .toList();
  }

  /** What the object owns at any distance, and does not go anyway. */
  private List<Dependant> with(ObjectRef ref, String uid) {
    Map<String, List<Dependant>> owned =
        byNamespace.computeIfAbsent(ref.namespace(), this::dependants);
    List<Dependant> with = new ArrayList<>();
    Set<String> seen = new HashSet<>(Set.of(uid));
    Deque<String> open = new ArrayDeque<>(seen);
    while (!open.isEmpty()) {
      for (Dependant one : owned.getOrDefault(open.remove(), List.of())) {
        if (seen.add(one.uid()) && !going.test(one.uid())) {
          open.add(one.uid());
          with.add(one);
        }
      }
    }
    return with;
  }

  /** Everything in the namespace that has owners, by the uids of these. */
  private Map<String, List<Dependant>> dependants(String namespace) {
    Map<String, List<Dependant>> owned = new HashMap<>();
    CommandSide side = new CommandSide(source);
    for (ResourceType type : Dependants.allKinds(source, plan, namespace)) {
      List<Manifest> objects =
          side.ask(
              "list " + type.groupResource(),
              cluster -> WholeList.all(cluster, type, ListQuery.inNamespace(namespace)));
      objects.stream()
          .filter(object -> !object.isBeingDeleted())
          .forEach(object -> note(owned, type, object));
    }
    return owned;
  }

  private static void note(Map<String, List<Dependant>> owned, ResourceType type, Manifest object) {
    List<Owner> owners = Owner.of(object);
    if (!owners.isEmpty()) {
      Dependant one =
          new Dependant(type, object.ref(), object.uid(), LossWithOwner.of(object, owners), owners);
      owners.forEach(by -> owned.computeIfAbsent(by.uid(), uid -> new ArrayList<>()).add(one));
    }
  }

  /** Why it must not go along, in words; empty when nothing is lost with it. */
  private Optional<String> lost(Dependant one) {
    return copies.contains(one.ref())
        ? Optional.of(", which stays")
        : new CommandSide(source)
            .ask(
                "find what is deleted with its owner",
                cluster -> lost.why(one.type(), one.ref(), one.loss(), one.owners()));
  }
}
