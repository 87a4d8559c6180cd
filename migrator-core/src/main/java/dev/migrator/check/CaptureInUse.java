package dev.migrator.check;

import dev.migrator.event.RefText;
import dev.migrator.graph.Dependency;
import dev.migrator.migration.VolumeDecisions;
import dev.migrator.migration.VolumeWay;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Finding;
import dev.migrator.plan.FindingCode;
import dev.migrator.plan.Severity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Who works with a claim while its data is captured: what travels and is not stopped, what stays,
 * and what is made by a controller that does not name the claim itself.
 *
 * <p>Source: docs/adr/0052
 */
final class CaptureInUse implements Check {

  private static final List<String> ENDED = List.of("Succeeded", "Failed");

  private final Set<ObjectRef> claims = new TreeSet<>();
  private final UsersOfClaims users = new UsersOfClaims();

  @Override
  public void see(CheckedObject seen) {
    users.see(seen.object());
    if (seen.is("PersistentVolumeClaim")) {
      claims.add(seen.ref());
    }
  }

  @Override
  public List<Finding> findings(Move move) {
    VolumeDecisions decisions = VolumeDecisions.of(move.migration().data().volumes());
    Set<ObjectRef> carried =
        claims.stream()
            .filter(claim -> move.isNew(claim) && isCarried(decisions, claim))
            .collect(Collectors.toCollection(TreeSet::new));
    if (carried.isEmpty()) {
      return List.of();
    }
    Map<ObjectRef, Set<ObjectRef>> dependants = new HashMap<>();
    for (Dependency d : move.graph().all()) {
      if (carried.contains(d.to())) {
        dependants.computeIfAbsent(d.to(), claim -> new TreeSet<>()).add(d.from());
      }
    }
    Map<ObjectRef, Set<ObjectRef>> naming = users.naming(carried);
    Map<ObjectRef, Set<ObjectRef>> running = users.withPods(move, carried, pod -> !hasEnded(pod));
    List<Finding> findings = new ArrayList<>();
    for (ObjectRef claim : carried) {
      of(
              move,
              claim,
              dependants.getOrDefault(claim, Set.of()),
              naming.getOrDefault(claim, Set.of()),
              running.getOrDefault(claim, Set.of()))
          .ifPresent(findings::add);
    }
    return findings;
  }

  private static boolean hasEnded(Manifest pod) {
    return ENDED.contains(pod.at("status", "phase").asText(""));
  }

  static boolean isCarried(VolumeDecisions decisions, ObjectRef claim) {
    return decisions.way(claim.namespace(), claim.name()).filter(VolumeWay::isCarried).isPresent();
  }

  /**
   * @param dependants what travels and needs the claim
   * @param naming what mounts it, whether it has pods or not
   * @param running what has pods that use it
   */
  private static Optional<Finding> of(
      Move move,
      ObjectRef claim,
      Set<ObjectRef> dependants,
      Set<ObjectRef> naming,
      Set<ObjectRef> running) {
    Set<ObjectRef> stopped =
        dependants.stream().filter(move::isHandedOver).collect(Collectors.toSet());
    Set<ObjectRef> going = without(running, stopped);
    boolean isAtRest = !stopped.isEmpty() && stopped.size() == dependants.size();
    if (isAtRest && !going.isEmpty()) {
      return Optional.of(neverAtRest(claim, going));
    }
    Set<ObjectRef> working = new HashSet<>(going);
    working.addAll(without(naming, stopped));
    return working.isEmpty() ? Optional.empty() : Optional.of(inUse(claim, working));
  }

  private static Set<ObjectRef> without(Set<ObjectRef> users, Set<ObjectRef> stopped) {
    Set<ObjectRef> others = new TreeSet<>(users);
    others.removeAll(stopped);
    return others;
  }

  /** The run would wait for it with everything else stopped. */
  private static Finding neverAtRest(ObjectRef claim, Set<ObjectRef> users) {
    return new Finding(
        Severity.BLOCKER,
        FindingCode.DISK_IN_USE_BY_OTHERS,
        Optional.of(claim),
        "its data is captured when nothing uses it, and %s stays at work on it at the source"
            .formatted(words(users)),
        "protect what uses it from duplication, so that it is stopped too; or end it");
  }

  private static Finding inUse(ObjectRef claim, Set<ObjectRef> users) {
    return new Finding(
        FindingCode.CAPTURED_IN_USE,
        claim,
        "its data is captured while %s works: it is as after a crash, and what is written later stays at the source"
            .formatted(words(users)),
        "protect what writes from duplication, so that it is stopped first");
  }

  private static String words(Set<ObjectRef> users) {
    return users.stream().map(RefText::of).sorted().limit(3).collect(Collectors.joining(", "));
  }
}
