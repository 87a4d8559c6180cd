package dev.migrator.event;

import dev.migrator.migration.Migration;
import dev.migrator.migration.Migration.HookPoint;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.Step;
import dev.migrator.plan.StepId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Everything that a plan knows of one step. */
public final class StepText {

  private static final int MOST = 20;

  /** What the steps of a hand-over mean for a claim and its volume. */
  private static final Map<String, String> OF_DISKS =
      Map.ofEntries(
          Map.entry("quiesce PersistentVolume", "sets its reclaim policy to Retain at the source"),
          Map.entry("quiesce PersistentVolumeClaim", "marks it at the source as in transit"),
          Map.entry(
              "drain PersistentVolume",
              "waits until its claim is gone, and no node of the source has its disk"),
          Map.entry(
              "drain PersistentVolumeClaim",
              "waits until no pod uses it, and no node of the source has its disk"),
          Map.entry(
              "delete PersistentVolume",
              "deletes it at the source while it is Retain: the disk stays"),
          Map.entry(
              "delete PersistentVolumeClaim",
              "deletes it at the source while its volume is Retain: the disk stays"),
          Map.entry(
              "inert PersistentVolume",
              "creates it at the target for the same disk, Retain, reserved for its claim"),
          Map.entry(
              "inert PersistentVolumeClaim",
              "creates it at the target for the same disk, and waits until it is bound"),
          Map.entry("activate PersistentVolume", "gives it at the target its reclaim policy back"),
          Map.entry("activate PersistentVolumeClaim", "takes the mark of the transit away"));

  private final Plan plan;

  public StepText(Plan plan) {
    this.plan = plan;
  }

  /** The step that a person means: by its id, or by its number in the plan, from 1. */
  public Optional<Step> find(String typed) {
    if (typed.matches("[0-9]{1,9}")) {
      int number = Integer.parseInt(typed);
      return number >= 1 && number <= plan.steps().size()
          ? Optional.of(plan.steps().get(number - 1))
          : Optional.empty();
    }
    return plan.steps().stream().filter(step -> step.id().text().equals(typed)).findFirst();
  }

  /** What is known of it. */
  public List<String> of(Step step) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "step %d of %d   %s"
            .formatted(plan.steps().indexOf(step) + 1, plan.steps().size(), step.id()));
    lines.add("  phase       " + step.phase().label());
    lines.add("  does        " + effect(step));
    if (step instanceof Step.OnObject on) {
      plan.objects().stream()
          .filter(object -> object.ref().equals(on.object()))
          .forEach(object -> lines.add("  class       " + rule(object)));
    }
    ids(lines, "needs", step.needs());
    ids(
        lines,
        "needed by",
        plan.steps().stream()
            .filter(other -> other.needs().contains(step.id()))
            .map(Step::id)
            .toList());
    return lines.stream().map(Printable::of).toList();
  }

  private static String rule(PlannedObject object) {
    return object.protection().label() + "  (" + object.rule() + ")";
  }

  private String command(HookPoint point) {
    Migration.Hook hook = plan.settings().hooks().get(point);
    return "runs the command of hook "
        + point.label()
        + ": "
        + (hook == null ? "none is set" : String.join(" ", hook.argv()));
  }

  /** What a step does, in a sentence without its subject. */
  public String effect(Step step) {
    return step.command()
        .map(this::command)
        .orElseGet(
            () ->
                switch (step) {
                  case Step.OnObject s ->
                      Optional.ofNullable(OF_DISKS.get(s.verb().label() + " " + s.object().kind()))
                          .orElse(s.verb().effect());
                  case Step.Gate s -> "waits for approval of gate " + s.name();
                  case Step.Hook s -> "";
                  case Step.Verify s -> "compares the target with the plan";
                });
  }

  /** What a step does, in words that begin a message: {@code creating ns/shop at the target}. */
  public static String doing(Step step) {
    return switch (step) {
      case Step.OnObject s -> s.verb().doing(RefText.of(s.object()));
      case Step.Gate s -> "waiting at gate " + s.name();
      case Step.Hook s -> "hook " + s.point().label();
      case Step.Verify s -> "verifying the target";
    };
  }

  /** As {@link #doing(Step)}, of a step of this plan; the bare id where it has no such step. */
  public String doing(StepId id) {
    return find(id.text()).map(StepText::doing).orElseGet(() -> Printable.of(id.text()));
  }

  private static void ids(List<String> lines, String title, List<StepId> ids) {
    if (ids.isEmpty()) {
      lines.add("  %-11s nothing".formatted(title));
      return;
    }
    String lead = "  %-11s ".formatted(title);
    for (StepId id : ids.stream().limit(MOST).toList()) {
      lines.add(lead + id);
      lead = " ".repeat(lead.length());
    }
    if (ids.size() > MOST) {
      lines.add(lead + "and " + (ids.size() - MOST) + " more");
    }
  }
}
