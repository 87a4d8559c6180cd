package dev.migrator.report;

import dev.migrator.event.Printable;
import dev.migrator.event.RefText;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.Step;
import dev.migrator.plan.file.PlanHeader;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/** A plan as people read it. */
public final class PlanReport {

  private final Plan plan;

  public PlanReport(Plan plan) {
    this.plan = plan;
  }

  /**
   * The head of the plan, how the data of each claim travels, and every step, with the class of its
   * object and the rule that says so.
   */
  public Stream<String> lines() {
    Map<ObjectRef, PlannedObject> objects = plan.objectsByRef();
    Stream<String> rows =
        plan.steps().stream().flatMap(step -> row(step, objects).stream().map(Printable::of));
    List<String> data = DataText.ofPlan(plan);
    return Stream.of(
            PlanHeader.of(plan).stream(),
            data.isEmpty() ? Stream.<String>empty() : Stream.of("", "Data of volumes"),
            data.stream(),
            Stream.of("", "Steps"),
            rows)
        .flatMap(Function.identity());
  }

  /** The banner and the one line that counts, and that nothing moves, where nothing does. */
  public List<String> summary() {
    int lines = PlanHeader.nothingMoves(plan).isPresent() ? 3 : 2;
    return PlanHeader.of(plan).stream().skip(1).limit(lines).toList();
  }

  /**
   * What will be deleted at the source, by name: a line a kind and namespace.
   *
   * <p>Shape: empty when nothing will be.
   */
  public List<String> deletions() {
    return RefText.byKind(plan.handedOver());
  }

  /**
   * What starts without the data that it has at the source, by name: a line a kind and namespace.
   *
   * <p>Shape: empty when nothing does.
   */
  public List<String> startingEmpty() {
    return RefText.byKind(plan.startingEmpty());
  }

  /** How many objects will be deleted at the source. */
  public int deleted() {
    return plan.handedOver().size();
  }

  /** Whether {@code apply} would change anything in either cluster. */
  public boolean changesAnything() {
    return plan.objects().stream().anyMatch(object -> !object.alreadyThere()) || deleted() > 0;
  }

  private static List<String> row(Step step, Map<ObjectRef, PlannedObject> objects) {
    return switch (step) {
      case Step.Gate gate -> List.of("  ---- gate " + gate.name() + " ----");
      case Step.Hook hook -> List.of("  ---- hook " + hook.point().label() + " ----");
      case Step.Verify verify -> List.of("  verify");
      case Step.OnObject on -> {
        PlannedObject object = objects.get(on.object());
        String rule =
            object == null ? "" : object.protection().label() + " (" + object.rule() + ")";
        yield List.of(
            "  %-8s %-48s %s".formatted(on.verb().label(), RefText.of(on.object()), rule));
      }
    };
  }
}
