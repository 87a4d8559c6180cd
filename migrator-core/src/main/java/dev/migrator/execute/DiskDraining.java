package dev.migrator.execute;

import dev.migrator.cluster.ClusterException;
import dev.migrator.event.RefText;
import dev.migrator.lifecycle.LifecycleEvent;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Step;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Waits until no pod of the source uses a disk that is handed over, no node has it attached, and,
 * for its volume, until its claim has gone. Never forces anything.
 *
 * <p>Crash: it only reads.
 *
 * <p>Source: docs/adr/0051
 */
final class DiskDraining {

  private final Run run;
  private final HandOvers handOvers;
  private final DiskUse use;

  DiskDraining(Run run, HandOvers handOvers) {
    this.run = run;
    this.handOvers = handOvers;
    this.use = new DiskUse(run.source(), new SharedLists(run.source().cluster(), run.clock()));
  }

  StepResult drain(Step.OnObject step, StepLog log) {
    SourceObject source = new SourceObject(run, step.object());
    List<String> users;
    try {
      users = new DiskWait(run).until(() -> users(source), log);
    } catch (ClusterException e) {
      return run.unanswered(step, e);
    }
    // Safeguard: disk-not-detached
    if (users.isEmpty()) {
      handOvers.move(source.ref(), LifecycleEvent.DRAIN);
      return StepResult.done("no pod uses its disk, and no node has it");
    }
    // What used it is gone from the source, so there is nothing that could go on there.
    return run.failed(
        ErrorCode.M2104,
        RefText.of(source.ref()) + " was not handed over: its disk is still in use",
        String.join(", ", users),
        "find out what holds it; nothing is forced; then: " + run.resume());
  }

  private List<String> users(SourceObject source) {
    boolean isClaim = source.ref().groupKind().equals("PersistentVolumeClaim");
    Manifest volume = isClaim ? run.vaulted(volumeOf(source.vaulted())) : source.vaulted();
    List<String> users = use.of(claimOf(volume), volume);
    return isClaim ? users : Stream.concat(users.stream(), held(source).stream()).toList();
  }

  /** Its controller has seen that its claim is gone. */
  private static Optional<String> held(SourceObject source) {
    return source
        .read()
        .filter(live -> !source.isAnother(live))
        .map(live -> live.at("status", "phase").asText(""))
        .filter(phase -> !phase.equals("Released"))
        .map(
            phase ->
                "it is " + (phase.isEmpty() ? "in no phase" : phase) + " and not Released yet");
  }

  /** The volume to which a claim was bound. */
  static ObjectRef volumeOf(Manifest claim) {
    return ObjectRef.core("PersistentVolume", "", claim.at("spec", "volumeName").asText(""));
  }

  /** The claim to which a volume is or was bound, or for which it is reserved. */
  static ObjectRef claimOf(Manifest volume) {
    return ObjectRef.core(
        "PersistentVolumeClaim",
        volume.at("spec", "claimRef", "namespace").asText(""),
        volume.at("spec", "claimRef", "name").asText(""));
  }
}
