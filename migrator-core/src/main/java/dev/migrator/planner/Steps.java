package dev.migrator.planner;

import dev.migrator.graph.Dependency;
import dev.migrator.graph.Reference.Condition;
import dev.migrator.migration.Migration.HookPoint;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Activity;
import dev.migrator.plan.Phase;
import dev.migrator.plan.Step;
import dev.migrator.plan.StepId;
import dev.migrator.plan.Verb;
import dev.migrator.planner.Placement.Place;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeSet;

/**
 * Builds the steps of a plan: which each object has, which each step needs, and one order for them
 * all.
 *
 * <p>Shape: the order keeps an object's own steps together where needs allow it, so that the pause
 * of one hand-over is short also for an executor that goes from top to bottom.
 */
final class Steps {

  private static final StepId AFTER_COPY = StepId.gate("afterCopy");
  private static final StepId AFTER_DETACH = StepId.gate("afterDetach");
  private static final StepId AFTER_HAND_OVER = StepId.gate("afterHandOver");
  private static final StepId AFTER_RECREATE = StepId.gate("afterRecreate");
  private static final StepId BEFORE_POLICIES = StepId.gate(Step.Gate.BEFORE_POLICIES);

  private record Draft(Step step, Part part, int objectRank, int rank) {}

  private static final Comparator<Draft> LIST_ORDER =
      Comparator.comparing(Draft::part)
          .thenComparingInt(Draft::objectRank)
          .thenComparingInt(Draft::rank);

  private final Placement placement;
  private final List<ObjectRef> order;
  private final Map<ObjectRef, List<Dependency>> dependencies;
  private final Set<ObjectRef> notReady;
  private final boolean pipelined;
  private final Set<HookPoint> hooks;
  private final Validations validations;
  private final Map<ObjectRef, List<ObjectRef>> handedOverDependants = new HashMap<>();
  private final SharedDisks disks;
  private final CarriedClaims carried;
  private final Set<ObjectRef> awaited = new HashSet<>();
  private final List<Draft> drafts = new ArrayList<>();

  private Steps(
      Placement placement,
      List<ObjectRef> order,
      Map<ObjectRef, List<Dependency>> dependencies,
      CarriedClaims carried,
      Set<ObjectRef> notReady,
      boolean pipelined,
      Set<HookPoint> hooks,
      Validations validations) {
    this.placement = placement;
    this.order = order;
    this.dependencies = dependencies;
    this.carried = carried;
    this.notReady = notReady;
    this.pipelined = pipelined;
    this.hooks = hooks;
    this.validations = validations;
    this.disks = SharedDisks.of(placement, order, dependencies);
  }

  /**
   * The steps for the objects in {@code order}.
   *
   * @param dependencies of each object, sorted, without cycles
   * @param carried whose data comes by steps of its own
   * @param notReady what is not Current at the source: nobody waits for it
   * @param hooks where commands are run
   * @param validations what may refuse others, and waits for those
   */
  static List<Step> of(
      Placement placement,
      List<ObjectRef> order,
      Map<ObjectRef, List<Dependency>> dependencies,
      CarriedClaims carried,
      Set<ObjectRef> notReady,
      boolean pipelined,
      Set<HookPoint> hooks,
      Validations validations) {
    Steps steps =
        new Steps(placement, order, dependencies, carried, notReady, pipelined, hooks, validations);
    steps.lookAround();
    for (int i = 0; i < order.size(); i++) {
      steps.draft(order.get(i), i);
    }
    steps.confirmDetach();
    return steps.inOrder();
  }

  private void lookAround() {
    for (ObjectRef ref : order) {
      if (Activity.serves(ref) && !notReady.contains(ref)) {
        awaited.add(ref);
      }
      for (Dependency d : dependencies.getOrDefault(ref, List.of())) {
        if (d.condition() == Condition.CURRENT && !notReady.contains(d.to())) {
          awaited.add(d.to());
        }
        if (placement.of(d.from()) == Place.HAND_OVER && placement.of(d.to()) == Place.HAND_OVER) {
          handedOverDependants.computeIfAbsent(d.to(), k -> new ArrayList<>()).add(d.from());
        }
      }
    }
  }

