package dev.migrator.execute;

import dev.migrator.cluster.ClusterFailure;

/** After which failures of a write the object is read again, so that what is then seen decides. */
final class RereadAfterFailure {

  private RereadAfterFailure() {}

  static boolean isWorthIt(ClusterFailure failure) {
    return switch (failure) {
      case ClusterFailure.Conflict f -> true;
      case ClusterFailure.OutcomeUnknown f -> true;
      case ClusterFailure.Unreachable f -> true;
      case ClusterFailure.Throttled f -> true;
      case ClusterFailure.NotFound f -> true;
      case ClusterFailure.AlreadyExists f -> false;
      case ClusterFailure.Invalid f -> false;
      case ClusterFailure.Forbidden f -> false;
      case ClusterFailure.Unauthorized f -> false;
      case ClusterFailure.Expired f -> false;
    };
  }
}
