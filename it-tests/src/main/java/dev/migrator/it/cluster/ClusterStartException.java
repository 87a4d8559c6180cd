package dev.migrator.it.cluster;

/**
 * A test cluster did not become ready. The message says which program, and ends with the end of its
 * log.
 */
public final class ClusterStartException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  ClusterStartException(String message) {
    super(message);
  }

  ClusterStartException(String message, Throwable cause) {
    super(message, cause);
  }
}
