package dev.migrator.cluster.front;

import java.util.ArrayList;
import java.util.List;

/** Counts and remembers what arrives at the fronts of one run. Safe for use by many threads. */
public final class WireTraffic {

  private final List<WireRequest> log = new ArrayList<>();

  synchronized WireRequest next(String cluster, Asked asked) {
    WireRequest request = new WireRequest(cluster, log.size(), asked);
    log.add(request);
    return request;
  }

  /** Everything so far, in the order of arrival. */
  public synchronized List<WireRequest> requests() {
    return List.copyOf(log);
  }
}
