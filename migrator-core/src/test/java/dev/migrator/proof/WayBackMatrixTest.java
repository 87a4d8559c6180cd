package dev.migrator.proof;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.fault.Fault;
import dev.migrator.cluster.fault.FaultScript;
import dev.migrator.cluster.fault.Request;
import dev.migrator.event.RunEvent;
import dev.migrator.event.RunEvent.Outcome;
import dev.migrator.execute.Gatekeeper;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.plans.PlanCase;
import dev.migrator.proof.Rehearsal.Command;
import dev.migrator.proof.Rehearsal.End;
import dev.migrator.runbook.PruneUndo;
import dev.migrator.runbook.Pruning;
import dev.migrator.runbook.Rebuilding;
import dev.migrator.runbook.RollbackRunbook;
import dev.migrator.runbook.Scene;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Stops the ways back at every append, force, rename, send and response: {@code rollback}, {@code
 * rollback --backward}, {@code prune}, {@code prune --undo} and {@code resume --rebuild}; and then
 * does what their pages say. A sample of all points, drawn by the seed; {@code -Dproof.runs=50000}
 * draws more.
 */
@Timeout(3600)
class WayBackMatrixTest {

  /** How many points of the way forward a way back begins at, for each case. */
  private static final int BEGINNINGS = 6;

  /** Less than the time after which a request can no longer arrive. */
  private static final Duration LATE = Duration.ofSeconds(70);

  /**
   * One command in one situation.
   *
   * @param begun makes the situation anew
   * @param command is stopped at its points
   * @param carryOn what a person does after it, undisturbed; says what is wrong at the end
   */
  private record Way(
      PlanCase example, String from, Supplier<Rehearsal> begun, Command command, CarryOn carryOn) {}

  private interface CarryOn {
    List<String> to(Rehearsal rehearsal);
  }

  @Test
  void aRollbackThatIsStoppedIsBegunAgain() {
    List<Way> ways = new ArrayList<>();
    for (PlanCase example : cases()) {
      ways.add(rollback(example, "the gate", () -> atGate(example)));
      for (int stop : beforeTheFirstDeletion(example)) {
        ways.add(rollback(example, "forward " + stop, () -> stoppedForward(example, stop)));
      }
    }
    run("rollback matrix", 600, ways);
  }

  /** Where definitions are removed, what they define stops being served in the middle of it. */
  @Test
  void aRollbackThatRemovesDefinitionsIsBegunAgain() {
    List<Way> ways = new ArrayList<>();
    for (PlanCase example : cases()) {
      if (example.name().equals("scaled")) {
        for (int stop : beforeTheFirstDeletion(example).subList(0, 4)) {
          ways.add(rollback(example, "forward " + stop, () -> stoppedForward(example, stop)));
        }
      }
    }
    run("rollback of definitions", 1_000, ways);
  }

  private static Way rollback(PlanCase example, String from, Supplier<Rehearsal> begun) {
    return new Way(
        example,
        from,
        () -> {
          Rehearsal rehearsal = begun.get();
          IndependentChecker unused = rehearsal.checker.mayUndo();
          return rehearsal;
        },
        WayBackMatrixTest::rollback,
        rehearsal -> {
          End end = rehearsal.perform(WayBackMatrixTest::rollback);
          List<String> wrong = new ArrayList<>();
          if (isRefused(end, ErrorCode.M1110)) {
            // The deletion was announced: forward is the way that is named.
            wrong.addAll(notDone(rehearsal.run()));
          } else if (isRefused(end, ErrorCode.M1006)) {
            wrong.addAll(rehearsal.checker.compareWithBefore());
          } else if (end instanceof End.Ended e && e.ended().outcome() == Outcome.ROLLED_BACK) {
            wrong.addAll(rehearsal.checker.compareWithBefore());
          } else {
            wrong.add("P4: the rollback ended " + end);
          }
          return wrong;
        });
  }

