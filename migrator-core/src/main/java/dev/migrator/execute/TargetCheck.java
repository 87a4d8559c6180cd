package dev.migrator.execute;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.ListQuery;
import dev.migrator.cluster.WholeList;
import dev.migrator.journal.JournalState;
import dev.migrator.journal.Vault;
import dev.migrator.lifecycle.Lifecycle;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Protection;
import dev.migrator.model.ResourceType;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.TargetNames;
import dev.migrator.sanitize.TargetDefinitions;
import dev.migrator.verify.Comparison;
import dev.migrator.verify.Difference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Compares what both clusters have with what the plan wants: everything that travels is at the
 * target and equal, everything that was handed over is gone from the source. Reads lists, one a
 * type; bodies come from the vault, a page at a time, and are compared on all processors.
 */
public final class TargetCheck {

  private final Plan plan;
  private final ClusterSide source;
  private final ClusterSide target;
  private final Vault vault;
  private final JournalState journal;
  private final TargetDefinitions definitions;

  public TargetCheck(
      Plan plan,
      ClusterSide source,
      ClusterSide target,
      Vault vault,
      JournalState journal,
      TargetDefinitions definitions) {
    this.plan = plan;
    this.source = source;
    this.target = target;
    this.vault = vault;
    this.journal = journal;
    this.definitions = definitions;
  }

  /**
   * An object that is not as the plan wants it.
   *
   * @param ref as it is called at the source
   * @param what is wrong, one line, without secrets
   */
  public record Mismatch(ObjectRef ref, String what) {}

  /**
   * Everything that is wrong, by ref; empty when the move is complete.
   *
   * <p>Errors: {@link ClusterException} when a list could not be read.
   */
  public List<Mismatch> mismatches() {
    Map<ObjectRef, Mismatch> wrong = new TreeMap<>();
    Map<String, List<PlannedObject>> byType = new TreeMap<>();
    for (PlannedObject object : plan.objects()) {
      if (!Lifecycle.hasEnded(journal, object.ref())) {
        byType
            .computeIfAbsent(
                object.apiVersion() + " " + object.ref().kind(), k -> new ArrayList<>())
            .add(object);
      }
    }
    Set<String> scaled = scaledByOthers();
    byType.values().forEach(some -> compare(some, scaled, wrong));
    leftAtSource(wrong);
    return List.copyOf(wrong.values());
  }

  private void compare(
      List<PlannedObject> objects, Set<String> scaled, Map<ObjectRef, Mismatch> wrong) {
    PlannedObject first = objects.getFirst();
    Map<ObjectRef, PlannedObject> open = new HashMap<>();
    for (PlannedObject object : objects) {
      open.put(
          TargetNames.of(object.ref(), object.apiVersion(), plan.settings().mappings()), object);
    }
    Optional<ResourceType> type = target.typeByAsking(first.ref().kind(), first.apiVersion());
    type.ifPresent(
        t ->
            WholeList.pages(
                target.cluster(),
                t,
                ListQuery.all(),
                page -> {
                  judged(page, open, scaled).forEach(m -> wrong.put(m.ref(), m));
                  page.forEach(live -> open.remove(live.ref()));
                }));
    open.values().stream()
        .filter(object -> !isTidiedAway(object))
        .forEach(
            object -> wrong.put(object.ref(), new Mismatch(object.ref(), "is not at the target")));
  }

  private boolean isTidiedAway(PlannedObject object) {
    return object.ref().groupKind().equals("Job.batch")
        && vault
            .read(object.ref())
            .map(atSource -> definitions.of(atSource, object.apiVersion()).body())
            .filter(definition -> TtlDeletedJobs.is(object.ref(), definition, journal))
            .isPresent();
  }

  /** What a page has that is not as it should be. */
  private List<Mismatch> judged(
      List<Manifest> page, Map<ObjectRef, PlannedObject> open, Set<String> scaled) {
    return page.parallelStream()
        .flatMap(
            live ->
                Optional.ofNullable(open.get(live.ref()))
                    .flatMap(
                        object ->
                            judge(object, live, scaled)
                                .map(what -> new Mismatch(object.ref(), what)))
                    .stream())
        .toList();
  }

  private Optional<String> judge(PlannedObject object, Manifest live, Set<String> scaled) {
    Optional<Manifest> atSource = vault.read(object.ref());
    if (atSource.isEmpty()) {
      return Optional.of("is not in the vault, so it cannot be compared");
    }
    if (live.isBeingDeleted()) {
      return Optional.of("is being deleted at the target");
    }
    Manifest wanted = definitions.of(atSource.get(), object.apiVersion()).body();
    List<Difference> differences =
        Comparison.compare(wanted, live).stream()
            .filter(d -> !isElsewhereDecided(d, live, scaled))
            .toList();
    return differences.isEmpty()
        ? Optional.empty()
        : Optional.of(
            differences.getFirst()
                + (differences.size() > 1 ? " and " + (differences.size() - 1) + " more" : ""));
  }

  /** How many replicas an autoscaled workload has is up to its autoscaler. */
  private static boolean isElsewhereDecided(
      Difference difference, Manifest live, Set<String> scaled) {
    return difference.path().equals("spec.replicas") && scaled.contains(key(live.ref()));
  }

  private static String key(ObjectRef ref) {
    return ref.kind() + "/" + ref.namespace() + "/" + ref.name();
  }

  /** Workloads of the target whose replicas an autoscaler decides. */
  private Set<String> scaledByOthers() {
    Set<String> scaled = new HashSet<>();
    List.of(
            List.of("HorizontalPodAutoscaler", "autoscaling/v2"),
            List.of("ScaledObject", "keda.sh/v1alpha1"))
        .forEach(
            kind ->
                target
                    .type(kind.getFirst(), kind.getLast())
                    .ifPresent(
                        type ->
                            WholeList.each(
                                target.cluster(),
                                type,
                                ListQuery.all(),
                                scaler -> {
                                  JsonNode to = scaler.at("spec", "scaleTargetRef");
                                  scaled.add(
                                      to.path("kind").asText("Deployment")
                                          + "/"
                                          + scaler.namespace()
                                          + "/"
                                          + to.path("name").asText());
                                })));
    return scaled;
  }

  private void leftAtSource(Map<ObjectRef, Mismatch> wrong) {
    Map<String, Map<ObjectRef, PlannedObject>> byType = new TreeMap<>();
    Set<ObjectRef> deleted = new HashSet<>(plan.handedOver());
    for (PlannedObject object : plan.objects()) {
      if (object.protection() == Protection.DUPLICATION && deleted.contains(object.ref())) {
        byType
            .computeIfAbsent(
                object.sourceApiVersion() + " " + object.ref().kind(), k -> new HashMap<>())
            .put(object.ref(), object);
      }
    }
    byType
        .values()
        .forEach(
            some -> {
              PlannedObject first = some.values().iterator().next();
              source
                  .type(first.ref().kind(), first.sourceApiVersion())
                  .ifPresent(
                      type ->
                          WholeList.each(
                              source.cluster(),
                              type,
                              ListQuery.all(),
                              live -> {
                                if (some.containsKey(live.ref())) {
                                  wrong.put(
                                      live.ref(),
                                      new Mismatch(live.ref(), "is still at the source"));
                                }
                              }));
            });
  }
}
