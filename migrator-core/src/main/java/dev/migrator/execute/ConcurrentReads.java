package dev.migrator.execute;

import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.ClusterFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** Sends many reads at once, on the threads of the run. */
final class ConcurrentReads {

  private static final Duration LONGEST = Duration.ofMinutes(10);

  private final StepThreads threads;
  private final InterruptibleWait clock;

  ConcurrentReads(StepThreads threads, InterruptibleWait clock) {
    this.threads = threads;
    this.clock = clock;
  }

  /**
   * The answers in the order of the questions; without threads they are asked in that order, too.
   * After a failure no further question is begun.
   *
   * <p>Errors: what a question threw, when none is under way any more; {@link ClusterException}
   * when one does not end.
   */
  <Q, A> List<A> ask(int atOnce, List<Q> questions, Function<Q, A> asker) {
    List<Optional<A>> answers =
        Collections.synchronizedList(
            new ArrayList<>(Collections.nCopies(questions.size(), Optional.empty())));
    AtomicInteger next = new AtomicInteger();
    List<CompletableFuture<Boolean>> hands = new ArrayList<>();
    for (int i = 0; i < Math.min(atOnce, questions.size()); i++) {
      CompletableFuture<Boolean> hand = new CompletableFuture<>();
      hands.add(hand);
      threads.start(
          () -> {
            try {
              for (int at = next.getAndIncrement();
                  at < questions.size();
                  at = next.getAndIncrement()) {
                answers.set(at, Optional.of(asker.apply(questions.get(at))));
              }
              hand.complete(true);
            } catch (Throwable e) {
              next.set(questions.size());
              hand.completeExceptionally(e);
            }
          });
    }
    CompletableFuture<Void> all = CompletableFuture.allOf(hands.toArray(CompletableFuture[]::new));
    try {
      if (clock.awaitAnyway(all.thenApply(ended -> true), LONGEST).isEmpty()) {
        throw new ClusterException(
            "list", new ClusterFailure.OutcomeUnknown("not every list gave an answer"));
      }
    } catch (CompletionException e) {
      throw thrown(e);
    }
    return answers.stream().flatMap(Optional::stream).toList();
  }

  private static RuntimeException thrown(CompletionException e) {
    if (e.getCause() instanceof Error error) {
      throw error;
    }
    return e.getCause() instanceof RuntimeException cause ? cause : e;
  }
}