  /**
   * A create is on its way when the process dies, or when it is given up: because the next attempt
   * is refused, or by the next process, to which the target is silent. The rollback comes at once.
   */
  @Test
  void aCreateThatArrivesLateIsTakenBackToo() {
    Matrix matrix = Matrix.named("late creates");
    List<Matrix.Cell> cells = new ArrayList<>();
    for (PlanCase example : cases()) {
      for (int i = 0; i < 12; i++) {
        int index = i;
        cells.add(
            new Matrix.Cell(
                example, "create " + i, random -> lateCreate(example, r -> dies(r, index))));
        cells.add(
            new Matrix.Cell(
                example,
                "create " + i + " given up",
                random -> lateCreate(example, r -> isGivenUp(r, index))));
        cells.add(
            new Matrix.Cell(
                example,
                "create " + i + " given up by the next",
                random -> lateCreate(example, r -> isGivenUpByTheNext(r, index))));
        cells.add(
            new Matrix.Cell(
                example,
                "create " + i + " given up for a stranger",
                random -> lateCreate(example, r -> isGivenUpForAStranger(r, index))));
      }
    }
    matrix.run(cells);
  }

  /** Whether the create was sent. */
  private static boolean dies(Rehearsal rehearsal, int index) {
    int[] creates = {0};
    End end =
        rehearsal.dieWhileItIsSent(
            request -> createsAtTarget(request) && creates[0]++ == index, LATE);
    if (end instanceof End.Died) {
      rehearsal.processIsKilled();
      return true;
    }
    return false;
  }

  private static boolean isGivenUp(Rehearsal rehearsal, int index) {
    int[] creates = {0};
    boolean[] sent = {false};
    End unused =
        rehearsal.run(
            request -> {
              if (createsAtTarget(request) && sent[0]) {
                return new Fault.Answer(new ClusterFailure.Forbidden("a policy denies it"));
              }
              sent[0] |= createsAtTarget(request) && creates[0]++ == index;
              return sent[0] && createsAtTarget(request)
                  ? new Fault.ExecutedLater(LATE)
                  : new Fault.None();
            });
    return sent[0];
  }

  private static boolean isGivenUpByTheNext(Rehearsal rehearsal, int index) {
    if (!dies(rehearsal, index)) {
      return false;
    }
    boolean[] silent = {false};
    End unused =
        rehearsal.run(
            request -> {
              silent[0] |= createsAtTarget(request);
              return silent[0] ? silence(request) : new Fault.None();
            });
    return true;
  }

  /** Who took the name before the second look is gone again before the create arrives. */
  private static boolean isGivenUpForAStranger(Rehearsal rehearsal, int index) {
    int[] creates = {0};
    Set<ObjectRef> sent = new HashSet<>();
    Set<ObjectRef> taken = new HashSet<>();
    End unused =
        rehearsal.run(
            request -> {
              if (createsAtTarget(request) && creates[0]++ == index) {
                request
                    .object()
                    .filter(ref -> rehearsal.vaulted(ref).isPresent())
                    .ifPresent(sent::add);
                return new Fault.ExecutedLater(LATE);
              }
              if (request.cluster().equals("target")
                  && request.object().filter(sent::contains).isPresent()
                  && taken.addAll(sent)) {
                rehearsal.createdByOthers(
                    rehearsal.scene.clusters.target(), sent.iterator().next());
              }
              return new Fault.None();
            });
    // Of a kind that is not served yet nobody creates anything.
    taken.removeIf(ref -> rehearsal.scene.clusters.target().world().stored(ref).isEmpty());
    taken.forEach(ref -> rehearsal.deletedByOthers(rehearsal.scene.clusters.target(), ref));
    return !taken.isEmpty();
  }

  private static boolean createsAtTarget(Request request) {
    return request.cluster().equals("target")
        && request.verb().equals("create")
        && !request.resource().startsWith("leases");
  }

  private static Fault silence(Request request) {
    return request.cluster().equals("target") && !request.resource().startsWith("leases")
        ? new Fault.Answer(new ClusterFailure.Unreachable("no route to host"))
        : new Fault.None();
  }

  private static List<String> lateCreate(PlanCase example, Predicate<Rehearsal> sent) {
    Rehearsal rehearsal = new Rehearsal(example);
    rehearsal.scene.gatekeeper = (gate, policy) -> Gatekeeper.Answer.CLOSED;
    if (!sent.test(rehearsal)) {
      return List.of();
    }
    IndependentChecker checker = rehearsal.checker.mayUndo();
    List<String> wrong = new ArrayList<>();
    End back = rehearsal.perform(WayBackMatrixTest::rollback);
    if (!(back instanceof End.Ended e && e.ended().outcome() == Outcome.ROLLED_BACK)) {
      wrong.add("P4: the rollback ended " + back);
    }
    rehearsal.scene.clock.advance(Duration.ofMinutes(2));
    wrong.addAll(checker.compareWithBefore());
    wrong.addAll(rehearsal.judge());
    return wrong;
  }

