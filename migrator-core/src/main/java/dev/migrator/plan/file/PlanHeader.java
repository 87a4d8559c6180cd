package dev.migrator.plan.file;

import dev.migrator.cluster.ClusterIdentity;
import dev.migrator.migration.Migration.GatePolicy;
import dev.migrator.migration.Migration.Hook;
import dev.migrator.migration.Migration.HookPoint;
import dev.migrator.migration.Migration.OnHookFailure;
import dev.migrator.migration.VolumeWay;
import dev.migrator.model.Amount;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ShortRef;
import dev.migrator.plan.Finding;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.PlannedVolume;
import dev.migrator.plan.Severity;
import dev.migrator.plan.Step;
import dev.migrator.plan.Verb;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a person must know of a plan before anything else: at most 40 lines, and more only where so
 * many kinds of findings can destroy something; what cannot be undone or proven last.
 *
 * <p>Shape: lines without a line end and without control characters; same plan, same lines.
 */
public final class PlanHeader {

  private static final int MOST_LINES = 40;
  private static final int MOST_GROUPS = 6;
  private static final int LAST_GROUPS = 3;
  private static final int EXAMPLES = 2;
  private static final int WIDTH = 160;
  private static final int MOST_WAYS = 6;

  private final Plan plan;
  private final int groups;
  private final List<String> lines = new ArrayList<>();

  private PlanHeader(Plan plan, int groups) {
    this.plan = plan;
    this.groups = groups;
  }

  public static List<String> of(Plan plan) {
    List<String> lines = of(plan, MOST_GROUPS);
    // Where there is much of everything, each part says less.
    for (int groups = MOST_GROUPS - 1; lines.size() > MOST_LINES && groups > 0; groups--) {
      lines = of(plan, groups);
    }
    return lines;
  }

  private static List<String> of(Plan plan, int groups) {
    PlanHeader header = new PlanHeader(plan, groups);
    int last = Math.min(LAST_GROUPS, groups);
    header.banner();
    header.phases();
    header.leftOut();
    header.findings(
        Severity.BLOCKER, "BLOCKED: apply refuses this plan until these are decided", groups);
    header.findings(Severity.WARNING, "Warnings", groups);
    header.findings(Severity.UNPROVEN, "! not provable in advance", last);
    header.findings(Severity.IRREVERSIBLE, "! irreversible", last);
    return header.lines.stream().map(PlanHeader::printable).toList();
  }

  /** {@code FROM prod-old (v1.29.1, uid 3f1c..) -> TO prod-new (v1.33.0, uid 9ab2..)}. */
  public static String fromTo(Plan plan) {
    return printable("FROM " + shown(plan.source()) + "  ->  TO " + shown(plan.target()));
  }

  private void banner() {
    lines.add("migrator plan: " + plan.settings().name());
    lines.add(fromTo(plan));
    lines.add(
        "Plan: %s to copy, %s to hand over, %s to create last, %s left out; %s, %s."
            .formatted(
                Amount.of(count(Verb.COPY)),
                Amount.of(count(Verb.DELETE)),
                Amount.of(createdLast()),
                Amount.of(plan.leftOut().size()),
                Amount.of(plan.objects().size(), "object"),
                Amount.of(plan.steps().size(), "step")));
    nothingMoves(plan).ifPresent(lines::add);
  }

  /**
   * Why a plan moves nothing, so that its success is not mistaken for a move; empty when it does.
   */
  public static Optional<String> nothingMoves(Plan plan) {
    long there = plan.objects().stream().filter(PlannedObject::alreadyThere).count();
    if (there < plan.objects().size()
        || plan.steps().stream().anyMatch(step -> step.is(Verb.DELETE))) {
      return Optional.empty();
    }
    return Optional.of(
        "NOTHING MOVES: "
            + (there > 0
                ? everyOf(there, "object is", "objects are") + " at the target already."
                : plan.leftOut().isEmpty()
                    ? "the source holds nothing that is in scope."
                    : everyOf(
                        plan.leftOut().size(),
                        "object that was found is left out.",
                        "objects that were found are left out.")));
  }

