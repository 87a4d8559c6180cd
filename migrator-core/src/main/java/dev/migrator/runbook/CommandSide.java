package dev.migrator.runbook;

import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.ClusterIdentity;
import dev.migrator.cluster.Discovery;
import dev.migrator.cluster.ListQuery;
import dev.migrator.cluster.WholeList;
import dev.migrator.execute.ClusterSide;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Problem;
import dev.migrator.model.ProblemException;
import dev.migrator.model.ResourceType;
import dev.migrator.model.Shell;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * One of the two clusters as a command asks it outside of a run: whatever fails is a {@link
 * Problem} that says which side it was, what could not be asked of it, and how a person looks for
 * the cause. What the cluster serves is known to the {@link ClusterSide} below, which a run's steps
 * ask: these try again or wait, and need the failure itself.
 *
 * <p>Errors: M1401 unreachable, M1402 not accepted, M1403 not permitted, M1109 a list that did not
 * come to its end.
 */
record CommandSide(ClusterSide side, Optional<String> context) {

  CommandSide(ClusterSide side) {
    this(side, Optional.empty());
  }

  CommandSide(String name, Cluster cluster) {
    this(new ClusterSide(name, cluster));
  }

  /** The same, and its context is known: on a way back the source is the newer cluster. */
  CommandSide at(String known) {
    return new CommandSide(side, Optional.of(known));
  }

  String name() {
    return side.name();
  }

  Cluster cluster() {
    return side.cluster();
  }

  <T> T ask(String what, Function<Cluster, T> question) {
    try {
      return question.apply(cluster());
    } catch (ClusterException e) {
      throw problem(what, e.failure());
    }
  }

  Discovery discover() {
    return ask("discover the APIs", Cluster::discover);
  }

  ClusterIdentity identity() {
    return ask("read the cluster's identity", Cluster::identity);
  }

  /** As {@link #get(ResourceType, ObjectRef)}, at that version if it is served. */
  Optional<Manifest> get(ObjectRef ref, String apiVersion) {
    return ask("get " + ref, any -> side.type(ref.kind(), apiVersion))
        .flatMap(type -> get(type, ref));
  }

  /** The kind at one of the versions at which it is served; empty when it is served at none. */
  Optional<ResourceType> anyVersion(String groupKind) {
    return ask("list " + groupKind, any -> side.anyVersion(groupKind));
  }

  /** The object as it is now; empty when it is not there. */
  Optional<Manifest> get(ResourceType type, ObjectRef ref) {
    String namespace = ref.namespace().isEmpty() ? "" : " -n " + ref.namespace();
    try {
      return cluster().get(type, ref);
    } catch (ClusterException e) {
      throw problem(
          "get " + ref,
          e.failure(),
          "get %s/%s%s".formatted(type.groupResource(), ref.name(), namespace));
    }
  }

  /**
   * Hands on every object of the type; one that is seen again, because a list had to begin again,
   * is handed on again.
   */
  void each(ResourceType type, Consumer<Manifest> consumer) {
    try {
      WholeList.each(cluster(), type, ListQuery.all(), consumer);
    } catch (ClusterException e) {
      String list = "list " + type.groupResource();
      throw problem(list, e.failure(), list + (type.namespaced() ? " --all-namespaces" : ""));
    }
  }

  /** What a person is told when this side could not be asked. */
  ProblemException problem(String what, ClusterFailure failure) {
    return problem(what, failure, "--list");
  }

  /**
   * @param access as {@code kubectl auth can-i} takes it
   */
  private ProblemException problem(String what, ClusterFailure failure, String access) {
    return Problem.of(
            code(failure),
            "cannot %s at the %s%s"
                .formatted(what, name(), context.map(known -> " (" + known + ")").orElse("")),
            failure.detail(),
            remedy(failure, access))
        .withState("This command changed nothing.")
        .exception();
  }

  private static ErrorCode code(ClusterFailure failure) {
    return switch (failure) {
      case ClusterFailure.Unauthorized f -> ErrorCode.M1402;
      case ClusterFailure.Forbidden f -> ErrorCode.M1403;
      case ClusterFailure.Expired f -> ErrorCode.M1109;
      case ClusterFailure.NotFound f -> ErrorCode.M1401;
      case ClusterFailure.AlreadyExists f -> ErrorCode.M1401;
      case ClusterFailure.Conflict f -> ErrorCode.M1401;
      case ClusterFailure.Invalid f -> ErrorCode.M1401;
      case ClusterFailure.Throttled f -> ErrorCode.M1401;
      case ClusterFailure.Unreachable f -> ErrorCode.M1401;
      case ClusterFailure.OutcomeUnknown f -> ErrorCode.M1401;
    };
  }

  /**
   * How kubectl is told to ask it; where the context's name is not known, it is to be filled in.
   */
  String kubectl() {
    return "kubectl --context "
        + context
            .map(Shell::word)
            .orElseGet(() -> name().toUpperCase(java.util.Locale.ROOT) + "-CONTEXT");
  }

  private String remedy(ClusterFailure failure, String access) {
    if (failure instanceof ClusterFailure.Forbidden) {
      return kubectl() + " auth can-i " + access;
    }
    return "check the " + name() + "'s kubeconfig and context, then run the command again";
  }
}
