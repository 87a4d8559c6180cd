package dev.migrator.cluster;

/**
 * A request to a cluster failed; {@link #failure()} says how, and so whether it may have been
 * executed.
 */
public final class ClusterException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient ClusterFailure failure;

  public ClusterException(String request, ClusterFailure failure) {
    super(request + ": " + failure.detail());
    this.failure = failure;
  }

  public ClusterException(String request, ClusterFailure failure, Throwable cause) {
    super(request + ": " + failure.detail(), cause);
    this.failure = failure;
  }

  public ClusterFailure failure() {
    return failure;
  }
}
