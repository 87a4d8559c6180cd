package dev.migrator.execute;

import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.event.RefText;
import dev.migrator.event.StepText;
import dev.migrator.journal.JournalRecord.StepIntended;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Origin;
import dev.migrator.model.Protection;
import dev.migrator.model.ResourceType;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.Step;
import dev.migrator.plan.StepId;
import dev.migrator.verify.Comparison;
import dev.migrator.verify.Difference;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Creates objects at the target by POST. What the server answers is compared with what was sent;
 * what is there already is taken for ours only when it carries our mark.
 *
 * <p>Crash: an intent without an outcome; the next run sends the same body again and finds its own
 * object by the mark. A second arrival is refused by the server: AlreadyExists, or what it looks at
 * before names, so that every refusal is looked behind. The object may be what fills the <a
 * href="https://kubernetes.io/docs/concepts/policy/resource-quotas/">quota</a> or has the node
 * port.
 */
final class Creating {

  /** For how long a definition or a ServiceAccount that was just created may stay unknown. */
  private static final Duration FRESH = Duration.ofSeconds(60);

  /**
   * For how long a quota of a kind that is new to the target may not have been counted: its
   * controller looks at all quotas every five minutes.
   */
  static final Duration COUNTED = Duration.ofMinutes(6);

  private static final int ATTEMPTS = 6;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);

  private final Run run;
  private final WatchHub watches;
  private final Owners owners;
  private final NodePorts nodePorts;
  private final PausedRollouts rollouts;
  private final CarriedStatus statuses;

  Creating(Run run, WatchHub watches) {
    this.run = run;
    this.watches = watches;
    this.owners = new Owners(run);
    this.nodePorts = new NodePorts(run);
    this.rollouts = new PausedRollouts(run);
    this.statuses = new CarriedStatus(run);
  }

  /** The definition with references to those of its owners that travel. */
  Manifest withOwners(PlannedObject object, Manifest atSource, Manifest definition) {
    return owners.withOwners(object, atSource, definition);
  }

  /** Creates an object that may exist twice. */
  StepResult create(Step.OnObject step, boolean isAwaited) {
    PlannedObject object = run.planned(step.object());
    Manifest atSource = run.vaulted(object.ref());
    Manifest definition = run.definition(object, atSource);
    Manifest body = run.marked(object, withOwners(object, atSource, definition));
    if (object.alreadyThere()) {
      Optional<StepResult> adopted = adopted(object, definition);
      if (adopted.isPresent()) {
        return adopted.get();
      }
    }
    if (object.protection() == Protection.DUPLICATION) {
      run.intend(step, object.uid(), "", Run.digest(body));
    } else {
      // Repeatable by observation, so the intent need not be on disk before the request leaves.
      run.journal()
          .append(
              new StepIntended(run.clock().now(), step.id(), object.uid(), "", Run.digest(body)));
    }
    CreateOutcome outcome =
        send(step.id(), StepText.doing(step), object, atSource, body, isAwaited);
    return switch (outcome) {
      case CreateOutcome.Stored stored -> {
        noteDifferences(body, stored.object());
        yield StepResult.done(stored.how(), Map.of("uid", stored.object().uid()));
      }
      case CreateOutcome.Refused refused ->
          madeMeanwhile(object, definition, refused.result())
              .orElseGet(
                  () ->
                      mayBeThere(object)
                          ? refused.result()
                          : run.optional(
                              refused.result(),
                              step.object(),
                              "without it: it stays at the source"));
    };
  }

  /**
   * Sends a body until it is stored or refused for good, and its status where that travels.
   *
   * @param doing what is being done, in words
   */
  CreateOutcome send(
      StepId step,
      String doing,
      PlannedObject object,
      Manifest atSource,
      Manifest body,
      boolean isAwaited) {
    // What the target serves of a kind is known once it serves it: not before a definition that was
    // just created counts.
    CreateOutcome outcome = send(doing, body, b -> statuses.in(b, object, atSource), isAwaited);
    return switch (outcome) {
      case CreateOutcome.Refused refused -> refused;
      case CreateOutcome.Stored stored ->
          statuses
              .write(step, doing, object, atSource, stored.object())
              .<CreateOutcome>map(CreateOutcome.Refused::new)
              .orElse(stored);
    };
  }

  /**
   * A controller of the target, such as a policy engine, may make what every namespace has before
   * we come: what equals the definition is taken as the plan would have taken it.
   */
  private Optional<StepResult> madeMeanwhile(
      PlannedObject object, Manifest definition, StepResult refused) {
    boolean isInTheWay =
        refused instanceof StepResult.Failed failed
            && failed.problem().code() == ErrorCode.M2202
            && !failed.mayArrive();
    if (!isInTheWay || object.protection() == Protection.DUPLICATION) {
      return Optional.empty();
    }
    try {
      return live(object)
          .filter(live -> !live.isBeingDeleted())
          .filter(live -> Comparison.compare(definition, live).isEmpty())
          .map(live -> StepResult.done("already there: made at the target meanwhile, and equal"));
    } catch (ClusterException e) {
      return Optional.empty();
    }
  }

  /** What was created, and failed after that, cannot be left out of the run. */
  private boolean mayBeThere(PlannedObject object) {
    if (object.protection() == Protection.DUPLICATION) {
      return true;
    }
    try {
      return live(object).filter(live -> run.made(live, object)).isPresent();
    } catch (ClusterException e) {
      return true;
    }
  }

  private Optional<Manifest> live(PlannedObject object) {
    ObjectRef ref = run.atTarget(object);
    return run.target()
        .cluster()
        .get(run.target().requireType(ref.kind(), object.apiVersion()), ref);
  }

  /** The plan found an equal object at the target: it is taken as it is, if it still is. */
  private Optional<StepResult> adopted(PlannedObject object, Manifest definition) {
    ObjectRef ref = run.atTarget(object);
    Optional<Manifest> live = live(object);
    if (live.isEmpty()) {
      return Optional.empty();
    }
    List<Difference> differences = Comparison.compare(definition, live.get());
    return Optional.of(
        differences.isEmpty()
            ? StepResult.done("already there")
            : foreign(
                ref, "it was equal when the plan was made, and now " + differences.getFirst()));
  }

  /**
   * Sends a body until it is stored or refused for good.
   *
   * @param doing what is being done, in words
   */
  CreateOutcome send(String doing, Manifest body, boolean isAwaited) {
    return send(doing, body, UnaryOperator.identity(), isAwaited);
  }

  private CreateOutcome send(
      String doing, Manifest body, UnaryOperator<Manifest> whole, boolean isAwaited) {
    return switch (stored(doing, PausedRollouts.starting(body), whole, isAwaited)) {
      case CreateOutcome.Stored stored -> rollouts.paused(body, stored);
      case CreateOutcome.Refused refused -> refused;
    };
  }

  private CreateOutcome stored(
      String doing, Manifest body, UnaryOperator<Manifest> whole, boolean isAwaited) {
    Instant begun = run.clock().now();
    ClusterFailure last = new ClusterFailure.Unreachable("nothing was sent");
    WriteAttempts trials = new WriteAttempts(run, doing);
    boolean isTold = false;
    for (int attempt = 1; attempt <= ATTEMPTS; ) {
      try {
        return new CreateOutcome.Stored(sent(body, whole, isAwaited, trials), "created");
      } catch (ClusterException e) {
        last = e.failure();
      }
      trials.failed(last);
      Duration pause = FIRST_PAUSE.multipliedBy(1L << (attempt - 1));
      Optional<CreateOutcome> end =
          switch (reaction(last, body, begun)) {
            case OBSERVE -> {
              run.clock().pauseAnyway(pause);
              attempt++;
              yield observed(body, trials);
            }
            case AGAIN -> {
              run.clock().pause(pause);
              attempt++;
              yield Optional.empty();
            }
            // A definition or an account on its way: only time counts, not attempts.
            case LATER -> {
              if (isUncounted(last) && !isTold) {
                run.notice(doing + " waits: " + last.detail());
                isTold = true;
              }
              run.clock().pause(Duration.ofSeconds(1));
              yield Optional.empty();
            }
            case GIVE_UP -> {
              attempt++;
              yield refused(last, body, trials, pause);
            }
          };
      if (end.isPresent()) {
        return end.get();
      }
    }
    return new CreateOutcome.Refused(trials.gaveUp(ErrorCode.M2101, last));
  }

  private Manifest sent(
      Manifest body, UnaryOperator<Manifest> whole, boolean isAwaited, WriteAttempts trials) {
    ResourceType type = run.target().requireType(body.kind(), body.apiVersion());
    if (isAwaited) {
      watches.follow(type, body.ref());
    }
    Manifest complete = whole.apply(body);
    trials.sends();
    Manifest stored = run.target().cluster().create(type, complete);
    watches.tell(type, stored);
    return stored;
  }

  /** What a refusal comes to; empty when the body is worth to be sent again. */
  private Optional<CreateOutcome> refused(
      ClusterFailure failure, Manifest body, WriteAttempts trials, Duration pause) {
    // Its own node port or its own place in a quota may be what stands in its way.
    // Safeguard: refusal-believed
    Optional<CreateOutcome> there = observed(body, trials);
    if (there.isPresent()) {
      return there;
    }
    return switch (nodePorts.room(failure, body)) {
      case NodePorts.Room.Made made -> Optional.empty();
      case NodePorts.Room.Soon soon -> {
        run.clock().pause(pause);
        yield Optional.empty();
      }
      case NodePorts.Room.None none ->
          Optional.of(new CreateOutcome.Refused(trials.gaveUp(ErrorCode.M2101, none.failure())));
    };
  }

  private enum Reaction {
    OBSERVE,
    AGAIN,
    LATER,
    GIVE_UP
  }

  private Reaction reaction(ClusterFailure failure, Manifest body, Instant begun) {
    Instant now = run.clock().now();
    boolean fresh = begun.plus(FRESH).isAfter(now);
    return switch (failure) {
      case ClusterFailure.AlreadyExists f -> Reaction.OBSERVE;
      case ClusterFailure.OutcomeUnknown f -> Reaction.OBSERVE;
      case ClusterFailure.Conflict f -> Reaction.OBSERVE;
      case ClusterFailure.Unreachable f -> Reaction.AGAIN;
      case ClusterFailure.Throttled f -> Reaction.AGAIN;
      case ClusterFailure.NotFound f -> fresh ? Reaction.LATER : Reaction.GIVE_UP;
      case ClusterFailure.Forbidden f ->
          passes(f, body) && (fresh || (isUncounted(f) && begun.plus(COUNTED).isAfter(now)))
              ? Reaction.LATER
              : Reaction.GIVE_UP;
      case ClusterFailure.Invalid f -> Reaction.GIVE_UP;
      case ClusterFailure.Unauthorized f -> Reaction.GIVE_UP;
      case ClusterFailure.Expired f -> Reaction.GIVE_UP;
    };
  }

  /** Refusals that end by themselves: what admission asks for comes a moment later. */
  static boolean passes(ClusterFailure.Forbidden failure, Manifest body) {
    return isUncounted(failure)
        || failure.detail().contains("no PriorityClass with name")
        // Every namespace gets its default account.
        || (body.kind().equals("Pod") && failure.detail().contains("serviceaccount"));
  }

  /** A quota of a kind that its controller does not know yet. */
  static boolean isUncounted(ClusterFailure failure) {
    return failure.detail().contains("status unknown for quota");
  }

  /** What is there under the name; empty when nothing is, which proves nothing. */
  private Optional<CreateOutcome> observed(Manifest body, WriteAttempts trials) {
    Optional<Manifest> live;
    try {
      ResourceType type = run.target().requireType(body.kind(), body.apiVersion());
      live = run.target().cluster().get(type, body.ref());
    } catch (ClusterException e) {
      return Optional.empty();
    }
    return live.map(
        object ->
            // Safeguard: adopts-strangers
            !object.isBeingDeleted() && isOurs(body, object)
                ? new CreateOutcome.Stored(object, "was there already, with our mark")
                : new CreateOutcome.Refused(trials.foundInTheWay(inTheWay(object))));
  }

  private StepResult inTheWay(Manifest live) {
    return live.isBeingDeleted()
        ? run.failed(
            ErrorCode.M2202,
            RefText.of(live.ref()) + " is being deleted at the " + run.target().name(),
            "it can be created when it is gone")
        : foreign(live.ref(), "it carries no mark of this move");
  }

  /** Made by this run, or by an earlier one from the same object of the source. */
  private boolean isOurs(Manifest body, Manifest live) {
    Optional<Origin> sent = Origin.of(body);
    Optional<Origin> found = Origin.of(live);
    return sent.isPresent()
        && found.isPresent()
        && found.get().sourceUid().equals(sent.get().sourceUid())
        && (found.get().run().equals(run.id())
            || Comparison.compare(body, live).stream()
                .allMatch(d -> d.path().contains(Origin.ANNOTATION)));
  }

  private StepResult foreign(ObjectRef ref, String why) {
    return run.failed(
        ErrorCode.M2202,
        "the "
            + run.target().name()
            + " has "
            + RefText.of(ref)
            + ", which we did not create, and it is never overwritten",
        why,
        "look at it, and delete or rename it at the " + run.target().name() + " if it may go",
        run.resume());
  }

  /** Admission may have changed what was sent; the verification judges, here it is only said. */
  private void noteDifferences(Manifest body, Manifest stored) {
    List<Difference> differences = Comparison.compare(body, stored);
    if (!differences.isEmpty()) {
      run.notice(
          "the "
              + run.target().name()
              + " stored "
              + body.ref()
              + " differently: "
              + differences.getFirst()
              + (differences.size() > 1 ? " and " + (differences.size() - 1) + " more" : ""));
    }
  }
}
