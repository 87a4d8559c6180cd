package dev.migrator.runbook;

import dev.migrator.cluster.Access;
import dev.migrator.execute.Locks;
import dev.migrator.migration.Migration;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ResourceType;
import dev.migrator.model.SnapshotNames;
import dev.migrator.plan.Activity;
import dev.migrator.plan.Finding;
import dev.migrator.plan.FindingCode;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.Step;
import dev.migrator.plan.TargetNames;
import dev.migrator.plan.Verb;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What a plan's execution must be allowed to do in each cluster, and nothing more.
 *
 * <p>Source: <a
 * href="https://kubernetes.io/docs/reference/access-authn-authz/authorization/">Authorization</a>
 */
final class Rights {

  /** Of what the source's objects start. */
  private static final List<List<String>> STARTED =
      List.of(List.of("", "pods"), List.of("batch", "jobs"), List.of("apps", "replicasets"));

  private static final String SCALER = "ScaledObject";
  private static final String SCALER_VERSION = "keda.sh/v1alpha1";

  private final AccessSet source = new AccessSet();
  private final AccessSet target = new AccessSet();

  private final boolean terminates;

  private Rights(boolean terminates) {
    this.terminates = terminates;
  }

  /**
   * What the moves of the plan's objects must be allowed to do.
   *
   * @param looked what is listed at the source to find what hangs on an object that is deleted
   */
  static Rights of(Plan plan, ServedKinds kinds, Collection<ResourceType> looked) {
    Rights rights =
        new Rights(
            plan.settings().handover().onDrainTimeout() == Migration.OnDrainTimeout.TERMINATE);
    Set<ObjectRef> handedOver = new TreeSet<>(plan.handedOver());
    if (!handedOver.isEmpty()) {
      looked.forEach(type -> rights.source.read(type, "list"));
    }
    scalers(rights.source, namespaces(handedOver), kinds.atSource(SCALER, SCALER_VERSION));
    Map<ObjectRef, PlannedObject> objects = plan.objectsByRef();
    for (PlannedObject object : plan.objects()) {
      kinds.atSource(object).ifPresent(type -> rights.source.read(type, "get", "list"));
      kinds.atTarget(object).ifPresent(type -> rights.target.read(type, "get", "list"));
    }
    for (Step step : plan.steps()) {
      if (step instanceof Step.OnObject on) {
        PlannedObject object = Optional.ofNullable(objects.get(on.object())).orElseThrow();
        kinds
            .atSource(object)
            .ifPresent(type -> rights.atSource(on, type, on.object().namespace()));
        kinds
            .atTarget(object)
            .ifPresent(
                type -> {
                  rights.atTarget(on, type, there(plan, object));
                  status(rights.target, plan, on.object(), type, there(plan, object));
                });
      }
    }
    rights.pausedAgain(plan, objects, kinds);
    rights.carried(plan, "get", "create", "delete");
    rights.leases();
    return rights;
  }

  /** Paused Deployments are created unpaused. */
  private void pausedAgain(Plan plan, Map<ObjectRef, PlannedObject> objects, ServedKinds kinds) {
    for (Finding finding : plan.findings()) {
      if (finding.code().equals(FindingCode.PAUSED_ROLLOUT.id())) {
        finding
            .object()
            .flatMap(ref -> Optional.ofNullable(objects.get(ref)))
            .ifPresent(
                object ->
                    kinds
                        .atTarget(object)
                        .ifPresent(type -> target.write(type, there(plan, object), "patch")));
      }
    }
  }

  /** The namespace of the object at the target. */
  private static String there(Plan plan, PlannedObject object) {
    return TargetNames.of(object.ref(), object.apiVersion(), plan.settings().mappings())
        .namespace();
  }

  /**
   * What bringing back these objects must be allowed to do: to create and wake them at the source,
   * and to remove from the target what does nothing there yet.
   */
  static Rights toRestore(Plan plan, Collection<ObjectRef> inTransit, ServedKinds kinds) {
    Rights rights = new Rights(false);
    rights.restored(plan, inTransit, kinds);
    rights.carried(plan, "get", "delete");
    rights.leases();
    return rights;
  }