  private void draft(ObjectRef ref, int rank) {
    switch (placement.of(ref)) {
      case COPY -> {
        add(new Step.OnObject(Verb.COPY, ref, needs(ref)), Part.COPY, rank);
        await(ref, Phase.COPY, Part.COPY, rank);
        carry(ref, Phase.COPY, Part.COPY, rank);
      }
      case HAND_OVER -> handOver(ref, rank);
      case DEFERRED -> {
        if (carried.isCopiedAhead(ref)) {
          add(new Step.OnObject(Verb.COPY, ref, needs(ref)), Part.COPY, rank);
          add(new Step.OnObject(Verb.PRECOPY, ref, List.of(created(ref))), Part.COPY, rank);
          carry(ref, Phase.RECREATE, recreate(), rank);
          return;
        }
        add(new Step.OnObject(Verb.CREATE, ref, needs(ref, AFTER_COPY)), recreate(), rank);
        await(ref, Phase.RECREATE, recreate(), rank);
        carry(ref, Phase.RECREATE, recreate(), rank);
      }
      case LAST -> {
        Part part = validations.isOne(ref) ? Part.POLICIES : Part.LAST;
        StepId gate = hasHandOver() ? AFTER_RECREATE : AFTER_COPY;
        List<StepId> needs = part == Part.LAST ? needs(ref, gate) : validation(ref, gate);
        add(new Step.OnObject(Verb.CREATE, ref, needs), part, rank);
        await(ref, Phase.RECREATE, part, rank);
      }
    }
  }

  /** All copies are behind the gate after them; of the rest, only what it may refuse. */
  private List<StepId> validation(ObjectRef ref, StepId gate) {
    StepId[] refusable =
        validations
            .waits(ref)
            .map(some -> some.stream().map(this::finished).toArray(StepId[]::new))
            .orElseGet(() -> new StepId[] {BEFORE_POLICIES});
    return sorted(needs(ref, validations.afterAll() ? gate : AFTER_COPY), refusable);
  }

  private void handOver(ObjectRef ref, int rank) {
    StepId absent = StepId.of(Verb.PROVE_ABSENT, ref);
    List<StepId> dependantsGone =
        handedOverDependants.getOrDefault(ref, List.of()).stream()
            .map(d -> StepId.of(Verb.PROVE_ABSENT, d))
            .toList();
    StepId first = AFTER_COPY;
    if (hooks.contains(HookPoint.BEFORE_EACH_HAND_OVER)) {
      add(new Step.OnObject(Verb.HOOK_BEFORE, ref, List.of(AFTER_COPY)), Part.HAND_OVER, rank);
      first = StepId.of(Verb.HOOK_BEFORE, ref);
    }
    // A disk is made safe before what writes to it is stopped, and let go of when that is gone.
    StepId[] safe =
        disks.of(ref).stream().map(disk -> StepId.of(Verb.QUIESCE, disk)).toArray(StepId[]::new);
    add(new Step.OnObject(Verb.QUIESCE, ref, sorted(List.of(first), safe)), Part.HAND_OVER, rank);
    List<StepId> unused = Activity.isStorage(ref) ? dependantsGone : List.of();
    add(
        new Step.OnObject(Verb.DRAIN, ref, sorted(unused, StepId.of(Verb.QUIESCE, ref))),
        Part.HAND_OVER,
        rank);
    List<StepId> deletable = new ArrayList<>(sorted(dependantsGone, StepId.of(Verb.DRAIN, ref)));
    // Until the target has its data, it is set back by one request.
    dependencies.getOrDefault(ref, List.of()).stream()
        .filter(d -> carried.has(d.to()) && !Activity.endsWhenDeleted(ref))
        .forEach(
            d -> {
              deletable.add(StepId.of(Verb.CAPTURE, d.to()));
              // What the target has, and what was compared, is there while all of it is at the
              // source.
              if (pipelined || carried.isCopiedAhead(d.to())) {
                deletable.add(StepId.of(Verb.FILL, d.to()));
              }
            });
    add(
        new Step.OnObject(
            Verb.DELETE,
            ref,
            isConfirmed(ref) ? sorted(deletable, AFTER_DETACH) : sorted(deletable)),
        Part.HAND_OVER,
        rank);
    add(
        new Step.OnObject(Verb.PROVE_ABSENT, ref, List.of(StepId.of(Verb.DELETE, ref))),
        Part.HAND_OVER,
        rank);
    List<StepId> needs =
        pipelined ? needs(ref, absent) : sorted(needs(ref, absent), AFTER_HAND_OVER);
    add(new Step.OnObject(Verb.CREATE_INERT, ref, needs), recreate(), rank);
    add(new Step.OnObject(Verb.ACTIVATE, ref, activation(ref)), recreate(), rank);
    await(ref, Phase.RECREATE, recreate(), rank);
    if (hooks.contains(HookPoint.AFTER_EACH_HAND_OVER)) {
      add(new Step.OnObject(Verb.HOOK_AFTER, ref, List.of(finished(ref))), recreate(), rank);
    }
  }

