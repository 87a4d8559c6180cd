package dev.migrator.planner;

import dev.migrator.classify.Verdict;
import dev.migrator.classify.VolumeClassifier;
import dev.migrator.graph.Dependency;
import dev.migrator.graph.Reference.Condition;
import dev.migrator.graph.Reference.Strength;
import dev.migrator.migration.Migration;
import dev.migrator.migration.VolumeDecisions;
import dev.migrator.migration.VolumeRule;
import dev.migrator.migration.VolumeWay;
import dev.migrator.model.Amount;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Problem;
import dev.migrator.model.Protection;
import dev.migrator.mover.Mover;
import dev.migrator.mover.Side;
import dev.migrator.mover.Values;
import dev.migrator.plan.Activity;
import dev.migrator.plan.Finding;
import dev.migrator.plan.FindingCode;
import dev.migrator.plan.LeftOut;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.PlannedVolume;
import dev.migrator.plan.Severity;
import dev.migrator.plan.Step;
import dev.migrator.plan.TargetNames;
import dev.migrator.plan.sanity.SanityChecks;
import dev.migrator.planner.Candidate.AtTarget;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Makes a plan from what is known of both clusters. Pure: the same input gives the same plan.
 *
 * <p>What nobody decides, and what contradicts itself, is left out of the steps and blocks the plan
 * by a finding. Every plan passes the sanity checks before anybody sees it.
 *
 * <p>Errors: {@link ErrorCode#M9001} when a sanity check fails: a defect of ours, and no plan.
 */
public final class Planner {

  private static final String CLAIM = "PersistentVolumeClaim";

  private final PlanInput input;
  private final Map<ObjectRef, PlannedObject> planned = new TreeMap<>();
  private final List<LeftOut> leftOut = new ArrayList<>();
  private final Set<Finding> findings = new HashSet<>();
  private final Map<ObjectRef, List<Dependency>> dependencies = new LinkedHashMap<>();

  private Planner(PlanInput input) {
    this.input = input;
  }

  public static Plan plan(PlanInput input) {
    return new Planner(input).plan();
  }

  private Plan plan() {
    leftOut.addAll(input.leftOut());
    findings.addAll(input.findings());
    input.candidates().forEach(this::decide);
    for (Dependency d : input.dependencies()) {
      if (planned.containsKey(d.from()) && planned.containsKey(d.to())) {
        dependencies.computeIfAbsent(d.from(), k -> new ArrayList<>()).add(d);
      }
    }
    VolumeDecisions decisions = VolumeDecisions.of(input.settings().data().volumes());
    planned.values().stream()
        .filter(PlannedObject::isCopied)
        .forEach(claim -> needForMover(claim, decisions));
    Set<ObjectRef> carried =
        planned.values().stream()
            .filter(PlannedObject::isCarried)
            .map(PlannedObject::ref)
            .collect(Collectors.toSet());
    Set<ObjectRef> copied =
        carried.stream()
            .filter(ref -> Optional.ofNullable(planned.get(ref)).orElseThrow().isCopied())
            .collect(Collectors.toSet());
    Map<ObjectRef, Protection> protections = new HashMap<>();
    planned.forEach((ref, object) -> protections.put(ref, object.protection()));
    Placement placement = Placement.of(protections, dependencies, carried);
    Set<ObjectRef> notReady = new HashSet<>();
    planned.values().stream()
        .filter(o -> !o.notReady().isEmpty())
        .forEach(o -> notReady.add(o.ref()));
    List<ObjectRef> order = input.order().stream().filter(planned::containsKey).toList();
    List<Step> steps =
        Steps.of(
            placement,
            order,
            dependencies,
            CarriedClaims.of(carried, copied, placement, order, dependencies),
            notReady,
            input.settings().handover().pipelined(),
            input.settings().hooks().keySet(),
            Validations.of(placement, order, input.refusals(), input.settings()));
    notePlacement(placement, carried);
    noteNotReady();
    noteSharedNames();
    RemedyContext named = new RemedyContext(input.source().context(), input.target().context());
    Plan plan =
        new Plan(
            input.source(),
            input.target(),
            input.keyCheck().filter(check -> hasKeyed()),
            input.settings(),
            input.reading(),
            List.copyOf(planned.values()),
            steps,
            leftOut.stream().sorted(Comparator.comparing(LeftOut::ref)).toList(),
            findings.stream().map(named::in).sorted(Finding.PLAN_ORDER).toList());
    check(plan);
    return plan;
  }

  /** What the pods of a mover name at the target, and travels, is there before the claim. */
  private void needForMover(PlannedObject claim, VolumeDecisions decisions) {
    Optional<VolumeRule> rule = decisions.of(claim.ref().namespace(), claim.ref().name());
    String name = rule.flatMap(VolumeRule::mover).orElse("");
    Map<String, String> files = input.settings().data().movers().getOrDefault(name, Map.of());
    if (files.isEmpty()) {
      return;
    }
    Values values = Values.toAsk(claim.ref(), rule.orElseThrow().toldToMover());
    for (ObjectRef needed : Mover.of(name, new TreeMap<>(files)).needs(Side.TARGET, values)) {
      if (planned.containsKey(needed)) {
        dependencies
            .computeIfAbsent(claim.ref(), k -> new ArrayList<>())
            .add(
                new Dependency(
                    claim.ref(), needed, Strength.HARD, Condition.APPLIED, "mover " + name));
      }
    }
  }

  /** A plan that binds nothing by its key needs none. */
  private boolean hasKeyed() {
    return planned.values().stream()
        .anyMatch(object -> object.keyed().isPresent() || object.isCopied());
  }

  private void decide(Candidate candidate) {
    switch (candidate.verdict()) {
      case Verdict.Decided decided -> accept(candidate, decided);
      case Verdict.Undecided undecided -> {
        leftOut.add(
            new LeftOut(candidate.ref(), "undecided: apply refuses until its class is decided"));
        block(
            candidate.ref().groupKind().equals(CLAIM) ? ErrorCode.M1111 : ErrorCode.M1102,
            candidate.ref(),
            undecided.why(),
            wayOut(candidate.ref()));
      }
      case Verdict.Illegal illegal -> {
        Problem problem = illegal.problem();
        leftOut.add(new LeftOut(candidate.ref(), "illegal: " + problem.code().title()));
        block(
            problem.code(),
            candidate.ref(),
            problem.what() + (problem.why().isEmpty() ? "" : ": " + problem.why()),
            problem.next().isEmpty()
                ? wayOut(candidate.ref())
                : String.join("; or ", problem.next()));
      }
    }
  }

  private void accept(Candidate candidate, Verdict.Decided decided) {
    ObjectRef ref = candidate.ref();
    boolean kept =
        decided.protection() == Protection.DUPLICATION
            && Activity.isKept(ref)
            && candidate.volume().filter(PlannedVolume::isHandedOver).isEmpty();
    if (kept && decided.rule().equals("label") && !ref.kind().equals("Namespace")) {
      block(
          ErrorCode.M1107,
          ref,
          "a "
              + ref.kind()
              + " is never deleted at the source, because what is in it would go too; so it cannot"
              + " be protected from duplication",
          "label what uses it instead: " + wayOut(ref));
    }
    boolean there =
        switch (candidate.atTarget()) {
          case AtTarget.Absent() -> false;
          case AtTarget.Equal() -> {
            if (decided.protection() == Protection.DUPLICATION && !kept) {
              block(
                  ErrorCode.M1105,
                  ref,
                  "the target has an active one already: it exists twice now",
                  "delete one of the two, then plan again");
            }
            yield true;
          }
          case AtTarget.Different(List < String > fields) -> {
            block(
                ErrorCode.M1105,
                ref,
                "the target has a different one, which is never overwritten; it differs in "
                    + String.join(", ", fields),
                "delete or change the target's object, or leave the source's out with label "
                    + "migrator.dev/exclude=true, then plan again");
            yield false;
          }
        };
    planned.put(
        ref,
        new PlannedObject(
            ref,
            candidate.apiVersion(),
            candidate.sourceApiVersion(),
            candidate.uid(),
            candidate.resourceVersion(),
            candidate.digest(),
            candidate.keyed(),
            kept ? Protection.LOSS : decided.protection(),
            kept
                ? "a " + ref.kind() + " is copied and never deleted; else " + decided.rule()
                : decided.rule(),
            candidate.volume(),
            there,
            candidate.drops().stream().sorted().toList(),
            candidate.notReady(),
            Optional.ofNullable(input.autoscaled().get(ref))));
  }

  private String wayOut(ObjectRef ref) {
    if (ref.groupKind().equals(CLAIM)) {
      return "kubectl label pvc %s -n %s %s=%s   (or =%s; or a rule in volumes; or --default-for volumes=%s)"
          .formatted(
              ref.name(),
              ref.namespace(),
              VolumeClassifier.LABEL,
              VolumeWay.HAND_OVER.label(),
              VolumeWay.labels().stream().skip(1).collect(Collectors.joining(", or =")),
              String.join("|", VolumeWay.labels()));
    }
    Migration.LabelNames label = input.settings().classification().label();
    String namespace = ref.namespace().isEmpty() ? "" : " -n " + ref.namespace();
    return "kubectl label %s %s%s %s=%s   (or =%s, or =%s; or a rule in classification.rules; or --default-for undecided=loss|duplication|none)"
        .formatted(
            ref.groupKind().toLowerCase(java.util.Locale.ROOT),
            ref.name(),
            namespace,
            label.key(),
            label.duplication(),
            label.loss(),
            label.none());
  }

  private void notePlacement(Placement placement, Set<ObjectRef> carried) {
    for (PlannedObject object : planned.values()) {
      if (Placement.validates(object.ref()) && placement.of(object.ref()) == Placement.Place.LAST) {
        note(
            Severity.NOTE,
            FindingCode.VALIDATES_LAST,
            object.ref(),
            "is created after everything that it may refuse, so that it refuses nothing on the"
                + " way");
      }
      placement
          .cause(object.ref())
          .ifPresent(
              cause -> {
                if (placement.of(object.ref()) == Placement.Place.COPY) {
                  note(
                      Severity.NOTE,
                      FindingCode.COPIED_EARLY,
                      object.ref(),
                      "tolerates everything, and is copied in phase 1 because "
                          + cause.from()
                          + " needs it ("
                          + cause.field()
                          + ")");
                } else {
                  note(
                      Severity.WARNING,
                      FindingCode.CREATED_LATE,
                      object.ref(),
                      "is created only after the hand-over, because it needs "
                          + cause.to()
                          + " ("
                          + cause.field()
                          + (carried.contains(cause.to())
                              ? "), whose data is captured in the pause: what it writes at the"
                                  + " source after that stays there"
                              : "), which leaves the source: the copy that stays there may"
                                  + " suffer"));
                }
              });
    }
    dependencies.values().stream()
        .flatMap(List::stream)
        .filter(d -> !placement.holds(d) && !Activity.runs(d.to()))
        .forEach(
            d ->
                note(
                    Severity.NOTE,
                    FindingCode.WITHOUT_DEPENDENCY,
                    d.from(),
                    "is created before " + d.to() + " (" + d.field() + "), which comes later"));
  }

  private void noteNotReady() {
    for (PlannedObject object : planned.values()) {
      if (!object.notReady().isEmpty() && Activity.serves(object.ref())) {
        note(
            Severity.NOTE,
            FindingCode.NOT_READY_AT_SOURCE,
            object.ref(),
            "was not ready at the source: "
                + object.notReady()
                + "; the run does not wait for it at the target");
      }
    }
    for (List<Dependency> some : dependencies.values()) {
      for (Dependency d : some) {
        String why =
            Optional.ofNullable(planned.get(d.to())).map(PlannedObject::notReady).orElse("");
        if (d.condition() == Condition.CURRENT && !why.isEmpty()) {
          note(
              Severity.WARNING,
              FindingCode.NEEDS_WHAT_IS_NOT_READY,
              d.from(),
              "needs "
                  + d.to()
                  + " to work ("
                  + d.field()
                  + "), which was not ready at the source: "
                  + why);
        }
      }
    }
  }

  private void noteSharedNames() {
    Map<ObjectRef, ObjectRef> byTarget = new HashMap<>();
    for (ObjectRef ref : planned.keySet()) {
      ObjectRef target = TargetNames.of(ref, input.settings().mappings());
      ObjectRef first = byTarget.putIfAbsent(target, ref);
      if (first != null) {
        block(
            ErrorCode.M1105,
            ref,
            "would have the same name at the target as " + first + ": " + target,
            "map the namespaces apart, or leave one out with label migrator.dev/exclude=true");
      }
    }
  }

  private void block(ErrorCode code, ObjectRef ref, String message, String remedy) {
    findings.add(new Finding(Severity.BLOCKER, code, Optional.of(ref), message, remedy));
  }

  private void note(Severity severity, FindingCode code, ObjectRef ref, String message) {
    findings.add(new Finding(severity, code, Optional.of(ref), message, ""));
  }

  private void check(Plan plan) {
    List<String> wrong = new ArrayList<>();
    SanityChecks.violations(plan).forEach(v -> wrong.add(v.toString()));
    SanityChecks.violations(plan, dependencies.values().stream().flatMap(List::stream).toList())
        .forEach(v -> wrong.add(v.toString()));
    if (input.listed() != plan.objects().size() + plan.leftOut().size()) {
      wrong.add(
          "CountsAddUp: %s listed, but %d are planned and %d left out"
              .formatted(
                  Amount.of(input.listed(), "object was", "objects were"),
                  plan.objects().size(),
                  plan.leftOut().size()));
    }
    if (!wrong.isEmpty()) {
      throw Problem.of(
              ErrorCode.M9001,
              "the plan does not pass its own checks: no plan is made",
              String.join("; ", wrong.subList(0, Math.min(5, wrong.size()))),
              "report this, with the objects named above")
          .exception();
    }
  }
}
