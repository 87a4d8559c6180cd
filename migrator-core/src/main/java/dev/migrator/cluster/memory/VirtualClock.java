package dev.migrator.cluster.memory;

import dev.migrator.cluster.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Time that passes only while somebody waits for it: hours of a simulated cluster take
 * milliseconds.
 *
 * <p>Work for later (controllers, the kubelet, watches) is queued with {@link #schedule}. A thread
 * that waits becomes the driver: it takes the next event, moves the time to it and runs it, until
 * its own wait is over. Time moves only when every thread that uses this clock or its clusters is
 * waiting, so that nobody's work is overtaken. With one thread the order of everything is the same
 * in every run.
 *
 * <p>Known are the thread that made the clock, those made by {@link #threads()}, and every other
 * from its first request or wait on.
 */
public final class VirtualClock implements TimeSource {

  /** When simulated time begins, unless told otherwise. */
  public static final Instant START = Instant.parse("2026-03-02T08:00:00Z");

  private static final Duration LONG_JUMP = Duration.ofSeconds(1);
  private static final int PATIENCE = 2_000;

  private final Object lock = new Object();
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparing(Event::time).thenComparingLong(Event::sequence));
  private final AtomicLong sequence = new AtomicLong();
  private final Map<Thread, Boolean> known = new ConcurrentHashMap<>();
  private final Map<Thread, Waiter> waiters = new ConcurrentHashMap<>();
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicReference<Optional<Thread>> driver = new AtomicReference<>(Optional.empty());
  private volatile Instant now;

  public VirtualClock() {
    this(START);
  }

  public VirtualClock(Instant start) {
    this.now = start;
    join();
  }

  @Override
  public Instant now() {
    return now;
  }

  @Override
  public Duration running() {
    return Duration.between(START, now);
  }

  @Override
  public void sleep(Duration duration) throws InterruptedException {
    waitUntil(deadline(duration), () -> false, false, new AtomicReference<>());
  }

  /** Lets time pass outside of any run: for setting a scene. */
  public void advance(Duration duration) {
    try {
      sleep(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the clock was advanced", e);
    }
  }

  /**
   * Lets time pass until the condition holds.
   *
   * @return whether it held within the time
   */
  public boolean advanceUntil(BooleanSupplier condition, Duration atMost) {
    Instant end = now.plus(atMost);
    while (!condition.getAsBoolean()) {
      if (!now.isBefore(end)) {
        return false;
      }
      advance(Duration.ofMillis(20));
    }
    return true;
  }

  @Override
  public <T> Optional<T> await(CompletableFuture<T> future, Duration atMost)
      throws InterruptedException {
    AtomicReference<@Nullable Waiter> self = new AtomicReference<>();
    CompletableFuture<?> bell =
        future.handle(
            (value, error) -> {
              Waiter waiter = self.get();
              if (waiter != null) {
                waiter.wake();
              }
              return Boolean.TRUE;
            });
    waitUntil(deadline(atMost), future::isDone, true, self);
    bell.cancel(false);
    if (!future.isDone()) {
      return Optional.empty();
    }
    return Optional.ofNullable(future.join());
  }

  /** A number greater than every one given before: one order for all clusters of this clock. */
  public long nextSequence() {
    return sequence.incrementAndGet();
  }

  /** Runs the action when so much time has passed; a due action runs at the next wait. */
  public void schedule(Duration delay, Runnable action) {
    scheduleAt(now.plus(delay), action);
  }

  public void scheduleAt(Instant time, Runnable action) {
    synchronized (lock) {
      events.add(new Event(time.isBefore(now) ? now : time, sequence.incrementAndGet(), action));
    }
  }

  /** Virtual threads for whose work the clock waits from their birth to their end. */
  public ThreadFactory threads() {
    ThreadFactory virtual = Thread.ofVirtual().factory();
    return task -> {
      Thread thread = virtual.newThread(task);
      // Who starts one thread may be about to start another.
      join();
      known.put(thread, Boolean.TRUE);
      return thread;
    };
  }

  /** A request begins: time stands still until {@link #requestEnds}. */
  void requestBegins() {
    join();
    requests.incrementAndGet();
  }

  void requestEnds() {
    requests.decrementAndGet();
  }

  private void join() {
    known.putIfAbsent(Thread.currentThread(), Boolean.TRUE);
  }

  private Instant deadline(Duration atMost) {
    // A wait "for ever" must not overflow.
    return atMost.compareTo(Duration.ofDays(365L * 100)) > 0
        ? now.plus(Duration.ofDays(365L * 100))
        : now.plus(atMost);
  }

  private void waitUntil(
      Instant deadline,
      BooleanSupplier done,
      boolean careful,
      AtomicReference<@Nullable Waiter> self)
      throws InterruptedException {
    join();
    Thread thread = Thread.currentThread();
    Waiter waiter = new Waiter(thread, new AtomicBoolean());
    self.set(waiter);
    scheduleAt(deadline, waiter::wake);
    boolean nested = drivenBy(thread);
    Waiter outer = waiters.put(thread, waiter);
    try {
      while (!done.getAsBoolean() && now.isBefore(deadline)) {
        if (Thread.interrupted()) {
          throw new InterruptedException("interrupted in a simulated wait");
        }
        if (nested
            || drivenBy(thread)
            || driver.compareAndSet(Optional.empty(), Optional.of(thread))) {
          step(done, careful || known.size() > 1);
        } else if (!waiter.awake().get()) {
          LockSupport.parkNanos(this, 5_000_000);
        }
      }
    } finally {
      if (outer == null) {
        waiters.remove(thread);
      } else {
        waiters.put(thread, outer);
      }
      if (!nested && drivenBy(thread)) {
        driver.set(Optional.empty());
        waiters.keySet().stream().findFirst().ifPresent(LockSupport::unpark);
      }
    }
  }

  private boolean drivenBy(Thread thread) {
    return driver.get().filter(thread::equals).isPresent();
  }

  /** Runs the next event, once everybody waits. */
  private void step(BooleanSupplier done, boolean careful) {
    settle();
    if (careful && jumpsFar()) {
      // Threads that were started a moment ago may not have shown themselves yet.
      LockSupport.parkNanos(500_000);
      settle();
    }
    if (done.getAsBoolean()) {
      return;
    }
    Event next;
    synchronized (lock) {
      next = events.poll();
      if (next == null) {
        return;
      }
      if (next.time().isAfter(now)) {
        now = next.time();
      }
    }
    next.action().run();
  }

  private boolean jumpsFar() {
    synchronized (lock) {
      Event next = events.peek();
      return next != null && next.time().isAfter(now.plus(LONG_JUMP));
    }
  }

  // Yielding only saves time here; nothing relies on who runs next.
  @SuppressWarnings("ThreadPriorityCheck")
  private void settle() {
    // A thread that computes for very long is overtaken in the end: a slow machine is legal.
    for (int look = 0; look < PATIENCE && someoneWorks(); look++) {
      if (look < 50) {
        Thread.yield();
      } else {
        LockSupport.parkNanos(100_000);
      }
    }
  }

  private boolean someoneWorks() {
    if (known.size() <= 1) {
      return false;
    }
    if (requests.get() > 0) {
      return true;
    }
    Thread self = Thread.currentThread();
    for (Iterator<Thread> threads = known.keySet().iterator(); threads.hasNext(); ) {
      Thread thread = threads.next();
      if (thread.equals(self)) {
        continue;
      }
      Waiter waiter = waiters.get(thread);
      if (waiter != null) {
        if (waiter.awake().get()) {
          return true;
        }
        continue;
      }
      switch (thread.getState()) {
        case TERMINATED -> threads.remove();
        case NEW, RUNNABLE -> {
          return true;
        }
        case BLOCKED, WAITING, TIMED_WAITING -> {}
      }
    }
    return false;
  }

  private record Event(Instant time, long sequence, Runnable action) {}

  private record Waiter(Thread thread, AtomicBoolean awake) {
    void wake() {
      awake.set(true);
      LockSupport.unpark(thread);
    }
  }
}
