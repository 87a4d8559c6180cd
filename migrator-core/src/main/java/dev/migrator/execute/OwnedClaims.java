package dev.migrator.execute;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cluster.Patch;
import dev.migrator.journal.JournalRecord.Result;
import dev.migrator.journal.JournalRecord.StepOutcome;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.model.ResourceType;
import dev.migrator.plan.Activity;
import dev.migrator.plan.StepId;
import dev.migrator.report.RefText;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Claims that belong to an object at the source: its collector of garbage would delete them, and
 * their data, with the object. Those of a StatefulSet are set free before; of others nobody knows
 * who set the reference and would set it again, so the object stays.
 *
 * <p>The controller of StatefulSets sets its claims free when it is told to retain them, but only
 * those of pods that exist just then; so not those of a StatefulSet that was scaled down.
 *
 * <p>Crash: the intent is on disk before each request. It holds for one state of one claim, and
 * only keeps the claim; so it is never taken back, and may arrive late.
 *
 * <p>Source: <a
 * href="https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#persistentvolumeclaim-retention">retention
 * of claims</a>; kubernetes {@code pkg/controller/statefulset}
 */
final class OwnedClaims {

  private static final int SOME = 5;

  private final Run run;
  private final SharedLists lists;

  OwnedClaims(Run run) {
    this.run = run;
    this.lists = new SharedLists(run.source().cluster(), run.patience());
  }

  /**
   * Why the object may not be deleted now; empty when no claim would go with it.
   *
   * <p>Errors: {@link dev.migrator.cluster.ClusterException} as the source gave it.
   */
  Optional<StepResult> refusal(SourceObject source) {
    Optional<ResourceType> type = run.source().type("PersistentVolumeClaim", "v1");
    if (type.isEmpty() || !Activity.mayOwnClaims(source.ref())) {
      return Optional.empty();
    }
    List<Manifest> owned = owned(type.get(), source);
    if (!owned.isEmpty() && Activity.isStatefulSet(source.ref())) {
      owned.forEach(claim -> release(type.get(), claim, source));
      // Its controller may have an older policy in mind.
      owned = owned(type.get(), source);
    }
    return owned.isEmpty() ? Optional.empty() : Optional.of(stays(source, owned));
  }

  /** By a list that begins now; what is on its way out goes anyway. */
  private List<Manifest> owned(ResourceType type, SourceObject source) {
    return lists.list(type, source.ref().namespace()).stream()
        .filter(claim -> !claim.isBeingDeleted())
        .filter(claim -> others(claim, source).size() < references(claim).size())
        .toList();
  }

  private static JsonNode references(Manifest claim) {
    return claim.at("metadata", "ownerReferences");
  }

  /** The claim's references to other owners. */
  private static ArrayNode others(Manifest claim, SourceObject source) {
    ArrayNode others = Json.array();
    for (JsonNode reference : references(claim)) {
      if (!reference.path("uid").asText().equals(source.planned().uid())) {
        others.add(reference);
      }
    }
    return others;
  }

  private void release(ResourceType type, Manifest claim, SourceObject source) {
    StepId step = new StepId("release:" + claim.ref());
    run.intend(step, claim.uid(), claim.resourceVersion(), Optional.empty());
    ArrayNode others = others(claim, source);
    ObjectNode patch = Json.object();
    Patch.bind(patch, claim).set("ownerReferences", others.isEmpty() ? Json.parse("null") : others);
    Manifest unused = run.source().cluster().patch(type, claim.ref(), Patch.merge(patch));
    run.journal().append(new StepOutcome(run.patience().now(), step, Result.DONE, Map.of()));
    run.notice(
        RefText.of(claim.ref())
            + " does not belong to "
            + RefText.of(source.ref())
            + " any more at the source, so that it stays there");
  }

  private StepResult stays(SourceObject source, List<Manifest> owned) {
    String namespace = owned.getFirst().namespace();
    String some =
        owned.stream()
            .limit(SOME)
            .map(claim -> RefText.of(claim.ref()))
            .collect(Collectors.joining(", "));
    String names =
        owned.stream()
            .filter(claim -> claim.namespace().equals(namespace))
            .map(Manifest::name)
            .collect(Collectors.joining(" "));
    return run.failed(
        ErrorCode.M2205,
        RefText.of(source.ref()) + " is not deleted: claims of volumes would go with it",
        some
            + (owned.size() > SOME ? " and " + (owned.size() - SOME) + " more" : "")
            + " named it as owner after they were planned; nothing was deleted",
        "take it out of metadata.ownerReferences at the source: kubectl -n %s edit pvc %s"
            .formatted(namespace, names),
        "then: " + run.resume());
  }
}
