package dev.migrator.execute;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cluster.Patch;
import dev.migrator.event.RefText;
import dev.migrator.journal.JournalRecord.Result;
import dev.migrator.journal.JournalRecord.StepOutcome;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.model.ResourceType;
import dev.migrator.plan.Activity;
import dev.migrator.plan.StepId;
import dev.migrator.plan.Verb;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The claims of a StatefulSet that is about to be deleted at the source: where its policy made it
 * their owner, they are set free before, or the garbage collector would delete them, and their
 * data, with it.
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

  private final Run run;
  private final SharedLists lists;

  OwnedClaims(Run run) {
    this.run = run;
    this.lists = new SharedLists(run.source().cluster(), run.clock());
  }

  /**
   * Sets them free; nothing for what is no StatefulSet. Its controller may set the reference again
   * by an older policy that it has in mind, so whoever deletes looks afterwards.
   *
   * <p>Errors: {@link dev.migrator.cluster.ClusterException} as the source gave it.
   */
  void setFree(SourceObject source) {
    Optional<ResourceType> type = run.source().type("PersistentVolumeClaim", "v1");
    if (type.isPresent() && Activity.isStatefulSet(source.ref())) {
      owned(type.get(), source).forEach(claim -> release(type.get(), claim, source));
    }
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
    StepId step = StepId.of(Verb.RELEASE_CLAIM, claim.ref());
    run.intend(step, claim.uid(), claim.resourceVersion(), Optional.empty());
    ArrayNode others = others(claim, source);
    ObjectNode patch = Json.object();
    Patch.bind(patch, claim).set("ownerReferences", others.isEmpty() ? Json.parse("null") : others);
    Manifest unused = run.source().cluster().patch(type, claim.ref(), Patch.merge(patch));
    run.journal().append(new StepOutcome(run.clock().now(), step, Result.DONE, Map.of()));
    run.notice(
        RefText.of(claim.ref())
            + " does not belong to "
            + RefText.of(source.ref())
            + " any more at the source, so that it stays there");
  }
}
