package dev.migrator.runbook;

import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.Discovery;
import dev.migrator.model.PlanKey;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlannedObject;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Plans again what a plan names, as both clusters are now: what changed gets a new line, what is
 * new since stays out, what is gone is no longer planned. Reads only.
 *
 * <p>Errors: those of {@link Planning}.
 */
public final class Replanning {

  private Replanning() {}

  /**
   * The same plan of the same objects where nothing changed.
   *
   * @param key the plan's; empty when it is not there, and then no Secret is bound by one
   */
  public static Plan again(Cluster source, Cluster target, Plan plan, Optional<PlanKey> key) {
    Discovery serves = new CommandSide("source", source).discover();
    return Planning.plan(
        source,
        target,
        plan.settings(),
        new PlanningOptions(
                Preparation.withoutApis(plan, serves), plan.reading().helmReleases(), false)
            .withKey(key)
            .withOnly(plan.objects().stream().map(PlannedObject::ref).collect(Collectors.toSet())));
  }
}
