package dev.migrator.runbook;

import dev.migrator.cluster.Cluster;
import dev.migrator.event.RefText;
import dev.migrator.execute.NeedsAtTarget;
import dev.migrator.execute.PausedScalers;
import dev.migrator.journal.Journal;
import dev.migrator.journal.JournalRecord.OperatorDecision;
import dev.migrator.journal.JournalRecord.StepOutcome;
import dev.migrator.journal.JournalState;
import dev.migrator.journal.RunDirectory;
import dev.migrator.journal.Vault;
import dev.migrator.lifecycle.Lifecycle;
import dev.migrator.lifecycle.Position;
import dev.migrator.lifecycle.Stage;
import dev.migrator.lifecycle.StepStatus;
import dev.migrator.lifecycle.WayBack;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Problem;
import dev.migrator.model.ProblemException;
import dev.migrator.plan.LeftOut;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.SharedFate;
import dev.migrator.plan.Step;
import dev.migrator.plan.StepId;
import dev.migrator.plan.Verb;
import dev.migrator.plan.WithoutObjects;
import dev.migrator.sanitize.TargetDefinitions;
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
import java.util.stream.Collectors;

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
  private static final String QUESTION = "leave-out:";

  private static final String STAYS = "stays at the source";
  private static final String UNAWAITED = "is not waited for";

  private final Plan plan;
  private final JournalState journal;
  private final Lifecycle places;
  private final String run;
  private final ObservedLocation live;
  private final Optional<Vault> vault;

  private LeavingOut(
      Plan plan, JournalState journal, String run, Optional<Vault> vault, ObservedLocation live) {
    this.plan = plan;
    this.vault = vault;
    this.live = live;
    this.journal = journal;
    this.places = Lifecycle.of(plan, journal);
    this.run = run;
  }

  /**
   * What a person is asked.
   *
   * @param out what stays at the source
   * @param unawaited what is at the target, and is not waited for any more
   * @param needing what needs one of them, and goes on without it
   * @param waiting what must not run twice and needs one of them: it is handed over only when the
   *     target has that
   */
  public record Question(
      List<ObjectRef> out,
      List<ObjectRef> unawaited,
      List<ObjectRef> needing,
      List<ObjectRef> waiting) {}

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
                  out.put(object.ref(), LeftOut.BY_A_PERSON);
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
   * <p>Errors: M1001 when one of them cannot be left out: it is between the clusters, held at 0 at
   * the source, or created at the target and not done with, or nobody knows whether it is there;
   * M1301 when another process works on the run.
   *
   * @param plan as the run still carries it out
   */
  public static boolean decide(
      Cluster source,
      Cluster target,
      RunDirectory directory,
      Plan plan,
      Collection<ObjectRef> objects,
      String holder,
      Supplier<Instant> now,
      Predicate<Question> asked) {
    Closeable alone = directory.lock(holder);
    try (Journal journal = directory.openJournal()) {
      LeavingOut leaving =
          new LeavingOut(
              plan,
              journal.state(),
              directory.run().id(),
              directory.vault(),
              new ObservedLocation(plan, source, target, directory.run().id()));
      Map<ObjectRef, String> answers = new TreeMap<>();
      objects.forEach(ref -> answers.put(ref, leaving.answer(ref)));
      leaving.requireOwners(answers);
      leaving.requireDisks(answers);
      Question question = leaving.question(answers);
      if (!asked.test(question)) {
        return false;
      }
      answers.forEach(
          (ref, answer) -> journal.commit(new OperatorDecision(now.get(), QUESTION + ref, answer)));
      return true;
    } finally {
      ApplyRunbook.unlock(alone);
    }
  }

  private Question question(Map<ObjectRef, String> answers) {
    List<ObjectRef> out = new ArrayList<>();
    List<ObjectRef> unawaited = new ArrayList<>();
    answers.forEach((ref, answer) -> (answer.equals(STAYS) ? out : unawaited).add(ref));
    Set<ObjectRef> needing = WithoutObjects.dependants(plan, answers.keySet());
    needing.removeIf(this::isThere);
    List<ObjectRef> waiting = waiting(answers.keySet(), Set.copyOf(out));
    needing.removeAll(waiting);
    return new Question(out, unawaited, List.copyOf(needing), waiting);
  }

  /**
   * What is still to be handed over and needs one of these; before the vault is made nobody knows.
   */
  private List<ObjectRef> waiting(Set<ObjectRef> asked, Set<ObjectRef> out) {
    if (vault.isEmpty() || out.isEmpty()) {
      return List.of();
    }
    TargetDefinitions definitions = new TargetDefinitions(plan.settings());
    Map<ObjectRef, PlannedObject> objects = plan.objectsByRef();
    return places.handedOver(WayBack.NOTHING, WayBack.SET_GOING).stream()
        .filter(ref -> places.of(ref).stage() != Stage.RESTORED)
        .filter(ref -> !asked.contains(ref))
        .filter(
            ref ->
                vault
                    .get()
                    .read(ref)
                    .filter(
                        o ->
                            needs(
                                o,
                                Optional.ofNullable(objects.get(ref)).orElseThrow(),
                                definitions,
                                out))
                    .isPresent())
        .toList();
  }

  private boolean needs(
      Manifest atSource, PlannedObject object, TargetDefinitions definitions, Set<ObjectRef> out) {
    return NeedsAtTarget.of(
            atSource,
            definitions.of(atSource, object.apiVersion()).body(),
            plan.settings().mappings())
        .stream()
        .anyMatch(need -> need.here().filter(out::contains).isPresent());
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

  /** What stays is collected at the source when all that own it are deleted there. */
  private void requireOwners(Map<ObjectRef, String> answers) {
    Set<ObjectRef> moving =
        plan.handedOver().stream()
            .filter(ref -> !STAYS.equals(answers.get(ref)))
            .collect(Collectors.toSet());
    answers.forEach(
        (ref, answer) -> {
          if (answer.equals(STAYS)) {
            live.owner(ref, moving)
                .ifPresent(
                    owner -> {
                      throw refused(
                          ref,
                          "%s owns it and is deleted at the source, which would delete it, too"
                              .formatted(RefText.of(owner)),
                          "%s --leave-out %s --leave-out %s"
                              .formatted(resume(), RefText.of(ref), RefText.of(owner)),
                          "or take it out of metadata.ownerReferences at the source");
                    });
          }
        });
  }

  /** What works on one disk is in one cluster; what is captured is captured of all of them. */
  private void requireDisks(Map<ObjectRef, String> answers) {
    SharedFate fate = SharedFate.of(plan);
    answers.forEach(
        (ref, answer) -> {
          Set<ObjectRef> together = fate.with(ref);
          if (answer.equals(STAYS)
              && !together.stream().allMatch(one -> STAYS.equals(answers.get(one)))) {
            throw refused(
                ref,
                "its data goes with that of others, which would go on without it: leave out all"
                    + " of them or none",
                resume()
                    + together.stream()
                        .map(one -> " --leave-out " + RefText.of(one))
                        .collect(Collectors.joining()));
          }
        });
  }

  private String answer(ObjectRef ref) {
    Optional<Position> position = Optional.ofNullable(places.handedOver().get(ref));
    return position.isPresent() ? handedOver(ref, position.get()) : copied(ref);
  }

  private String copied(ObjectRef ref) {
    StepId create =
        plan.steps().stream()
            .filter(
                s ->
                    (s instanceof Step.OnObject c && c.is(Verb.COPY) && c.object().equals(ref))
                        || (s instanceof Step.OnObject n
                            && n.is(Verb.CREATE)
                            && n.object().equals(ref)))
            .map(Step::id)
            .findFirst()
            .orElseThrow();
    return switch (journal.status(create)) {
      case DONE -> {
        if (lacksItsData(ref)) {
          throw refused(
              ref,
              "its claim is at the target, and its data is still to come: nothing that uses it"
                  + " could start without",
              resume(),
              "migrator rollback "
                  + run
                  + "   (then plan again, without it or with other volumes)");
        }
        yield UNAWAITED;
      }
      case NOT_STARTED -> STAYS;
      case FAILED -> {
        if (journal.step(create).outcome().flatMap(StepOutcome::mayArrive).isPresent()) {
          throw refused(ref, "a request to create it may still arrive at the target", resume());
        }
        if (live.isCreated(ref)) {
          throw refused(
              ref,
              "this run created it at the target, and did not end with it: it works there, and only"
                  + " this run knows of it",
              resume(),
              "or delete it at the target, and leave it out then");
        }
        yield STAYS;
      }
      case IN_DOUBT ->
          throw refused(ref, "it is unknown whether it is at the target yet", resume());
    };
  }

  /** Its steps would go on, and hold up all others. */
  private boolean lacksItsData(ObjectRef ref) {
    StepId fill = StepId.of(Verb.FILL, ref);
    return plan.steps().stream().anyMatch(step -> step.id().equals(fill))
        && journal.status(fill) != StepStatus.DONE;
  }

  private String handedOver(ObjectRef ref, Position position) {
    return switch (position.wayBack()) {
      case NOTHING, REMOVE_COPY -> {
        if (position.stage() == Stage.RESTORED) {
          throw refused(ref, "it was brought back to the source", resume());
        }
        if (isHeld(ref)) {
          throw refused(
              ref,
              "what scales it was paused at the source, and would hold it at 0 there",
              "migrator rollback " + run + "   (sets it going again)",
              resume());
        }
        yield STAYS;
      }
      case SET_GOING -> {
        StepId stop = StepId.of(Verb.QUIESCE, ref);
        if (journal.isInDoubt(stop)) {
          throw refused(ref, "it is unknown whether it is stopped at the source yet", resume());
        }
        if (isHeld(ref) || live.isStopped(ref)) {
          throw refused(
              ref,
              "it is stopped at the source, and would stay so",
              "migrator rollback " + run + "   (sets it going again)",
              resume());
        }
        yield STAYS;
      }
      case MOVE_BACK -> UNAWAITED;
      case BRING_BACK -> {
        if (goesOn(ref, position)) {
          yield STAYS;
        }
        throw refused(
            ref,
            "it was deleted at the source, or may be, and does not work at the target: its"
                + " definition is in the vault, and without this run it would work nowhere",
            resume(),
            "migrator rollback " + run + " --backward");
      }
      case STAYS_DELETED ->
          throw refused(ref, "it ran to its end at the source, and moves nowhere", resume());
    };
  }

  /**
   * Whether its deletion was announced and not done, and it was set going since: a deletion is
   * bound to the state that was stopped, so none that was sent can arrive any more.
   */
  private boolean goesOn(ObjectRef ref, Position position) {
    StepId delete = StepId.of(Verb.DELETE, ref);
    return position.announced() == Stage.DELETED
        && journal.status(delete) == StepStatus.FAILED
        && journal.step(delete).outcome().flatMap(StepOutcome::mayArrive).isEmpty()
        && journal.original(ref).isPresent()
        && live.isAtWork(ref)
        && !isHeld(ref)
        && !live.isCreated(ref);
  }

  /** A scaler is paused before what it scales is stopped. */
  private boolean isHeld(ObjectRef ref) {
    return PausedScalers.any(journal)
        && ref.group().equals("apps")
        && (PausedScalers.isAnyInDoubt(journal) || live.isHeld(ref));
  }

  private String resume() {
    return "migrator resume " + run;
  }

  private static RuntimeException refused(ObjectRef ref, String why, String... next) {
    return Problem.of(ErrorCode.M1001, RefText.of(ref) + " cannot be left out", why, next)
        .withState("This command changed nothing.")
        .exception();
  }
}
