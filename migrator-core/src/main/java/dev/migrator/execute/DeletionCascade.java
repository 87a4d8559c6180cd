package dev.migrator.execute;

import dev.migrator.classify.LossWithOwner;
import dev.migrator.event.RefText;
import dev.migrator.execute.Dependants.Dependant;
import dev.migrator.execute.Dependants.Owned;
import dev.migrator.journal.VaultEntry;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Protection;
import dev.migrator.model.ResourceType;
import dev.migrator.model.Shell;
import dev.migrator.plan.Activity;
import dev.migrator.plan.PlannedObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the garbage collector of the source would delete with an object, looked for right before
 * that is deleted: what would be lost for good keeps the object; what its controller makes again
 * goes into the vault first.
 *
 * <p>Crash: claims are set free as {@link OwnedClaims} says, and nothing else is sent; what is in
 * the vault twice is there in its newer state.
 *
 * <p>Source: docs/adr/0029
 */
final class DeletionCascade {

  private static final int SOME = 5;

  private final Run run;
  private final OwnedClaims claims;
  private final Dependants dependants;
  private final Set<String> leaving;
  private final Set<ObjectRef> leftOut;

  /**
   * @param leaving the uids of what leaves the source in this run
   */
  DeletionCascade(Run run, Set<String> leaving) {
    this.run = run;
    this.leaving = leaving;
    this.leftOut = Set.copyOf(run.plan().leftOutByAPerson());
    this.claims = new OwnedClaims(run);
    this.dependants = Dependants.atSource(run);
  }

  /**
   * Why the object may not be deleted now; empty when nothing would be lost with it, and what goes
   * with it is in the vault.
   *
   * <p>Errors: {@link dev.migrator.cluster.ClusterException} as the source gave it.
   */
  Optional<StepResult> refusal(SourceObject source) {
    // Safeguard: claims-go-along
    claims.setFree(source);
    List<Manifest> kept = new ArrayList<>();
    List<ObjectRef> lost = new ArrayList<>();
    for (Dependant one : going(source)) {
      if (isHandedOver(one)) {
        continue;
      }
      Optional<Manifest> live = read(one.type(), one.ref()).filter(o -> o.uid().equals(one.uid()));
      if (live.isPresent() && !live.get().isBeingDeleted()) {
        if (isOurs(one.ref()) || LossWithOwner.of(live.get()) != LossWithOwner.NONE) {
          lost.add(one.ref());
        } else {
          kept.add(live.get());
        }
      }
    }
    // Safeguard: claims-go-along
    if (!lost.isEmpty()) {
      return Optional.of(stays(source, lost));
    }
    keep(source, kept);
    return Optional.empty();
  }

  /** Without what nobody misses. By what owns others those are found when it is gone. */
  private List<Dependant> going(SourceObject source) {
    // What two share that leave goes with the second: each takes the other for gone.
    Owned owned = dependants.owned(source.ref(), source.planned().uid(), Set.of(), leaving);
    Set<String> owners = new HashSet<>();
    owned.all().forEach(one -> one.owners().forEach(by -> owners.add(by.uid())));
    return owned.going().stream()
        .filter(one -> !one.going())
        .filter(one -> !isNotMissed(one.ref()) || owners.contains(one.uid()))
        .toList();
  }

  private boolean isNotMissed(ObjectRef ref) {
    return LossWithOwner.isUsual(ref) && !isOurs(ref);
  }

  /** One of the run's, or left out of it by a person, so that it stays at work here. */
  private boolean isOurs(ObjectRef ref) {
    return run.objects().containsKey(ref) || leftOut.contains(ref);
  }

  private Optional<Manifest> read(ResourceType type, ObjectRef ref) {
    return run.source().cluster().get(type, ref);
  }

  /** It is in the vault, and has a delete of its own. */
  private boolean isHandedOver(Dependant one) {
    return Optional.ofNullable(run.objects().get(one.ref()))
        .filter(planned -> planned.uid().equals(one.uid()))
        .map(PlannedObject::protection)
        .filter(protection -> protection == Protection.DUPLICATION)
        .filter(protection -> !Activity.isKept(one.ref()))
        .isPresent();
  }

  private void keep(SourceObject source, List<Manifest> going) {
    for (Manifest object : going) {
      boolean isThere =
          run.vault()
              .entry(object.ref())
              .filter(e -> e.uid().equals(object.uid()))
              .filter(e -> e.resourceVersion().equals(object.resourceVersion()))
              .isPresent();
      if (!isThere) {
        VaultEntry unused = run.vault().replace(object);
      }
    }
    List<ObjectRef> told =
        going.stream().map(Manifest::ref).filter(ref -> !isNotMissed(ref)).toList();
    if (!told.isEmpty()) {
      run.notice(
          "with %s goes at the source, and is in the vault: %s"
              .formatted(RefText.of(source.ref()), RefText.some(told, SOME)));
    }
  }

  private StepResult stays(SourceObject source, List<ObjectRef> lost) {
    ObjectRef first = lost.getFirst();
    return run.failed(
        ErrorCode.M2205,
        RefText.of(source.ref()) + " is not deleted: what is lost for good would go with it",
        RefText.some(lost, SOME) + ": it is owned since it was planned; nothing was deleted",
        "take it out of metadata.ownerReferences: kubectl --context %s %sedit %s %s"
            .formatted(
                Shell.word(run.plan().source().context()),
                first.isClusterScoped() ? "" : "-n " + first.namespace() + " ",
                first.groupKind().toLowerCase(java.util.Locale.ROOT),
                first.name()),
        "then: " + run.resume());
  }
}
