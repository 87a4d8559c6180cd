package dev.migrator.cluster;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Why a request did not give what was asked for, sorted by what it means for the outcome.
 *
 * <p>Only {@link OutcomeUnknown} leaves open whether a write happened; after every other one it did
 * not.
 */
public sealed interface ClusterFailure {

  /** The server's words, or ours where there was no server; one line, no secrets. */
  String detail();

  /** 404: the object, its namespace or its type does not exist. */
  record NotFound(String detail) implements ClusterFailure {}

  /** 409 with reason AlreadyExists. */
  record AlreadyExists(String detail) implements ClusterFailure {}

  /** 409: a precondition or resourceVersion does not hold. */
  record Conflict(String detail) implements ClusterFailure {}

  /**
   * The server refuses this body for good: 400, 413, 415, 422.
   *
   * @param fields the paths that it complains about; may be empty
   */
  record Invalid(String detail, List<String> fields) implements ClusterFailure {
    public Invalid {
      fields = List.copyOf(fields);
    }
  }

  /** 403: authorization, quota, Pod Security or another admission refuses. */
  record Forbidden(String detail) implements ClusterFailure {}

  /** 401: the credentials are not accepted. */
  record Unauthorized(String detail) implements ClusterFailure {}

  /** 429, or 503 before the request was handled: not executed; ask again later. */
  record Throttled(String detail, Optional<Duration> retryAfter) implements ClusterFailure {}

  /** 410: the list or watch position is too old; list again. */
  record Expired(String detail) implements ClusterFailure {}

  /** The request never reached the server: no connection, no TLS, no credentials. */
  record Unreachable(String detail) implements ClusterFailure {}

  /**
   * The request may have been executed: time-out, reset, 500, 502, 503 or 504 on a write, an answer
   * cut short.
   */
  record OutcomeUnknown(String detail) implements ClusterFailure {}
}
