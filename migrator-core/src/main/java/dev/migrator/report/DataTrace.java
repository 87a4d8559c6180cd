package dev.migrator.report;

import dev.migrator.lifecycle.CopiedData;
import dev.migrator.lifecycle.StepRecords;
import dev.migrator.migration.VolumeWay;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.CarriedData;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.PlannedVolume;
import dev.migrator.plan.Step;
import dev.migrator.plan.StepId;
import dev.migrator.plan.Verb;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How far the data of one claim is on its way, and what its way took.
 *
 * @param mover that copies it; empty for every other way
 * @param alreadyThere the target has the claim: nothing brings data to it
 * @param size of its volume; empty where the source does not say
 * @param used how much of it was in use when the plan was made, rounded up; empty where that is not
 *     known
 * @param passes what steps carry it, in their order, as far as they were begun
 * @param isThere whether the last of these steps is done
 * @param isAtRest whether all that the plan has of its users is stopped when its data is captured
 * @param stoppedFor what is stopped while its data is captured, sorted
 * @param pause the longest of them, or of the claim itself where its disk is handed over; empty
 *     while it lasts
 */
public record DataTrace(
    ObjectRef claim,
    VolumeWay way,
    Optional<String> mover,
    boolean alreadyThere,
    OptionalLong size,
    OptionalLong used,
    List<Pass> passes,
    boolean isThere,
    boolean isAtRest,
    List<ObjectRef> stoppedFor,
    Optional<Duration> pause) {

  private static final List<Verb> WAY = List.of(Verb.PRECOPY, Verb.CAPTURE, Verb.FILL);

  public DataTrace {
    passes = List.copyOf(passes);
    stoppedFor = List.copyOf(stoppedFor);
  }

  /**
   * One step of the way.
   *
   * @param step precopy, capture or fill
   * @param said what a mover said of the data; empty for a snapshot
   * @param took how long the mover's Jobs worked; of a snapshot the latest try of the step, with
   *     all that it waited for; empty while it is under way, and where that is not known
   */
  public record Pass(
      Verb step, StepTrace.State state, Optional<CopiedData> said, Optional<Duration> took) {}

  /** What is known of the step. */
  public Optional<Pass> pass(Verb step) {
    return passes.stream().filter(pass -> pass.step() == step).findFirst();
  }

  /** What the target has in the end, else the source in the latest pass. */
  public Optional<CopiedData> said() {
    return passes.reversed().stream().flatMap(pass -> pass.said().stream()).findFirst();
  }

  /**
   * What both sides say of all of it when it was compared, the source's first; empty where nothing
   * was, as in a copy of what was in use.
   */
  public Optional<Digests> compared() {
    return digest(Verb.CAPTURE)
        .flatMap(source -> digest(Verb.FILL).map(target -> new Digests(source, target)));
  }

  private Optional<String> digest(Verb step) {
    return pass(step)
        .flatMap(Pass::said)
        .map(CopiedData::digest)
        .filter(digest -> !digest.isEmpty());
  }

  /** The checksums of both sides. */
  public record Digests(String source, String target) {
    public boolean isSame() {
      return source.equals(target);
    }
  }

  /**
   * How many bytes a second were copied by the pass that brought all of them; empty where nobody
   * measured that. A later pass reads all, but carries only what has changed.
   */
  public OptionalLong bytesPerSecond() {
    Optional<CopiedData> ahead = pass(Verb.PRECOPY).flatMap(Pass::said);
    return ahead.isPresent()
        ? rate(ahead.get().bytes(), ahead.get().worked())
        : pass(Verb.FILL).flatMap(Pass::said).isEmpty()
            ? OptionalLong.empty()
            : rate(said().orElseThrow().bytes(), inThePause());
  }

  private Optional<Duration> inThePause() {
    Duration all = Duration.ZERO;
    for (Verb step : List.of(Verb.CAPTURE, Verb.FILL)) {
      all =
          all.plus(
              pass(step).flatMap(Pass::said).flatMap(CopiedData::worked).orElse(Duration.ZERO));
    }
    return Optional.of(all);
  }

  /** Servers say whole seconds: of less nothing can be told. */
  private static OptionalLong rate(long bytes, Optional<Duration> worked) {
    long seconds = worked.map(Duration::toSeconds).orElse(0L);
    return seconds == 0 ? OptionalLong.empty() : OptionalLong.of(bytes / seconds);
  }

  /** As it is planned. */
  static List<DataTrace> of(Plan plan) {
    return of(plan, StepRecords.NONE, Map.of(), List.of());
  }

  /** Every claim of the plan of which somebody decided how its data travels, by ref. */
  static List<DataTrace> of(
      Plan plan, StepRecords records, Map<StepId, StepTrace> told, List<HandOverTrace> handOvers) {
    CarriedData carried = CarriedData.of(plan);
    Map<ObjectRef, Duration> pauses = new HashMap<>();
    handOvers.forEach(h -> h.pause().ifPresent(pause -> pauses.put(h.object(), pause)));
    Map<ObjectRef, List<Step>> ways = new HashMap<>();
    for (Step step : plan.steps()) {
      if (step instanceof Step.OnObject on && WAY.contains(on.verb())) {
        ways.computeIfAbsent(on.object(), ref -> new ArrayList<>(WAY.size())).add(step);
      }
    }
    List<DataTrace> all = new ArrayList<>();
    for (PlannedObject object : plan.objects()) {
      if (object.ref().groupKind().equals("PersistentVolumeClaim") && object.volume().isPresent()) {
        List<Step> way = ways.getOrDefault(object.ref(), List.of());
        List<ObjectRef> stopped = carried.stoppedFor(object.ref());
        List<Duration> known =
            (object.isHandedOverVolume() ? List.of(object.ref()) : stopped)
                .stream().filter(pauses::containsKey).map(pauses::get).toList();
        PlannedVolume volume = object.volume().get();
        all.add(
            new DataTrace(
                object.ref(),
                volume.way(),
                plan.mover(object),
                object.alreadyThere(),
                volume.bytes(),
                volume.used(),
                passes(way, records, told),
                !way.isEmpty() && isDone(way.getLast(), told),
                carried.isCapturedAtRest(object.ref()),
                stopped,
                known.stream().max(Comparator.naturalOrder())));
      }
    }
    return List.copyOf(all);
  }

  private static boolean isDone(Step step, Map<StepId, StepTrace> told) {
    StepTrace trace = told.get(step.id());
    return trace != null && trace.state() == StepTrace.State.DONE;
  }

  private static List<Pass> passes(
      List<Step> way, StepRecords records, Map<StepId, StepTrace> told) {
    List<Pass> passes = new ArrayList<>();
    for (Step step : way) {
      StepTrace trace = told.get(step.id());
      if (trace != null && step instanceof Step.OnObject on) {
        Optional<CopiedData> said = CopiedData.of(records.details(step.id()));
        passes.add(
            new Pass(
                on.verb(),
                trace.state(),
                said,
                said.isPresent() ? said.flatMap(CopiedData::worked) : trace.took()));
      }
    }
    return passes;
  }
}
