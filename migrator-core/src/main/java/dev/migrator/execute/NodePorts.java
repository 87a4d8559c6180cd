package dev.migrator.execute;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.check.TakenNodePorts;
import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.ListQuery;
import dev.migrator.cluster.Patch;
import dev.migrator.cluster.WholeList;
import dev.migrator.event.RefText;
import dev.migrator.journal.JournalRecord.Result;
import dev.migrator.journal.JournalRecord.StepOutcome;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Origin;
import dev.migrator.model.ResourceType;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.StepId;
import dev.migrator.plan.Verb;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Makes room where the target gave a Service of this run the very node port that another one asks
 * for: the first never asked for it, so it gets another. A stranger's port, and one that was asked
 * for, stay. A port that nobody is seen to have is asked for again: the server takes it before it
 * stores the Service, and gives it back after the Service is gone.
 *
 * <p>Crash: the Service has one port or the other, and neither was asked for.
 *
 * <p>Source: <a
 * href="https://kubernetes.io/docs/concepts/services-networking/service/#type-nodeport">type:
 * NodePort</a> (default range 30000 to 32767)
 */
final class NodePorts {

  private static final int FIRST = 30_000;
  private static final int LAST = 32_767;

  private final Run run;

  NodePorts(Run run) {
    this.run = run;
  }

  /** What became of the node port that a Service asked for and was refused. */
  sealed interface Room {

    /** It is free now. */
    record Made() implements Room {}

    /** It is on its way from or to somebody. */
    record Soon() implements Room {}

    /**
     * Somebody keeps it, or no node port was the reason.
     *
     * @param failure the server's words, and who keeps it
     */
    record None(ClusterFailure failure) implements Room {}
  }

  /** Makes room for what was refused. */
  Room room(ClusterFailure failure, Manifest refused) {
    if (!(failure instanceof ClusterFailure.Invalid invalid)
        || !refused.ref().groupKind().equals("Service")
        || !failure.detail().contains("already allocated")) {
      return new Room.None(failure);
    }
    try {
      return room(invalid, refused);
    } catch (ClusterException e) {
      return new Room.None(failure);
    }
  }

  private Room room(ClusterFailure.Invalid failure, Manifest refused) {
    ResourceType type = run.target().requireType(refused.kind(), refused.apiVersion());
    List<Manifest> services = WholeList.all(run.target().cluster(), type, ListQuery.all());
    Set<Integer> wanted = TakenNodePorts.of(refused);
    Set<Integer> taken = new HashSet<>(wanted);
    services.forEach(service -> taken.addAll(TakenNodePorts.of(service)));
    Room room = new Room.Soon();
    for (Manifest service : services) {
      if (TakenNodePorts.of(service).stream().noneMatch(wanted::contains) || isLeaving(service)) {
        continue;
      }
      if (!tookWhatItWasGiven(service, wanted) || !moves(type, service, wanted, taken)) {
        return new Room.None(
            new ClusterFailure.Invalid(
                failure.detail() + "; " + RefText.of(service.ref()) + " has it", failure.fields()));
      }
      room = new Room.Made();
    }
    return room;
  }

  /** Itself or with its whole namespace. */
  private boolean isLeaving(Manifest service) {
    ObjectRef namespace = ObjectRef.namespace(service.namespace());
    return service.isBeingDeleted()
        || run.target()
            .cluster()
            .get(run.target().requireType("Namespace", "v1"), namespace)
            .filter(Manifest::isBeingDeleted)
            .isPresent();
  }

  /** Created by this run, from a definition that asks for none of these ports. */
  private boolean tookWhatItWasGiven(Manifest service, Set<Integer> wanted) {
    Optional<Origin> mark = Origin.of(service).filter(o -> o.run().equals(run.id()));
    if (mark.isEmpty()) {
      return false;
    }
    return run.objects().values().stream()
        .filter(object -> object.uid().equals(mark.get().sourceUid()))
        .findFirst()
        .filter(object -> asksForNone(object, wanted))
        .isPresent();
  }

  private boolean asksForNone(PlannedObject object, Set<Integer> wanted) {
    return TakenNodePorts.of(run.definition(object)).stream().noneMatch(wanted::contains);
  }

  private boolean moves(
      ResourceType type, Manifest service, Set<Integer> wanted, Set<Integer> taken) {
    if (wanted.contains(service.at("spec", "healthCheckNodePort").asInt())) {
      // It cannot be changed.
      return false;
    }
    ArrayNode ports = service.at("spec", "ports").deepCopy();
    for (JsonNode port : ports) {
      if (wanted.contains(port.path("nodePort").asInt()) && port instanceof ObjectNode entry) {
        OptionalInt free = free(taken);
        if (free.isEmpty()) {
          return false;
        }
        taken.add(free.getAsInt());
        entry.put("nodePort", free.getAsInt());
      }
    }
    ObjectNode patch = Json.object();
    patch.withObjectProperty("spec").set("ports", ports);
    Patch.bind(patch, service);
    StepId step = StepId.of(Verb.FREE_PORT, service.ref());
    run.intend(step, service.uid(), service.resourceVersion(), Optional.empty());
    Manifest unused = run.target().cluster().patch(type, service.ref(), Patch.merge(patch));
    run.journal().append(new StepOutcome(run.clock().now(), step, Result.DONE, Map.of()));
    run.notice(
        RefText.of(service.ref())
            + " gets another node port, because another Service asks for the one it had");
    return true;
  }

  /** The highest that nobody has: servers give the upper part of the range away, too. */
  private static OptionalInt free(Set<Integer> taken) {
    for (int port = LAST; port >= FIRST; port--) {
      if (!taken.contains(port)) {
        return OptionalInt.of(port);
      }
    }
    return OptionalInt.empty();
  }
}
