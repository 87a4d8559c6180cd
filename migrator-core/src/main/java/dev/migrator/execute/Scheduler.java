package dev.migrator.execute;

import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Step;
import dev.migrator.plan.StepId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Starts each step when its needs are met, many at once. A failure stops its dependants only.
 *
 * <p>Hand-overs that have begun come first, and few are under way at a time, so that the pause of
 * one object does not grow with their number. A step that waits for something outside leaves its
 * place to others.
 */
final class Scheduler {

  /** Hand-overs under way at a time, those that wait for running work not counted. */
  private static final int HAND_OVERS = 8;

  private static final java.time.Duration FOR_EVER = java.time.Duration.ofDays(3650);

  /** Does one step and writes down what became of it. Called by the threads of the run. */
  interface Worker {
    /**
     * @param idle to be called once when the step begins to wait for something outside
     */
    StepResult work(Step step, Runnable idle);

    /** Whether the step may begin although the run shall stop: it ends what was begun. */
    boolean mustFinish(Step step);

    /** Whether an earlier process did it, and it need not be looked at again. */
    boolean isDone(Step step);

    /** Whether what needs a step begins although that failed: it is for itself to see why. */
    boolean goesOnAfterFailure();
  }

  private record Ready(Step step, boolean continues, int index) {}

  private record Finished(
      Step step, Optional<StepResult> result, Optional<Throwable> thrown, boolean wasIdle) {}

  private final List<Step> steps;
  private final StepThreads threads;
  private final int parallel;
  private final InterruptibleWait clock;
  private final Interruption interruption;
  private final Worker worker;

  private final Map<StepId, Integer> unmet = new HashMap<>();
  private final Map<StepId, List<Integer>> dependants = new HashMap<>();
  private final PriorityQueue<Ready> ready =
      new PriorityQueue<>(
          Comparator.comparing((Ready r) -> !r.continues()).thenComparingInt(Ready::index));
  private final Deque<Ready> forALane = new ArrayDeque<>();
  private final Queue<Finished> finished = new ConcurrentLinkedQueue<>();
  private volatile CompletableFuture<Boolean> bell = new CompletableFuture<>();

  private final Set<ObjectRef> lanes = new HashSet<>();
  private int active;
  private int inFlight;

  private final Map<Step, StepResult.Failed> failures = new LinkedHashMap<>();
  private Optional<Throwable> fatal = Optional.empty();
  private boolean closed;
  private boolean stopped;
  private int done;

  Scheduler(
      List<Step> steps,
      StepThreads threads,
      int parallel,
      InterruptibleWait clock,
      Interruption interruption,
      Worker worker) {
    this.steps = steps;
    this.threads = threads;
    this.parallel = parallel;
    this.clock = clock;
    this.interruption = interruption;
    this.worker = worker;
    prepare();
  }

  /**
   * What came of it.
   *
   * @param failures in the order in which they came
   * @param closed whether a gate was not opened
   * @param stopped whether a step was given up, or not begun, because the run shall stop
   * @param fatal what stopped the whole run
   */
  record Summary(
      int done,
      Map<Step, StepResult.Failed> failures,
      int notStarted,
      boolean closed,
      boolean stopped,
      Optional<Throwable> fatal) {}

  private void prepare() {
    Set<StepId> isDone = new HashSet<>();
    for (Step step : steps) {
      if (worker.isDone(step)) {
        isDone.add(step.id());
      }
    }
    done = isDone.size();
    for (int i = 0; i < steps.size(); i++) {
      Step step = steps.get(i);
      if (isDone.contains(step.id())) {
        continue;
      }
      int count = 0;
      for (StepId need : step.needs()) {
        if (!isDone.contains(need)) {
          dependants.computeIfAbsent(need, k -> new ArrayList<>()).add(i);
          count++;
        }
      }
      unmet.put(step.id(), count);
      if (count == 0) {
        ready.add(ready(i));
      }
    }
  }

  int alreadyDone() {
    return done;
  }

  private Ready ready(int index) {
    Step step = steps.get(index);
    boolean continues = step instanceof Step.OnObject on && on.verb().continuesHandOver();
    return new Ready(step, continues, index);
  }

  /** Runs until nothing can be started any more. */
  Summary run() {
    while (true) {
      start();
      Optional<Finished> next = next();
      if (next.isEmpty()) {
        int failed = worker.goesOnAfterFailure() ? 0 : failures.size();
        return new Summary(done, failures, unmet.size() - failed, closed, stopped, fatal);
      }
      settle(next.get());
    }
  }

  private void start() {
    for (Optional<Ready> next = take(); next.isPresent(); next = take()) {
      Step step = next.get().step();
      threads.start(() -> work(step));
    }
  }

