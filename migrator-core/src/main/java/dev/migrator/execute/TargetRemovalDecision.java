package dev.migrator.execute;

import dev.migrator.cluster.ClusterException;
import dev.migrator.graph.References;
import dev.migrator.journal.JournalState;
import dev.migrator.journal.Vault;
import dev.migrator.lifecycle.StepStatus;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Origin;
import dev.migrator.model.ProblemException;
import dev.migrator.mover.Side;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.Step;
import dev.migrator.plan.TargetNames;
import dev.migrator.plan.Verb;
import dev.migrator.sanitize.TargetDefinitions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which copies of a run may be removed from the target, and which stay there with whatever they
 * need: decided over one look at both clusters, before the first removal. Changes nothing.
 *
 * <p>Source: docs/adr/0045
 */
public final class TargetRemovalDecision {

  private final Plan plan;
  private final String run;
  private final ClusterSide source;
  private final ClusterSide target;
  private final JournalState journal;
  private final Vault vault;
  private final Map<ObjectRef, String> relied;
  private final TargetDefinitions definitions;
  private final CascadeLoss lost;
  private final Map<ObjectRef, PlannedObject> created = new LinkedHashMap<>();

  /** What the run stops at the source, and sets back itself. */
  private final Set<ObjectRef> stopped = new HashSet<>();

  /** What data came by: it is deleted before what holds it. */
  private final Set<ObjectRef> tidied = new HashSet<>();

  /** What the source calls a namespace of the target. */
  private final Map<String, String> names = new HashMap<>();

  /**
   * @param run its id
   * @param relied what other runs count as theirs, named as at the target, and why it stays
   */
  public TargetRemovalDecision(
      Plan plan,
      String run,
      ClusterSide source,
      ClusterSide target,
      JournalState journal,
      Vault vault,
      Map<ObjectRef, String> relied) {
    this.plan = plan;
    this.run = run;
    this.source = source;
    this.target = target;
    this.journal = journal;
    this.vault = vault;
    this.relied = Map.copyOf(relied);
    this.definitions = new TargetDefinitions(plan.settings());
    this.lost = new CascadeLoss(target, source, (ref, version) -> atSource(ref));
    stopped.addAll(plan.objects(step -> step.is(Verb.QUIESCE)));
    for (PlannedObject object : plan.created().reversed()) {
      ObjectRef there =
          TargetNames.of(object.ref(), object.apiVersion(), plan.settings().mappings());
      names.put(there.namespace(), object.ref().namespace());
      if (!object.alreadyThere()) {
        created.put(there, object);
        if (object.isCarried()) {
          TransferObject.of(plan.settings(), run, object).stream()
              .filter(one -> one.side() == Side.TARGET)
              .forEach(one -> tidied.add(one.ref()));
        }
      }
    }
  }

  /**
   * What was decided; everything is named as at the target.
   *
   * @param going in the order in which it is removed
   * @param staying and why
   */
  public record Decision(List<ObjectRef> going, Map<ObjectRef, StayReason> staying) {

