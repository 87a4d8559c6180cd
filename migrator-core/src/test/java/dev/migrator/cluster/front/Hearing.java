package dev.migrator.cluster.front;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What watches have sent, and what was heard of it at the other end: whoever drives the virtual
 * clock waits here, so that no time passes while an event is on the wire.
 */
final class Hearing {

  /** Of real time; a client that does not listen any more holds nobody up for ever. */
  private static final long PATIENCE_MILLIS = 300;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition change = lock.newCondition();
  private long sent;
  private long heard;

  /** Something is put on the wire; the answer is its number. */
  long sending() {
    lock.lock();
    try {
      return ++sent;
    } finally {
      lock.unlock();
    }
  }

  /** The listener has dealt with one more. */
  void heard() {
    lock.lock();
    try {
      heard++;
      change.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Nobody listens to what is still under way. */
  void caughtUp() {
    lock.lock();
    try {
      heard = sent;
      change.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until everything up to this number was heard. */
  void await(long number) {
    lock.lock();
    try {
      long left = TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
      while (heard < number && left > 0) {
        left = change.awaitNanos(left);
      }
      if (heard < number) {
        heard = sent;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }
}
