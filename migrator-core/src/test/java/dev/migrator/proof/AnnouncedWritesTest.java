package dev.migrator.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.cluster.fault.Fault;
import dev.migrator.cluster.fault.FaultScript;
import dev.migrator.cluster.fault.Request;
import dev.migrator.journal.JournalState;
import dev.migrator.journal.RunDirectory;
import dev.migrator.lifecycle.StepStatus;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.StepId;
import dev.migrator.plan.Verb;
import dev.migrator.plans.PlanCase;
import dev.migrator.proof.Rehearsal.Command;
import dev.migrator.runbook.Scene;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Whatever a command sends to a cluster, but for the locks, a journal has announced before: the
 * step that says so is about the object, and has no outcome yet.
 */
class AnnouncedWritesTest {

  /** Each look reads a whole journal. */
  private static final int OF_EACH_KIND = 4;

  @Test
  void aMoveAnnouncesWhatItWrites() {
    announces(Rehearsal::new, Scene::apply);
  }

  @Test
  void aRollbackAnnouncesWhatItWrites() {
    announces(WayBackMatrixTest::atGate, WayBackMatrixTest::rollback);
  }

  @Test
  void whatBringsBackAnnouncesWhatItWrites() {
    announces(AnnouncedWritesTest::halfWay, WayBackMatrixTest::restore);
  }

  private static Rehearsal halfWay(PlanCase example) {
    int points = WayBackMatrixTest.pointsOf(example);
    return IntStream.range(10, 20)
        .map(part -> points * part / 20)
        .filter(stop -> WayBackMatrixTest.isHalfWay(example, stop))
        .mapToObj(stop -> WayBackMatrixTest.stoppedForward(example, stop))
        .findFirst()
        .orElseGet(() -> WayBackMatrixTest.atGate(example));
  }

  @Test
  void aMoveBackAnnouncesWhatItWrites() {
    announces(WayBackMatrixTest::backward, Scene::apply);
  }

  @Test
  void aPruneAnnouncesWhatItWrites() {
    announces(WayBackMatrixTest::movedToPrune, WayBackMatrixTest::prune);
  }

  @Test
  void theWayBackOfAPruneAnnouncesWhatItWrites() {
    announces(WayBackMatrixTest::pruned, WayBackMatrixTest::undo);
  }

  private static void announces(Function<PlanCase, Rehearsal> begun, Command command) {
    Map<String, Integer> writes = new TreeMap<>();
    List<String> silent = new ArrayList<>();
    for (PlanCase example : WayBackMatrixTest.cases()) {
      Rehearsal rehearsal = begun.apply(example);
      FaultScript watched =
          request -> {
            if (request.isWrite()
                && !request.resource().startsWith("leases.")
                && writes.merge(kind(request), 1, Integer::sum) <= OF_EACH_KIND
                && !isAnnounced(rehearsal.scene, request)) {
              silent.add(example.name() + ": " + request);
            }
            return new Fault.None();
          };
      Rehearsal.End unused = rehearsal.run(watched, command);
    }
    assertThat(writes).isNotEmpty();
    assertThat(silent).isEmpty();
  }

  private static String kind(Request request) {
    return request.cluster() + " " + request.verb() + " " + request.resource();
  }

  private static boolean isAnnounced(Scene scene, Request request) {
    ObjectRef ref = request.object().orElseThrow();
    RunDirectory run = scene.directory();
    return Stream.concat(Stream.of(run), run.prunes().stream())
        .filter(RunDirectory::hasJournal)
        .map(directory -> directory.readJournal().state())
        .anyMatch(journal -> isAnnounced(journal, ref));
  }

  private static boolean isAnnounced(JournalState journal, ObjectRef ref) {
    return journal.steps().keySet().stream()
        .filter(step -> journal.status(step) == StepStatus.IN_DOUBT)
        .anyMatch(step -> isAbout(step, ref));
  }

  /** Under either name: a mapping changes the namespace alone. */
  private static boolean isAbout(StepId step, ObjectRef ref) {
    if (step.verb().isEmpty()) {
      return false;
    }
    if (ref.group().equals("snapshot.storage.k8s.io")) {
      // They are named by the claim's uid.
      return step.is(Verb.CAPTURE) || step.is(Verb.FILL) || step.is(Verb.TIDY);
    }
    if (ref.name().startsWith("migrator-")) {
      return step.is(Verb.PRECOPY)
          || step.is(Verb.CAPTURE)
          || step.is(Verb.FILL)
          || step.is(Verb.TIDY);
    }
    ObjectRef subject = ObjectRef.parse(step.subject());
    return subject.groupKind().equals(ref.groupKind()) && subject.name().equals(ref.name());
  }
}
