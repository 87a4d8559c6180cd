package dev.migrator.execute;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.ListQuery;
import dev.migrator.cluster.WholeList;
import dev.migrator.graph.Reference;
import dev.migrator.graph.References;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Origin;
import dev.migrator.model.ResourceType;
import dev.migrator.plan.PlannedObject;
import dev.migrator.report.RefText;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Who at the target refers to what a run created, and was made neither by the run nor by what the
 * run made. Reads all lists at once, again after {@link #FRESH}; whoever is found is asked for once
 * more.
 *
 * <p>Errors: {@link ClusterException} when a list does not come to its end. What may not be listed
 * in the whole cluster is listed in the namespaces of the run.
 */
final class Referrers {

  /** A rollback that lasts looks again: somebody may begin to use a copy meanwhile. */
  private static final Duration FRESH = Duration.ofMinutes(1);

  private static final Set<String> NOISE =
      Set.of("Event", "Event.events.k8s.io", "Endpoints", "EndpointSlice.discovery.k8s.io");

  private final Run run;
  private final Set<ObjectRef> created = new HashSet<>();
  private final Map<ObjectRef, List<Referrer>> referrers = new HashMap<>();
  private final Map<String, Lineage> lineages = new HashMap<>();
  private Optional<Instant> looked = Optional.empty();

  Referrers(Run run) {
    this.run = run;
    for (PlannedObject object : run.plan().objects()) {
      created.add(run.atTarget(object));
    }
  }

  private record Referrer(ResourceType type, ObjectRef ref, String uid) {}

  /** Whether an object is the run's own, and who owns it. */
  private record Lineage(boolean ours, List<String> owners) {}

  /** Why what is called so at the target stays, in words; empty when nobody else refers to it. */
  Optional<String> reasonToKeep(ObjectRef ref) {
    Instant now = run.patience().now();
    if (looked.filter(then -> then.plus(FRESH).isAfter(now)).isEmpty()) {
      look();
      looked = Optional.of(now);
    }
    return referrers.getOrDefault(ref, List.of()).stream()
        .filter(referrer -> !isOurs(referrer.uid()))
        .filter(referrer -> stillRefers(referrer, ref))
        .findFirst()
        .map(referrer -> "stays: " + RefText.of(referrer.ref()) + " at the target refers to it");
  }

  private void look() {
    referrers.clear();
    lineages.clear();
    Map<String, ResourceType> types = new LinkedHashMap<>();
    run.target().types().stream()
        .filter(type -> type.supports("list") && !isNoise(type))
        .forEach(type -> types.putIfAbsent(type.groupResource(), type));
    types.values().forEach(this::look);
  }

  /** What comes and goes by itself, and holds nothing. */
  static boolean isNoise(ResourceType type) {
    return NOISE.contains(type.groupKind()) || type.group().equals("metrics.k8s.io");
  }

  private void look(ResourceType type) {
    try {
      look(type, ListQuery.all());
    } catch (ClusterException e) {
      if (e.failure() instanceof ClusterFailure.Forbidden) {
        lookInNamespaces(type);
      } else if (!(e.failure() instanceof ClusterFailure.NotFound)) {
        // What is not found went with its definition, a moment ago.
        throw e;
      }
    }
  }

  private void lookInNamespaces(ResourceType type) {
    run.notice(
        type.groupResource()
            + " may not be listed at the target: whether one of another namespace refers to a copy"
            + " is not known");
    if (!type.namespaced()) {
      return;
    }
    Set<String> namespaces =
        created.stream()
            .map(ObjectRef::namespace)
            .filter(name -> !name.isEmpty())
            .collect(Collectors.toCollection(TreeSet::new));
    for (String namespace : namespaces) {
      try {
        look(type, ListQuery.inNamespace(namespace));
      } catch (ClusterException e) {
        if (!(e.failure() instanceof ClusterFailure.Forbidden)) {
          throw e;
        }
      }
    }
  }

  private void look(ResourceType type, ListQuery query) {
    WholeList.each(run.target().cluster(), type, query, object -> note(type, object));
  }

  private void note(ResourceType type, Manifest object) {
    List<String> owners = new ArrayList<>();
    for (JsonNode owner : object.at("metadata", "ownerReferences")) {
      owners.add(owner.path("uid").asText());
    }
    lineages.put(object.uid(), new Lineage(isMarked(object), owners));
    for (ObjectRef wanted : wanted(object)) {
      if (created.contains(wanted) && !wanted.equals(object.ref())) {
        referrers
            .computeIfAbsent(wanted, ref -> new ArrayList<>())
            .add(new Referrer(type, object.ref(), object.uid()));
      }
    }
  }

  private static Set<ObjectRef> wanted(Manifest object) {
    Set<ObjectRef> wanted = new HashSet<>();
    for (Reference reference : References.of(object)) {
      if (reference instanceof Reference.ToObject to) {
        wanted.add(to.target());
      }
    }
    return wanted;
  }

  private boolean isMarked(Manifest object) {
    return Origin.of(object).filter(origin -> origin.run().equals(run.id())).isPresent()
        || isVolumeOfACopy(object);
  }

  /** Provisioned for a claim of the run, which it may outlive. */
  private boolean isVolumeOfACopy(Manifest object) {
    JsonNode claim = object.at("spec", "claimRef");
    return object.kind().equals("PersistentVolume")
        && created.contains(
            ObjectRef.core(
                "PersistentVolumeClaim",
                claim.path("namespace").asText(""),
                claim.path("name").asText("")));
  }

  /** Made by the run, or by a controller for something that the run made. */
  private boolean isOurs(String uid) {
    Set<String> seen = new HashSet<>();
    Deque<String> open = new ArrayDeque<>(List.of(uid));
    while (!open.isEmpty()) {
      String next = open.remove();
      Lineage lineage = lineages.get(next);
      if (lineage != null && seen.add(next)) {
        if (lineage.ours()) {
          return true;
        }
        open.addAll(lineage.owners());
      }
    }
    return false;
  }

  private boolean stillRefers(Referrer referrer, ObjectRef ref) {
    return run.target()
        .cluster()
        .get(referrer.type(), referrer.ref())
        .filter(live -> !live.isBeingDeleted())
        .filter(live -> wanted(live).contains(ref))
        .isPresent();
  }
}
