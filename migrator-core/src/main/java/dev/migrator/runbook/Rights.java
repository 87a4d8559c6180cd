package dev.migrator.runbook;

import dev.migrator.cluster.Access;
import dev.migrator.execute.Locks;
import dev.migrator.migration.Migration;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ResourceType;
import dev.migrator.plan.FindingCode;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.Step;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;

/**
 * What a plan's execution must be allowed to do in each cluster, and nothing more.
 *
 * <p>Source: <a
 * href="https://kubernetes.io/docs/reference/access-authn-authz/authorization/">Authorization</a>
 */
final class Rights {

  private static final Comparator<Access> ORDER =
      Comparator.comparing(Access::group)
          .thenComparing(Access::resource)
          .thenComparing(Access::subresource)
          .thenComparing(Access::verb)
          .thenComparing(Access::namespace);

  /** Of what the source's objects start. */
  private static final List<List<String>> STARTED =
      List.of(List.of("", "pods"), List.of("batch", "jobs"), List.of("apps", "replicasets"));

  private final Set<Access> source = new TreeSet<>(ORDER);
  private final Set<Access> target = new TreeSet<>(ORDER);

  private final boolean terminates;

  private Rights(boolean terminates) {
    this.terminates = terminates;
  }

  /**
   * @param sourceType the source's type of a kind at a version; empty where it is not served
   * @param targetType likewise; a kind whose definition travels is not served yet, and not asked
   *     for
   */
  static Rights of(
      Plan plan,
      BiFunction<String, String, Optional<ResourceType>> sourceType,
      BiFunction<String, String, Optional<ResourceType>> targetType) {
    Rights rights =
        new Rights(
            plan.settings().handover().onDrainTimeout() == Migration.OnDrainTimeout.TERMINATE);
    scalers(rights.source, sourceType);
    Map<ObjectRef, PlannedObject> objects = plan.objectsByRef();
    for (PlannedObject object : plan.objects()) {
      sourceType
          .apply(object.ref().kind(), object.sourceApiVersion())
          .ifPresent(type -> add(rights.source, type, "", "list"));
      targetType
          .apply(object.ref().kind(), object.apiVersion())
          .ifPresent(type -> add(rights.target, type, "", "list"));
    }
    for (Step step : plan.steps()) {
      if (step instanceof Step.OnObject on) {
        PlannedObject object = Optional.ofNullable(objects.get(on.object())).orElseThrow();
        sourceType
            .apply(on.object().kind(), object.sourceApiVersion())
            .ifPresent(type -> rights.atSource(on, type));
        targetType
            .apply(on.object().kind(), object.apiVersion())
            .ifPresent(
                type -> {
                  rights.atTarget(on, type);
                  status(rights.target, plan, on.object(), type);
                });
      }
    }
    rights.pausedAgain(plan, targetType);
    rights.leases();
    return rights;
  }

  /** Paused Deployments are created unpaused. */
  private void pausedAgain(
      Plan plan, BiFunction<String, String, Optional<ResourceType>> targetType) {
    boolean any =
        plan.findings().stream()
            .anyMatch(finding -> finding.code().equals(FindingCode.PAUSED_ROLLOUT.id()));
    if (any) {
      targetType
          .apply("Deployment", "apps/v1")
          .ifPresent(type -> add(target, type, "", "get", "patch"));
    }
  }

  /**
   * What bringing back these objects must be allowed to do: to create and wake them at the source,
   * and to remove from the target what does nothing there yet.
   */
  static Rights toRestore(
      Plan plan,
      Collection<ObjectRef> halfWay,
      BiFunction<String, String, Optional<ResourceType>> sourceType,
      BiFunction<String, String, Optional<ResourceType>> targetType) {
    Rights rights = new Rights(false);
    rights.restored(plan, halfWay, sourceType, targetType);
    rights.leases();
    return rights;
  }

