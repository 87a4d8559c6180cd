package dev.migrator.cluster.fabric8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.ClusterIdentity;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Problem;
import dev.migrator.model.ProblemException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Opens one named context of the kubeconfigs that kubectl would read. There is no default context:
 * the current one is never used by accident.
 *
 * <p>Errors: M1004 for a kubeconfig that is missing, broken or asks for what we cannot do, M1005
 * for a context that is not in it, M1401 to M1403 when the server does not let us in.
 *
 * <p>Source: <a
 * href="https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/">kubeconfig
 * files</a>
 */
public final class Kubeconfigs {

  private final Map<String, String> environment;
  private final Consumer<String> notices;

  /** Of the environment KUBECONFIG, HOME and the proxy variables are read. */
  public Kubeconfigs(Map<String, String> environment) {
    this(environment, notice -> {});
  }

  /**
   * @param notices hears, before it happens, which program of the kubeconfig is run to log in; one
   *     line each
   */
  public Kubeconfigs(Map<String, String> environment, Consumer<String> notices) {
    this.environment = Map.copyOf(environment);
    this.notices = notices;
  }

  /**
   * Opens a context and asks the cluster who it is.
   *
   * @param kubeconfig the file given by option; empty: KUBECONFIG's files, else {@code
   *     ~/.kube/config}
   * @param requestsPerSecond 0 for no limit
   */
  public Cluster open(Optional<String> kubeconfig, String context, int requestsPerSecond) {
    return open(
        kubeconfig, context, ConnectionLimits.DEFAULT.withRequestsPerSecond(requestsPerSecond));
  }

  /** Opens a context and asks the cluster who it is. */
  public Cluster open(Optional<String> kubeconfig, String context, ConnectionLimits limits) {
    Cluster cluster = connect(kubeconfig, context, limits);
    try {
      ClusterIdentity unused = cluster.identity();
      return cluster;
    } catch (ClusterException e) {
      cluster.close();
      throw notLetIn(context, e.failure());
    }
  }

  /**
   * Prepares a context: reads the kubeconfig and logs in, but sends nothing to the cluster yet.
   *
   * <p>Errors: M1004, M1005; M1402 when an exec plugin gives no credential.
   */
  public Cluster connect(Optional<String> kubeconfig, String context, ConnectionLimits limits) {
    Login login = login(kubeconfig, context);
    login
        .exec()
        .ifPresent(
            plugin ->
                notices.accept(
                    Failures.oneLine("context %s logs in with: %s".formatted(context, plugin))));
    warnings(context, login).forEach(notices);
    try {
      Credentials credentials =
          Credentials.of(login, () -> reread(kubeconfig, context), InstantSource.system());
      return new Fabric8Cluster(context, new Transport(login, credentials, limits), limits);
    } catch (LoginException e) {
      throw Problem.of(
              login.exec().isPresent() ? ErrorCode.M1402 : ErrorCode.M1004,
              "context " + Failures.oneLine(context) + " cannot be used",
              e.detail(),
              "kubectl --context %s auth whoami".formatted(context))
          .exception();
    }
  }

  private static final String BETWEEN =
      "whoever is in between can read Secrets and change what is sent";

  /** What lets others read or change what we send. */
  private static List<String> warnings(String context, Login login) {
    List<String> warnings = new ArrayList<>();
    if (login.insecure()) {
      warnings.add(
          "warning: context %s does not check who the server is (insecure-skip-tls-verify); %s"
              .formatted(context, BETWEEN));
    }
    if ("http".equals(login.server().getScheme())) {
      warnings.add(
          "warning: context %s talks to %s without encryption; %s"
              .formatted(context, login.server(), BETWEEN));
    }
    return warnings.stream().map(Failures::oneLine).toList();
  }

  private Login login(Optional<String> kubeconfig, String context) {
    ObjectNode merged = new KubeconfigFiles(environment).merged(kubeconfig);
    requireContext(merged, context);
    try {
      return new LoginReader(merged, environment).read(context);
    } catch (LoginException e) {
      throw Problem.of(
              ErrorCode.M1004,
              "context " + Failures.oneLine(context) + " cannot be used",
              e.detail(),
              "kubectl config view --minify --context " + context)
          .exception();
    }
  }

  /** The files may have changed, or gone, since the context was opened. */
  private Login reread(Optional<String> kubeconfig, String context) throws LoginException {
    try {
      return login(kubeconfig, context);
    } catch (ProblemException e) {
      throw new LoginException(e.problem().what() + ": " + e.problem().why(), e);
    }
  }

  private static void requireContext(ObjectNode merged, String context) {
    if (KubeconfigFiles.has(merged.path("contexts"), context)) {
      return;
    }
    List<String> known = new ArrayList<>();
    merged.path("contexts").forEach(c -> known.add(c.path("name").asText()));
    throw Problem.of(
            ErrorCode.M1005,
            context.isEmpty()
                ? "no context is named"
                : "the kubeconfig has no context " + Failures.oneLine(context),
            known.isEmpty()
                ? "it has no contexts"
                : "it has " + Failures.oneLine(String.join(", ", known)),
            "kubectl config get-contexts")
        .exception();
  }

  private static ProblemException notLetIn(String context, ClusterFailure failure) {
    ErrorCode code =
        switch (failure) {
          case ClusterFailure.Unauthorized f -> ErrorCode.M1402;
          case ClusterFailure.Forbidden f -> ErrorCode.M1403;
          case ClusterFailure.NotFound f -> ErrorCode.M1401;
          case ClusterFailure.AlreadyExists f -> ErrorCode.M1401;
          case ClusterFailure.Conflict f -> ErrorCode.M1401;
          case ClusterFailure.Invalid f -> ErrorCode.M1401;
          case ClusterFailure.Throttled f -> ErrorCode.M1401;
          case ClusterFailure.Expired f -> ErrorCode.M1401;
          case ClusterFailure.Unreachable f -> ErrorCode.M1401;
          case ClusterFailure.OutcomeUnknown f -> ErrorCode.M1401;
        };
    String next =
        switch (code) {
          case M1402 -> "kubectl --context %s auth whoami";
          case M1403 -> "kubectl --context %s auth can-i get namespace/kube-system";
          default -> "kubectl --context %s get --raw /version";
        };
    return Problem.of(
            code,
            "the cluster of context "
                + Failures.oneLine(context)
                + (code == ErrorCode.M1401 ? " cannot be reached" : " does not let us in"),
            failure.detail(),
            next.formatted(context))
        .exception();
  }
}
