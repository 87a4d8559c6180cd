package dev.migrator.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.classify.Classifier;
import dev.migrator.classify.VolumeClassifier;
import dev.migrator.event.Printable;
import dev.migrator.event.RefText;
import dev.migrator.migration.Migration;
import dev.migrator.migration.VolumeWay;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Json;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ShortRef;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.Severity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Every object with what it is protected from, and the rule that says so; also those that nobody
 * decided on yet.
 */
public final class ClassTable {

  private static final String LABELLED = "label";
  private static final Set<String> OPEN =
      Set.of(
          ErrorCode.M1101.name(),
          ErrorCode.M1102.name(),
          ErrorCode.M1108.name(),
          ErrorCode.M1111.name());
  private static final int WIDEST = 60;

  private final Plan plan;
  private final List<Row> rows;

  public ClassTable(Plan plan) {
    this.plan = plan;
    this.rows = rows(plan);
  }

  /**
   * One object.
   *
   * @param protection the class in the words of the label, or a word that it has none
   * @param rule what decided, or why nothing did
   */
  public record Row(ObjectRef ref, String protection, String rule, boolean decided) {

    /** True when the object's own label decided. */
    public boolean isLabelled() {
      return rule.equals(LABELLED);
    }
  }

  /** Sorted by object. */
  public List<Row> rows() {
    return rows;
  }

  /** Workloads without a label of their own, and everything that nobody decided on. */
  public List<Row> unlabelled() {
    return rows.stream()
        .filter(row -> !row.decided() || (!row.isLabelled() && Classifier.isWorkload(row.ref())))
        .toList();
  }

  /** These rows as a table. */
  public static Stream<String> lines(List<Row> rows) {
    int width =
        Math.min(WIDEST, rows.stream().mapToInt(r -> RefText.of(r.ref()).length()).max().orElse(0));
    String form = "%-" + Math.max(width, "OBJECT".length()) + "s  %-11s  %s";
    return Stream.concat(
        Stream.of(form.formatted("OBJECT", "CLASS", "RULE")),
        rows.stream()
            .map(r -> form.formatted(RefText.of(r.ref()), r.protection(), Printable.of(r.rule()))));
  }

  /**
   * The command that labels this object at the source as it is classified now; one that is
   * undecided as duplicate-intolerant, which never makes two of it. What is to be known of it
   * stands on a line of its own before it, so that no narrow screen breaks what is copied.
   *
   * @param login kubectl's options that lead to the source, such as {@code --context old}
   */
  public Stream<String> command(Row row, String login) {
    if (row.ref().groupKind().equals("PersistentVolumeClaim")) {
      return volumeCommand(row, login);
    }
    Migration.LabelNames names = plan.settings().classification().label();
    String value =
        switch (row.protection()) {
          case "loss" -> names.loss();
          case "none" -> names.none();
          default -> names.duplication();
        };
    String note =
        row.decided()
            ? "as now: " + row.rule()
            : "undecided: or %s, or %s".formatted(names.loss(), names.none());
    return Stream.of(
        "# " + RefText.of(row.ref()) + ", " + Printable.of(note),
        "kubectl%s label --overwrite %s %s=%s"
            .formatted(
                login.isEmpty() ? "" : " " + login,
                Printable.of(Classifier.kubectl(row.ref())),
                names.key(),
                value));
  }

  /** Of a claim whose data nobody decided on: its disk goes along, and nothing is lost. */
  private static Stream<String> volumeCommand(Row row, String login) {
    return Stream.of(
        "# %s, undecided: or %s"
            .formatted(
                RefText.of(row.ref()),
                VolumeWay.labels().stream().skip(1).collect(Collectors.joining(", or "))),
        "kubectl%s label --overwrite %s %s=%s"
            .formatted(
                login.isEmpty() ? "" : " " + login,
                Printable.of(Classifier.kubectl(row.ref())),
                VolumeClassifier.LABEL,
                VolumeWay.HAND_OVER.label()));
  }

  /** A row for machines. */
  public static ObjectNode json(Row row) {
    ObjectNode tree = Json.object();
    tree.set("ref", PlanView.ref(row.ref()));
    return tree.put("class", row.protection())
        .put("rule", row.rule())
        .put("labelled", row.isLabelled());
  }

  /** Of a claim, how its data travels as well, and who says so. */
  private static String rule(PlannedObject object) {
    return object
        .volume()
        .filter(volume -> !volume.isHandedOver())
        .map(
            volume ->
                "%s; data: %s (%s)".formatted(object.rule(), volume.way().label(), volume.rule()))
        .orElse(object.rule());
  }

  private static List<Row> rows(Plan plan) {
    List<Row> rows = new ArrayList<>();
    for (PlannedObject o : plan.objects()) {
      rows.add(new Row(o.ref(), o.protection().label(), rule(o), true));
    }
    Set<ObjectRef> decided = plan.objectsByRef().keySet();
    plan.findings().stream()
        .filter(f -> f.severity() == Severity.BLOCKER && OPEN.contains(f.code()))
        .forEach(
            f ->
                f.object()
                    .filter(ref -> !decided.contains(ref))
                    .ifPresent(
                        ref ->
                            rows.add(new Row(ref, "undecided", ShortRef.in(f.message()), false))));
    rows.sort(Comparator.comparing(Row::ref));
    return List.copyOf(rows);
  }
}