  /**
   * What the whole way back must be allowed to do, wherever the run stopped: to set back what was
   * stopped, to bring back what is in transit, to hand back what was handed over, and to remove the
   * copies.
   *
   * @param vaulted what the vault of the plan's run holds, where there is one
   */
  static Rights toGoBack(Plan plan, Set<ObjectRef> vaulted, ServedKinds kinds) {
    boolean terminates =
        plan.settings().handover().onDrainTimeout() == Migration.OnDrainTimeout.TERMINATE;
    Rights rights = new Rights(false);
    // The plan of the way back: the same steps, the other way round.
    Rights mirrored = new Rights(terminates);
    Map<ObjectRef, PlannedObject> objects = plan.objectsByRef();
    Set<ObjectRef> handedOver = new TreeSet<>(plan.handedOver());
    Set<String> mapped = new TreeSet<>();
    for (ObjectRef ref : handedOver) {
      mapped.add(there(plan, Optional.ofNullable(objects.get(ref)).orElseThrow()));
    }
    scalers(mirrored.source, mapped, kinds.atTarget(SCALER, SCALER_VERSION));
    for (Step step : plan.steps()) {
      if (step instanceof Step.OnObject on) {
        PlannedObject object = Optional.ofNullable(objects.get(on.object())).orElseThrow();
        String there = there(plan, object);
        if (!object.alreadyThere()) {
          kinds
              .atTarget(object)
              .filter(type -> on.verb().creates())
              .ifPresent(type -> rights.removed(type, there));
        }
        if (handedOver.contains(on.object())) {
          kinds.atTarget(object).ifPresent(type -> mirrored.atSource(on, type, there));
          kinds
              .atSource(object)
              .ifPresent(
                  type -> {
                    mirrored.atTarget(on, type, on.object().namespace());
                    status(mirrored.target, plan, on.object(), type, on.object().namespace());
                  });
          // What works at the target is waited for on its way back, whatever it did before.
          kinds.atSource(object).ifPresent(type -> rights.source.read(type, "list", "watch"));
        }
      }
    }
    rights.restored(plan, handedOver, kinds);
    rights.carried(plan, "get", "delete");
    for (ObjectRef along : RecreatedDependants.of(plan, vaulted)) {
      kinds
          .atSource(along)
          .ifPresent(type -> rights.source.write(type, along.namespace(), "get", "create"));
    }
    rights.source.addAll(mirrored.target);
    rights.target.addAll(mirrored.source);
    rights.leases();
    return rights;
  }

  private static Set<String> namespaces(Collection<ObjectRef> refs) {
    return refs.stream().map(ObjectRef::namespace).collect(Collectors.toCollection(TreeSet::new));
  }

  /** What a copy's removal asks for. */
  private void removed(ResourceType type, String namespace) {
    target.read(type, "get");
    target.write(type, namespace, "delete");
  }

  private void restored(Plan plan, Collection<ObjectRef> inTransit, ServedKinds kinds) {
    if (inTransit.isEmpty()) {
      return;
    }
    scalers(source, namespaces(inTransit), kinds.atSource(SCALER, SCALER_VERSION));
    Map<ObjectRef, PlannedObject> objects = plan.objectsByRef();
    for (ObjectRef ref : inTransit) {
      PlannedObject object = Optional.ofNullable(objects.get(ref)).orElseThrow();
      kinds
          .atSource(object)
          .ifPresent(
              type -> {
                source.read(type, "get");
                source.write(type, ref.namespace(), "create", "patch");
                slots(source, type, ref.namespace());
                status(source, plan, ref, type, ref.namespace());
              });
      kinds.atTarget(object).ifPresent(type -> removed(type, there(plan, object)));
    }
    if (inTransit.stream().anyMatch(Activity::isStorage)) {
      attachments(target);
    }
    for (AccessSet side : List.of(source, target)) {
      STARTED.forEach(r -> side.add(new Access("list", r.getFirst(), r.getLast(), "", "")));
    }
  }

  /** What the data of claims comes by. */
  private void carried(Plan plan, String... verbs) {
    Map<ObjectRef, PlannedObject> objects = plan.objectsByRef();
    for (ObjectRef claim : plan.objects(step -> step.is(Verb.CAPTURE))) {
      String there = TargetNames.of(claim, plan.settings().mappings()).namespace();
      if (Optional.ofNullable(objects.get(claim)).orElseThrow().isCopied()) {
        copied(source, claim.namespace(), verbs);
        copied(target, there, verbs);
      } else {
        for (String verb : verbs) {
          source.add(snapshot(verb, "volumesnapshots", claim.namespace()));
          target.add(snapshot(verb, "volumesnapshots", there));
          target.add(snapshot(verb, "volumesnapshotcontents", ""));
        }
        for (AccessSet side : List.of(source, target)) {
          side.add(snapshot("list", "volumesnapshotclasses", ""));
          side.add(snapshot("get", "volumesnapshotcontents", ""));
        }
        target.add(new Access("get", "", "persistentvolumes", "", ""));
        target.add(new Access("get", "storage.k8s.io", "storageclasses", "", ""));
      }
      source.add(new Access("get", "", "persistentvolumes", "", ""));
      source.add(new Access("list", "", "pods", "", ""));
      attachments(source);
    }
  }

