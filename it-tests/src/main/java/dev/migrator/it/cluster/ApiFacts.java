package dev.migrator.it.cluster;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What goes to and comes from an API server while a cluster starts. */
final class ApiFacts {

  private static final Pattern GIT_VERSION = Pattern.compile("\"gitVersion\":\\s*\"([^\"]+)\"");

  private static final Pattern READY =
      Pattern.compile("\"type\":\\s*\"Ready\",\\s*\"status\":\\s*\"True\"");

  private ApiFacts() {}

  /** The version in an answer to {@code GET /version}. */
  static String gitVersion(String json) {
    Matcher found = GIT_VERSION.matcher(json);
    if (!found.find()) {
      throw new ClusterStartException("no gitVersion in " + json);
    }
    return found.group(1);
  }

  /** Whether the Node in an answer says that it takes Pods. */
  static boolean isReady(String node) {
    return READY.matcher(node).find();
  }

  /** A Node that no machine stands behind, with room for the Pods of any test. */
  static String node(String name) {
    return """
    {"apiVersion": "v1", "kind": "Node",
     "metadata": {
       "name": "%1$s",
       "labels": {"kubernetes.io/hostname": "%1$s", "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64",
                  "topology.kubernetes.io/region": "test", "topology.kubernetes.io/zone": "test-a",
                  "type": "kwok"},
       "annotations": {"kwok.x-k8s.io/node": "fake", "node.alpha.kubernetes.io/ttl": "0"}},
     "spec": {},
     "status": {
       "allocatable": {"cpu": "1000", "memory": "4Ti", "ephemeral-storage": "10Ti", "pods": "20000"},
       "capacity": {"cpu": "1000", "memory": "4Ti", "ephemeral-storage": "10Ti", "pods": "20000"}}}
    """
        .formatted(name);
  }
}
