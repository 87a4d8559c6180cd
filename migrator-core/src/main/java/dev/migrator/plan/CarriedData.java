package dev.migrator.plan;

import dev.migrator.model.ObjectRef;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The claims whose data a plan carries to volumes of the target, and what works with each. Read
 * from what the steps wait for: dependencies are not part of a plan.
 *
 * <p>Source: docs/adr/0052
 */
public final class CarriedData {

  private final Map<ObjectRef, Set<ObjectRef>> stopped = new HashMap<>();
  private final Map<ObjectRef, Set<ObjectRef>> working = new HashMap<>();
  private final Map<ObjectRef, Set<ObjectRef>> claimsOfStopped = new HashMap<>();

  private CarriedData() {}

  /** Of a plan; empty where it carries none. */
  public static CarriedData of(Plan plan) {
    CarriedData carried = new CarriedData();
    Map<StepId, ObjectRef> filled = new HashMap<>();
    for (ObjectRef claim : plan.objects(step -> step.is(Verb.FILL))) {
      filled.put(StepId.of(Verb.FILL, claim), claim);
      carried.stopped.put(claim, new TreeSet<>());
    }
    for (Step step : plan.steps()) {
      if (!filled.isEmpty()
          && step instanceof Step.OnObject on
          && on.is(Verb.COPY, Verb.CREATE, Verb.CREATE_INERT)) {
        Map<ObjectRef, Set<ObjectRef>> users =
            on.is(Verb.CREATE_INERT) ? carried.stopped : carried.working;
        for (StepId need : on.needs()) {
          ObjectRef claim = filled.get(need);
          if (claim != null) {
            users.computeIfAbsent(claim, c -> new TreeSet<>()).add(on.object());
            if (on.is(Verb.CREATE_INERT)) {
              carried.claimsOfStopped.computeIfAbsent(on.object(), o -> new TreeSet<>()).add(claim);
            }
          }
        }
      }
    }
    return carried;
  }

  /** The claims, in no promised order. */
  public Set<ObjectRef> claims() {
    return Set.copyOf(stopped.keySet());
  }

  /** Whether everything that the plan has of its users is stopped when its data is captured. */
  public boolean isCapturedAtRest(ObjectRef claim) {
    return !stoppedFor(claim).isEmpty() && working.getOrDefault(claim, Set.of()).isEmpty();
  }

  /** What is stopped before the data of the claim is captured, sorted. */
  public List<ObjectRef> stoppedFor(ObjectRef claim) {
    return List.copyOf(stopped.getOrDefault(claim, Set.of()));
  }

  /** Whatever of the plan waits for the data of the claim, sorted. */
  public List<ObjectRef> usersOf(ObjectRef claim) {
    Set<ObjectRef> users = new TreeSet<>(stopped.getOrDefault(claim, Set.of()));
    users.addAll(working.getOrDefault(claim, Set.of()));
    return List.copyOf(users);
  }

  /** The claims whose data is captured in the pause of this workload, sorted. */
  public List<ObjectRef> capturedWith(ObjectRef workload) {
    return List.copyOf(claimsOfStopped.getOrDefault(workload, Set.of()));
  }
}
