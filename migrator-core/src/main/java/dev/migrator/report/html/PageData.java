package dev.migrator.report.html;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.migrator.event.Printable;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Protection;
import dev.migrator.model.ShortRef;
import dev.migrator.plan.Finding;
import dev.migrator.plan.LeftOut;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.Step;
import dev.migrator.plan.StepId;
import dev.migrator.plan.TargetNames;
import dev.migrator.plan.Verb;
import dev.migrator.report.HandOverTrace;
import dev.migrator.report.ProblemText;
import dev.migrator.report.RunReport;
import dev.migrator.report.RunTrace;
import dev.migrator.report.StepTrace;
import gg.jte.Content;
import gg.jte.TemplateOutput;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Every object of a report for the page's own script, written column by column while the page is
 * written: 100,000 objects never stand in memory as text.
 *
 * <p>Shape: one JSON object; columns of equal length, in the plan's order of objects. {@code k},
 * {@code n} and {@code m}: kind, namespace and name; {@code c}: class; {@code r}: rule; {@code a}:
 * what is done; {@code s}: state; {@code p}: pause in ms, -1 for none; {@code x}: the steps, five
 * numbers each: verb, state, begin and end in ms of the run (-1: not known), words; {@code d}: the
 * objects that it needs. Kinds, namespaces, rules, verbs and words stand in lists of their own.
 */
final class PageData implements Content {

  private static final List<Protection> CLASSES = List.of(Protection.values());
  private static final List<String> STATES =
      List.of("planned", "not started", "under way", "done", "failed");
  private static final List<String> ACTIONS = List.of("copy", "hand over", "create", "adopt");

  private final RunReport report;
  private final Plan plan;
  private final Optional<TimeScale> scale;
  private final Map<ObjectRef, Integer> numbers = new HashMap<>();
  private final List<List<Step.OnObject>> steps = new ArrayList<>();
  private final Map<StepId, Integer> owners = new HashMap<>();
  private final Map<Integer, List<String>> notes = new TreeMap<>();
  private final Terms kinds = new Terms();
  private final Terms namespaces = new Terms();
  private final Terms rules = new Terms();
  private final Terms verbs = new Terms();
  private final Terms said = new Terms();
  private final Terms reasons = new Terms();

  PageData(RunReport report, Optional<TimeScale> scale) {
    this.report = report;
    this.plan = report.plan();
    this.scale = scale;
    for (PlannedObject object : plan.objects()) {
      numbers.put(object.ref(), steps.size());
      steps.add(new ArrayList<>(2));
    }
    for (Step step : plan.steps()) {
      if (step instanceof Step.OnObject on && numbers.containsKey(on.object())) {
        int number = numbers.get(on.object());
        steps.get(number).add(on);
        owners.put(step.id(), number);
      }
    }
    for (Finding finding : plan.findings()) {
      Integer number = finding.object().map(numbers::get).orElse(null);
      if (number != null) {
        note(number, finding.code() + " " + ShortRef.in(finding.message()));
      }
    }
  }

  @Override
  public void writeTo(TemplateOutput out) {
    ScriptJson.write(out, this::write);
  }

  private void write(JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeBooleanField("run", report.run().isPresent());
    words(json, "states", STATES);
    words(json, "actions", ACTIONS);
    json.writeArrayFieldStart("classes");
    for (Protection protection : CLASSES) {
      json.writeString(protection.label());
    }
    json.writeEndArray();
    scale(json);
    objects(json);
    leftOut(json);
    notes(json);
    words(json, "kinds", kinds.words());
    words(json, "namespaces", namespaces.words());
    words(json, "rules", rules.words());
    words(json, "verbs", verbs.words());
    words(json, "said", said.words());
    words(json, "reasons", reasons.words());
    json.writeEndObject();
  }

  private void scale(JsonGenerator json) throws IOException {
    json.writeArrayFieldStart("scale");
    for (TimeScale.Point point : scale.map(TimeScale::points).orElse(List.of())) {
      json.writeNumber(point.at());
      json.writeNumber(Timeline.number(point.place() * 1000));
    }
    json.writeEndArray();
  }

  private void objects(JsonGenerator json) throws IOException {
    List<PlannedObject> all = plan.objects();
    column(json, "k", all, o -> json.writeNumber(kinds.number(o.ref().groupKind())));
    column(json, "n", all, o -> json.writeNumber(namespaces.number(o.ref().namespace())));
    column(json, "m", all, o -> json.writeString(Printable.of(o.ref().name())));
    column(json, "c", all, o -> json.writeNumber(CLASSES.indexOf(o.protection())));
    column(json, "r", all, o -> json.writeNumber(rules.number(o.rule())));
    column(json, "a", all, o -> json.writeNumber(action(o)));
    column(json, "s", all, o -> json.writeNumber(state(stepsOf(o))));
    Map<ObjectRef, Long> pauses = pauses();
    column(json, "p", all, o -> json.writeNumber(pauses.getOrDefault(o.ref(), -1L)));
    column(json, "x", all, o -> steps(json, stepsOf(o)));
    column(json, "d", all, o -> needs(json, o));
    json.writeObjectFieldStart("target");
    for (PlannedObject object : all) {
      ObjectRef there =
          TargetNames.of(object.ref(), object.apiVersion(), plan.settings().mappings());
      if (!there.equals(object.ref())) {
        json.writeStringField(
            String.valueOf(numbers.get(object.ref())), Printable.of(there.toString()));
      }
    }
    json.writeEndObject();
  }

