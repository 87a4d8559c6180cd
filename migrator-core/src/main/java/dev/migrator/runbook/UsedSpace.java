package dev.migrator.runbook;

import dev.migrator.check.Mount;
import dev.migrator.cluster.Access;
import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.VolumeUse;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.PlannedVolume;
import dev.migrator.planner.Candidate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How much of the volumes that movers will copy is in use, by what the kubelets of the source say.
 *
 * <p>No plan fails for it: where nobody may ask, or a kubelet does not answer, the size of the
 * volume is all that is known. No role that we print asks for that right, since it is one to enter
 * pods, too.
 *
 * <p>Source: <a href="https://kubernetes.io/docs/concepts/security/rbac-good-practices/">RBAC Good
 * Practices</a> (nodes/proxy)
 */
final class UsedSpace {

  private static final int MOST_NODES = 24;
  private static final int MOST_FAILURES = 3;
  private static final Access NODES = new Access("get", "", "nodes", "proxy", "");

  private UsedSpace() {}

  /** The same candidates; the volumes of those whose files are copied say how much is used. */
  static Map<ObjectRef, Candidate> noted(Map<ObjectRef, Candidate> candidates, Survey source) {
    Set<ObjectRef> copied = new TreeSet<>();
    candidates.forEach(
        (ref, candidate) -> {
          if (candidate.volume().filter(PlannedVolume::isCopied).isPresent()
              && !(candidate.atTarget() instanceof Candidate.AtTarget.Equal)) {
            copied.add(ref);
          }
        });
    Set<String> nodes = copied.isEmpty() ? Set.of() : nodes(copied, source);
    if (nodes.isEmpty() || !isAllowed(source.side().cluster())) {
      return candidates;
    }
    Map<ObjectRef, VolumeUse> uses = uses(nodes, source);
    Map<ObjectRef, Candidate> noted = new TreeMap<>(candidates);
    for (ObjectRef claim : copied) {
      noted.computeIfPresent(
          claim,
          (ref, candidate) ->
              Optional.ofNullable(uses.get(ref))
                  .flatMap(use -> with(candidate, use))
                  .orElse(candidate));
    }
    return noted;
  }

  /** A file system that is larger than the volume is shared: its numbers are not the claim's. */
  private static Optional<Candidate> with(Candidate candidate, VolumeUse use) {
    return candidate
        .volume()
        .filter(volume -> use.capacity() <= volume.bytes().orElse(0))
        .map(volume -> candidate.withVolume(volume.withUsed(use.used())));
  }

  /** Where pods run that have them mounted. */
  private static Set<String> nodes(Set<ObjectRef> claims, Survey source) {
    Set<String> nodes = new TreeSet<>();
    source.each(
        "Pod",
        pod -> {
          String node = pod.at("spec", "nodeName").asText("");
          if (!node.isEmpty() && claims.stream().anyMatch(claim -> Mount.uses(pod, claim))) {
            nodes.add(node);
          }
        });
    return nodes;
  }

  private static boolean isAllowed(Cluster cluster) {
    try {
      return cluster.allows(NODES);
    } catch (ClusterException e) {
      return false;
    }
  }

  private static Map<ObjectRef, VolumeUse> uses(Set<String> nodes, Survey source) {
    AtomicInteger failures = new AtomicInteger();
    List<Map<ObjectRef, VolumeUse>> answers =
        source
            .requests()
            .ask(
                nodes.stream().limit(MOST_NODES).toList(),
                node ->
                    failures.get() < MOST_FAILURES
                        ? ask(source.side().cluster(), node, failures)
                        : Map.of());
    Map<ObjectRef, VolumeUse> uses = new TreeMap<>();
    answers.forEach(uses::putAll);
    return uses;
  }

  /** Where some cannot be asked, the next may take as long to say nothing. */
  private static Map<ObjectRef, VolumeUse> ask(
      Cluster cluster, String node, AtomicInteger failures) {
    try {
      return cluster.volumeUse(node);
    } catch (ClusterException e) {
      failures.incrementAndGet();
      return Map.of();
    }
  }
}
