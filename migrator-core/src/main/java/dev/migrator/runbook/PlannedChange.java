package dev.migrator.runbook;

import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.ClusterIdentity;
import dev.migrator.event.RefText;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Problem;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlannedObject;
import dev.migrator.report.DiffText;
import dev.migrator.sanitize.TargetDefinitions;
import java.util.List;

/**
 * What a plan changes in one object on its way: asks the source for the object, and no cluster for
 * anything else.
 *
 * <p>Errors: M1201 when the cluster is not the plan's source; M1202 when the object is gone; M1401
 * to M1403 when it cannot be read.
 */
public final class PlannedChange {

  private PlannedChange() {}

  /** The difference as lines for people. */
  public static List<String> of(Cluster source, Plan plan, PlannedObject planned) {
    CommandSide side = new CommandSide("source", source);
    ClusterIdentity identity = side.identity();
    if (!identity.uid().equals(plan.source().uid())) {
      throw Problem.of(
              ErrorCode.M1201,
              "this is not the source of the plan",
              "its kube-system uid is %s, the plan's is %s"
                  .formatted(identity.uid(), plan.source().uid()),
              "name the right one with --source-context")
          .exception();
    }
    ObjectRef ref = planned.ref();
    Manifest object =
        side.get(ref, planned.sourceApiVersion())
            .orElseThrow(
                () ->
                    Problem.of(
                            ErrorCode.M1202,
                            RefText.of(ref) + " is not at the source any more",
                            "the plan knows it with uid " + planned.uid(),
                            "migrator plan ...   (a new plan)")
                        .exception());
    return DiffText.lines(
        object,
        new TargetDefinitions(plan.settings()).of(object, planned.apiVersion()),
        plan.settings());
  }
}
