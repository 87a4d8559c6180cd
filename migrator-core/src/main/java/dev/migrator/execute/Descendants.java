package dev.migrator.execute;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ResourceType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What an object of the source has started: its Jobs, ReplicaSets and Pods, found by the uids of
 * their owners.
 *
 * <p>Source: <a
 * href="https://kubernetes.io/docs/concepts/overview/working-with-objects/owners-dependents/">Owners
 * and Dependents</a>
 */
final class Descendants {

  private final ClusterSide side;
  private final SharedLists lists;

  Descendants(ClusterSide side, SharedLists lists) {
    this.side = side;
    this.lists = lists;
  }

  /**
   * What was found.
   *
   * @param jobs every Job of the object, finished or not
   * @param running what still runs or may run, in words; empty when nothing does
   * @param any the names of everything that exists, in whatever state
   */
  record Found(List<Manifest> jobs, List<String> running, Set<String> any) {}

  /** Everything of the object with this uid, by lists that begin now. */
  Found of(ObjectRef ref, String uid) {
    List<Manifest> jobs = List.of();
    Set<String> owners = new HashSet<>(Set.of(uid));
    Set<String> any = new TreeSet<>();
    List<String> running = new ArrayList<>();
    switch (ref.groupKind()) {
      case "CronJob.batch" -> {
        jobs = owned("Job", "batch/v1", ref.namespace(), owners);
        for (Manifest job : jobs) {
          owners.add(job.uid());
          any.add("job/" + job.name());
          if (!isFinished(job)) {
            running.add("job/" + job.name() + " " + progress(job));
          }
        }
        if (jobs.isEmpty()) {
          return new Found(jobs, running, any);
        }
      }
      case "Deployment.apps" ->
          owned("ReplicaSet", "apps/v1", ref.namespace(), owners)
              .forEach(
                  set -> {
                    owners.add(set.uid());
                    any.add("replicaset/" + set.name());
                  });
      default -> {}
    }
    for (Manifest pod : owned("Pod", "v1", ref.namespace(), owners)) {
      any.add("pod/" + pod.name());
      if (mayRun(pod)) {
        running.add(
            "pod/"
                + pod.name()
                + " "
                + (pod.isBeingDeleted()
                    ? "Terminating"
                    : pod.at("status", "phase").asText("Unknown")));
      }
    }
    return new Found(jobs, running, any);
  }

  private List<Manifest> owned(
      String kind, String apiVersion, String namespace, Set<String> owners) {
    Optional<ResourceType> type = side.type(kind, apiVersion);
    if (type.isEmpty()) {
      return List.of();
    }
    return lists.list(type.get(), namespace).stream()
        .filter(object -> isOwned(object, owners))
        .toList();
  }

  private static boolean isOwned(Manifest object, Set<String> owners) {
    for (JsonNode reference : object.at("metadata", "ownerReferences")) {
      if (owners.contains(reference.path("uid").asText())) {
        return true;
      }
    }
    return false;
  }

  /** Complete or Failed, and no pod of it is on its way out. */
  static boolean isFinished(Manifest job) {
    boolean ended = false;
    for (JsonNode condition : job.at("status", "conditions")) {
      String type = condition.path("type").asText();
      ended |=
          (type.equals("Complete") || type.equals("Failed"))
              && condition.path("status").asText().equals("True");
    }
    return ended && isQuiet(job);
  }

  /** No pod of the Job is at work, or on its way out. */
  static boolean isQuiet(Manifest job) {
    return job.at("status", "active").asInt(0) == 0
        && job.at("status", "terminating").asInt(0) == 0;
  }

  private static String progress(Manifest job) {
    return "active " + job.at("status", "active").asInt(0);
  }

  /** Only a phase that says the end proves the end: an unreachable node's pod may run. */
  private static boolean mayRun(Manifest pod) {
    String phase = pod.at("status", "phase").asText("Unknown");
    return !phase.equals("Succeeded") && !phase.equals("Failed");
  }
}