    /** Of a run that has created nothing. */
    public Decision {
      going = List.copyOf(going);
      staying = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(staying));
    }
  }

  /**
   * Looks at both clusters and decides.
   *
   * <p>Errors: {@link ClusterException} when one does not say what it has.
   */
  public Decision decide() {
    Map<ObjectRef, Manifest> marked = new LinkedHashMap<>();
    Map<ObjectRef, StayReason> staying = staying(Map.of(), marked).kept();
    List<ObjectRef> going = new ArrayList<>(marked.keySet());
    going.removeAll(staying.keySet());
    return new Decision(going, staying);
  }

  /**
   * As {@link #decide()}.
   *
   * @param kept what could not be removed a moment ago, and why
   */
  Staying decide(Map<ObjectRef, StayReason> kept) {
    return staying(kept, new LinkedHashMap<>());
  }

  /**
   * @param marked is filled with what is there and was made by the run
   */
  private Staying staying(Map<ObjectRef, StayReason> kept, Map<ObjectRef, Manifest> marked) {
    Map<ObjectRef, Manifest> bodies = new LinkedHashMap<>();
    ClusterSnapshot snapshot =
        ClusterSnapshot.of(target, created.keySet(), body -> bodies.put(body.ref(), body));
    Set<ObjectRef> candidates = new LinkedHashSet<>(created.keySet());
    candidates.addAll(tidied);
    created.forEach(
        (ref, object) -> {
          Optional<Manifest> live = Optional.ofNullable(bodies.get(ref));
          if (live.filter(body -> made(body, object)).isPresent()) {
            marked.put(ref, live.get());
          } else if (live.isPresent()) {
            candidates.remove(ref);
          }
        });
    SourceLook atSource =
        SourceLook.at(source, marked.keySet().stream().map(this::planned).toList());
    boolean hasWorked = hasWorked(marked);
    Map<ObjectRef, StayReason> reasons = new LinkedHashMap<>(kept);
    marked.forEach(
        (ref, live) ->
            reason(ref, live, atSource, hasWorked)
                .ifPresent(reason -> reasons.putIfAbsent(ref, reason)));
    return Staying.of(
        snapshot,
        candidates,
        reasons,
        one -> lost.why(one.type(), one.ref(), one.loss(), one.owners()));
  }

  /**
   * Why a custom resource with a finalizer stays, be it because it cascades, as an Argo CD
   * Application does, or because it stands for what the other cluster's stands for, too.
   */
  public static Optional<String> leftToItsController(Manifest live) {
    return live.ref().isForeign() && !live.at("metadata", "finalizers").isEmpty()
        ? Optional.of("its controller ends it, and may delete more with it")
        : Optional.empty();
  }

  private PlannedObject planned(ObjectRef atTarget) {
    return Optional.ofNullable(created.get(atTarget)).orElseThrow();
  }

  private boolean made(Manifest live, PlannedObject object) {
    return Origin.isOf(live, run, object.uid());
  }

  /** Why a copy stays whatever becomes of the others; empty when it may go. */
  private Optional<StayReason> reason(
      ObjectRef ref, Manifest seen, SourceLook atSource, boolean hasWorked) {
    if (seen.isBeingDeleted()) {
      return Optional.empty();
    }
    PlannedObject object = planned(ref);
    Manifest asItWas;
    try {
      Optional<Manifest> vaulted = vault.read(object.ref());
      if (vaulted.isEmpty()) {
        return Optional.of(StayReason.of("stays: the vault does not have it"));
      }
      asItWas = vaulted.get();
    } catch (ProblemException e) {
      // A line of the vault that is damaged says nothing of the others.
      return Optional.of(StayReason.of("stays: " + e.problem().what()));
    }
    return Optional.ofNullable(relied.get(ref))
        .or(() -> atSource.missed(object, asItWas, stopped.contains(object.ref())))
        .or(() -> leftToItsController(seen).map("stays: "::concat))
        .or(() -> changed(object, asItWas, seen))
        .map(StayReason::of)
        .or(() -> hasWorked ? data(seen) : Optional.empty());
  }

  private Optional<String> changed(PlannedObject object, Manifest asItWas, Manifest seen) {
    Optional<Manifest> live =
        seen.apiVersion().equals(object.apiVersion())
            ? Optional.of(seen)
            : target
                .type(seen.kind(), object.apiVersion())
                .flatMap(type -> target.cluster().get(type, seen.ref()));
    return live.flatMap(
        body ->
            CopyAtTarget.changed(
                definitions.of(asItWas, object.apiVersion()).body(), asItWas, body));
  }

  private static Optional<StayReason> data(Manifest live) {
    String phase = live.at("status", "phase").asText("");
    boolean isUsed =
        switch (live.ref().groupKind()) {
          case "PersistentVolumeClaim" -> phase.equals("Bound") || phase.equals("Lost");
          case "PersistentVolume" -> phase.equals("Bound") || phase.equals("Released");
          default -> false;
        };
    return isUsed
        ? Optional.of(
            StayReason.data("stays: its volume was in use at the target, and may hold newer data"))
        : Optional.empty();
  }

  /** Whether anything of the run may have written to a volume of the target. */
  private boolean hasWorked(Map<ObjectRef, Manifest> marked) {
    boolean works =
        marked.entrySet().stream()
            .anyMatch(
                e -> writes(e.getValue()) && isAtWork(planned(e.getKey()).ref(), e.getValue()));
    return works
        || plan.steps().stream()
            .filter(step -> journal.status(step.id()) != StepStatus.NOT_STARTED)
            .anyMatch(this::startsWork);
  }

  private boolean isAtWork(ObjectRef ref, Manifest live) {
    try {
      return vault.read(ref).filter(was -> !CopyAtTarget.isHeld(was, live)).isPresent();
    } catch (ProblemException e) {
      return false;
    }
  }

  private boolean startsWork(Step step) {
    return step.is(Verb.ACTIVATE)
        || step.is(Verb.CREATE)
        || (step instanceof Step.OnObject copy && copy.is(Verb.COPY) && mayWrite(copy.object()));
  }

  private boolean mayWrite(ObjectRef ref) {
    try {
      return vault.read(ref).filter(TargetRemovalDecision::writes).isPresent();
    } catch (ProblemException e) {
      return true;
    }
  }

  /** What makes pods, or has a controller that may. */
  private static boolean writes(Manifest object) {
    return References.account(object).isPresent() || object.ref().isForeign();
  }

  /** As the source calls it. */
  private ObjectRef atSource(ObjectRef ref) {
    String namespace = ref.namespace();
    return namespace.isEmpty() ? ref : ref.inNamespace(names.getOrDefault(namespace, namespace));
  }
}
