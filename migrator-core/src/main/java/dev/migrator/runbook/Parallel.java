package dev.migrator.runbook;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

/** Asks many questions at once, at most so many at a time, each in a virtual thread of its own. */
final class Parallel implements AutoCloseable {

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Semaphore slots;

  Parallel(int atOnce) {
    this.slots = new Semaphore(atOnce);
  }

  /**
   * The answers in the order of the questions. The first failure in that order is thrown, after all
   * have ended.
   */
  <Q, A> List<A> ask(Iterable<Q> questions, Function<Q, A> asker) {
    List<Future<A>> futures = new ArrayList<>();
    for (Q question : questions) {
      slots.acquireUninterruptibly();
      futures.add(
          threads.submit(
              () -> {
                try {
                  return asker.apply(question);
                } finally {
                  slots.release();
                }
              }));
    }
    return futures.stream().map(Parallel::answer).toList();
  }

  /** Waits for it; throws what it threw. */
  static <A> A answer(Future<A> future) {
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

  @Override
  public void close() {
    threads.close();
  }
}