  static RunEvent.RunEnded rollback(Scene scene) {
    return RollbackRunbook.rollback(scene.runContext(scene.directory()), scene.plan);
  }

  /**
   * What is in transit is brought back, however often that is stopped; then the rest by its plan.
   */
  @Test
  void whatIsHalfWayIsBroughtBackHoweverOftenThatIsStopped() {
    List<Way> ways = new ArrayList<>();
    for (PlanCase example : cases()) {
      int points = pointsOf(example);
      Random random = new Random(example.name().hashCode());
      for (int i = 0; i < 2 * BEGINNINGS; i++) {
        // The hand-over is in the later part.
        int stop = points / 3 + random.nextInt(points - points / 3);
        if (isHalfWay(example, stop)) {
          ways.add(
              new Way(
                  example,
                  "forward " + stop,
                  () -> {
                    Rehearsal rehearsal = stoppedForward(example, stop);
                    IndependentChecker unused = rehearsal.checker.mayRestore();
                    return rehearsal;
                  },
                  WayBackMatrixTest::restore,
                  WayBackMatrixTest::broughtBack));
        }
      }
    }
    run("restore matrix", 500, ways);
  }

  static int pointsOf(PlanCase example) {
    Rehearsal undisturbed = new Rehearsal(example);
    require(undisturbed.run());
    return undisturbed.points();
  }

  static boolean isHalfWay(PlanCase example, int stop) {
    Rehearsal rehearsal = stoppedForward(example, stop);
    return rehearsal.image().vault().isPresent() && !rehearsal.inTransit().isEmpty();
  }

  private static List<String> broughtBack(Rehearsal rehearsal) {
    End end = rehearsal.perform(WayBackMatrixTest::restore);
    if (!(end instanceof End.Ended e && e.ended().outcome() == Outcome.RESTORED)) {
      return List.of("P4: what is in transit was not brought back: " + end);
    }
    List<String> wrong = new ArrayList<>(rehearsal.judge());
    RollbackRunbook.Way way = rehearsal.wayBack();
    if (!way.gone().isEmpty()) {
      wrong.add("P4: not at the target: " + way.gone());
    }
    if (!way.plan().steps().isEmpty()) {
      // A run of its own, which its own judge judges.
      long from = rehearsal.scene.clock.nextSequence();
      Rehearsal back = rehearsal.backward(way.plan());
      wrong.addAll(notDone(back.run()));
      wrong.addAll(back.judge());
      rehearsal.checker.excuse(from, rehearsal.scene.clock.nextSequence());
    }
    wrong.addAll(rehearsal.checker.compareBroughtBack());
    return wrong;
  }

  static RunEvent.RunEnded restore(Scene scene) {
    return RollbackRunbook.restore(scene.runContext(scene.directory()), scene.plan);
  }

  @Test
  void aWayBackwardThatIsStoppedIsResumed() {
    List<Way> ways = new ArrayList<>();
    for (PlanCase example : cases()) {
      Rehearsal undisturbed = backward(example);
      require(undisturbed.run());
      Map<ObjectRef, ObjectNode> wanted = undisturbed.checker.result();
      ways.add(
          new Way(
              example,
              "done",
              () -> backward(example),
              scene ->
                  scene.disk.exists(Scene.STATE.resolve(Scene.RUN).resolve("run.json"))
                      ? scene.resume()
                      : scene.apply(),
              rehearsal -> {
                List<String> wrong = new ArrayList<>(notDone(rehearsal.run()));
                wrong.addAll(rehearsal.checker.compare(wanted, Set.of()));
                return wrong;
              }));
    }
    run("backward matrix", 400, ways);
  }

  static Rehearsal backward(PlanCase example) {
    Rehearsal forward = moved(example);
    return forward.backward(forward.wayBack().plan());
  }

