package dev.migrator.planner;

import dev.migrator.migration.Migration;
import dev.migrator.migration.Migration.GatePolicy;
import dev.migrator.migration.Migration.HookPoint;
import dev.migrator.model.ObjectRef;
import dev.migrator.planner.Placement.Place;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What each policy and webhook that is created last has to wait for: the gate after the copies, and
 * of what is created after that gate only what it may refuse.
 *
 * <p>Shape: at most {@link #MOST} objects each, so that many policies of many objects do not make a
 * plan of millions of needs; one that may refuse more waits for everything.
 *
 * <p>Source: docs/adr/0042
 */
final class Validations {

  /** So many objects are waited for one by one. */
  static final int MOST = 1000;

  private final Map<ObjectRef, List<ObjectRef>> waits;
  private final boolean afterAll;
  private final boolean confirmsDetach;

  private Validations(
      Map<ObjectRef, List<ObjectRef>> waits, boolean afterAll, boolean confirmsDetach) {
    this.waits = waits;
    this.afterAll = afterAll;
    this.confirmsDetach = confirmsDetach;
  }

  static Validations of(
      Placement placement, List<ObjectRef> order, Refusals refusals, Migration settings) {
    Map<ObjectRef, List<ObjectRef>> waits = new HashMap<>();
    List<ObjectRef> late = new ArrayList<>();
    for (ObjectRef ref : order) {
      if (placement.of(ref) == Place.LAST && Placement.validates(ref)) {
        waits.put(ref, new ArrayList<>());
      } else if (placement.of(ref) != Place.COPY && !Placement.validates(ref)) {
        late.add(ref);
      }
    }
    waits.forEach(
        (validating, some) ->
            late.stream()
                .filter(ref -> refusals.mayRefuse(validating, ref))
                .limit(MOST + 1L)
                .forEach(some::add));
    // Where somebody looks at what was handed over, what comes last waits for that.
    boolean asked =
        !(settings.gates().getOrDefault("afterRecreate", new GatePolicy.Auto())
                instanceof GatePolicy.Auto)
            || settings.hooks().containsKey(HookPoint.AFTER_RECREATE);
    boolean confirmsDetach =
        !(settings.gates().getOrDefault("afterDetach", new GatePolicy.Auto())
            instanceof GatePolicy.Auto);
    return new Validations(waits, asked, confirmsDetach);
  }

  /** Whether somebody says that disks are free before their claims are deleted. */
  boolean confirmsDetach() {
    return confirmsDetach;
  }

  /** Whether it is created last because it may refuse others. */
  boolean isOne(ObjectRef ref) {
    return waits.containsKey(ref);
  }

  /** Whether all of them wait for a person or command that looks at what was handed over. */
  boolean afterAll() {
    return afterAll;
  }

  /** What it waits for one by one; empty when it waits for everything. */
  Optional<List<ObjectRef>> waits(ObjectRef validating) {
    return Optional.ofNullable(waits.get(validating)).filter(some -> some.size() <= MOST);
  }

  /** Whether one of them waits for everything. */
  boolean isAnyAfterEverything() {
    return waits.values().stream().anyMatch(some -> some.size() > MOST);
  }
}
