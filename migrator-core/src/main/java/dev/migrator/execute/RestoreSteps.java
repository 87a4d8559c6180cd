package dev.migrator.execute;

import dev.migrator.lifecycle.Lifecycle;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.HandedOverDisks;
import dev.migrator.plan.Step;
import dev.migrator.plan.StepId;
import dev.migrator.plan.Verb;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The steps that bring back what is in transit. Of a disk, what works with it leaves the target
 * first; then, at the source, the volume is there before its claim, the claim before what works
 * with it, and the volume gets its reclaim policy back when the claim holds it again.
 *
 * <p>Source: docs/adr/0026, docs/adr/0051
 */
final class RestoreSteps {

  private final HandedOverDisks disks;
  private final LateRequests open;
  private final Set<ObjectRef> inTransit;
  private final List<Step.OnObject> steps = new ArrayList<>();

  private RestoreSteps(HandedOverDisks disks, LateRequests open, Collection<ObjectRef> inTransit) {
    this.disks = disks;
    this.open = open;
    this.inTransit = Set.copyOf(inTransit);
  }

  /**
   * What must wait for late requests goes on meanwhile, where it only has to; then first what need
   * not wait, and of that what only has to go on: it takes one request.
   *
   * @param inTransit in the plan's order
   */
  static List<Step.OnObject> of(
      Lifecycle places, HandedOverDisks disks, LateRequests open, List<ObjectRef> inTransit) {
    RestoreSteps steps = new RestoreSteps(disks, open, inTransit);
    List<ObjectRef> ordered =
        inTransit.stream()
            .sorted(
                Comparator.comparing((ObjectRef ref) -> open.quiet(ref).orElse(Instant.MIN))
                    .thenComparing(ref -> places.of(ref).wayBack()))
            .toList();
    inTransit.stream().filter(steps::mayGoOnMeanwhile).forEach(steps::goOn);
    ordered.forEach(steps::leaveTarget);
    ordered.forEach(steps::restore);
    return List.copyOf(steps.steps);
  }

  /** A request that is on its way may still take the claim from a volume. */
  private boolean mayGoOnMeanwhile(ObjectRef ref) {
    return open.quiet(ref).isPresent() && !disks.isDisk(ref);
  }

  private void goOn(ObjectRef ref) {
    steps.add(SettingBack.step(ref));
  }

  private void leaveTarget(ObjectRef ref) {
    if (disks.isDisk(ref) || !disks.disksOf(ref).isEmpty()) {
      add(Verb.REMOVE_COPY, ref, ids(Verb.REMOVE_COPY, disks.usersOf(ref)));
    }
  }

  private void restore(ObjectRef ref) {
    Set<StepId> needs = new TreeSet<>();
    if (ref.groupKind().equals("PersistentVolume") && disks.isDisk(ref)) {
      add(Verb.RESERVE, ref, Set.of(StepId.of(Verb.REMOVE_COPY, ref)));
      needs.add(StepId.of(Verb.RESERVE, ref));
      needs.addAll(ids(Verb.RESTORE, claimsOf(ref)));
    } else {
      for (ObjectRef disk : disks.disksOf(ref)) {
        needs.addAll(
            ids(
                disk.groupKind().equals("PersistentVolume") ? Verb.RESERVE : Verb.RESTORE,
                Set.of(disk)));
      }
      if (disks.isDisk(ref) || !disks.disksOf(ref).isEmpty()) {
        needs.add(StepId.of(Verb.REMOVE_COPY, ref));
      }
    }
    add(Verb.RESTORE, ref, needs);
  }

  private Set<ObjectRef> claimsOf(ObjectRef volume) {
    Set<ObjectRef> claims = new TreeSet<>(disks.usersOf(volume));
    claims.removeIf(user -> !disks.isDisk(user));
    return claims;
  }

  private Set<StepId> ids(Verb verb, Collection<ObjectRef> refs) {
    Set<StepId> ids = new TreeSet<>();
    refs.stream().filter(inTransit::contains).forEach(ref -> ids.add(StepId.of(verb, ref)));
    return ids;
  }

  private void add(Verb verb, ObjectRef ref, Set<StepId> needs) {
    steps.add(new Step.OnObject(verb, ref, List.copyOf(new TreeSet<>(needs))));
  }
}
