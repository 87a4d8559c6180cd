package dev.migrator.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.event.EventJson;
import dev.migrator.model.Json;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.Step;
import dev.migrator.plan.TargetNames;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A report for machines: what {@code report} prints with {@code -o json}.
 *
 * <p>Shape: the schema is {@code docs/schema/report.schema.json}. Lists are made while they are
 * written.
 */
public final class ReportView {

  private final RunReport report;
  private final PlanView plan;
  private final Map<ObjectRef, List<Step>> steps = new HashMap<>();

  public ReportView(RunReport report) {
    this.report = report;
    this.plan = new PlanView(report.plan());
    for (Step step : report.plan().steps()) {
      if (step instanceof Step.OnObject on) {
        steps.computeIfAbsent(on.object(), ref -> new ArrayList<>(2)).add(step);
      }
    }
  }

  /** What stands before the lists. */
  public ObjectNode head() {
    RunVerdict verdict = new RunVerdict(report);
    ObjectNode head = Json.object();
    head.put("apiVersion", "migrator.dev/v1alpha1").put("kind", "Report");
    head.put("of", report.run().isPresent() ? "run" : "plan").put("handle", report.handle());
    ObjectNode shown = plan.head();
    for (String field : List.of("name", "source", "target", "blocked")) {
      head.set(field, shown.get(field));
    }
    report.run().ifPresent(run -> times(head, run));
    head.put("headline", verdict.headline());
    ArrayNode answers = head.putArray("answers");
    for (RunVerdict.Answer answer : verdict.answers()) {
      answers
          .addObject()
          .put("question", answer.question())
          .put("answer", answer.answer())
          .put("detail", answer.detail());
    }
    progress(head.putObject("steps"), report.progress());
    ArrayNode next = head.putArray("next");
    report.next().forEach(next::add);
    return head;
  }

  private static void times(ObjectNode head, RunTrace run) {
    head.put("began", run.began().toString()).put("last", run.last().toString());
    run.outcome().ifPresent(outcome -> head.put("outcome", EventJson.outcome(outcome)));
  }

  /**
   * Objects, hand-overs, data of claims, errors, what the run told, what was pruned, is left out,
   * findings.
   */
  public Map<String, Stream<ObjectNode>> lists() {
    Map<String, Stream<ObjectNode>> lists = new LinkedHashMap<>();
    lists.put("objects", report.plan().objects().stream().map(this::object));
    lists.put("handOvers", report.handOvers().stream().map(ReportView::handOver));
    lists.put("data", report.data().stream().map(ReportView::data));
    lists.put(
        "errors",
        Stream.concat(
            report.failures().stream()
                .map(f -> EventJson.problem(f.problem()).put("step", f.step().text())),
            report.otherProblems().stream().map(EventJson::problem)));
    lists.put(
        "notices",
        report.run().map(RunTrace::notices).orElse(List.of()).stream()
            .map(n -> Json.object().put("at", n.at().toString()).put("message", n.message())));
    lists.put("pruned", report.pruned().stream().map(PlanView::ref));
    lists.put("leftOut", plan.leftOut());
    lists.put("findings", plan.findings());
    return lists;
  }

  private ObjectNode object(PlannedObject object) {
    List<Step> own = steps.getOrDefault(object.ref(), List.of());
    ObjectNode tree = Json.object();
    tree.set("ref", PlanView.ref(object.ref()));
    ObjectRef there =
        TargetNames.of(object.ref(), object.apiVersion(), report.plan().settings().mappings());
    if (!there.equals(object.ref())) {
      tree.set("atTarget", PlanView.ref(there));
    }
    tree.put("class", object.protection().label()).put("rule", object.rule());
    tree.put("alreadyThere", object.alreadyThere());
    progress(tree.putObject("steps"), report.progress(own));
    return tree;
  }

  private static void progress(ObjectNode tree, RunReport.Progress progress) {
    tree.put("total", progress.steps())
        .put("done", progress.done())
        .put("failed", progress.failed())
        .put("underWay", progress.underWay())
        .put("notStarted", progress.notStarted());
  }

  private static ObjectNode handOver(HandOverTrace handOver) {
    ObjectNode tree = Json.object();
    tree.set("ref", PlanView.ref(handOver.object()));
    tree.put("place", handOver.position().label());
    time(tree, "began", handOver.began());
    time(tree, "ended", handOver.ended());
    handOver.pause().map(Duration::toMillis).ifPresent(ms -> tree.put("pauseMillis", ms));
    return tree;
  }

  private static ObjectNode data(DataTrace data) {
    ObjectNode tree = Json.object();
    tree.set("ref", PlanView.ref(data.claim()));
    tree.put("via", data.way().label());
    data.mover().ifPresent(mover -> tree.put("mover", mover));
    tree.put("alreadyThere", data.alreadyThere());
    data.size().ifPresent(size -> tree.put("size", size));
    data.used().ifPresent(used -> tree.put("used", used));
    ArrayNode passes = tree.putArray("passes");
    data.passes().forEach(pass -> passes.add(pass(pass)));
    data.bytesPerSecond().ifPresent(rate -> tree.put("bytesPerSecond", rate));
    data.compared()
        .ifPresent(
            both ->
                tree.putObject("compared")
                    .put("source", both.source())
                    .put("target", both.target())
                    .put("same", both.isSame()));
    ArrayNode stopped = tree.putArray("stopped");
    data.stoppedFor().forEach(user -> stopped.add(PlanView.ref(user)));
    data.pause().map(Duration::toMillis).ifPresent(ms -> tree.put("pauseMillis", ms));
    return tree;
  }

  private static ObjectNode pass(DataTrace.Pass pass) {
    ObjectNode tree = Json.object().put("step", pass.step().label());
    tree.put(
        "state",
        switch (pass.state()) {
          case UNDER_WAY -> "underWay";
          case DONE -> "done";
          case FAILED -> "failed";
        });
    pass.said()
        .ifPresent(
            said ->
                tree.put("files", said.files())
                    .put("bytes", said.bytes())
                    .put("skipped", said.skipped())
                    .put("digest", said.digest()));
    pass.took().map(Duration::toMillis).ifPresent(ms -> tree.put("tookMillis", ms));
    return tree;
  }

  private static void time(ObjectNode tree, String field, Optional<Instant> time) {
    time.ifPresent(at -> tree.put(field, at.toString()));
  }
}
