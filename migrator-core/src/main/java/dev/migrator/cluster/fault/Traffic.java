package dev.migrator.cluster.fault;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** Counts and remembers the requests to all clusters of one run. Safe for use by many threads. */
public final class Traffic {

  private final AtomicLong requests = new AtomicLong();
  private final AtomicLong writes = new AtomicLong();
  private final List<Request> log = new CopyOnWriteArrayList<>();

  /** Every request so far, in order of its index where one thread sends. */
  public List<Request> requests() {
    return List.copyOf(log);
  }

  Request next(Request described) {
    Request request =
        new Request(
            described.cluster(),
            requests.getAndIncrement(),
            described.isWrite() ? writes.getAndIncrement() : writes.get(),
            described.verb(),
            described.resource(),
            described.object());
    log.add(request);
    return request;
  }
}
