package dev.migrator.runbook;

import dev.migrator.check.Mount;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Whose pods mount the claims of the source. */
final class ClaimUsers {

  private static final String[] WORKLOADS = {
    "StatefulSet.apps", "Deployment.apps", "DaemonSet.apps", "ReplicaSet.apps",
    "ReplicationController", "CronJob.batch", "Job.batch", "Pod"
  };

  private ClaimUsers() {}

  /** The names of the workloads that use each claim; sorted, empty for a claim of nobody. */
  static Map<ObjectRef, List<String>> names(Survey source, Collection<Manifest> claims) {
    Map<ObjectRef, TreeSet<String>> users = new HashMap<>();
    for (String kind : WORKLOADS) {
      source.each(
          kind,
          workload ->
              claims.stream()
                  .filter(claim -> Mount.uses(workload, claim.ref()))
                  .forEach(
                      claim ->
                          users
                              .computeIfAbsent(claim.ref(), ref -> new TreeSet<>())
                              .add(workload.name())));
    }
    Map<ObjectRef, List<String>> names = new HashMap<>();
    users.forEach((claim, some) -> names.put(claim, List.copyOf(some)));
    return names;
  }
}
