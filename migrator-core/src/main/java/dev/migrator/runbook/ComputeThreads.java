package dev.migrator.runbook;

import dev.migrator.execute.ConcurrentRequests;
import dev.migrator.inventory.Workers;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/**
 * Threads for work that only computes, as many as there are processors. Not virtual ones: those
 * share their few carriers with the threads that talk to the clusters, and would make them wait.
 */
final class ComputeThreads implements Workers, AutoCloseable {

  /** More than the reading of lists can keep busy. */
  private static final int MOST = 8;

  /** Pages of a list; each is a megabyte or two in memory. */
  private static final int AHEAD = 3;

  private final ExecutorService threads =
      Executors.newFixedThreadPool(
          Math.min(MOST, Runtime.getRuntime().availableProcessors()),
          Thread.ofPlatform().daemon().name("work-", 0).factory());

  @Override
  public int ahead() {
    return AHEAD;
  }

  @Override
  public <T> Supplier<T> begin(Supplier<T> work) {
    Future<T> result = threads.submit(work::get);
    return () -> ConcurrentRequests.answer(result);
  }

  /** What is still at work is of no use to anybody. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
