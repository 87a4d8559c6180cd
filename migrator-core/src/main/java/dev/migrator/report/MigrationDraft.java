package dev.migrator.report;

import dev.migrator.classify.Classifier;
import dev.migrator.event.Printable;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Json;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Protection;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.Severity;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A migration file to begin with, from what a first planning found: comments say what there is, and
 * what is to be decided.
 *
 * <p>Shape: decides nothing. As it stands it means what no file means; every decision is a comment
 * to be taken in or out.
 */
public final class MigrationDraft {

  private static final int MOST = 100;

  private final Plan plan;
  private final List<String> lines = new ArrayList<>();

  private MigrationDraft(Plan plan) {
    this.plan = plan;
  }

  /** The text of the file, line by line. */
  public static List<String> of(Plan plan) {
    MigrationDraft draft = new MigrationDraft(plan);
    draft.head();
    draft.scope();
    draft.classification();
    draft.rest();
    return List.copyOf(draft.lines);
  }

  private void head() {
    add(
        "# From %s (%s) to %s (%s). Every field is optional; what is a comment is an example."
            .formatted(
                plan.source().context(),
                plan.source().version(),
                plan.target().context(),
                plan.target().version()));
    add("apiVersion: migrator.dev/v1alpha1");
    add("kind: Migration");
    add("metadata: {name: " + plan.settings().name() + "}");
    add("");
  }

  private void scope() {
    add("# What is looked at. Globs; exclude wins.");
    add("scope:");
    add("  namespaces:");
    add("    include: [\"*\"]");
    add("    exclude: []");
    add("    # found, with what is in them:");
    namespaces()
        .forEach(
            (name, counts) ->
                add(
                    "    #   %-32s %d loss, %d duplication, %d none"
                        .formatted(
                            name,
                            counts.getOrDefault(Protection.LOSS, 0),
                            counts.getOrDefault(Protection.DUPLICATION, 0),
                            counts.getOrDefault(Protection.NONE, 0))));
    add("  # selector: \"team!=sandbox\"");
    add("");
  }

  private Map<String, Map<Protection, Integer>> namespaces() {
    Map<String, Map<Protection, Integer>> counts = new TreeMap<>();
    for (PlannedObject object : plan.objects()) {
      if (!object.ref().isClusterScoped()) {
        counts
            .computeIfAbsent(object.ref().namespace(), n -> new EnumMap<>(Protection.class))
            .merge(object.protection(), 1, Integer::sum);
      }
    }
    return counts;
  }

  private void classification() {
    add("# What each object must be protected from. An object's own label beats every rule; the");
    add("# first rule that matches counts. migrator classify shows what holds now.");
    add("classification:");
    add("  rules: []");
    List<ObjectRef> undecided = undecided();
    if (!undecided.isEmpty()) {
      add("  # undecided: apply refuses until these are decided. Replace the line above by");
      add("  # rules:");
      undecided.stream().limit(MOST).forEach(ref -> rule(ref, "duplication", "or loss, or none"));
      if (undecided.size() > MOST) {
        add("  #   and " + (undecided.size() - MOST) + " more: see the plan's findings");
      }
    }
    List<PlannedObject> byDefault =
        plan.objects().stream()
            .filter(o -> Classifier.isWorkload(o.ref()) && o.rule().startsWith("default"))
            .toList();
    if (!byDefault.isEmpty()) {
      add("  # decided by what is known of their kind, without a label; as rules these would be");
      byDefault.stream()
          .limit(MOST)
          .forEach(o -> rule(o.ref(), o.protection().label(), "as it is now"));
    }
    add("");
  }

  private List<ObjectRef> undecided() {
    return plan.findings().stream()
        .filter(f -> f.severity() == Severity.BLOCKER)
        .filter(f -> f.code().equals(ErrorCode.M1102.name()))
        .flatMap(f -> f.object().stream())
        .toList();
  }

  private void rule(ObjectRef ref, String protectFrom, String remark) {
    List<String> match = new ArrayList<>();
    if (!ref.group().isEmpty()) {
      match.add("group: " + quoted(ref.group()));
    }
    match.add("kind: " + quoted(ref.kind()));
    if (!ref.isClusterScoped()) {
      match.add("namespace: " + quoted(ref.namespace()));
    }
    match.add("name: " + quoted(ref.name()));
    add(
        "  #   - {match: {%s}, protectFrom: %s}   # %s"
            .formatted(String.join(", ", match), protectFrom, remark));
  }

  private static String quoted(String text) {
    return text.matches("[A-Za-z][A-Za-z0-9./-]*")
            && !text.matches("(?i)y|n|yes|no|on|off|true|false|null")
        ? text
        : Json.text(Json.object().textNode(text));
  }

  private void rest() {
    add("# Names that change on the way: from the source's to the target's.");
    add("mappings: {namespaces: {}, storageClasses: {}, ingressClasses: {}, images: {}}");
    add("");
    add("# Who approves before anything is deleted: manual, auto, or {command: [./check.sh]}.");
    add("gates: {afterCopy: manual}");
    add("");
    add("# Commands of yours, with a JSON document on stdin; see docs/guide/gates-and-traffic.md.");
    add("# hooks: {beforeEachHandOver: {command: [./quiet.sh], timeout: 5m, onFailure: abort}}");
    add("");
    add("# How long running work may take to end, and what happens then: abort, wait, terminate.");
    add("handover: {drainTimeout: 30m, onDrainTimeout: abort, missedRuns: skip, pipelined: true}");
    add("");
    add("limits: {parallel: 32, readyTimeout: 15m}");
  }

  private void add(String line) {
    lines.add(Printable.of(line));
  }
}
