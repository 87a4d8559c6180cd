package dev.migrator.cluster.memory;

import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.ClusterFailure;
import java.util.List;

/** The refusals of an API server, in its words. */
final class Answers {

  private Answers() {}

  static ClusterException notFound(Key key) {
    return fail(key, new ClusterFailure.NotFound(what(key) + " not found"));
  }

  static ClusterException notServed(String what) {
    return new ClusterException(
        what,
        new ClusterFailure.NotFound("the server could not find the requested resource: " + what));
  }

  static ClusterException alreadyExists(Key key) {
    return fail(key, new ClusterFailure.AlreadyExists(what(key) + " already exists"));
  }

  static ClusterException conflict(Key key, String why) {
    return fail(
        key,
        new ClusterFailure.Conflict("Operation cannot be fulfilled on " + what(key) + ": " + why));
  }

  static ClusterException changedMeanwhile(Key key) {
    return conflict(
        key,
        "the object has been modified; please apply your changes to the latest version and try"
            + " again");
  }

  static ClusterException invalid(Key key, String field, String why) {
    return fail(
        key,
        new ClusterFailure.Invalid(
            what(key) + " is invalid: " + field + ": " + why, List.of(field)));
  }

  static ClusterException badRequest(Key key, String why) {
    return fail(key, new ClusterFailure.Invalid(why, List.of()));
  }

  static ClusterException forbidden(Key key, String why) {
    return fail(key, new ClusterFailure.Forbidden(what(key) + " is forbidden: " + why));
  }

  static ClusterException fail(Key key, ClusterFailure failure) {
    return new ClusterException(what(key), failure);
  }

  private static String what(Key key) {
    return key.type() + " \"" + key.name() + "\"";
  }
}
