package dev.migrator.planner;

import dev.migrator.classify.Verdict;
import dev.migrator.cluster.ClusterIdentity;
import dev.migrator.graph.Dependency;
import dev.migrator.graph.Reference.Condition;
import dev.migrator.graph.Reference.Strength;
import dev.migrator.migration.Migration;
import dev.migrator.migration.Migration.HookPoint;
import dev.migrator.model.Digest;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Problem;
import dev.migrator.model.Protection;
import dev.migrator.plan.Finding;
import dev.migrator.plan.LeftOut;
import dev.migrator.plan.Reading;
import dev.migrator.plan.Severity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Inputs for planner tests: built by hand, or at random from a seed. */
public final class PlanInputs {

  public static final ClusterIdentity SOURCE =
      new ClusterIdentity("prod-old", "3f1c0000-aaaa", "v1.29.1");
  public static final ClusterIdentity TARGET =
      new ClusterIdentity("prod-new", "9ab20000-bbbb", "v1.33.0");

  private final Map<ObjectRef, Candidate> candidates = new LinkedHashMap<>();
  private final List<Dependency> dependencies = new ArrayList<>();
  private final List<LeftOut> leftOut = new ArrayList<>();
  private final List<Finding> findings = new ArrayList<>();
  private Migration settings = Migration.defaults();
  private Refusals refusals = Refusals.UNKNOWN;

  public static ObjectRef ref(String text) {
    return ObjectRef.parse(text);
  }

  public PlanInputs object(String ref, Protection protection) {
    return with(ref, new Verdict.Decided(protection, "label"), "", new Candidate.AtTarget.Absent());
  }

  public PlanInputs notReady(String ref, Protection protection, String why) {
    return with(
        ref, new Verdict.Decided(protection, "label"), why, new Candidate.AtTarget.Absent());
  }

  public PlanInputs with(
      String ref, Verdict verdict, String notReady, Candidate.AtTarget atTarget) {
    ObjectRef parsed = ref(ref);
    boolean secret = parsed.kind().equals("Secret");
    String apiVersion = parsed.group().isEmpty() ? "v1" : parsed.group() + "/v1";
    candidates.put(
        parsed,
        new Candidate(
            parsed,
            apiVersion,
            apiVersion,
            "uid-" + candidates.size(),
            secret ? "" + (100 + candidates.size()) : "",
            secret
                ? Optional.empty()
                : Optional.of(
                    Digest.ofBytes(ref.getBytes(java.nio.charset.StandardCharsets.UTF_8))),
            Optional.empty(),
            verdict,
            Optional.empty(),
            List.of(),
            notReady,
            atTarget));
    return this;
  }

  /** Objects must be added before what needs them. */
  public PlanInputs needs(String from, String to, Strength strength, Condition condition) {
    dependencies.add(
        new Dependency(ref(from), ref(to), strength, condition, "spec.of." + ref(to).kind()));
    return this;
  }

  public PlanInputs settings(Migration migration) {
    settings = migration;
    return this;
  }

  /** The validating object may refuse these, and nothing else. */
  public PlanInputs mayRefuse(String validating, String... objects) {
    Set<ObjectRef> judged = new HashSet<>(refusals.judged());
    Map<ObjectRef, Set<ObjectRef>> byObject = new HashMap<>(refusals.byObject());
    judged.add(ref(validating));
    for (String object : objects) {
      byObject.merge(
          ref(object),
          Set.of(ref(validating)),
          (one, other) -> Stream.concat(one.stream(), other.stream()).collect(Collectors.toSet()));
    }
    refusals = new Refusals(judged, byObject);
    return this;
  }

  public PlanInputs leftOut(String ref, String reason) {
    leftOut.add(new LeftOut(ref(ref), reason));
    return this;
  }

  public PlanInput input() {
    return new PlanInput(
        SOURCE,
        TARGET,
        Optional.empty(),
        settings,
        Reading.ofAll(),
        candidates.size() + leftOut.size(),
        List.copyOf(candidates.values()),
        leftOut,
        List.copyOf(candidates.keySet()),
        dependencies,
        Map.of(),
        refusals,
        findings);
  }