  @Test
  void aPruneThatIsStoppedIsBegunAgain() {
    List<Way> ways = new ArrayList<>();
    for (PlanCase example : cases()) {
      Rehearsal undisturbed = movedToPrune(example);
      require(undisturbed.perform(WayBackMatrixTest::prune));
      Set<ObjectRef> left = undisturbed.checker.leftAtSource();
      Map<ObjectRef, ObjectNode> wanted = undisturbed.checker.result();
      ways.add(
          new Way(
              example,
              "done",
              () -> movedToPrune(example),
              WayBackMatrixTest::prune,
              rehearsal -> {
                List<String> wrong =
                    new ArrayList<>(notDone(rehearsal.perform(WayBackMatrixTest::prune)));
                if (!rehearsal.checker.leftAtSource().equals(left)) {
                  wrong.add("P4: the source has " + rehearsal.checker.leftAtSource());
                }
                wrong.addAll(rehearsal.checker.compare(wanted, Set.of()));
                return wrong;
              }));
    }
    run("prune matrix", 100, ways);
  }

  @Test
  void aPruneThatIsStoppedCanBeTakenBack() {
    run(
        "prune and back matrix",
        100,
        cases().stream()
            .map(
                example ->
                    new Way(
                        example,
                        "done",
                        () -> movedToPrune(example),
                        WayBackMatrixTest::prune,
                        rehearsal -> isUndone(example, rehearsal)))
            .toList());
  }

  @Test
  void aPruneIsTakenBackHoweverOftenThatIsStopped() {
    run(
        "undo matrix",
        100,
        cases().stream()
            .map(
                example ->
                    new Way(
                        example,
                        "pruned",
                        () -> pruned(example),
                        WayBackMatrixTest::undo,
                        rehearsal -> isUndone(example, rehearsal)))
            .toList());
  }

  static Rehearsal pruned(PlanCase example) {
    Rehearsal rehearsal = movedToPrune(example);
    require(rehearsal.perform(WayBackMatrixTest::prune));
    return rehearsal;
  }

  private static List<String> isUndone(PlanCase example, Rehearsal rehearsal) {
    End end = rehearsal.perform(WayBackMatrixTest::undo);
    List<String> wrong = new ArrayList<>();
    // Where nothing was removed, or all is back, there is nothing to put back.
    if (!isRefused(end, ErrorCode.M1006)) {
      wrong.addAll(notDone(end));
    }
    Set<ObjectRef> before = movedToPrune(example).checker.leftAtSource();
    if (!rehearsal.checker.leftAtSource().equals(before)) {
      wrong.add("P1: the source has " + rehearsal.checker.leftAtSource() + ", not " + before);
    }
    return wrong;
  }

  static RunEvent.RunEnded undo(Scene scene) {
    return PruneUndo.undo(scene.runContext(scene.directory()), scene.plan);
  }

  /** Somebody changes a copy at the very moment at which it is to be removed. */
  @Test
  void aCopyThatChangesWhileItIsPrunedStays() {
    Matrix matrix = Matrix.named("prune against people");
    List<Matrix.Cell> cells = new ArrayList<>();
    for (PlanCase example : cases()) {
      for (int i = 0; i < 10; i++) {
        int index = i;
        cells.add(
            new Matrix.Cell(example, "delete " + i, random -> changedUnderOurHand(example, index)));
      }
    }
    matrix.run(cells);
  }

  private static List<String> changedUnderOurHand(PlanCase example, int index) {
    Rehearsal rehearsal = movedToPrune(example);
    int[] deletions = {0};
    List<ObjectRef> changed = new ArrayList<>();
    End end =
        rehearsal.run(
            request -> {
              boolean ours = !request.resource().startsWith("leases");
              if (ours && request.verb().equals("delete") && deletions[0]++ == index) {
                changed.add(request.object().orElseThrow());
                Manifest unused =
                    rehearsal
                        .scene
                        .clusters
                        .source()
                        .world()
                        .edit(
                            request.object().orElseThrow(),
                            tree ->
                                tree.withObjectProperty("metadata")
                                    .withObjectProperty("labels")
                                    .put("a-person", "was-here"));
              }
              return new Fault.None();
            },
            WayBackMatrixTest::prune);
    List<String> wrong = new ArrayList<>(rehearsal.judge());
    for (ObjectRef ref : changed) {
      if (rehearsal.scene.clusters.source().world().stored(ref).isEmpty()) {
        wrong.add("P3: " + ref + " was pruned, and somebody had changed it");
      }
      if (!(end instanceof End.Ended e && e.ended().outcome() == Outcome.BLOCKED)) {
        wrong.add("P4: the prune ended " + end);
      }
    }
    return wrong;
  }