  /** What a mover is made of; a failed Job is deleted before it begins anew. */
  private static void copied(AccessSet side, String namespace, String... verbs) {
    for (String verb : verbs) {
      for (String plural : List.of("secrets", "configmaps", "services")) {
        side.add(new Access(verb, "", plural, "", namespace));
      }
      side.add(new Access(verb, "batch", "jobs", "", namespace));
    }
    side.add(new Access("delete", "batch", "jobs", "", namespace));
    side.add(new Access("list", "", "pods", "", namespace));
    // How far a mover is; a run does without.
    side.add(new Access("get", "", "pods", "log", namespace));
  }

  private static Access snapshot(String verb, String plural, String namespace) {
    return new Access(verb, SnapshotNames.GROUP, plural, "", namespace);
  }

  /** What says whether a disk is in use. */
  private static void attachments(AccessSet side) {
    side.add(new Access("list", "storage.k8s.io", "volumeattachments", "", ""));
    side.add(new Access("list", "", "nodes", "", ""));
  }

  /** Autoscalers of what is handed over are paused, and woken. */
  private static void scalers(
      AccessSet side, Set<String> namespaces, Optional<ResourceType> scalers) {
    scalers.ifPresent(
        type -> {
          side.read(type, "list");
          namespaces.stream()
              .filter(namespace -> !namespace.isEmpty())
              .forEach(namespace -> side.write(type, namespace, "patch"));
        });
  }

  private void atSource(Step.OnObject step, ResourceType type, String namespace) {
    Verb verb = step.verb();
    if (verb.where() != Verb.Where.SOURCE) {
      return;
    }
    requests(source, verb, type, namespace);
    if (verb == Verb.DRAIN) {
      if (type.groupResource().equals("jobs.batch")) {
        // Why a Job has no pod its Events say.
        source.add(new Access("list", "", "events", "", ""));
      }
      STARTED.forEach(r -> source.add(new Access("list", r.getFirst(), r.getLast(), "", "")));
      if (terminates) {
        source.add(new Access("delete", "batch", "jobs", "", namespace));
      }
    }
    if (verb == Verb.DRAIN && Activity.isStorage(step.object())) {
      attachments(source);
    }
    if (verb == Verb.DELETE && Activity.isStatefulSet(step.object())) {
      // Its claims are set free before.
      source.add(new Access("patch", "", "persistentvolumeclaims", "", namespace));
    }
  }

  private void atTarget(Step.OnObject step, ResourceType type, String namespace) {
    Verb verb = step.verb();
    if (verb.where() != Verb.Where.TARGET) {
      return;
    }
    requests(target, verb, type, namespace);
    if (verb == Verb.AWAIT) {
      target.add(new Access("list", "", "pods", "", ""));
    }
    if (verb.creates() && type.groupResource().equals("services")) {
      // One that was given a node port makes room for one that asks for it.
      target.write(type, namespace, "patch");
    }
  }

  /** What every step of the kind asks for the object itself. */
  private static void requests(AccessSet side, Verb verb, ResourceType type, String namespace) {
    for (String request : verb.requests()) {
      switch (request) {
        case "get", "list", "watch" -> side.read(type, request);
        case "patch" -> {
          side.write(type, namespace, request);
          slots(side, type, namespace);
        }
        default -> side.write(type, namespace, request);
      }
    }
  }

  private static void slots(AccessSet side, ResourceType type, String namespace) {
    if (type.groupResource().equals("cronjobs.batch")) {
      side.patchStatus(type, namespace);
    }
  }

  /** What the plan says to carry is written to the status alone, where there is such a thing. */
  private static void status(
      AccessSet side, Plan plan, ObjectRef ref, ResourceType type, String namespace) {
    if (ref.isForeign()
        && plan.settings().data().carriesStatus(ref)
        && type.subresources().contains("status")) {
      side.patchStatus(type, namespace);
    }
  }

  private void leases() {
    for (AccessSet side : List.of(source, target)) {
      for (String verb : List.of("get", "create", "update", "delete")) {
        // The name of what is created is not known to the authorizer.
        String name = verb.equals("create") ? "" : Locks.LEASE.name();
        side.add(
            new Access(verb, Locks.LEASE.group(), "leases", "", Locks.LEASE.namespace(), name));
      }
      side.add(new Access("get", "", "namespaces", "", ""));
    }
  }

  /** Sorted, unique. */
  List<Access> source() {
    return source.sorted();
  }

  List<Access> target() {
    return target.sorted();
  }
}
