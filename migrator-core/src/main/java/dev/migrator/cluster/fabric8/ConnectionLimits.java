package dev.migrator.cluster.fabric8;

import java.time.Duration;

/**
 * How long to wait for a server, and how hard to press it.
 *
 * @param connect until a connection stands
 * @param request until the answer begins; the server is told to give up on a write after this, too
 * @param body until the answer has ended, counted from its beginning
 * @param largest answer that is taken, in bytes: a page of 500 objects of the largest size that
 *     etcd takes by default is not larger
 * @param requestsPerSecond that may begin; 0 for no limit
 */
public record ConnectionLimits(
    Duration connect, Duration request, Duration body, int largest, int requestsPerSecond) {

  /** 10 s to connect, 30 s for an answer to begin, 2 min for it to end, no limit of the rate. */
  public static final ConnectionLimits DEFAULT =
      new ConnectionLimits(
          Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofMinutes(2), 750 << 20, 0);

  public ConnectionLimits withRequestsPerSecond(int requests) {
    return new ConnectionLimits(connect, request, body, largest, requests);
  }

  public ConnectionLimits withRequest(Duration duration) {
    return new ConnectionLimits(connect, duration, body, largest, requestsPerSecond);
  }

  public ConnectionLimits withBody(Duration duration) {
    return new ConnectionLimits(connect, request, duration, largest, requestsPerSecond);
  }

  public ConnectionLimits withLargest(int bytes) {
    return new ConnectionLimits(connect, request, body, bytes, requestsPerSecond);
  }
}
