package dev.migrator.runbook;

import dev.migrator.cluster.Cluster;
import dev.migrator.execute.Rollback;
import dev.migrator.execute.Whereabouts;
import dev.migrator.journal.Journal;
import dev.migrator.journal.JournalRecord.OperatorDecision;
import dev.migrator.journal.JournalRecord.StepOutcome;
import dev.migrator.journal.JournalState;
import dev.migrator.journal.JournalState.StepStatus;
import dev.migrator.journal.RunDirectory;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Problem;
import dev.migrator.model.ProblemException;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.Step;
import dev.migrator.plan.StepId;
import dev.migrator.plan.WithoutObjects;
import dev.migrator.report.RefText;
import java.io.Closeable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Objects that a person takes out of a run, because the target refuses them and all the others
 * wait. They stay as they are at the source. What is at the target already stays there, and is not
 * waited for any more. What is between the clusters cannot be left out: it would work nowhere.
 *
 * <p>Crash: the decision is in the journal before anything follows from it, and every later process
 * finds it there.
 *
 * <p>Source: docs/adr/0036
 */
public final class LeavingOut {

  /** The reason among what is left out. */
  public static final String REASON = "left out of this run with resume --leave-out";

  private static final String QUESTION = "leave-out:";
  private static final String STAYS = "stays at the source";
  private static final String UNAWAITED = "is not waited for";

  private final Plan plan;
  private final JournalState journal;
  private final Map<ObjectRef, Whereabouts> places;
  private final String run;

  private LeavingOut(Plan plan, JournalState journal, String run) {
    this.plan = plan;
    this.journal = journal;
    this.places = Whereabouts.of(plan, journal);
    this.run = run;
  }

  /**
   * What a person is asked.
   *
   * @param out what stays at the source
   * @param unawaited what is at the target, and is not waited for any more
   * @param needing what needs one of them, and goes on without it
   */
  public record Question(List<ObjectRef> out, List<ObjectRef> unawaited, List<ObjectRef> needing) {}

  /**
   * The plan as the run still carries it out. A journal that cannot be read is told of by whoever
   * goes on with it, or by who holds it.
   */
  public static Plan applied(RunDirectory directory, Plan plan) {
    try {
      return directory.hasJournal() ? applied(plan, directory.readJournal().state()) : plan;
    } catch (ProblemException e) {
      return plan;
    }
  }

  static Plan applied(Plan plan, JournalState journal) {
    Map<ObjectRef, String> out = new TreeMap<>();
    Set<ObjectRef> unawaited = new TreeSet<>();
    for (PlannedObject object : plan.objects()) {
      journal
          .decision(QUESTION + object.ref())
          .ifPresent(
              decision -> {
                if (decision.answer().equals(STAYS)) {
                  out.put(object.ref(), REASON);
                } else {
                  unawaited.add(object.ref());
                }
              });
    }
    return WithoutObjects.unawaited(WithoutObjects.of(plan, out), unawaited);
  }

  /**
   * Asks, and writes down that these are left out. Returns whether it was agreed to.
   *
   * <p>Errors: M1001 when one of them cannot be left out: it is between the clusters, or nobody
   * knows whether it is at the target; M1301 when another process works on the run.
   *
   * @param plan as the run still carries it out
   */
  public static boolean decide(
      Cluster source,
      RunDirectory directory,
      Plan plan,
      Collection<ObjectRef> objects,
      String holder,
      Supplier<Instant> now,
      Predicate<Question> asked) {
    Closeable alone = directory.lock(holder);
    try (Journal journal = directory.openJournal()) {
      LeavingOut leaving = new LeavingOut(plan, journal.state(), directory.run().id());
      Map<ObjectRef, String> answers = new TreeMap<>();
      objects.forEach(ref -> answers.put(ref, leaving.answer(ref, new Side("source", source))));
      Question question = leaving.question(answers);
      if (!asked.test(question)) {
        return false;
      }
      answers.forEach(
          (ref, answer) -> journal.commit(new OperatorDecision(now.get(), QUESTION + ref, answer)));
      return true;
    } finally {
      Moving.unlock(alone);
    }
  }

