package dev.migrator.migration;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.migration.Migration.Classification;
import dev.migrator.migration.Migration.Filter;
import dev.migrator.migration.Migration.GatePolicy;
import dev.migrator.migration.Migration.Hook;
import dev.migrator.migration.Migration.Rule;
import dev.migrator.model.Json;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Writes a {@link Migration} as the document that it was read from, defaults filled in. Same
 * Migration, same tree.
 */
final class MigrationTree {

  private MigrationTree() {}

  static ObjectNode of(Migration migration) {
    ObjectNode root = Json.object();
    root.put("apiVersion", MigrationFile.API_VERSION).put("kind", "Migration");
    root.putObject("metadata").put("name", migration.name());
    ObjectNode scope = root.putObject("scope");
    scope.set("namespaces", filter(migration.scope().namespaces()));
    scope.put("selector", migration.scope().selector());
    scope.set("resources", filter(migration.scope().resources()));
    migration.scope().declared().ifPresent(which -> scope.put("clusterScoped", which.label()));
    root.set(
        "classification", classification(migration.classification(), migration.data().otherwise()));
    ObjectNode mappings = root.putObject("mappings");
    mappings.set("namespaces", texts(migration.mappings().namespaces()));
    mappings.set("storageClasses", texts(migration.mappings().storageClasses()));
    mappings.set("ingressClasses", texts(migration.mappings().ingressClasses()));
    mappings.set("images", texts(migration.mappings().images()));
    ArrayNode modifiers = root.putArray("modifiers");
    migration.modifiers().forEach(m -> modifiers.add(Json.parse(m.json())));
    ObjectNode gates = root.putObject("gates");
    new TreeMap<>(migration.gates()).forEach((name, policy) -> gate(gates, name, policy));
    if (!migration.hooks().isEmpty()) {
      ObjectNode hooks = root.putObject("hooks");
      migration.hooks().forEach((point, hook) -> hooks.set(point.label(), hook(hook)));
    }
    root.putObject("handover")
        .put("drainTimeout", Durations.text(migration.handover().drainTimeout()))
        .put(
            "onDrainTimeout",
            MigrationFile.nameOf(
                MigrationFile.DRAIN_POLICIES, migration.handover().onDrainTimeout()))
        .put(
            "missedRuns",
            MigrationFile.nameOf(MigrationFile.MISSED_RUNS, migration.handover().missedRuns()))
        .put("pipelined", migration.handover().pipelined());
    ObjectNode limits = root.putObject("limits");
    limits
        .put("parallel", migration.limits().parallel())
        .put("readyTimeout", Durations.text(migration.limits().readyTimeout()));
    limits
        .putObject("requestsPerSecond")
        .put("source", migration.limits().sourceRequestsPerSecond())
        .put("target", migration.limits().targetRequestsPerSecond());
    DataFields.write(root, migration.data());
    OriginalsForm.write(root, migration.mappings().originals());
    return root;
  }

  private static ObjectNode classification(
      Classification classification, Optional<VolumeWay> volumes) {
    ObjectNode tree = Json.object();
    tree.putObject("label")
        .put("key", classification.label().key())
        .put("loss", classification.label().loss())
        .put("duplication", classification.label().duplication())
        .put("none", classification.label().none());
    tree.put("strict", classification.strict());
    ArrayNode rules = tree.putArray("rules");
    classification.rules().forEach(rule -> rules.add(rule(rule)));
    classification
        .defaultForUndecided()
        .ifPresent(p -> tree.withObjectProperty("defaultFor").put("undecided", p.label()));
    volumes.ifPresent(way -> tree.withObjectProperty("defaultFor").put("volumes", way.label()));
    return tree;
  }

  private static ObjectNode rule(Rule rule) {
    ObjectNode tree = Json.object();
    ObjectNode match = tree.putObject("match");
    putUnlessEmpty(match, "group", rule.group());
    putUnlessEmpty(match, "kind", rule.kind());
    putUnlessEmpty(match, "namespace", rule.namespace());
    putUnlessEmpty(match, "name", rule.name());
    putUnlessEmpty(match, "selector", rule.selector());
    return tree.put("protectFrom", rule.protectFrom().label());
  }

  private static void gate(ObjectNode gates, String name, GatePolicy policy) {
    switch (policy) {
      case GatePolicy.Manual() -> gates.put(name, "manual");
      case GatePolicy.Auto() -> gates.put(name, "auto");
      case GatePolicy.Command(List < String > argv) -> {
        command(gates.putObject(name), argv);
      }
    }
  }

  private static ObjectNode hook(Hook hook) {
    return command(Json.object(), hook.argv())
        .put("timeout", Durations.text(hook.timeout()))
        .put("onFailure", MigrationFile.nameOf(MigrationFile.HOOK_FAILURES, hook.onFailure()));
  }

  private static ObjectNode command(ObjectNode tree, List<String> argv) {
    ArrayNode command = tree.putArray("command");
    argv.forEach(command::add);
    return tree;
  }

  private static ObjectNode filter(Filter filter) {
    ObjectNode tree = Json.object();
    ArrayNode include = tree.putArray("include");
    filter.include().forEach(include::add);
    ArrayNode exclude = tree.putArray("exclude");
    filter.exclude().forEach(exclude::add);
    return tree;
  }

  private static ObjectNode texts(Map<String, String> map) {
    ObjectNode tree = Json.object();
    new TreeMap<>(map).forEach(tree::put);
    return tree;
  }

  private static void putUnlessEmpty(ObjectNode tree, String field, String text) {
    if (!text.isEmpty()) {
      tree.put(field, text);
    }
  }
}
