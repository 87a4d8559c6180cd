package dev.migrator.execute;

import dev.migrator.cluster.ClusterException;
import dev.migrator.execute.ClaimTransfer.Look;
import dev.migrator.model.ObjectRef;
import dev.migrator.mover.Mover;
import dev.migrator.mover.Progress;
import dev.migrator.mover.Side;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The wait for the Jobs of one pass: what is said meanwhile, and when it is over. A Job takes as
 * long as it takes; one that does not begin is not waited for for ever. Used by one thread.
 *
 * <p>Source: docs/adr/0053
 */
final class MoverWait {

  private static final int LINES = 20;

  /** A mover says how far it is every few seconds. */
  private static final Duration PAUSE = Duration.ofSeconds(10);

  private final Run run;
  private final Mover mover;
  private final Map<Side, CopyProgress> begun = new EnumMap<>(Side.class);
  private final Map<Side, String> said = new EnumMap<>(Side.class);
  private Instant lastRunning;
  private Instant nextQuestion;

  MoverWait(Run run, Mover mover) {
    this.run = run;
    this.mover = mover;
    this.lastRunning = run.clock().now();
    this.nextQuestion = lastRunning.plus(PAUSE);
  }

  Look<Map<Side, CopyJob>> look(Map<Side, CopyJob> states) {
    boolean isBroken = states.values().stream().anyMatch(state -> state instanceof CopyJob.Broken);
    Map<Side, CopyJob.Working> working = new EnumMap<>(Side.class);
    states.forEach(
        (side, state) -> {
          if (state instanceof CopyJob.Working one) {
            working.put(side, one);
          }
        });
    if (isBroken || working.isEmpty()) {
      return Look.seen(states);
    }
    Instant now = run.clock().now();
    if (working.values().stream().allMatch(one -> one.running().isPresent())) {
      lastRunning = now;
    }
    if (now.isAfter(nextQuestion)) {
      nextQuestion = now.plus(PAUSE);
      working.forEach((side, one) -> one.running().ifPresent(pod -> ask(side, pod, now)));
    }
    String why = words(working);
    return now.isAfter(lastRunning.plus(run.plan().settings().limits().readyTimeout()))
        ? Look.never(why)
        : Look.notYet(why);
  }

  private String words(Map<Side, CopyJob.Working> working) {
    List<String> words = new ArrayList<>();
    working.forEach(
        (side, one) ->
            words.add(
                "at the "
                    + of(side).name()
                    + ", "
                    + one.words()
                    + Optional.ofNullable(said.get(side)).map(far -> ", " + far).orElse("")));
    return String.join("; ", words);
  }

  /** For words only: a log that cannot be read is done without. */
  private void ask(Side side, ObjectRef pod, Instant now) {
    Optional<Progress> progress;
    try {
      progress = mover.progress(of(side).cluster().lastLog(pod, Mover.CONTAINER, LINES));
    } catch (ClusterException e) {
      return;
    }
    progress.ifPresent(
        far ->
            said.put(
                side,
                begun.computeIfAbsent(side, first -> new CopyProgress(far, now)).words(far, now)));
  }

  private ClusterSide of(Side side) {
    return side == Side.SOURCE ? run.source() : run.target();
  }
}
