package dev.migrator.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cluster.ClusterIdentity;
import dev.migrator.migration.Migration.HookPoint;
import dev.migrator.model.Json;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Plan;
import dev.migrator.plan.Step;
import java.util.Optional;

/**
 * What a hook's command is told on its standard input. Names, never bodies: no value of a Secret
 * can be in it.
 *
 * <p>Shape: the schema is {@code docs/schema/hook-call.schema.json}.
 *
 * @param attempt how often the command was begun, this time included, from 1
 */
public record HookCall(
    Plan plan, Step step, HookPoint point, Optional<Subject> object, String run, int attempt) {

  /** The object that the command is about, by its two names. */
  public record Subject(ObjectRef atSource, ObjectRef atTarget) {}

  /** One JSON object, without a line end. */
  public String text() {
    return Json.text(tree());
  }

  private ObjectNode tree() {
    ObjectNode tree =
        Json.object()
            .put("apiVersion", "migrator.dev/v1alpha1")
            .put("kind", "HookCall")
            .put("hook", point.label())
            .put("run", run)
            .put("attempt", attempt)
            .put("migration", plan.settings().name());
    tree.putObject("step").put("id", step.id().text()).put("phase", step.phase().label());
    object.ifPresent(
        o -> {
          ObjectNode node = tree.putObject("object");
          node.set("atSource", PlanView.ref(o.atSource()));
          node.set("atTarget", PlanView.ref(o.atTarget()));
        });
    tree.set("source", identity(plan.source()));
    tree.set("target", identity(plan.target()));
    return tree;
  }

  private static ObjectNode identity(ClusterIdentity identity) {
    return Json.object()
        .put("context", identity.context())
        .put("uid", identity.uid())
        .put("version", identity.version());
  }
}
