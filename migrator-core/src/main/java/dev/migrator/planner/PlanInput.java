package dev.migrator.planner;

import dev.migrator.cluster.ClusterIdentity;
import dev.migrator.graph.Dependency;
import dev.migrator.migration.Migration;
import dev.migrator.model.KeyedDigest;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Finding;
import dev.migrator.plan.LeftOut;
import dev.migrator.plan.Reading;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that a plan is made from.
 *
 * @param keyCheck of the key by which the Secrets among the candidates are bound; empty without one
 * @param reading how the source was read
 * @param listed how many objects the source's lists held: each is a candidate or left out
 * @param candidates what travels if nothing stops it; any order
 * @param order the candidates' refs in an order in which needed objects come first
 * @param dependencies between candidates, without cycles; sorted
 * @param autoscaled the replicas of each candidate for which an autoscaler decides them
 * @param refusals which travelling policies may refuse which candidates
 * @param findings what was noticed before planning
 */
public record PlanInput(
    ClusterIdentity source,
    ClusterIdentity target,
    Optional<KeyedDigest> keyCheck,
    Migration settings,
    Reading reading,
    int listed,
    List<Candidate> candidates,
    List<LeftOut> leftOut,
    List<ObjectRef> order,
    List<Dependency> dependencies,
    Map<ObjectRef, Integer> autoscaled,
    Refusals refusals,
    List<Finding> findings) {

  public PlanInput {
    candidates = List.copyOf(candidates);
    leftOut = List.copyOf(leftOut);
    order = List.copyOf(order);
    dependencies = List.copyOf(dependencies);
    autoscaled = Map.copyOf(autoscaled);
    findings = List.copyOf(findings);
  }
}
