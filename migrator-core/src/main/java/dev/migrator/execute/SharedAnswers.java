package dev.migrator.execute;

import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.ClusterFailure;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Answers of a cluster, shared by all who ask the same while one is on its way. Every answer was
 * begun after it was asked for.
 */
final class SharedAnswers<T> {

  private static final Duration LONGEST = Duration.ofMinutes(10);

  private final InterruptibleWait clock;
  private final Map<String, Slot<T>> slots = new ConcurrentHashMap<>();

  SharedAnswers(InterruptibleWait clock) {
    this.clock = clock;
  }

  private static final class Slot<T> {
    final ReentrantLock turn = new ReentrantLock();
    Optional<CompletableFuture<T>> next = Optional.empty();
  }

  /**
   * What the question gives; who asks the same meanwhile gets the same.
   *
   * <p>Errors: {@link ClusterException} as the question gave it.
   */
  T ask(String key, Supplier<T> question) {
    Slot<T> slot = slots.computeIfAbsent(key, k -> new Slot<>());
    CompletableFuture<T> mine;
    boolean leader;
    synchronized (slot) {
      leader = slot.next.isEmpty();
      mine = slot.next.orElseGet(CompletableFuture::new);
      slot.next = Optional.of(mine);
    }
    if (leader) {
      lead(slot, mine, question);
    }
    return answer(mine);
  }

  private static <T> void lead(Slot<T> slot, CompletableFuture<T> mine, Supplier<T> question) {
    slot.turn.lock();
    try {
      synchronized (slot) {
        // Who asks from here on asks too late for this answer.
        slot.next = Optional.empty();
      }
      mine.complete(question.get());
    } catch (Throwable e) {
      mine.completeExceptionally(e);
      throw e;
    } finally {
      slot.turn.unlock();
    }
  }

  private T answer(CompletableFuture<T> mine) {
    try {
      return clock
          .awaitAnyway(mine, LONGEST)
          .orElseThrow(
              () ->
                  new ClusterException(
                      "list", new ClusterFailure.OutcomeUnknown("a shared list gave no answer")));
    } catch (java.util.concurrent.CompletionException e) {
      if (e.getCause() instanceof ClusterException cause) {
        throw cause;
      }
      throw e;
    }
  }
}
