package dev.migrator.cluster.front;

import java.time.Duration;

/** What goes wrong with one request on the wire. */
public sealed interface WireFault {

  /** Whether a fault can show itself at such a request. */
  default boolean fits(WireRequest request) {
    return switch (this) {
      case BrokenWatch watch -> request.isWatch();
      case StaleList stale -> request.isList();
      case WrongClock clock -> request.tellsTime();
      case Slow slow -> true;
      default -> !request.isWatch() || !needsAnswer();
    };
  }

  private boolean needsAnswer() {
    return switch (this) {
      case Replaced f -> f.executed();
      case Broken f -> f.executed();
      case Garbled f -> true;
      case Stalled f -> f.how() != Silence.UNREAD;
      case SentAway f -> f.executed();
      default -> false;
    };
  }

  /** Nothing goes wrong. */
  record None() implements WireFault {}

  /** The server, or something before it, answers this instead. */
  record Replaced(boolean executed, Reply reply) implements WireFault {}

  /** The connection or the stream ends; nothing more comes. */
  record Broken(boolean executed, Break how) implements WireFault {}

  /** How a connection ends. */
  enum Break {
    /** By TCP reset, before a word of the answer. */
    RESET,
    /** In order, before a word of the answer. */
    CLOSED,
    /** After the head of the answer. */
    AFTER_HEAD,
    /** In the middle of the answer's body. */
    IN_BODY,
    /** One byte before the answer's end. */
    BEFORE_LAST_BYTE,
    /** Only this request's stream ends, with an error; the connection stands (HTTP/2). */
    STREAM_ERROR
  }

  /** The answer is whole for HTTP, and is none. */
  record Garbled(Form form) implements WireFault {}

  /** What stands where the answer should be. */
  enum Form {
    /** The first half of it. */
    HALF,
    NOTHING,
    /** A page of something between us and the server. */
    HTML,
    /** JSON of something between us and the server. */
    OTHER_JSON
  }

  /**
   * The server says nothing more, until the client gives up: that takes it half a minute of the
   * clusters' time.
   */
  record Stalled(Silence how) implements WireFault {}

  /** Where the silence begins. */
  enum Silence {
    /** The request is never executed. */
    UNREAD,
    /** The request is executed at once. */
    EXECUTED,
    /** The request is executed after the client has given up. */
    EXECUTED_LATER,
    /** The request is executed, the answer begins and does not end. */
    IN_BODY
  }

  /** The connection is reset, and the request is executed so much later. */
  record Late(Duration after) implements WireFault {}

  /** The request, or its answer, takes so much of the clusters' time. */
  record Slow(Duration before, Duration after) implements WireFault {}

  /**
   * The server sends the client away (GOAWAY; over HTTP/1.1 it closes).
   *
   * @param executed whether it still answers this request; otherwise it did not look at it
   */
  record SentAway(boolean executed) implements WireFault {}

  /** Every connection to this server is reset. */
  record Restarted(boolean executed) implements WireFault {}

  /** A list answers with what it answered the last time. */
  record StaleList() implements WireFault {}

  /** The server's clock is wrong by so much. */
  record WrongClock(Duration ahead) implements WireFault {}

  /** A watch goes wrong. */
  record BrokenWatch(WatchBreak how) implements WireFault {}

  /** How a watch goes wrong. */
  enum WatchBreak {
    CLOSED_AT_ONCE,
    RESET_AT_ONCE,
    RESET_IN_FIRST_EVENT,
    CLOSED_AFTER_FIRST_EVENT,
    SILENT,
    EXPIRED,
    FIRST_EVENT_IS_NO_JSON,
    BOOKMARKS_AND_STRANGE_EVENTS
  }
}
