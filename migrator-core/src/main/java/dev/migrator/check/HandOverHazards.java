package dev.migrator.check;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.graph.Dependency;
import dev.migrator.graph.Reference;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Activity;
import dev.migrator.plan.Finding;
import dev.migrator.plan.FindingCode;
import dev.migrator.plan.Severity;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What comes in the way of stopping a duplicate-intolerant workload: shared claims and scalers. */
public final class HandOverHazards implements Check {

  private final Set<ObjectRef> exclusiveClaims = new TreeSet<>();

  @Override
  public void see(CheckedObject object) {
    if (isExclusiveClaim(object.object())) {
      exclusiveClaims.add(object.ref());
    }
  }

  @Override
  public List<Finding> findings(Move move) {
    return findings(move.graph().all(), move::isHandedOver, exclusiveClaims);
  }

  /**
   * @param dependencies of all objects that travel
   * @param isHandedOver whether an object is deleted at the source
   * @param exclusiveClaims claims that one node, or one pod, may mount at a time
   */
  static List<Finding> findings(
      Collection<Dependency> dependencies,
      Predicate<ObjectRef> isHandedOver,
      Set<ObjectRef> exclusiveClaims) {
    List<Finding> findings = new ArrayList<>();
    Map<ObjectRef, List<ObjectRef>> users = new TreeMap<>();
    for (Dependency d : dependencies) {
      if (exclusiveClaims.contains(d.to()) && Activity.runs(d.from())) {
        users.computeIfAbsent(d.to(), k -> new ArrayList<>()).add(d.from());
      }
      if (d.field().equals(Reference.SCALE_TARGET) && isHandedOver.test(d.to())) {
        findings.add(scaled(d));
      }
    }
    users.forEach(
        (claim, some) ->
            some.stream()
                .filter(ref -> isHandedOver.test(ref) && some.size() > 1)
                .forEach(ref -> findings.add(shared(ref, claim, some))));
    return findings;
  }

  /** True for a claim that one node, or one pod, may mount at a time. */
  private static boolean isExclusiveClaim(Manifest object) {
    if (!object.ref().groupKind().equals("PersistentVolumeClaim")) {
      return false;
    }
    for (JsonNode mode : object.at("spec", "accessModes")) {
      if (mode.asText().equals("ReadWriteMany") || mode.asText().equals("ReadOnlyMany")) {
        return false;
      }
    }
    return true;
  }

  private static Finding scaled(Dependency scaler) {
    boolean keda = scaler.from().group().equals("keda.sh");
    return new Finding(
        keda ? Severity.WARNING : Severity.NOTE,
        keda ? FindingCode.SCALED_BY_KEDA : FindingCode.SCALED_BY_AUTOSCALER,
        Optional.of(scaler.to()),
        "is scaled by "
            + scaler.from()
            + (keda
                ? ", which may start it again while it is handed over"
                : ", which rests while it has no replicas"),
        keda
            ? "kubectl -n %s annotate scaledobject.keda.sh %s autoscaling.keda.sh/paused-replicas=0"
                .formatted(scaler.from().namespace(), scaler.from().name())
            : "");
  }

  private static Finding shared(ObjectRef ref, ObjectRef claim, List<ObjectRef> users) {
    String others =
        users.stream()
            .filter(user -> !user.equals(ref))
            .sorted()
            .limit(3)
            .map(ObjectRef::toString)
            .collect(Collectors.joining(", "));
    return new Finding(
        FindingCode.SHARED_CLAIM,
        ref,
        "shares %s, which one node may mount at a time, with %s: when they do not move together, one of them works without the other's data"
            .formatted(claim, others),
        "give all of them the same protection");
  }
}
