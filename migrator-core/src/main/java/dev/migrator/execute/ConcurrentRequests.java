package dev.migrator.execute;

import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.ClusterFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;

/** Sends many requests at once, at most so many at a time. */
public final class ConcurrentRequests {

  private static final Duration LONGEST = Duration.ofMinutes(10);

  /** An index that no question has, with room for those that count on. */
  private static final int NO_MORE = 1 << 30;

  private final int atOnce;
  private final StepThreads threads;
  private final Consumer<CompletableFuture<Boolean>> end;

  private ConcurrentRequests(
      int atOnce, StepThreads threads, Consumer<CompletableFuture<Boolean>> end) {
    this.atOnce = atOnce;
    this.threads = threads;
    this.end = end;
  }

  /** On the threads of a run, whose locks are kept alive meanwhile. */
  static ConcurrentRequests ofRun(int atOnce, StepThreads threads, InterruptibleWait clock) {
    return new ConcurrentRequests(
        atOnce,
        threads,
        all -> {
          if (clock.awaitAnyway(all, LONGEST).isEmpty()) {
            throw new ClusterException(
                "list", new ClusterFailure.OutcomeUnknown("not every list gave an answer"));
          }
        });
  }

  /** Outside of a run, each in a virtual thread of its own. */
  public static ConcurrentRequests of(int atOnce) {
    return new ConcurrentRequests(
        atOnce, StepThreads.of(Thread.ofVirtual().factory()), ConcurrentRequests::answer);
  }

  /**
   * The answers in the order of the questions; without threads they are asked in that order, too.
   * After a failure no further question is begun.
   *
   * <p>Errors: of those that failed the first in the order of the questions, when none is under way
   * any more; in a run {@link ClusterException} when one does not end.
   */
  public <Q, A> List<A> ask(List<Q> questions, Function<Q, A> asker) {
    List<CompletableFuture<A>> answers =
        questions.stream().map(question -> new CompletableFuture<A>()).toList();
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
                answer(answers.get(at), questions.get(at), asker, next);
              }
            } finally {
              hand.complete(true);
            }
          });
    }
    end.accept(
        CompletableFuture.allOf(hands.toArray(CompletableFuture[]::new)).thenApply(all -> true));
    // Questions are begun in their order: all before the first that failed have ended.
    answers.stream()
        .filter(CompletableFuture::isCompletedExceptionally)
        .findFirst()
        .ifPresent(ConcurrentRequests::answer);
    return answers.stream().map(ConcurrentRequests::answer).toList();
  }

  private static <Q, A> void answer(
      CompletableFuture<A> answer, Q question, Function<Q, A> asker, AtomicInteger next) {
    try {
      answer.complete(asker.apply(question));
    } catch (Throwable e) {
      next.set(NO_MORE);
      answer.completeExceptionally(e);
    }
  }

  /** Waits for it; throws what it threw. */
  public static <A> A answer(Future<A> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error cause) {
        throw cause;
      }
      throw new CompletionException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CompletionException(e);
    }
  }
}
