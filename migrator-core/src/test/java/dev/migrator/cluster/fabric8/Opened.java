package dev.migrator.cluster.fabric8;

import dev.migrator.cluster.Cluster;
import dev.migrator.model.ResourceType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Kubeconfigs and types for tests. */
final class Opened {

  static final ResourceType CONFIG_MAPS = type("", "v1", "ConfigMap", "configmaps", true);
  static final ResourceType SECRETS = type("", "v1", "Secret", "secrets", true);
  static final ResourceType ROLES =
      type("rbac.authorization.k8s.io", "v1", "ClusterRole", "clusterroles", false);

  /** For servers that answer: a busy machine may take its time. */
  static final ConnectionLimits PATIENT = ConnectionLimits.DEFAULT;

  /** For servers that never answer; long enough for a request to arrive on a busy machine. */
  static final ConnectionLimits SILENCE = PATIENT.withRequest(Duration.ofSeconds(2));

  /** For answers that never end. */
  static final ConnectionLimits ENDLESS = PATIENT.withBody(Duration.ofMillis(700));

  private Opened() {}

  static ResourceType type(
      String group, String version, String kind, String plural, boolean namespaced) {
    return new ResourceType(
        group,
        version,
        kind,
        plural,
        namespaced,
        Set.of("get", "list", "watch", "create", "patch", "update", "delete"),
        Set.of(),
        List.of());
  }

  /** A kubeconfig with one context {@code here}; cluster and user are YAML flow mappings. */
  static String kubeconfig(String cluster, String user) {
    return """
    apiVersion: v1
    kind: Config
    current-context: elsewhere
    clusters: [{name: c, cluster: %s}]
    users: [{name: u, user: %s}]
    contexts:
    - {name: here, context: {cluster: c, user: u}}
    - {name: elsewhere, context: {cluster: c, user: u}}
    """
        .formatted(cluster, user);
  }

  static Path write(Path folder, String cluster, String user) throws IOException {
    return Files.writeString(folder.resolve("kubeconfig"), kubeconfig(cluster, user));
  }

  /** Connects to the scripted server; nothing is sent by that. */
  static Cluster to(ScriptedServer server, Path folder, ConnectionLimits limits)
      throws IOException {
    Path file = write(folder, "{server: \"%s\"}".formatted(server.url()), "{token: t1}");
    return new Kubeconfigs(Map.of()).connect(Optional.of(file.toString()), "here", limits);
  }
}