  /**
   * The data of a claim: captured when nothing of its users that must not be duplicated runs any
   * more, brought to the claim that the target has, and tidied up after when all of them work.
   */
  private void carry(ObjectRef claim, Phase phase, Part part, int rank) {
    if (!carried.has(claim)) {
      return;
    }
    boolean inThePause = placement.of(claim) == Place.DEFERRED;
    List<StepId> drained = new ArrayList<>();
    carried
        .stoppedUsersOf(claim)
        .forEach(
            user ->
                drained.add(
                    StepId.of(
                        Activity.endsWhenDeleted(user) ? Verb.PROVE_ABSENT : Verb.DRAIN, user)));
    if (inThePause) {
      drained.add(AFTER_COPY);
    } else if (carried.isCopied(claim)) {
      drained.add(created(claim));
    }
    add(
        new Step.OnObject(
            Verb.CAPTURE, claim, inThePause ? Phase.HAND_OVER : phase, sorted(drained)),
        inThePause ? Part.HAND_OVER : part,
        rank);
    List<StepId> there = sorted(List.of(created(claim)), StepId.of(Verb.CAPTURE, claim));
    if (carried.isCopiedAhead(claim)) {
      add(new Step.OnObject(Verb.FILL, claim, Phase.HAND_OVER, there), Part.HAND_OVER, rank);
    } else {
      add(
          new Step.OnObject(
              Verb.FILL,
              claim,
              phase,
              inThePause && !pipelined ? sorted(there, AFTER_HAND_OVER) : there),
          part,
          rank);
    }
    List<StepId> used = new ArrayList<>(List.of(StepId.of(Verb.FILL, claim)));
    Set<ObjectRef> users = carried.usersOf(claim);
    users.forEach(user -> used.add(working(user)));
    boolean isUsedLast = users.stream().anyMatch(user -> placement.of(user) == Place.LAST);
    add(
        new Step.OnObject(Verb.TIDY, claim, isUsedLast ? Phase.RECREATE : phase, sorted(used)),
        isUsedLast ? Part.LAST : part,
        rank);
  }

  /**
   * What shares a disk starts when all of them are at the target; the disk is given back its policy
   * last.
   */
  private List<StepId> activation(ObjectRef ref) {
    List<StepId> needs = new ArrayList<>(List.of(StepId.of(Verb.CREATE_INERT, ref)));
    if (Activity.isStorage(ref)) {
      handedOverDependants.getOrDefault(ref, List.of()).forEach(d -> needs.add(working(d)));
    } else {
      disks.sharedBy(ref).forEach(other -> needs.add(StepId.of(Verb.CREATE_INERT, other)));
    }
    return sorted(needs);
  }

  /** Somebody says that the disk is free before its claim is deleted, where the storage cannot. */
  private boolean isConfirmed(ObjectRef ref) {
    return validations.confirmsDetach() && ref.groupKind().equals("PersistentVolumeClaim");
  }

  private void confirmDetach() {
    List<StepId> drained =
        order.stream()
            .filter(ref -> placement.of(ref) == Place.HAND_OVER && isConfirmed(ref))
            .map(ref -> StepId.of(Verb.DRAIN, ref))
            .toList();
    if (!drained.isEmpty()) {
      add(new Step.Gate("afterDetach", sorted(drained)), Part.HAND_OVER, order.size());
    }
  }

  private void await(ObjectRef ref, Phase phase, Part part, int rank) {
    if (awaited.contains(ref)) {
      add(new Step.OnObject(Verb.AWAIT, ref, phase, List.of(working(ref))), part, rank);
    }
  }

  private void add(Step step, Part part, int objectRank) {
    drafts.add(new Draft(step, part, objectRank, drafts.size()));
  }

  /** Without a barrier, an object's deletion and re-creation stand together. */
  private Part recreate() {
    return pipelined ? Part.HAND_OVER : Part.RECREATE;
  }

  private boolean hasHandOver() {
    return order.stream()
        .map(placement::of)
        .anyMatch(p -> p == Place.HAND_OVER || p == Place.DEFERRED);
  }

  private List<StepId> needs(ObjectRef ref, StepId... more) {
    List<StepId> needs = new ArrayList<>(List.of(more));
    for (Dependency d : dependencies.getOrDefault(ref, List.of())) {
      if (placement.holds(d)) {
        boolean current = d.condition() == Condition.CURRENT && awaited.contains(d.to());
        needs.add(
            carried.has(d.to())
                ? StepId.of(Verb.FILL, d.to())
                : current ? StepId.of(Verb.AWAIT, d.to()) : created(d.to()));
      }
    }
    return sorted(needs);
  }

