package dev.migrator.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.event.Printable;
import dev.migrator.event.RefText;
import dev.migrator.migration.MigrationFile;
import dev.migrator.model.Json;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Finding;
import dev.migrator.plan.LeftOut;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlannedObject;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is different between two plans, in the words of the later one.
 *
 * <p>Shape: each list sorted; empty where both plans say the same. TargetDefinitions are compared
 * by their digest, Secrets by the digest under the key that both plans have, or else by their
 * resourceVersion; no definition is shown.
 */
public final class PlanDiff {

  private final List<Change> changes = new ArrayList<>();
  private final boolean sameKey;

  private PlanDiff(boolean sameKey) {
    this.sameKey = sameKey;
  }

  /** What a change is about. */
  public enum Topic {
    CLUSTER("clusters"),
    SETTING("settings"),
    OBJECT("objects"),
    LEFT_OUT("leftOut"),
    FINDING("findings");

    private final String label;

    Topic(String label) {
      this.label = label;
    }

    public String label() {
      return label;
    }
  }

  /**
   * One difference.
   *
   * @param sign {@code +} only in the later plan, {@code -} only in the earlier, {@code ~} in both,
   *     and different
   */
  public record Change(Topic topic, char sign, String subject, String what) {}

  public static PlanDiff of(Plan earlier, Plan later) {
    PlanDiff diff =
        new PlanDiff(earlier.keyCheck().isPresent() && earlier.keyCheck().equals(later.keyCheck()));
    diff.clusters(earlier, later);
    diff.settings(
        "", MigrationFile.toTree(earlier.settings()), MigrationFile.toTree(later.settings()));
    diff.objects(earlier, later);
    diff.leftOut(earlier, later);
    diff.findings(earlier, later);
    return diff;
  }

  public boolean isEmpty() {
    return changes.isEmpty();
  }

  public List<Change> changes() {
    return List.copyOf(changes);
  }

  /** For people, by topic. */
  public Stream<String> lines() {
    Map<Topic, List<Change>> byTopic =
        changes.stream()
            .collect(Collectors.groupingBy(Change::topic, TreeMap::new, Collectors.toList()));
    return byTopic.entrySet().stream()
        .flatMap(
            e ->
                Stream.concat(
                    Stream.of(e.getKey().label() + ": " + e.getValue().size()),
                    e.getValue().stream()
                        .map(
                            c ->
                                Printable.of(
                                    "  %s %-48s %s"
                                        .formatted(c.sign(), c.subject(), c.what())
                                        .stripTrailing()))));
  }

  /** For machines. */
  public static ObjectNode json(Change change) {
    String kind =
        switch (change.sign()) {
          case '+' -> "added";
          case '-' -> "removed";
          default -> "changed";
        };
    return Json.object()
        .put("topic", change.topic().label())
        .put("change", kind)
        .put("subject", change.subject())
        .put("what", change.what());
  }

  private void clusters(Plan earlier, Plan later) {
    different(Topic.CLUSTER, "source", earlier.source().uid(), later.source().uid());
    different(Topic.CLUSTER, "target", earlier.target().uid(), later.target().uid());
    different(
        Topic.CLUSTER, "source's version", earlier.source().version(), later.source().version());
    different(
        Topic.CLUSTER, "target's version", earlier.target().version(), later.target().version());
  }

  private void settings(String path, JsonNode earlier, JsonNode later) {
    if (earlier.isObject() && later.isObject()) {
      Set<String> names = new TreeSet<>();
      earlier.fieldNames().forEachRemaining(names::add);
      later.fieldNames().forEachRemaining(names::add);
      names.forEach(
          name ->
              settings(
                  path.isEmpty() ? name : path + "." + name, earlier.path(name), later.path(name)));
    } else if (!earlier.equals(later)) {
      different(Topic.SETTING, path, text(earlier), text(later));
    }
  }

  private static String text(JsonNode node) {
    return node.isMissingNode() ? "nothing" : Json.text(node);
  }

