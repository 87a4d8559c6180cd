package dev.migrator.cluster.fault;

import dev.migrator.cluster.ClusterFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** What goes wrong with one request. */
public sealed interface Fault {

  /** Nothing goes wrong. */
  record None() implements Fault {}

  /** The request does not arrive, and the caller cannot know that. */
  record RequestLost(String why) implements Fault {}

  /** The request is executed, and the caller does not hear of it. */
  record ResponseLost(String why) implements Fault {}

  /**
   * The caller hears nothing, and the request is executed when so much time has passed: a reading
   * in between does not show it.
   */
  record ExecutedLater(Duration after) implements Fault {}

  /** The server answers this and does nothing. */
  record Answer(ClusterFailure failure) implements Fault {}

  /** The request, or its answer, takes long. */
  record Delay(Duration beforeExecution, Duration afterExecution) implements Fault {}

  /** A list answers with what it answered the last time; other requests are not touched. */
  record StaleList() implements Fault {}

  /** A watch opens and says nothing for ever; other requests are not touched. */
  record SilentWatch() implements Fault {}

  /** A watch ends at once; other requests are not touched. */
  record EndedWatch(String why) implements Fault {}

  /** The server's clock is wrong by so much; other requests are not touched. */
  record WrongClock(Duration ahead) implements Fault {}

  /** Our process dies here. */
  record Crash(Moment moment) implements Fault {

    /** When, seen from the request. */
    public enum Moment {
      /** Before the request leaves. */
      BEFORE_SEND,
      /** When the server has done it and its answer has not arrived. */
      AFTER_SEND,
      /** When the answer has arrived and nothing was done with it. */
      AFTER_RESPONSE
    }
  }

  /**
   * The faults that every request must survive, by name, in a stable order. Crashes are not among
   * them.
   *
   * <p>Where a network fault leaves the outcome open, there is one entry for each outcome.
   */
  static Map<String, Fault> catalogue() {
    Map<String, Fault> faults = new LinkedHashMap<>();
    faults.put(
        "429 with Retry-After",
        new Answer(
            new ClusterFailure.Throttled("too many requests", Optional.of(Duration.ofSeconds(2)))));
    faults.put(
        "503 before it was handled",
        new Answer(new ClusterFailure.Throttled("the server is shutting down", Optional.empty())));
    for (String why :
        List.of(
            "500 internal error",
            "503 service unavailable",
            "504 gateway timeout",
            "time-out",
            "connection reset",
            "partial JSON")) {
      faults.put(why + ", request lost", new RequestLost(why));
      faults.put(why + ", response lost", new ResponseLost(why));
    }
    faults.put(
        "connection refused", new Answer(new ClusterFailure.Unreachable("connection refused")));
    faults.put("401", new Answer(new ClusterFailure.Unauthorized("the token has expired")));
    faults.put("403", new Answer(new ClusterFailure.Forbidden("forbidden for a moment")));
    faults.put("409", new Answer(new ClusterFailure.Conflict("the object has been modified")));
    faults.put("410", new Answer(new ClusterFailure.Expired("too old resource version")));
    faults.put(
        "webhook denies",
        new Answer(
            new ClusterFailure.Forbidden("admission webhook \"policy.example.com\" denied")));
    faults.put("webhook time-out", new RequestLost("failed calling webhook: deadline exceeded"));
    faults.put("slow request", new Delay(Duration.ofSeconds(45), Duration.ZERO));
    faults.put("slow answer", new Delay(Duration.ZERO, Duration.ofSeconds(45)));
    faults.put("long pause", new Delay(Duration.ofMinutes(10), Duration.ZERO));
    faults.put("executed ten seconds later", new ExecutedLater(Duration.ofSeconds(10)));
    faults.put("stale list", new StaleList());
    faults.put("silent watch", new SilentWatch());
    faults.put("ended watch", new EndedWatch("too old resource version"));
    faults.put("clock an hour ahead", new WrongClock(Duration.ofHours(1)));
    faults.put("clock an hour behind", new WrongClock(Duration.ofHours(-1)));
    return faults;
  }

  /** How a wrong clock changes the time that is told. */
  static UnaryOperator<Instant> clock(Fault fault) {
    return fault instanceof WrongClock wrong ? time -> time.plus(wrong.ahead()) : time -> time;
  }
}