  /** The next step that may begin now. */
  private synchronized Optional<Ready> take() {
    if (fatal.isPresent() || active >= parallel) {
      return Optional.empty();
    }
    while (lanes.size() < HAND_OVERS && !forALane.isEmpty()) {
      ready.add(forALane.removeFirst());
    }
    while (!ready.isEmpty()) {
      Ready next = ready.remove();
      if (interruption.isRequested() && !worker.mustFinish(next.step())) {
        stopped = true;
        continue;
      }
      if (lanes.size() >= HAND_OVERS && next.step() instanceof Step.OnObject on && opensALane(on)) {
        forALane.add(next);
        continue;
      }
      return Optional.of(begun(next));
    }
    if (interruption.isRequested()) {
      stopped |= forALane.removeIf(waiting -> !worker.mustFinish(waiting.step()));
    }
    // Whoever has a lane may wait for one that has none; then one more is let in.
    return inFlight == 0 && !forALane.isEmpty()
        ? Optional.of(begun(forALane.removeFirst()))
        : Optional.empty();
  }

  private Ready begun(Ready next) {
    if (next.step() instanceof Step.OnObject on && opensALane(on)) {
      lanes.add(on.object());
    }
    active++;
    inFlight++;
    return next;
  }

  /** A hand-over begins with its command, where it has one, so that few of them are early. */
  private boolean opensALane(Step.OnObject step) {
    return step.verb().beginsHandOver() && !lanes.contains(step.object());
  }

  private void work(Step step) {
    boolean[] idle = {false};
    try {
      StepResult result =
          worker.work(
              step,
              () -> {
                idle[0] = true;
                becomesIdle(step);
              });
      tell(new Finished(step, Optional.of(result), Optional.empty(), idle[0]));
    } catch (StoppedException e) {
      tell(new Finished(step, Optional.empty(), Optional.empty(), idle[0]));
    } catch (Throwable e) {
      // Whatever it is, the run ends; it is thrown again by the run's own thread.
      tell(new Finished(step, Optional.empty(), Optional.of(e), idle[0]));
    }
  }

  private void becomesIdle(Step step) {
    synchronized (this) {
      active--;
      leaveLane(step);
    }
    bell.complete(true);
  }

  private void tell(Finished one) {
    finished.add(one);
    bell.complete(true);
  }

  /** The next step that ended; empty when none is under way and none can begin. */
  private Optional<Finished> next() {
    while (true) {
      CompletableFuture<Boolean> mine = new CompletableFuture<>();
      bell = mine;
      Finished one = finished.poll();
      if (one != null) {
        return Optional.of(one);
      }
      start();
      synchronized (this) {
        if (inFlight == 0 && finished.isEmpty()) {
          return Optional.empty();
        }
      }
      if (finished.isEmpty()) {
        clock.awaitAnyway(mine, FOR_EVER);
      }
    }
  }

  private synchronized void settle(Finished one) {
    inFlight--;
    if (!one.wasIdle()) {
      active--;
    }
    if (one.thrown().isPresent()) {
      fatal = fatal.or(one::thrown);
      return;
    }
    if (one.result().isEmpty()) {
      stopped = true;
      return;
    }
    switch (one.result().get()) {
      case StepResult.Done result -> ended(one.step());
      case StepResult.NotNeeded result -> ended(one.step());
      case StepResult.Failed failed -> {
        failures.put(one.step(), failed);
        leaveLane(one.step());
        if (worker.goesOnAfterFailure()) {
          letDependantsBegin(one.step());
        }
      }
      case StepResult.Closed gate -> closed = true;
    }
  }

  private void ended(Step step) {
    done++;
    if (!letDependantsBegin(step)) {
      leaveLane(step);
    }
  }

  /** Whether one of them is about the same object. */
  private boolean letDependantsBegin(Step step) {
    unmet.remove(step.id());
    boolean goesOn = false;
    for (int index : dependants.getOrDefault(step.id(), List.of())) {
      if (unmet.merge(steps.get(index).id(), -1, Integer::sum) == 0) {
        ready.add(ready(index));
        goesOn |= isOfTheSame(step, steps.get(index));
      }
    }
    return goesOn;
  }

  private static boolean isOfTheSame(Step one, Step other) {
    return one instanceof Step.OnObject a
        && other instanceof Step.OnObject b
        && a.object().equals(b.object());
  }

  /** It is at work again, or waits for others, such as a gate: these need the lane more. */
  private void leaveLane(Step step) {
    if (step instanceof Step.OnObject on) {
      lanes.remove(on.object());
    }
  }
}