  public static PlanInput random(Random random, int size) {
    PlanInputs inputs = new PlanInputs();
    String[] kinds = {
      "Namespace",
      "ConfigMap",
      "Secret",
      "Service",
      "PersistentVolumeClaim",
      "Deployment.apps",
      "StatefulSet.apps",
      "CronJob.batch",
      "Job.batch",
      "Widget.acme.example",
      "Role.rbac.authorization.k8s.io",
      "Pod"
    };
    List<String> refs = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      String kind = kinds[random.nextInt(kinds.length)];
      String ref =
          kind
              + "/"
              + (kind.equals("Namespace") ? "" : "ns" + random.nextInt(3))
              + "/o"
              + i
              + nameTail(random);
      inputs.with(
          ref, verdict(random), random.nextInt(8) == 0 ? "0 of 1 ready" : "", atTarget(random));
      for (int n = random.nextInt(4); n > 0 && !refs.isEmpty(); n--) {
        inputs.needs(
            ref,
            refs.get(random.nextInt(refs.size())),
            random.nextBoolean() ? Strength.HARD : Strength.SOFT,
            random.nextBoolean() ? Condition.APPLIED : Condition.CURRENT);
      }
      refs.add(ref);
    }
    for (int i = random.nextInt(5); i > 0; i--) {
      inputs.leftOut(
          "Event/ns0/e" + i,
          "reason \"" + random.nextInt(2) + "\": \u202e\u0007 \u00e9\ud83d\ude80 # {x}");
    }
    for (Severity severity : Severity.values()) {
      inputs.findings.add(
          new Finding(
              severity,
              "code-" + random.nextInt(2),
              Optional.empty(),
              "a\nb \\ \" ' : - \u2028",
              ""));
    }
    Migration d = Migration.defaults();
    inputs.settings(
        new Migration(
            d.name(),
            d.scope(),
            d.classification(),
            random.nextBoolean()
                ? d.mappings()
                : new Migration.Mappings(Map.of("ns0", "ns9"), Map.of(), Map.of(), Map.of()),
            d.modifiers(),
            d.gates(),
            hooks(random),
            new Migration.HandOver(
                d.handover().drainTimeout(),
                d.handover().onDrainTimeout(),
                d.handover().missedRuns(),
                random.nextBoolean()),
            d.limits(),
            d.data()));
    PlanInput input = inputs.input();
    List<Candidate> shuffled = new ArrayList<>(input.candidates());
    Collections.shuffle(shuffled, random);
    return new PlanInput(
        input.source(),
        input.target(),
        input.keyCheck(),
        input.settings(),
        size % 3 == 0
            ? Reading.ofAll()
            : new Reading(
                size % 2 == 0,
                List.of("foo.example.com/v1"),
                List.of("foos.foo.example.com", "bar.example.com/v1")),
        input.listed(),
        shuffled,
        input.leftOut(),
        input.order(),
        input.dependencies(),
        input.autoscaled(),
        input.refusals(),
        input.findings());
  }

  private static Map<HookPoint, Migration.Hook> hooks(Random random) {
    Map<HookPoint, Migration.Hook> hooks = new EnumMap<>(HookPoint.class);
    if (random.nextBoolean()) {
      for (HookPoint point : HookPoint.values()) {
        if (random.nextBoolean()) {
          hooks.put(
              point,
              new Migration.Hook(
                  List.of("x", "a b"), Duration.ofSeconds(9), Migration.OnHookFailure.ABORT));
        }
      }
    }
    return hooks;
  }

  private static String nameTail(Random random) {
    return random.nextInt(10) == 0 ? ":x.y" : "";
  }

  private static Verdict verdict(Random random) {
    return switch (random.nextInt(12)) {
      case 0 -> new Verdict.Undecided("a StatefulSet may hold state");
      case 1 ->
          new Verdict.Illegal(
              Problem.of(ErrorCode.M1101, "label keep=maybe", "legal are loss, duplication, none"));
      case 2, 3, 4 -> new Verdict.Decided(Protection.DUPLICATION, "rule 1");
      case 5, 6, 7 -> new Verdict.Decided(Protection.NONE, "label");
      default -> new Verdict.Decided(Protection.LOSS, "default for ConfigMap: passive");
    };
  }

  private static Candidate.AtTarget atTarget(Random random) {
    return switch (random.nextInt(12)) {
      case 0 -> new Candidate.AtTarget.Equal();
      case 1 -> new Candidate.AtTarget.Different(List.of("data.a", "metadata.labels"));
      default -> new Candidate.AtTarget.Absent();
    };
  }
}