  private Question question(Map<ObjectRef, String> answers) {
    List<ObjectRef> out = new ArrayList<>();
    List<ObjectRef> unawaited = new ArrayList<>();
    answers.forEach((ref, answer) -> (answer.equals(STAYS) ? out : unawaited).add(ref));
    Set<ObjectRef> needing = WithoutObjects.dependants(plan, answers.keySet());
    needing.removeIf(this::isThere);
    return new Question(out, unawaited, List.copyOf(needing));
  }

  /** Nothing of it is left to do. */
  private boolean isThere(ObjectRef ref) {
    return steps(ref).stream().allMatch(id -> journal.status(id) == StepStatus.DONE);
  }

  private List<StepId> steps(ObjectRef ref) {
    return plan.steps().stream()
        .filter(s -> s instanceof Step.OnObject on && on.object().equals(ref))
        .map(Step::id)
        .toList();
  }

  private String answer(ObjectRef ref, Side source) {
    Optional<Whereabouts> place = Optional.ofNullable(places.get(ref));
    return place.isPresent() ? handedOver(ref, place.get(), source) : copied(ref);
  }

  private String copied(ObjectRef ref) {
    StepId create =
        plan.steps().stream()
            .filter(
                s ->
                    (s instanceof Step.Copy c && c.object().equals(ref))
                        || (s instanceof Step.Create n && n.object().equals(ref)))
            .map(Step::id)
            .findFirst()
            .orElseThrow();
    return switch (journal.status(create)) {
      case DONE -> UNAWAITED;
      case NOT_STARTED -> STAYS;
      case FAILED -> {
        if (journal.step(create).outcome().flatMap(StepOutcome::mayArrive).isPresent()) {
          throw refused(ref, "a request to create it may still arrive at the target", resume());
        }
        yield STAYS;
      }
      case IN_DOUBT -> throw refused(ref, "nobody knows whether it is at the target yet", resume());
    };
  }

  private String handedOver(ObjectRef ref, Whereabouts place, Side source) {
    return switch (place) {
      case UNTOUCHED -> STAYS;
      case STOPPED -> {
        StepId stop = new StepId("quiesce:" + ref);
        if (journal.status(stop) == StepStatus.IN_DOUBT
            || journal.step(stop).outcome().flatMap(StepOutcome::mayArrive).isPresent()) {
          throw refused(ref, "nobody knows whether it is stopped at the source yet", resume());
        }
        boolean held = Rollback.hasPaused(journal) && ref.group().equals("apps");
        if (held || isStopped(ref, source)) {
          throw refused(
              ref,
              "it is stopped at the source, and would stay so",
              "migrator rollback " + run + "   (sets it going again)",
              resume());
        }
        yield STAYS;
      }
      case HANDED_OVER -> UNAWAITED;
      case BETWEEN ->
          throw refused(
              ref,
              "it was deleted at the source, or may be, and does not work at the target: its"
                  + " definition is in the vault, and without this run it would work nowhere",
              resume(),
              "migrator rollback " + run + " --backward");
      case ENDED ->
          throw refused(ref, "it ran to its end at the source, and moves nowhere", resume());
      case RESTORED -> throw refused(ref, "it was brought back to the source", resume());
    };
  }

  private boolean isStopped(ObjectRef ref, Side source) {
    PlannedObject object = Optional.ofNullable(plan.objectsByRef().get(ref)).orElseThrow();
    Optional<Manifest> live =
        source.ask("say what it serves", Cluster::discover).types().stream()
            .filter(t -> t.kind().equals(ref.kind()))
            .filter(t -> t.apiVersion().equals(object.sourceApiVersion()))
            .findFirst()
            .flatMap(type -> source.get(type, ref));
    // Of what is not there nobody can say that it goes on.
    return live.map(Whereabouts::isStopped).orElse(true);
  }

  private String resume() {
    return "migrator resume " + run;
  }

  private static RuntimeException refused(ObjectRef ref, String why, String... next) {
    return Problem.of(ErrorCode.M1001, RefText.of(ref) + " cannot be left out", why, next)
        .withState("Nothing was changed.")
        .exception();
  }
}
