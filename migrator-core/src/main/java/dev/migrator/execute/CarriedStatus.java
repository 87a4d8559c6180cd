package dev.migrator.execute;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.check.StatusMemory;
import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.Patch;
import dev.migrator.event.RefText;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ResourceType;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.StepId;
import dev.migrator.sanitize.MappedStatus;
import java.util.Optional;

/**
 * Gives what was created the status that the source's object has, where the plan says so: in the
 * body where the status is a field like any other, else by its subresource. Namespaces have the
 * target's names in it. What a controller wrote meanwhile is never overwritten.
 *
 * <p>Crash: repeatable by observation. The patch holds only for the state that was seen, and is
 * sent only while that remembers nothing.
 *
 * <p>Source: <a
 * href="https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#status-subresource">status
 * subresource</a>
 */
final class CarriedStatus {

  private final Run run;
  private final MappedStatus names;

  CarriedStatus(Run run) {
    this.run = run;
    this.names = new MappedStatus(run.plan().settings().mappings().namespaces());
  }

  /** The body with the status, where the target keeps it as plain data. */
  Manifest in(Manifest body, PlannedObject object, Manifest atSource) {
    ObjectNode memory = memory(object, atSource);
    return memory.isEmpty() || isApart(body) ? body : body.edit(tree -> tree.set("status", memory));
  }

  /**
   * Writes the status where it is a subresource.
   *
   * @param stored what was just created, or was found created
   * @return why it could not be written; empty when it is there, or a controller was faster
   */
  Optional<StepResult> write(
      StepId step, String doing, PlannedObject object, Manifest atSource, Manifest stored) {
    ObjectNode memory = memory(object, atSource);
    if (memory.isEmpty() || !isApart(stored)) {
      return Optional.empty();
    }
    ResourceType type = run.target().requireType(stored.kind(), stored.apiVersion());
    Manifest current = stored;
    RereadAfterFailure reread = RereadAfterFailure.anyway(run.clock());
    while (true) {
      try {
        if (!StatusMemory.of(current).isEmpty()) {
          tell(current, memory);
          return Optional.empty();
        }
        write(step, type, current, memory);
        return Optional.empty();
      } catch (ClusterException e) {
        if (e.failure() instanceof ClusterFailure.NotFound || !reread.again(e.failure())) {
          return Optional.of(run.refused(ErrorCode.M2102, doing, e.failure()));
        }
        current = seen(type, current);
      }
    }
  }

  private void write(StepId step, ResourceType type, Manifest current, ObjectNode memory) {
    ObjectNode patch = Json.object();
    patch.set("status", memory);
    Patch.bind(patch, current);
    run.intend(step, current.uid(), current.resourceVersion(), Optional.empty());
    Manifest unused =
        run.target().cluster().patch(type, current.ref(), Patch.mergeOf("status", patch));
  }

  /** As it is now; as it was, when nobody says. */
  private Manifest seen(ResourceType type, Manifest before) {
    try {
      return run.target()
          .cluster()
          .get(type, before.ref())
          .filter(now -> now.uid().equals(before.uid()))
          .orElse(before);
    } catch (ClusterException e) {
      return before;
    }
  }

  private void tell(Manifest current, ObjectNode memory) {
    if (!StatusMemory.of(current).equals(memory)) {
      run.notice(
          "%s of the %s has a status of its own already: its controller was faster, and the source's is in the vault"
              .formatted(RefText.of(current.ref()), run.target().name()));
    }
  }

  private ObjectNode memory(PlannedObject object, Manifest atSource) {
    ObjectRef ref = object.ref();
    return ref.isForeign() && run.plan().settings().data().carriesStatus(ref)
        ? names.of(StatusMemory.of(atSource))
        : Json.object();
  }

  /** Whether the target takes the status by a request of its own only. */
  private boolean isApart(Manifest object) {
    return run.target()
        .requireType(object.kind(), object.apiVersion())
        .subresources()
        .contains("status");
  }
}