  /** The step after which the API server of the target has the object. */
  private StepId created(ObjectRef ref) {
    return switch (placement.of(ref)) {
      case COPY -> StepId.of(Verb.COPY, ref);
      case HAND_OVER -> StepId.of(Verb.CREATE_INERT, ref);
      case DEFERRED, LAST -> StepId.of(carried.isCopiedAhead(ref) ? Verb.COPY : Verb.CREATE, ref);
    };
  }

  /** The step after which the object does its work. */
  private StepId working(ObjectRef ref) {
    return placement.of(ref) == Place.HAND_OVER ? StepId.of(Verb.ACTIVATE, ref) : created(ref);
  }

  /** The step after which nothing of the plan is done for the object any more. */
  private StepId finished(ObjectRef ref) {
    return awaited.contains(ref) ? StepId.of(Verb.AWAIT, ref) : working(ref);
  }

  private static List<StepId> sorted(List<StepId> needs, StepId... more) {
    TreeSet<StepId> all = new TreeSet<>(needs);
    all.addAll(List.of(more));
    return List.copyOf(all);
  }

  private List<Step> inOrder() {
    List<Step> list = new ArrayList<>(drafts.size() + 4);
    boolean handOver = hasHandOver();
    boolean deletes = drafts.stream().anyMatch(d -> d.step().is(Verb.DELETE));
    boolean last =
        drafts.stream().anyMatch(d -> d.part() == Part.LAST || d.part() == Part.POLICIES);
    HookSteps hooked = new HookSteps(hooks, drafts.stream().map(Draft::step).toList(), pipelined);
    for (Part part : Part.values()) {
      hooked.before(part).forEach(point -> list.add(new Step.Hook(point, idsOf(list))));
      Optional<String> gate =
          switch (part) {
            case GATE -> Optional.of("afterCopy");
            case SECOND_GATE -> Optional.of("afterHandOver").filter(g -> deletes && !pipelined);
            case THIRD_GATE -> Optional.of("afterRecreate").filter(g -> handOver && last);
            case FOURTH_GATE ->
                Optional.of(Step.Gate.BEFORE_POLICIES)
                    .filter(g -> validations.isAnyAfterEverything());
            case COPY, HAND_OVER, RECREATE, LAST, POLICIES, VERIFY -> Optional.empty();
          };
      gate.ifPresent(name -> list.add(new Step.Gate(name, idsOf(list))));
      List<Draft> drafted =
          drafts.stream()
              .filter(d -> d.part() == part)
              .map(d -> new Draft(hooked.waiting(d.step()), d.part(), d.objectRank(), d.rank()))
              .toList();
      list.addAll(ordered(drafted));
    }
    list.add(new Step.Verify(idsOf(list)));
    if (hooks.contains(HookPoint.AFTER_VERIFY)) {
      list.add(new Step.Hook(HookPoint.AFTER_VERIFY, idsOf(list)));
    }
    return list;
  }

  private static List<StepId> idsOf(List<Step> steps) {
    return steps.stream().map(Step::id).sorted().toList();
  }

  /**
   * The first step by {@link #LIST_ORDER} among those whose needs within the part are met, again
   * and again.
   */
  private static List<Step> ordered(List<Draft> part) {
    Map<StepId, Integer> open = new HashMap<>();
    Map<StepId, List<Draft>> waiting = new HashMap<>();
    part.forEach(d -> open.put(d.step().id(), 0));
    PriorityQueue<Draft> ready = new PriorityQueue<>(LIST_ORDER);
    for (Draft draft : part) {
      int count = 0;
      for (StepId need : draft.step().needs()) {
        if (open.containsKey(need)) {
          waiting.computeIfAbsent(need, k -> new ArrayList<>()).add(draft);
          count++;
        }
      }
      open.put(draft.step().id(), count);
      if (count == 0) {
        ready.add(draft);
      }
    }
    List<Step> list = new ArrayList<>(part.size());
    while (!ready.isEmpty()) {
      Draft next = ready.remove();
      StepId id = next.step().id();
      list.add(next.step());
      for (Draft draft : waiting.getOrDefault(id, List.of())) {
        if (open.merge(draft.step().id(), -1, Integer::sum) == 0) {
          ready.add(draft);
        }
      }
    }
    if (list.size() < part.size()) {
      throw new IllegalStateException("steps need each other in a circle");
    }
    return list;
  }
}