  /**
   * What the whole way back must be allowed to do, wherever the run stopped: to set back what was
   * stopped, to bring back what is half-way, to hand back what was handed over, and to remove the
   * copies.
   *
   * @param sourceType as for {@link #of}
   * @param targetType as for {@link #of}; a kind that is not served yet is called as at the source
   */
  static Rights toGoBack(
      Plan plan,
      BiFunction<String, String, Optional<ResourceType>> sourceType,
      BiFunction<String, String, Optional<ResourceType>> targetType) {
    boolean terminates =
        plan.settings().handover().onDrainTimeout() == Migration.OnDrainTimeout.TERMINATE;
    Rights rights = new Rights(false);
    // The plan of the way back: the same steps, the other way round.
    Rights mirrored = new Rights(terminates);
    scalers(
        mirrored.source,
        (kind, version) ->
            targetType.apply(kind, version).or(() -> sourceType.apply(kind, version)));
    Map<ObjectRef, PlannedObject> objects = plan.objectsByRef();
    Set<ObjectRef> handedOver = handedOver(plan);
    for (Step step : plan.steps()) {
      if (step instanceof Step.OnObject on) {
        PlannedObject object = Optional.ofNullable(objects.get(on.object())).orElseThrow();
        String kind = on.object().kind();
        Optional<ResourceType> here = sourceType.apply(kind, object.sourceApiVersion());
        Optional<ResourceType> there = targetType.apply(kind, object.apiVersion()).or(() -> here);
        if (!object.alreadyThere()) {
          there.ifPresent(type -> rights.removed(on, type));
        }
        if (handedOver.contains(on.object())) {
          there.ifPresent(type -> mirrored.atSource(on, type));
          here.ifPresent(type -> mirrored.atTarget(on, type));
          here.ifPresent(type -> status(mirrored.target, plan, on.object(), type));
          // What works at the target is waited for on its way back, whatever it did before.
          here.ifPresent(type -> add(rights.source, type, "", "list", "watch"));
        }
      }
    }
    rights.restored(plan, handedOver, sourceType, targetType);
    rights.source.addAll(mirrored.target);
    rights.target.addAll(mirrored.source);
    rights.leases();
    return rights;
  }

  private static Set<ObjectRef> handedOver(Plan plan) {
    Set<ObjectRef> handedOver = new TreeSet<>();
    for (Step step : plan.steps()) {
      if (step instanceof Step.DeleteAtSource delete) {
        handedOver.add(delete.object());
      }
    }
    return handedOver;
  }

  /** What a copy's removal asks for. */
  private void removed(Step.OnObject step, ResourceType type) {
    switch (step) {
      case Step.Copy s -> add(target, type, "", "get", "delete");
      case Step.Create s -> add(target, type, "", "get", "delete");
      case Step.CreateInert s -> add(target, type, "", "get", "delete");
      case Step.Activate s -> {}
      case Step.AwaitCurrent s -> {}
      case Step.Quiesce s -> {}
      case Step.Drain s -> {}
      case Step.DeleteAtSource s -> {}
      case Step.ProveAbsent s -> {}
      case Step.HookBefore s -> {}
      case Step.HookAfter s -> {}
    }
  }

  private void restored(
      Plan plan,
      Collection<ObjectRef> halfWay,
      BiFunction<String, String, Optional<ResourceType>> sourceType,
      BiFunction<String, String, Optional<ResourceType>> targetType) {
    if (halfWay.isEmpty()) {
      return;
    }
    scalers(source, sourceType);
    Map<ObjectRef, PlannedObject> objects = plan.objectsByRef();
    for (ObjectRef ref : halfWay) {
      PlannedObject object = Optional.ofNullable(objects.get(ref)).orElseThrow();
      sourceType
          .apply(ref.kind(), object.sourceApiVersion())
          .ifPresent(
              type -> {
                add(source, type, "", "get", "create", "patch");
                slots(source, type);
                status(source, plan, ref, type);
              });
      targetType
          .apply(ref.kind(), object.apiVersion())
          .ifPresent(type -> add(target, type, "", "get", "delete"));
    }
    for (Set<Access> side : List.of(source, target)) {
      STARTED.forEach(r -> side.add(new Access("list", r.getFirst(), r.getLast(), "", "")));
    }
  }