  static Rehearsal movedToPrune(PlanCase example) {
    Rehearsal rehearsal = moved(example);
    IndependentChecker unused = rehearsal.checker.mayPrune();
    return rehearsal;
  }

  static RunEvent.RunEnded prune(Scene scene) {
    return Pruning.prune(
        scene.runContext(scene.directory()),
        scene.plan,
        Pruning.plan(scene.source, scene.target, scene.directory(), scene.plan));
  }

  @Test
  void aJournalIsMadeAgainHoweverOftenThatIsStopped() {
    List<Way> ways = new ArrayList<>();
    for (PlanCase example : cases()) {
      Rehearsal undisturbed = new Rehearsal(example);
      require(undisturbed.run());
      int points = undisturbed.points();
      Map<ObjectRef, ObjectNode> wanted = undisturbed.checker.result();
      Random random = new Random(example.name().hashCode());
      List<Integer> stops = new ArrayList<>(List.of(points));
      for (int i = 0; i < 2 * BEGINNINGS; i++) {
        stops.add(random.nextInt(points));
      }
      for (int stop : stops) {
        Supplier<Rehearsal> begun =
            () -> {
              Rehearsal rehearsal = stoppedForward(example, stop);
              rehearsal.journalIsLost();
              return rehearsal;
            };
        if (begun.get().image().vault().isPresent()) {
          ways.add(
              new Way(
                  example,
                  "forward " + stop,
                  begun,
                  WayBackMatrixTest::rebuild,
                  rehearsal -> rebuiltAndResumed(rehearsal, wanted)));
        }
      }
    }
    run("rebuild matrix", 500, ways);
  }

  private static List<String> rebuiltAndResumed(
      Rehearsal rehearsal, Map<ObjectRef, ObjectNode> wanted) {
    List<String> wrong = new ArrayList<>();
    if (!rehearsal.disk.exists(Scene.STATE.resolve(Scene.RUN).resolve("journal"))) {
      End rebuilt = rehearsal.perform(WayBackMatrixTest::rebuild);
      if (isRefused(rebuilt, ErrorCode.M2206)) {
        // The power took a vault that was not sealed, so nothing was changed: the judge looks.
        return wrong;
      }
      if (!(rebuilt instanceof End.Ended)) {
        wrong.add("P4: the rebuilding ended " + rebuilt);
      }
    }
    wrong.addAll(notDone(rehearsal.run()));
    wrong.addAll(rehearsal.checker.compare(wanted, Set.of()));
    return wrong;
  }

  private static RunEvent.RunEnded rebuild(Scene scene) {
    Rebuilding.rebuild(scene.runContext(scene.directory()), scene.plan, question -> true);
    return new RunEvent.RunEnded(scene.clock.now(), Outcome.WAITING, 0, 0, 0, List.of());
  }

  private static void run(String name, int runs, List<Way> ways) {
    Matrix matrix = Matrix.named(name);
    List<Matrix.Cell> once = new ArrayList<>();
    List<Matrix.Cell> twice = new ArrayList<>();
    for (Way way : ways) {
      Rehearsal undisturbed = way.begun().get();
      End end = undisturbed.perform(way.command());
      int points = undisturbed.points();
      List<String> wrong = new ArrayList<>(undisturbed.judge());
      wrong.addAll(way.carryOn().to(undisturbed));
      if (!wrong.isEmpty()) {
        throw new AssertionError(
            way.example() + " from " + way.from() + " undisturbed: " + end + " " + wrong);
      }
      for (int i = 0; i < points; i++) {
        int stop = i;
        String what = name + " from " + way.from() + " stop " + stop;
        once.add(
            new Matrix.Cell(way.example(), what, random -> stopped(way, stop, points, 1, random)));
        twice.add(
            new Matrix.Cell(
                way.example(), what + " twice", random -> stopped(way, stop, points, 2, random)));
      }
    }
    Collections.shuffle(once, new Random(matrix.seed()));
    Collections.shuffle(twice, new Random(matrix.seed()));
    int wanted = Matrix.wanted(runs);
    List<Matrix.Cell> cells =
        new ArrayList<>(once.subList(0, Math.min(once.size(), wanted * 2 / 3)));
    cells.addAll(twice.subList(0, Math.min(twice.size(), wanted - wanted * 2 / 3)));
    System.out.printf("%s: %,d of all %,d stops%n", name, cells.size(), once.size());
    matrix.run(cells);
  }

