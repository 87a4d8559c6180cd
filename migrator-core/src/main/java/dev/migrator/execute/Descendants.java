package dev.migrator.execute;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.execute.Dependants.Dependant;
import dev.migrator.execute.Dependants.Owned;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ResourceType;
import dev.migrator.plan.Activity;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What an object has started, found by the uids of owners. The kinds of Kubernetes make Jobs,
 * ReplicaSets and Pods, in the same way everywhere; what the controller of a custom resource makes
 * nobody knows, so that it is looked for over every kind, at whatever distance.
 *
 * <p>Source: <a
 * href="https://kubernetes.io/docs/concepts/overview/working-with-objects/owners-dependents/">Owners
 * and Dependents</a>
 */
final class Descendants {

  private final ClusterSide side;
  private final SharedLists lists;
  private final Dependants dependants;

  Descendants(ClusterSide side, SharedLists lists, Dependants dependants) {
    this.side = side;
    this.lists = lists;
    this.dependants = dependants;
  }

  /**
   * What was found.
   *
   * @param jobs every Job of the object, finished or not
   * @param running what still runs or may run, in words; empty when nothing does
   * @param any the names of everything that exists, in whatever state
   * @param owners the uids of what may own some of it when the object itself is gone
   */
  record Found(List<Manifest> jobs, List<String> running, Set<String> any, Set<String> owners) {}

  /** Everything of the object with this uid, by lists that begin now. */
  Found of(ObjectRef ref, String uid) {
    return of(ref, uid, Set.of(), Set.of());
  }

  /**
   * As {@link #of(ObjectRef, String)}, where owners that were seen before may be gone already.
   *
   * @param uids what it was seen to own before
   * @param leaving the uids of other owners, which do not keep what they share with it
   */
  Found of(ObjectRef ref, String uid, Set<String> uids, Set<String> leaving) {
    if (!Activity.serves(ref) && !ref.group().equals("batch")) {
      return ofAnything(ref, dependants.owned(ref, uid, uids, leaving));
    }
    Set<String> owners = new HashSet<>(uids);
    owners.add(uid);
    return ofKubernetes(ref, owners);
  }

  private Found ofKubernetes(ObjectRef ref, Set<String> uids) {
    List<Manifest> jobs = List.of();
    Set<String> owners = new HashSet<>(uids);
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
          return new Found(jobs, running, any, owners);
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
        running.add(words(pod));
      }
    }
    return new Found(jobs, running, any, owners);
  }

  /**
   * What is owned at whatever distance; what another owner keeps does not end with the object, so
   * that it and all below it are not the object's. Pods that are meant to stay do not end before
   * their owner is deleted, so they are not work that is waited for.
   */
  private Found ofAnything(ObjectRef ref, Owned owned) {
    Set<String> kept = owned.kept();
    Set<String> owners = new HashSet<>(owned.owners());
    Set<String> any = new TreeSet<>();
    List<String> running = new ArrayList<>();
    boolean works = false;
    for (Dependant one : owned.going()) {
      boolean pod = one.ref().groupKind().equals("Pod");
      works |= pod || one.ref().groupKind().equals("Job.batch");
      any.add(one.ref().kind().toLowerCase(Locale.ROOT) + "/" + one.ref().name());
    }
    if (!works) {
      return new Found(List.of(), running, any, owners);
    }
    List<Manifest> jobs =
        owned("Job", "batch/v1", ref.namespace(), owners).stream()
            .filter(o -> !kept.contains(o.uid()))
            .toList();
    for (Manifest job : jobs) {
      if (!isFinished(job) && !job.at("spec", "suspend").asBoolean(false)) {
        running.add("job/" + job.name() + " " + progress(job));
      }
    }
    for (Manifest pod : owned("Pod", "v1", ref.namespace(), owners)) {
      if (mayRun(pod) && comesToAnEnd(pod) && !kept.contains(pod.uid())) {
        running.add(words(pod));
      }
    }
    return new Found(jobs, running, any, owners);
  }

  /** Work, and not a service: it is not started again when it has ended. */
  private static boolean comesToAnEnd(Manifest pod) {
    return !pod.at("spec", "restartPolicy").asText("Always").equals("Always");
  }

  private static String words(Manifest pod) {
    return "pod/"
        + pod.name()
        + " "
        + (pod.isBeingDeleted() ? "Terminating" : pod.at("status", "phase").asText("Unknown"));
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
  static boolean mayRun(Manifest pod) {
    String phase = pod.at("status", "phase").asText("Unknown");
    return !phase.equals("Succeeded") && !phase.equals("Failed");
  }
}
