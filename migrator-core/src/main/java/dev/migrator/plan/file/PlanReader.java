package dev.migrator.plan.file;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.cluster.ClusterIdentity;
import dev.migrator.migration.Migration;
import dev.migrator.migration.MigrationFile;
import dev.migrator.model.Digest;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.KeyedDigest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Problem;
import dev.migrator.model.ProblemException;
import dev.migrator.plan.Finding;
import dev.migrator.plan.FindingCode;
import dev.migrator.plan.LeftOut;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.Reading;
import dev.migrator.plan.Step;
import dev.migrator.plan.StepId;
import dev.migrator.plan.sanity.SanityChecks;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Reads a plan line by line, each line strictly, and checks the digest at the end. */
final class PlanReader {

  private final PlanText text;
  private final PlanWriter.RunningDigest digest = new PlanWriter.RunningDigest();
  private String line = "";
  private int number;

  private final List<PlannedObject> objects = new ArrayList<>();
  private final List<Step> steps = new ArrayList<>();
  private final List<LeftOut> leftOut = new ArrayList<>();
  private final List<Finding> findings = new ArrayList<>();
  private final Map<String, StepId> ids = new HashMap<>();
  private final Set<ObjectRef> refs = new HashSet<>();
  private int firstStepLine;

  PlanReader(Reader reader) {
    this.text = new PlanText(reader);
  }

  Plan read() throws IOException {
    try {
      return plan();
    } catch (IllegalArgumentException e) {
      throw broken(number, String.valueOf(e.getMessage()));
    } catch (ProblemException e) {
      throw e.problem().code() == ErrorCode.M1002 ? broken(number, e.problem().why()) : e;
    }
  }

  private Plan plan() throws IOException {
    next();
    while (line.startsWith("#")) {
      next();
    }
    exactly("apiVersion: " + MigrationFile.API_VERSION);
    exactly("kind: Plan");
    ClusterIdentity source = PlanLines.identity(field("source"));
    ClusterIdentity target = PlanLines.identity(field("target"));
    Optional<KeyedDigest> keyCheck = keyCheck();
    Migration settings = settings(field("settings"));
    Optional<Reading> reading =
        line.startsWith("reading: ")
            ? Optional.of(PlanLines.reading(field("reading")))
            : Optional.empty();
    Counts counts = Counts.of(field("counts"));
    section("objects", counts.objects(), this::object);
    firstStepLine = number + 1;
    section("steps", counts.steps(), this::step);
    section("leftOut", counts.leftOut(), this::leftOut);
    section("findings", counts.findings(), this::finding);
    end();
    leftOut.sort(Comparator.comparing(LeftOut::ref));
    findings.sort(Finding.PLAN_ORDER);
    Plan plan =
        new Plan(
            source,
            target,
            keyCheck,
            settings,
            reading.orElseGet(this::readingAsOlderBuilds),
            objects,
            steps,
            leftOut,
            findings);
    check(plan);
    return plan;
  }

  private Optional<KeyedDigest> keyCheck() throws IOException {
    String quoted = "keyCheck: \"";
    if (!line.startsWith(quoted) || !line.endsWith("\"")) {
      return Optional.empty();
    }
    KeyedDigest check = new KeyedDigest(line.substring(quoted.length(), line.length() - 1));
    next();
    return Optional.of(check);
  }

  /**
   * Older builds wrote no line of it: whether Helm's records travel is seen by what is planned, and
   * what was not read by what the findings say.
   */
  private Reading readingAsOlderBuilds() {
    return new Reading(
        objects.stream()
            .map(PlannedObject::ref)
            .anyMatch(
                ref -> ref.kind().equals("Secret") && ref.name().startsWith("sh.helm.release.")),
        List.of(),
        findings.stream()
            .filter(finding -> finding.is(FindingCode.NOT_READ))
            .map(finding -> finding.message().replaceFirst(":.*", ""))
            .toList());
  }

  private Migration settings(JsonNode tree) {
    Migration settings = MigrationFile.fromTree(tree);
    if (!MigrationFile.toTree(settings).equals(tree)) {
      throw new IllegalArgumentException("the settings are not complete");
    }
    return settings;
  }

  private void object(JsonNode tree) {
    PlannedObject object = PlanLines.object(tree);
    if (!objects.isEmpty() && objects.getLast().ref().compareTo(object.ref()) >= 0) {
      throw new IllegalArgumentException(object.ref() + " stands there twice or out of order");
    }
    objects.add(object);
    refs.add(object.ref());
  }