  private void phases() {
    lines.add("");
    long there = plan.objects().stream().filter(PlannedObject::alreadyThere).count();
    lines.add(
        "phase 1 copy        %s%s"
            .formatted(
                Amount.of(count(Verb.COPY), "object"),
                there == 0
                    ? ""
                    : " (of all objects " + Amount.of(there, "is", "are") + " there already)"));
    for (Step step : plan.steps()) {
      if (step instanceof Step.Gate gate) {
        lines.add("gate    %-14s %s".formatted(gate.name(), policy(gate.name())));
      }
    }
    lines.addAll(commands(plan));
    lines.add(
        "phase 2 hand over   %s stopped, drained and deleted at the source"
            .formatted(Amount.of(count(Verb.DELETE), "object is", "objects are")));
    lines.add(
        "phase 3 recreate    the same %s at the target, and %s more"
            .formatted(Amount.of(count(Verb.DELETE)), Amount.of(createdLast())));
    lines.add("phase 4 verify      the target is compared with this plan");
    lines.addAll(volumes());
  }

  /** How many claims go which way, and how much that is: a line a way and mover. */
  private List<String> volumes() {
    Map<VolumeWay, Map<String, List<PlannedVolume>>> ways = new TreeMap<>();
    for (PlannedObject object : plan.objects()) {
      if (object.ref().groupKind().equals("PersistentVolumeClaim")) {
        String mover = plan.mover(object).map(name -> " by " + name).orElse("");
        object
            .volume()
            .ifPresent(
                volume ->
                    ways.computeIfAbsent(volume.way(), way -> new TreeMap<>())
                        .computeIfAbsent(mover, by -> new ArrayList<>())
                        .add(volume));
      }
    }
    List<String> all = new ArrayList<>();
    ways.forEach(
        (way, movers) ->
            movers.forEach(
                (mover, volumes) ->
                    all.add(
                        "%-19s %s"
                            .formatted(all.isEmpty() ? "volumes" : "", way(way, mover, volumes)))));
    return all.size() <= MOST_WAYS
        ? all
        : Stream.concat(
                all.stream().limit(MOST_WAYS - 1),
                Stream.of(" ".repeat(20) + "and " + (all.size() - MOST_WAYS + 1) + " more ways"))
            .toList();
  }

  private static String way(VolumeWay way, String mover, List<PlannedVolume> volumes) {
    String some = Amount.of(volumes.size()) + "%s (" + amount(volumes) + ")";
    return switch (way) {
      case HAND_OVER ->
          some.formatted(" handed over") + ", paused to drain, detach, bind and attach";
      case SHARE -> some.formatted(" shared");
      case SNAPSHOT ->
          some.formatted(" by snapshot")
              + ", paused, where they are, to drain, take and restore it";
      case COPY ->
          some.formatted(" copied" + mover)
              + ", once ahead, then what has changed since in the pause; time: known after the"
              + " first pass";
      case EMPTY -> some.formatted(volumes.size() == 1 ? " starts empty" : " start empty");
    };
  }

  /** The size of a volume is not what is in it: each is called what it is. */
  private static String amount(List<PlannedVolume> volumes) {
    List<PlannedVolume> known = volumes.stream().filter(v -> v.used().isPresent()).toList();
    if (known.isEmpty()) {
      return size(volumes);
    }
    List<PlannedVolume> others = volumes.stream().filter(v -> v.used().isEmpty()).toList();
    return "used "
        + Amount.bytes(known.stream().mapToLong(volume -> volume.used().orElse(0)).sum())
        + (others.isEmpty() ? "" : ", " + size(others) + " of " + Amount.of(others.size()));
  }

  private static String size(List<PlannedVolume> volumes) {
    return volumes.stream().allMatch(volume -> volume.bytes().isEmpty())
        ? "size not known"
        : "size "
            + Amount.bytes(volumes.stream().mapToLong(volume -> volume.bytes().orElse(0)).sum());
  }

  /** What the move runs on the machine that works on it, gates too: a line a command, in full. */
  public static List<String> allCommands(Plan plan) {
    List<String> all = new ArrayList<>();
    for (Step step : plan.steps()) {
      if (step instanceof Step.Gate gate
          && plan.settings().gates().get(gate.name()) instanceof GatePolicy.Command command) {
        all.add(
            FlowLine.plain(
                "gate    %-18s command %s"
                    .formatted(gate.name(), String.join(" ", command.argv()))));
      }
    }
    all.addAll(commands(plan));
    return all;
  }

  /** What the hooks run: a line a command, in full. */
  private static List<String> commands(Plan plan) {
    Map<HookPoint, Long> times =
        plan.steps().stream()
            .filter(step -> step.command().isPresent())
            .collect(
                Collectors.groupingBy(
                    step -> step.command().orElseThrow(), TreeMap::new, Collectors.counting()));
    return times.entrySet().stream()
        .map(
            e ->
                FlowLine.plain(
                    "hook    %-18s %s%s"
                        .formatted(
                            e.getKey().label(),
                            command(plan, e.getKey()),
                            e.getValue() == 1 ? "" : "   (" + e.getValue() + " times)")))
        .toList();
  }

