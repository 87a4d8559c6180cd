package dev.migrator.runbook;

import dev.migrator.cluster.Discovery;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Candidate;
import dev.migrator.plan.preflight.SharedVolumes;
import java.util.List;
import java.util.Map;

/** Asks both clusters which storage they reach. */
final class StorageSurvey {

  private static final String VOLUME = "PersistentVolume";

  private StorageSurvey() {}

  /**
   * What the target reaches of the source's storage. A volume that stays at the source may be known
   * to the target all the same, under a name of its own.
   */
  static SharedVolumes.Reached reached(
      SharedVolumes volumes,
      Map<ObjectRef, Candidate> travelling,
      Side source,
      Discovery sourceServes,
      TargetSurvey survey) {
    List<Manifest> there = volumes.hasClaims() ? survey.all(VOLUME) : List.of();
    if (!there.isEmpty()) {
      sourceServes.types().stream()
          .filter(type -> type.groupKind().equals(VOLUME))
          .findFirst()
          .ifPresent(type -> source.each(type, volumes::know));
    }
    return volumes.reached(travelling::containsKey, there);
  }
}