  private void step(JsonNode tree) {
    PlanLines.StepLine said = PlanLines.step(tree);
    List<StepId> needs =
        said.needsAllAbove() ? allAbove() : said.needs().stream().map(this::above).toList();
    for (int i = 1; i < needs.size(); i++) {
      if (needs.get(i - 1).compareTo(needs.get(i)) >= 0) {
        throw new IllegalArgumentException("needs are not sorted, or stand there twice");
      }
    }
    Step step = said.step(needs);
    boolean allAbove =
        !steps.isEmpty() && needs.size() == steps.size() && PlanWriter.waitsForAll(step);
    if (step.phase() != said.phase()
        || allAbove != said.needsAllAbove()
        || !step.id().equals(said.id())) {
      throw new IllegalArgumentException(step.id() + " is not written the way migrator writes it");
    }
    if (step instanceof Step.OnObject on && !refs.contains(on.object())) {
      throw new IllegalArgumentException(step.id() + " is about an object that is not planned");
    }
    StepId id = step.id();
    if (ids.putIfAbsent(id.text(), id) != null) {
      throw new IllegalArgumentException(id + " stands there twice");
    }
    steps.add(step);
  }

  private List<StepId> allAbove() {
    return ids.values().stream().sorted().toList();
  }

  private StepId above(String need) {
    StepId id = ids.get(need);
    if (id == null) {
      throw new IllegalArgumentException(need + " is needed, which is not a step above this one");
    }
    return id;
  }

  private void leftOut(JsonNode tree) {
    LeftOut next = PlanLines.leftOut(tree);
    if (!leftOut.isEmpty() && PlanWriter.LEFT_OUT_ORDER.compare(leftOut.getLast(), next) >= 0) {
      throw new IllegalArgumentException(next.ref() + " stands there twice or out of order");
    }
    if (!refs.add(next.ref())) {
      throw new IllegalArgumentException(next.ref() + " is planned, or left out twice");
    }
    leftOut.add(next);
  }

  private void finding(JsonNode tree) {
    Finding next = PlanLines.finding(tree);
    if (!findings.isEmpty() && PlanWriter.FILE_ORDER.compare(findings.getLast(), next) >= 0) {
      throw new IllegalArgumentException("a finding stands there twice or out of order");
    }
    findings.add(next);
  }

  private void check(Plan plan) {
    for (SanityChecks.Violation violation : SanityChecks.violations(plan)) {
      throw broken(lineOf(plan, violation), violation.check() + ": " + violation.message());
    }
  }

  private int lineOf(Plan plan, SanityChecks.Violation violation) {
    for (int i = 0; i < plan.steps().size(); i++) {
      if (plan.steps().get(i).id().text().equals(violation.subject())) {
        return firstStepLine + i;
      }
    }
    return firstStepLine;
  }

  private void section(String name, int count, Consumer<JsonNode> reader) throws IOException {
    exactly(count == 0 ? name + ": []" : name + ":");
    for (int i = 0; i < count; i++) {
      if (!line.startsWith("- ")) {
        throw new IllegalArgumentException(
            "%s has %d lines, not %d as the counts say".formatted(name, i, count));
      }
      reader.accept(FlowLine.read(line.substring(2)));
      next();
    }
  }

  private JsonNode field(String name) throws IOException {
    if (!line.startsWith(name + ": ")) {
      throw new IllegalArgumentException(name + " is expected here");
    }
    JsonNode tree = FlowLine.read(line.substring(name.length() + 2));
    next();
    return tree;
  }

  private void exactly(String expected) throws IOException {
    if (!line.equals(expected)) {
      throw new IllegalArgumentException("expected here: " + expected);
    }
    next();
  }

  /**
   * The last line has not gone into the digest: {@link #next} adds a line when the next one is
   * asked for.
   */
  private void end() throws IOException {
    Digest computed = digest.soFar();
    if (!line.startsWith("digest: \"")) {
      throw new IllegalArgumentException("expected here: the digest");
    }
    if (!line.equals("digest: \"" + computed.hex() + "\"")) {
      throw new IllegalArgumentException(
          "the digest does not match: the file was changed after it was written");
    }
    if (text.next().isPresent()) {
      number++;
      throw new IllegalArgumentException("nothing may follow the digest");
    }
  }

  private void next() throws IOException {
    if (number > 0) {
      digest.addLine(line);
    }
    number++;
    line =
        text.next()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "the file ends here, before its digest: it is cut"));
  }

  private static ProblemException broken(int line, String why) {
    String shown = FlowLine.plain(why);
    return Problem.of(
            ErrorCode.M1003,
            "the plan file is broken at line " + line,
            shown.length() > 300 ? shown.substring(0, 300) + "..." : shown,
            "make the plan again with migrator plan; a plan cannot be edited by hand")
        .exception();
  }

  /** What the sections must hold. */
  private record Counts(int objects, int steps, int leftOut, int findings) {
    static Counts of(JsonNode tree) {
      PlanLines.LineFields fields = new PlanLines.LineFields(tree);
      Counts counts =
          new Counts(
              fields.number("objects"),
              fields.number("steps"),
              fields.number("leftOut"),
              fields.number("findings"));
      fields.end();
      return counts;
    }
  }
}