  /** Autoscalers of what is handed over are paused, and woken. */
  private static void scalers(
      Set<Access> side, BiFunction<String, String, Optional<ResourceType>> serves) {
    serves
        .apply("ScaledObject", "keda.sh/v1alpha1")
        .ifPresent(type -> add(side, type, "", "list", "patch"));
  }

  private void atSource(Step.OnObject step, ResourceType type) {
    switch (step) {
      case Step.Quiesce s -> {
        add(source, type, "", "get", "patch");
        slots(source, type);
      }
      case Step.Drain s -> {
        if (type.groupResource().equals("jobs.batch")) {
          // Why a Job has no pod its Events say.
          source.add(new Access("list", "", "events", "", ""));
        }
        STARTED.forEach(r -> source.add(new Access("list", r.getFirst(), r.getLast(), "", "")));
        if (terminates) {
          source.add(new Access("delete", "batch", "jobs", "", ""));
        }
      }
      case Step.DeleteAtSource s -> {
        add(source, type, "", "get", "delete");
        source.addAll(ClaimRights.of(s.object()));
      }
      case Step.ProveAbsent s -> add(source, type, "", "get");
      case Step.CreateInert s -> {}
      case Step.Activate s -> {}
      case Step.Copy s -> {}
      case Step.Create s -> {}
      case Step.AwaitCurrent s -> {}
      case Step.HookBefore s -> {}
      case Step.HookAfter s -> {}
    }
  }

  private void atTarget(Step.OnObject step, ResourceType type) {
    switch (step) {
      case Step.Copy s -> created(type);
      case Step.Create s -> created(type);
      case Step.CreateInert s -> add(target, type, "", "get", "create");
      case Step.Activate s -> {
        add(target, type, "", "get", "patch");
        slots(target, type);
      }
      case Step.AwaitCurrent s -> {
        add(target, type, "", "get", "list", "watch");
        target.add(new Access("list", "", "pods", "", ""));
      }
      case Step.Quiesce s -> {}
      case Step.Drain s -> {}
      case Step.DeleteAtSource s -> {}
      case Step.ProveAbsent s -> {}
      case Step.HookBefore s -> {}
      case Step.HookAfter s -> {}
    }
  }

  private void created(ResourceType type) {
    add(target, type, "", "get", "create");
    if (type.groupResource().equals("services")) {
      // One that was given a node port makes room for one that asks for it.
      add(target, type, "", "patch");
    }
  }

  private static void slots(Set<Access> side, ResourceType type) {
    if (type.groupResource().equals("cronjobs.batch")) {
      add(side, type, "status", "patch");
    }
  }

  /** What the plan says to carry is written to the status alone, where there is such a thing. */
  private static void status(Set<Access> side, Plan plan, ObjectRef ref, ResourceType type) {
    if (ref.isForeign()
        && plan.settings().data().carriesStatus(ref)
        && type.subresources().contains("status")) {
      add(side, type, "status", "patch");
    }
  }

  private void leases() {
    for (String verb : List.of("get", "create", "update", "delete")) {
      Access lease = new Access(verb, Locks.LEASE.group(), "leases", "", Locks.LEASE.namespace());
      source.add(lease);
      target.add(lease);
    }
    for (Set<Access> side : List.of(source, target)) {
      side.add(new Access("get", "", "namespaces", "", ""));
    }
  }

  private static void add(Set<Access> to, ResourceType type, String subresource, String... verbs) {
    for (String verb : verbs) {
      to.add(new Access(verb, type.group(), type.plural(), subresource, ""));
    }
  }

  /** Sorted, unique. */
  List<Access> source() {
    return new ArrayList<>(source);
  }

  List<Access> target() {
    return new ArrayList<>(target);
  }
}