  private static List<String> stopped(
      Way way, int stop, int points, int times, SplittableRandom random) {
    Rehearsal rehearsal = way.begun().get();
    List<String> wrong = new ArrayList<>();
    StringBuilder where = new StringBuilder();
    int at = stop;
    for (int i = 0; i < times; i++) {
      End end = rehearsal.runUntil(at, way.command());
      where.append(end).append("; ");
      if (!(end instanceof End.Refused)) {
        wrong.addAll(CrashMatrixTest.afterDeath(rehearsal, end, random));
      }
      at = random.nextInt(points);
    }
    wrong.addAll(way.carryOn().to(rehearsal));
    wrong.addAll(rehearsal.judge());
    if (!wrong.isEmpty()) {
      wrong.add("stopped: " + where);
    }
    return wrong;
  }

  static List<PlanCase> cases() {
    List<PlanCase> cases = new ArrayList<>(Scenes.small());
    cases.addAll(PlanCase.all());
    return cases;
  }

  static Rehearsal moved(PlanCase example) {
    Rehearsal rehearsal = new Rehearsal(example);
    require(rehearsal.run());
    return rehearsal;
  }

  static Rehearsal atGate(PlanCase example) {
    Rehearsal rehearsal = new Rehearsal(example);
    rehearsal.scene.gatekeeper = (gate, policy) -> Gatekeeper.Answer.CLOSED;
    End end = rehearsal.run();
    rehearsal.scene.gatekeeper = (gate, policy) -> Gatekeeper.Answer.OPEN;
    if (!(end instanceof End.Ended e && e.ended().outcome() == Outcome.WAITING)) {
      throw new AssertionError(example + " at the gate: " + end);
    }
    return rehearsal;
  }

  /** Killed at a point, or without power from there on; by the point, so that it is repeatable. */
  static Rehearsal stoppedForward(PlanCase example, int stop) {
    Rehearsal rehearsal = new Rehearsal(example);
    End unused = rehearsal.runUntil(stop);
    if (stop % 2 == 0) {
      rehearsal.powerFails(new SplittableRandom(stop));
    } else {
      rehearsal.processIsKilled();
    }
    return rehearsal;
  }

  /** Points of the way forward, the last of them just before the first deletion is announced. */
  static List<Integer> beforeTheFirstDeletion(PlanCase example) {
    Rehearsal undisturbed = new Rehearsal(example);
    int[] first = {-1};
    End end =
        undisturbed.run(
            FaultScript.when(
                request -> {
                  if (request.verb().equals("delete") && first[0] < 0) {
                    first[0] = undisturbed.points();
                  }
                  return false;
                },
                new Fault.None()));
    require(end);
    int last = first[0] < 0 ? undisturbed.points() : first[0];
    Random random = new Random(example.name().hashCode());
    List<Integer> stops = new ArrayList<>();
    for (int near = 1; near <= 12; near += 3) {
      stops.add(last - near);
    }
    for (int i = 0; i < BEGINNINGS; i++) {
      stops.add(random.nextInt(last));
    }
    return stops.stream().filter(stop -> isBegun(example, stop)).distinct().sorted().toList();
  }

  private static boolean isBegun(PlanCase example, int stop) {
    return stoppedForward(example, stop)
        .disk
        .exists(Scene.STATE.resolve(Scene.RUN).resolve("journal"));
  }

  private static boolean isRefused(End end, ErrorCode code) {
    return end instanceof End.Refused refused && refused.problem().problem().code() == code;
  }

  private static List<String> notDone(End end) {
    return CrashMatrixTest.isDone(end) ? List.of() : List.of("P4: it ended " + end);
  }

  private static void require(End end) {
    if (!CrashMatrixTest.isDone(end)) {
      throw new AssertionError("undisturbed: " + end);
    }
  }
}
