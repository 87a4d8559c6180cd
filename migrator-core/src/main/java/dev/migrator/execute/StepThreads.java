package dev.migrator.execute;

import java.util.concurrent.ThreadFactory;

/** Who does the steps. */
@FunctionalInterface
public interface StepThreads {

  /** Begins the work; may return before it is done. */
  void start(Runnable work);

  /** The scheduler's own thread does every step itself: the same order in every run. */
  static StepThreads alone() {
    return Runnable::run;
  }

  /** A thread for each step in flight. */
  static StepThreads of(ThreadFactory threads) {
    return work -> threads.newThread(work).start();
  }
}