  private void objects(Plan earlier, Plan later) {
    Map<ObjectRef, PlannedObject> before = earlier.objectsByRef();
    Map<ObjectRef, PlannedObject> after = later.objectsByRef();
    each(
        before,
        after,
        (ref, sign) -> {
          switch (sign) {
            case '-' -> add(Topic.OBJECT, sign, RefText.of(ref), "");
            case '+' -> add(Topic.OBJECT, sign, RefText.of(ref), rule(after, ref));
            default -> {
              List<String> what = differences(before.get(ref), after.get(ref));
              if (!what.isEmpty()) {
                add(Topic.OBJECT, sign, RefText.of(ref), String.join("; ", what));
              }
            }
          }
        });
  }

  private static String rule(Map<ObjectRef, PlannedObject> objects, ObjectRef ref) {
    PlannedObject object = objects.get(ref);
    return object == null ? "" : object.protection().label() + " (" + object.rule() + ")";
  }

  private List<String> differences(@Nullable PlannedObject a, @Nullable PlannedObject b) {
    List<String> what = new ArrayList<>();
    if (a == null || b == null) {
      return what;
    }
    if (a.protection() != b.protection()) {
      what.add(
          "class %s -> %s (%s)"
              .formatted(a.protection().label(), b.protection().label(), b.rule()));
    }
    if (!a.uid().equals(b.uid())) {
      what.add("was created anew at the source");
    } else if (!a.digest().equals(b.digest()) || (sameKey && !a.keyed().equals(b.keyed()))) {
      what.add("its definition changed");
    } else if (!sameKey && !a.resourceVersion().equals(b.resourceVersion())) {
      what.add("its definition may have changed: its resourceVersion did");
    }
    if (!a.apiVersion().equals(b.apiVersion())) {
      what.add("version " + a.apiVersion() + " -> " + b.apiVersion());
    }
    if (a.alreadyThere() != b.alreadyThere()) {
      what.add(b.alreadyThere() ? "is at the target now" : "is no longer at the target");
    }
    if (!a.notReady().equals(b.notReady())) {
      what.add(b.notReady().isEmpty() ? "is ready now" : "is not ready now: " + b.notReady());
    }
    return what;
  }

  private void leftOut(Plan earlier, Plan later) {
    Map<ObjectRef, String> before = reasons(earlier);
    Map<ObjectRef, String> after = reasons(later);
    each(
        before,
        after,
        (ref, sign) -> {
          String was = before.getOrDefault(ref, "");
          String is = after.getOrDefault(ref, "");
          if (sign != '~' || !was.equals(is)) {
            add(Topic.LEFT_OUT, sign, RefText.of(ref), sign == '-' ? was : is);
          }
        });
  }

  private static Map<ObjectRef, String> reasons(Plan plan) {
    Map<ObjectRef, String> reasons = new TreeMap<>();
    for (LeftOut leftOut : plan.leftOut()) {
      reasons.put(leftOut.ref(), leftOut.reason());
    }
    return reasons;
  }

  private void findings(Plan earlier, Plan later) {
    Function<Finding, String> subject =
        f -> f.code() + f.object().map(ref -> " " + RefText.of(ref)).orElse("");
    Set<Finding> before = new LinkedHashSet<>(earlier.findings());
    Set<Finding> after = new LinkedHashSet<>(later.findings());
    before.stream()
        .filter(f -> !after.contains(f))
        .forEach(f -> add(Topic.FINDING, '-', subject.apply(f), f.message()));
    after.stream()
        .filter(f -> !before.contains(f))
        .forEach(f -> add(Topic.FINDING, '+', subject.apply(f), f.message()));
  }

  private static <V> void each(
      Map<ObjectRef, V> before, Map<ObjectRef, V> after, BiConsumer<ObjectRef, Character> told) {
    Map<ObjectRef, Character> signs = new TreeMap<>();
    before.keySet().forEach(ref -> signs.put(ref, after.containsKey(ref) ? '~' : '-'));
    after.keySet().forEach(ref -> signs.putIfAbsent(ref, '+'));
    signs.forEach(told);
  }

  private void different(Topic topic, String subject, String earlier, String later) {
    if (!earlier.equals(later)) {
      add(topic, '~', subject, earlier + " -> " + later);
    }
  }

  private void add(Topic topic, char sign, String subject, String what) {
    changes.add(new Change(topic, sign, subject, what));
  }
}
