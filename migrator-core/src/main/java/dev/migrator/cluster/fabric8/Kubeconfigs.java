package dev.migrator.cluster.fabric8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.ClusterIdentity;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Json;
import dev.migrator.model.Problem;
import dev.migrator.model.ProblemException;
import dev.migrator.model.Yaml;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds kubeconfigs as kubectl does and opens one named context of them. There is no default
 * context: the current one is never used by accident.
 *
 * <p>Errors: M1004 for a file that is missing or broken, M1005 for a context that is not in it,
 * M1401 to M1403 when the server does not let us in.
 *
 * <p>Source: <a
 * href="https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/">kubeconfig
 * files</a>
 */
public final class Kubeconfigs {

  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final int CONNECT_MILLIS = 10_000;

  private final Map<String, String> environment;

  public Kubeconfigs(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  /**
   * Opens a context and asks the cluster who it is.
   *
   * @param kubeconfig the file given by option; empty: KUBECONFIG's files, else {@code
   *     ~/.kube/config}
   * @param requestsPerSecond 0 for no limit
   */
  public Cluster open(Optional<String> kubeconfig, String context, int requestsPerSecond) {
    Fabric8Cluster cluster = connect(kubeconfig, context, requestsPerSecond);
    try {
      ClusterIdentity unused = cluster.identity();
      return cluster;
    } catch (ClusterException e) {
      cluster.close();
      throw notReached(context, e);
    } catch (KubernetesClientException e) {
      cluster.close();
      throw unusable(context, Failures.oneLine(String.valueOf(e.getMessage())));
    }
  }

  private Fabric8Cluster connect(
      Optional<String> kubeconfig, String context, int requestsPerSecond) {
    ObjectNode merged = merged(files(kubeconfig), kubeconfig.isPresent());
    requireContext(merged, context);
    merged.put("current-context", context);
    try {
      Config config = Config.fromKubeconfig(Json.text(merged));
      Config strict =
          new ConfigBuilder(config)
              .withRequestRetryBackoffLimit(0)
              .withRequestTimeout((int) TIMEOUT.toMillis())
              .withConnectionTimeout(CONNECT_MILLIS)
              .build();
      var current = strict.getCurrentContext();
      if (current == null || !context.equals(current.getName())) {
        throw unusable(context, "the client library chose another context");
      }
      return new Fabric8Cluster(
          context,
          new KubernetesClientBuilder()
              .withConfig(strict)
              .withHttpClientFactory(new JdkHttpClientFactory())
              .build(),
          TIMEOUT,
          requestsPerSecond);
    } catch (KubernetesClientException e) {
      throw unusable(context, Failures.oneLine(String.valueOf(e.getMessage())));
    }
  }

  private List<Path> files(Optional<String> kubeconfig) {
    if (kubeconfig.isPresent()) {
      return List.of(Path.of(kubeconfig.get()));
    }
    String variable = environment.getOrDefault("KUBECONFIG", "");
    if (!variable.isEmpty()) {
      List<Path> files = new ArrayList<>();
      for (String one : variable.split(File.pathSeparator)) {
        if (!one.isEmpty()) {
          files.add(Path.of(one));
        }
      }
      return files;
    }
    return List.of(Path.of(environment.getOrDefault("HOME", "."), ".kube", "config"));
  }

  /**
   * Files in order, the first that names something wins; relative paths in a file belong to its
   * folder.
   */
  private static ObjectNode merged(List<Path> files, boolean allMustExist) {
    ObjectNode merged = Json.object();
    merged.put("apiVersion", "v1").put("kind", "Config");
    boolean any = false;
    for (Path file : files) {
      if (!Files.exists(file) && !allMustExist) {
        continue;
      }
      any = true;
      ObjectNode one = read(file);
      for (String part : new String[] {"clusters", "users", "contexts"}) {
        ArrayNode list = merged.withArrayProperty(part);
        for (JsonNode entry : one.path(part)) {
          if (entry instanceof ObjectNode named && !has(list, named.path("name").asText())) {
            absolute(named, file);
            list.add(named);
          }
        }
      }
    }
    if (!any) {
      throw Problem.of(
              ErrorCode.M1004,
              "there is no kubeconfig",
              "looked for " + files,
              "migrator ... --source-kubeconfig FILE --target-kubeconfig FILE")
          .exception();
    }
    return merged;
  }

  private static ObjectNode read(Path file) {
    try {
      if (Yaml.parse(Files.readString(file)).orElse(null) instanceof ObjectNode object) {
        return object;
      }
      throw broken(file, "it is not a mapping");
    } catch (IOException e) {
      throw broken(
          file,
          Files.exists(file)
              ? e.getClass().getSimpleName() + ": " + e.getMessage()
              : "no such file");
    } catch (IllegalArgumentException e) {
      throw broken(file, Failures.oneLine(String.valueOf(e.getMessage())));
    }
  }

  private static void absolute(ObjectNode named, Path file) {
    Path folder = file.toAbsolutePath().getParent();
    for (String owner : new String[] {"cluster", "user"}) {
      for (String field :
          new String[] {"certificate-authority", "client-certificate", "client-key", "tokenFile"}) {
        if (named.get(owner) instanceof ObjectNode object
            && object.path(field).isTextual()
            && folder != null) {
          object.put(field, folder.resolve(object.path(field).textValue()).toString());
        }
      }
    }
  }

  private static void requireContext(ObjectNode merged, String context) {
    if (!has(merged.withArrayProperty("contexts"), context)) {
      List<String> known = new ArrayList<>();
      merged.path("contexts").forEach(c -> known.add(c.path("name").asText()));
      throw Problem.of(
              ErrorCode.M1005,
              "the kubeconfig has no context " + Json.text(Json.array().add(context)),
              known.isEmpty() ? "it has no contexts" : "it has " + String.join(", ", known),
              "kubectl config get-contexts")
          .exception();
    }
  }

  private static boolean has(JsonNode list, String name) {
    for (JsonNode entry : list) {
      if (entry.path("name").asText().equals(name)) {
        return true;
      }
    }
    return false;
  }

  private static ProblemException broken(Path file, String why) {
    return Problem.of(ErrorCode.M1004, "the kubeconfig " + file + " cannot be used", why)
        .exception();
  }

  private static ProblemException unusable(String context, String why) {
    return Problem.of(ErrorCode.M1004, "context " + context + " cannot be used", why).exception();
  }

  private static ProblemException notReached(String context, ClusterException e) {
    ErrorCode code =
        switch (e.failure()) {
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
    return Problem.of(
            code,
            "the cluster of context " + context + " does not let us in",
            e.failure().detail(),
            "kubectl --context " + context + " get namespace kube-system")
        .exception();
  }
}
