package dev.migrator.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cluster.ClusterIdentity;
import dev.migrator.model.Json;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Finding;
import dev.migrator.plan.LeftOut;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.Step;
import dev.migrator.plan.TargetNames;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** A plan for machines: what {@code show} and {@code plan} print with {@code -o json}. */
public final class PlanView {

  private final Plan plan;
  private final Map<ObjectRef, PlannedObject> objects;

  public PlanView(Plan plan) {
    this.plan = plan;
    this.objects = plan.objectsByRef();
  }

  /** What stands before the lists. */
  public ObjectNode head() {
    ObjectNode head = ofPlan("PlanView");
    head.put("blocked", plan.isBlocked());
    return head;
  }

  /** What stands before {@link #leftOut()} where that is all that is asked for. */
  public ObjectNode leftOutHead() {
    return ofPlan("LeftOutView");
  }

  private ObjectNode ofPlan(String kind) {
    ObjectNode head = Listing.head(kind).put("name", plan.settings().name());
    head.set("source", identity(plan.source()));
    head.set("target", identity(plan.target()));
    return head;
  }

  /** One step with everything around it. */
  public ObjectNode step(Step step, String does) {
    ObjectNode tree = Listing.head("StepView").put("number", plan.steps().indexOf(step) + 1);
    tree.set("step", step(step));
    ArrayNode dependants = tree.put("does", does).putArray("neededBy");
    plan.steps().stream()
        .filter(other -> other.needs().contains(step.id()))
        .forEach(other -> dependants.add(other.id().text()));
    return tree;
  }

  /** Everything known of one object, planned or left out. */
  public ObjectNode object(ObjectRef ref) {
    ObjectNode tree = Listing.head("ObjectView");
    tree.set("ref", ref(ref));
    PlannedObject planned = objects.get(ref);
    tree.put("travels", planned != null);
    if (planned != null) {
      tree.set("atTarget", ref(TargetNames.of(ref, plan.settings().mappings())));
      tree.put("class", planned.protection().label()).put("rule", planned.rule());
      tree.put("version", planned.apiVersion()).put("alreadyThere", planned.alreadyThere());
      tree.put("notReady", planned.notReady());
      planned
          .volume()
          .ifPresent(
              volume -> {
                ObjectNode data = tree.putObject("volume");
                data.put("via", volume.way().label()).put("rule", volume.rule());
                plan.mover(planned).ifPresent(mover -> data.put("mover", mover));
                volume.bytes().ifPresent(bytes -> data.put("bytes", bytes));
                volume.used().ifPresent(used -> data.put("used", used));
              });
      planned.drops().forEach(tree.putArray("leftBehind")::add);
    }
    ArrayNode steps = tree.putArray("steps");
    plan.steps().stream()
        .filter(step -> step instanceof Step.OnObject on && on.object().equals(ref))
        .forEach(step -> steps.add(step(step)));
    ArrayNode reasons = tree.putArray("leftOut");
    plan.leftOut().stream()
        .filter(left -> left.ref().equals(ref))
        .forEach(left -> reasons.add(left.reason()));
    ArrayNode findings = tree.putArray("findings");
    plan.findings().stream()
        .filter(finding -> finding.object().filter(ref::equals).isPresent())
        .forEach(finding -> findings.add(finding(finding)));
    return tree;
  }

  /** Data of claims, steps, objects that are left out, and findings. */
  public Map<String, Stream<ObjectNode>> lists() {
    Map<String, Stream<ObjectNode>> lists = new LinkedHashMap<>();
    lists.put("data", data());
    lists.put("steps", steps());
    lists.put("leftOut", leftOut());
    lists.put("findings", findings());
    return lists;
  }

  /** Every claim of which somebody decided how its data travels. */
  private Stream<ObjectNode> data() {
    return DataTrace.of(plan).stream()
        .map(
            data -> {
              ObjectNode tree = item(data.claim()).put("via", data.way().label());
              data.mover().ifPresent(mover -> tree.put("mover", mover));
              tree.put("alreadyThere", data.alreadyThere());
              data.size().ifPresent(size -> tree.put("size", size));
              data.used().ifPresent(used -> tree.put("used", used));
              return tree;
            });
  }

  /** Every step in the plan's order; those that concern an object carry its class and the rule. */
  public Stream<ObjectNode> steps() {
    return plan.steps().stream().map(this::step);
  }

  /** Every object that does not travel: {@code {"ref": ..., "reason": ...}}. */
  public Stream<ObjectNode> leftOut() {
    return plan.leftOut().stream().map(PlanView::leftOut);
  }

  /** Everything that the reader must know. */
  public Stream<ObjectNode> findings() {
    return plan.findings().stream().map(PlanView::finding);
  }

  /** {@code {"group", "kind", "namespace", "name"}}. */
  public static ObjectNode ref(ObjectRef ref) {
    return Json.object()
        .put("group", ref.group())
        .put("kind", ref.kind())
        .put("namespace", ref.namespace())
        .put("name", ref.name());
  }

  /** {@code {"ref": ...}}: an object as an item of a list, to which more is added. */
  public static ObjectNode item(ObjectRef ref) {
    ObjectNode tree = Json.object();
    tree.set("ref", ref(ref));
    return tree;
  }

  /** One step, as in the plan's list of them. */
  public ObjectNode step(Step step) {
    ObjectNode tree = Json.object().put("id", step.id().text());
    tree.put("phase", step.phase().label());
    switch (step) {
      case Step.OnObject on -> {
        tree.put("verb", on.verb().label());
        tree.set("ref", ref(on.object()));
        PlannedObject object = objects.get(on.object());
        if (object != null) {
          tree.put("class", object.protection().label()).put("rule", object.rule());
          tree.put("alreadyThere", object.alreadyThere());
        }
      }
      case Step.Gate gate -> tree.put("verb", "gate").put("gate", gate.name());
      case Step.Hook hook -> tree.put("verb", "hook").put("hook", hook.point().label());
      case Step.Verify verify -> tree.put("verb", "verify");
    }
    if (step instanceof Step.OnObject) {
      ArrayNode needs = tree.putArray("needs");
      step.needs().forEach(need -> needs.add(need.text()));
    } else {
      // These wait for all that is above them: that is not said a thousand times.
      tree.put("needs", "all above");
    }
    return tree;
  }

  private static ObjectNode leftOut(LeftOut leftOut) {
    ObjectNode tree = Json.object();
    tree.set("ref", ref(leftOut.ref()));
    return tree.put("reason", leftOut.reason());
  }

  private static ObjectNode finding(Finding finding) {
    ObjectNode tree = Json.object();
    tree.put("severity", finding.severity().name().toLowerCase(Locale.ROOT));
    tree.put("code", finding.code());
    finding.object().ifPresent(ref -> tree.set("ref", ref(ref)));
    return tree.put("message", finding.message()).put("remedy", finding.remedy());
  }

  private static ObjectNode identity(ClusterIdentity identity) {
    return Json.object()
        .put("context", identity.context())
        .put("uid", identity.uid())
        .put("version", identity.version());
  }
}
