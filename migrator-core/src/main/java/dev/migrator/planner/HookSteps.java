package dev.migrator.planner;

import dev.migrator.migration.Migration.HookPoint;
import dev.migrator.plan.Phase;
import dev.migrator.plan.Step;
import dev.migrator.plan.StepId;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Where the commands of phases stand among the steps, and who waits for them. A phase without steps
 * has none.
 */
final class HookSteps {

  private final Set<HookPoint> planned = EnumSet.noneOf(HookPoint.class);
  private final boolean pipelined;

  /**
   * @param set where the user wants a command
   * @param steps all that concern objects
   */
  HookSteps(Set<HookPoint> set, List<Step> steps, boolean pipelined) {
    this.pipelined = pipelined;
    for (HookPoint point : set) {
      boolean takesPlace =
          switch (point) {
            case BEFORE_COPY, AFTER_COPY -> any(steps, Phase.COPY);
            case BEFORE_HAND_OVER, AFTER_HAND_OVER -> any(steps, Phase.HAND_OVER);
            case BEFORE_RECREATE, AFTER_RECREATE -> any(steps, Phase.RECREATE);
            case BEFORE_VERIFY, AFTER_VERIFY -> true;
            // These stand beside their objects.
            case BEFORE_EACH_HAND_OVER, AFTER_EACH_HAND_OVER -> false;
          };
      if (takesPlace) {
        planned.add(point);
      }
    }
  }

  private static boolean any(List<Step> steps, Phase phase) {
    return steps.stream().anyMatch(step -> step.phase() == phase);
  }

  /** Those that stand before a part of the list, in their order. */
  List<HookPoint> before(Part part) {
    List<HookPoint> points =
        switch (part) {
          case COPY -> List.of(HookPoint.BEFORE_COPY);
          case GATE -> List.of(HookPoint.AFTER_COPY);
          case HAND_OVER ->
              pipelined
                  // What is deleted is recreated at once: it must not wait for a command.
                  ? List.of(HookPoint.BEFORE_HAND_OVER, HookPoint.BEFORE_RECREATE)
                  : List.of(HookPoint.BEFORE_HAND_OVER);
          case SECOND_GATE -> List.of(HookPoint.AFTER_HAND_OVER);
          case RECREATE -> pipelined ? List.of() : List.of(HookPoint.BEFORE_RECREATE);
          case THIRD_GATE -> List.of(HookPoint.AFTER_RECREATE);
          case LAST, FOURTH_GATE, POLICIES -> List.of();
          case VERIFY -> List.of(HookPoint.BEFORE_VERIFY);
        };
    return points.stream().filter(planned::contains).toList();
  }

  /** The step, waiting for the command of its phase too, where it is among the phase's first. */
  Step waiting(Step step) {
    List<StepId> more = new ArrayList<>();
    boolean behindAGate = step.needs().stream().anyMatch(StepId::isGate);
    if (step.phase() == Phase.COPY && step.needs().isEmpty()) {
      add(HookPoint.BEFORE_COPY, more);
    }
    if (step.phase() == Phase.HAND_OVER && behindAGate) {
      add(HookPoint.BEFORE_HAND_OVER, more);
    }
    if ((step.phase() == Phase.RECREATE || (pipelined && step.phase() == Phase.HAND_OVER))
        && behindAGate) {
      add(HookPoint.BEFORE_RECREATE, more);
    }
    if (more.isEmpty()) {
      return step;
    }
    TreeSet<StepId> needs = new TreeSet<>(step.needs());
    needs.addAll(more);
    return step.waiting(List.copyOf(needs));
  }

  private void add(HookPoint point, List<StepId> ids) {
    if (planned.contains(point)) {
      ids.add(Step.Hook.id(point));
    }
  }
}
