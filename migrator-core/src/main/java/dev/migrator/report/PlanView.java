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
    ObjectNode head =
        Json.object().put("apiVersion", "migrator.dev/v1alpha1").put("kind", "PlanView");
    head.put("name", plan.settings().name());
    head.set("source", identity(plan.source()));
    head.set("target", identity(plan.target()));
    head.put("blocked", plan.isBlocked());
    return head;
  }

  /** Steps, objects that are left out, and findings. */
  public Map<String, Stream<ObjectNode>> lists() {
    Map<String, Stream<ObjectNode>> lists = new LinkedHashMap<>();
    lists.put("steps", steps());
    lists.put("leftOut", leftOut());
    lists.put("findings", findings());
    return lists;
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

  private ObjectNode step(Step step) {
    ObjectNode tree = Json.object().put("id", step.id().text());
    tree.put("phase", step.phase().label());
    switch (step) {
      case Step.OnObject on -> {
        tree.put("verb", on.verb());
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
      // Gates, hooks of phases and the verification wait for all that is above them: that is not
      // said a thousand
      // times.
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