  private List<Step.OnObject> stepsOf(PlannedObject object) {
    return steps.get(numbers.getOrDefault(object.ref(), 0));
  }

  private int action(PlannedObject object) {
    if (object.alreadyThere()) {
      return 3;
    }
    List<Step.OnObject> own = stepsOf(object);
    return own.stream().anyMatch(step -> step.is(Verb.DELETE))
        ? 1
        : own.stream().anyMatch(step -> step.is(Verb.COPY)) ? 0 : 2;
  }

  /** The state of an object: failed with any step that failed, done with all that are done. */
  private int state(List<Step.OnObject> own) {
    if (report.run().isEmpty()) {
      return 0;
    }
    int done = 0;
    int begun = 0;
    for (Step.OnObject step : own) {
      int state = state(report.run().flatMap(r -> r.step(step.id())));
      if (state == 4) {
        return 4;
      }
      done += state == 3 ? 1 : 0;
      begun += state >= 2 ? 1 : 0;
    }
    return done == own.size() ? 3 : begun > 0 ? 2 : 1;
  }

  private int state(Optional<StepTrace> step) {
    if (report.run().isEmpty()) {
      return 0;
    }
    return step.map(
            s ->
                switch (s.state()) {
                  case UNDER_WAY -> 2;
                  case DONE -> 3;
                  case FAILED -> 4;
                })
        .orElse(1);
  }

  private Map<ObjectRef, Long> pauses() {
    Map<ObjectRef, Long> pauses = new HashMap<>();
    for (HandOverTrace handOver : report.handOvers()) {
      handOver.pause().ifPresent(p -> pauses.put(handOver.object(), p.toMillis()));
    }
    return pauses;
  }

  private void steps(JsonGenerator json, List<Step.OnObject> own) throws IOException {
    json.writeStartArray();
    for (Step.OnObject step : own) {
      Optional<StepTrace> trace = report.run().flatMap(r -> r.step(step.id()));
      json.writeNumber(verbs.number(step.verb().label()));
      json.writeNumber(state(trace));
      json.writeNumber(ms(trace.flatMap(StepTrace::began)));
      json.writeNumber(ms(trace.flatMap(StepTrace::ended)));
      json.writeNumber(said.number(trace.map(StepTrace::said).orElse("")));
      trace
          .flatMap(StepTrace::problem)
          .ifPresent(
              p ->
                  ProblemText.lines(p)
                      .forEach(line -> note(numbers.getOrDefault(step.object(), 0), line)));
    }
    json.writeEndArray();
  }

  private long ms(Optional<Instant> moment) {
    Optional<Instant> began = report.run().map(RunTrace::began);
    return moment
        .flatMap(at -> began.map(from -> Duration.between(from, at).toMillis()))
        .orElse(-1L);
  }

  private void needs(JsonGenerator json, PlannedObject object) throws IOException {
    Set<Integer> needed = new LinkedHashSet<>();
    for (Step.OnObject step : stepsOf(object)) {
      for (StepId need : step.needs()) {
        Integer owner = owners.get(need);
        if (owner != null) {
          needed.add(owner);
        }
      }
    }
    needed.remove(numbers.get(object.ref()));
    json.writeStartArray();
    for (int number : needed) {
      json.writeNumber(number);
    }
    json.writeEndArray();
  }

  private void leftOut(JsonGenerator json) throws IOException {
    List<LeftOut> all = plan.leftOut();
    json.writeObjectFieldStart("left");
    column(json, "k", all, o -> json.writeNumber(kinds.number(o.ref().groupKind())));
    column(json, "n", all, o -> json.writeNumber(namespaces.number(o.ref().namespace())));
    column(json, "m", all, o -> json.writeString(Printable.of(o.ref().name())));
    column(json, "r", all, o -> json.writeNumber(reasons.number(o.reason())));
    json.writeEndObject();
  }

  private void note(int number, String text) {
    notes.computeIfAbsent(number, k -> new ArrayList<>(1)).add(Printable.of(text));
  }

  /** What is said of single objects; after the steps, whose problems are notes too. */
  private void notes(JsonGenerator json) throws IOException {
    for (PlannedObject object : plan.objects()) {
      int number = numbers.getOrDefault(object.ref(), 0);
      if (!object.notReady().isEmpty()) {
        note(number, "was not ready at the source: " + object.notReady());
      }
      object.drops().forEach(drop -> note(number, "left behind: " + drop));
    }
    json.writeObjectFieldStart("notes");
    for (var entry : notes.entrySet()) {
      words(json, String.valueOf(entry.getKey()), entry.getValue());
    }
    json.writeEndObject();
    notes.clear();
  }

  private static void words(JsonGenerator json, String name, List<String> words)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (String word : words) {
      json.writeString(word);
    }
    json.writeEndArray();
  }

  private interface Cell<T> {
    void write(T item) throws IOException;
  }

  private static <T> void column(JsonGenerator json, String name, List<T> items, Cell<T> cell)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (T item : items) {
      cell.write(item);
    }
    json.writeEndArray();
  }
}