  private static String command(Plan plan, HookPoint point) {
    Hook hook = plan.settings().hooks().get(point);
    return hook == null
        ? "is not set"
        : "command "
            + String.join(" ", hook.argv())
            + (hook.onFailure() == OnHookFailure.CONTINUE ? "   (may fail)" : "");
  }

  private String policy(String gate) {
    GatePolicy policy = plan.settings().gates().getOrDefault(gate, new GatePolicy.Auto());
    return switch (policy) {
      case GatePolicy.Manual() -> "manual";
      case GatePolicy.Auto() -> "auto";
      case GatePolicy.Command(List < String > argv) -> "command " + String.join(" ", argv);
    };
  }

  private void leftOut() {
    Map<String, Integer> reasons = new TreeMap<>();
    plan.leftOut().forEach(l -> reasons.merge(l.reason(), 1, Integer::sum));
    if (reasons.isEmpty()) {
      return;
    }
    lines.add("");
    lines.add("Left out: " + Amount.of(plan.leftOut().size()));
    List<Map.Entry<String, Integer>> byCount =
        reasons.entrySet().stream()
            .sorted(Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder()))
            .toList();
    byCount.stream()
        .limit(groups)
        .forEach(e -> lines.add("  %d  %s".formatted(e.getValue(), ShortRef.in(e.getKey()))));
    if (byCount.size() > groups) {
      lines.add("  and " + Amount.of(byCount.size() - groups, "more reason"));
    }
  }

  private void findings(Severity severity, String title, int most) {
    List<Finding> some = plan.findings().stream().filter(f -> f.severity() == severity).toList();
    if (some.isEmpty()) {
      return;
    }
    List<List<Finding>> kinds = kinds(some);
    int dangerous = (int) kinds.stream().filter(PlanHeader::isNeverCut).count();
    int shown = Math.min(kinds.size(), Math.max(dangerous, most));
    lines.add("");
    lines.add(title + ": " + Amount.of(some.size()));
    kinds.stream().limit(shown).forEach(kind -> lines.add("  " + group(kind)));
    if (kinds.size() > shown) {
      lines.add("  and " + Amount.of(kinds.size() - shown, "more kind"));
    }
  }

  /** By their codes, what can destroy most first. */
  private static List<List<Finding>> kinds(List<Finding> findings) {
    return findings.stream()
        .collect(Collectors.groupingBy(Finding::code, TreeMap::new, Collectors.toList()))
        .values()
        .stream()
        .sorted(Comparator.comparing(kind -> kind.getFirst().harm()))
        .toList();
  }

  private static boolean isNeverCut(List<Finding> kind) {
    return kind.getFirst().harm().isNeverCut();
  }

  private static String group(List<Finding> findings) {
    Finding first = findings.getFirst();
    if (findings.size() == 1) {
      return first.code() + " " + subject(first) + ShortRef.in(first.message());
    }
    List<ObjectRef> objects = findings.stream().flatMap(f -> f.object().stream()).toList();
    String examples =
        objects.stream().limit(EXAMPLES).map(ShortRef::of).collect(Collectors.joining(", "))
            + (objects.size() > EXAMPLES ? ", ..." : "");
    return "%s %s%s"
        .formatted(
            first.code(),
            Amount.of(findings.size(), "time"),
            examples.isEmpty() ? ": " + ShortRef.in(first.message()) : ": " + examples);
  }

  private static String subject(Finding finding) {
    return finding.object().map(ref -> ShortRef.of(ref) + ": ").orElse("");
  }

  private long count(Verb verb) {
    return plan.steps().stream().filter(step -> step.is(verb)).count();
  }

  private static String everyOf(long count, String one, String many) {
    return count == 1 ? "the only " + one : "all " + Amount.of(count, one, many);
  }

  private long createdLast() {
    long recreated =
        plan.steps().stream().filter(s -> s.is(Verb.CREATE) || s.is(Verb.CREATE_INERT)).count();
    return recreated - count(Verb.DELETE);
  }

  private static String shown(ClusterIdentity identity) {
    String uid = identity.uid();
    return "%s (%s, uid %s)"
        .formatted(
            identity.context(),
            identity.version(),
            uid.length() > 8 ? uid.substring(0, 8) + ".." : uid);
  }

  private static String printable(String line) {
    String plain = FlowLine.plain(line);
    return plain.length() > WIDTH ? plain.substring(0, WIDTH) + "..." : plain;
  }
}
