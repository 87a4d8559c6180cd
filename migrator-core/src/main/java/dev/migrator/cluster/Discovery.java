package dev.migrator.cluster;

import dev.migrator.model.ResourceType;
import java.util.List;

/**
 * What an API server serves.
 *
 * <p>Shape: {@code types} holds one entry for each kind and version, ordered by group, then the
 * server's preference of versions (best first), then plural; subresources are folded into their
 * type. {@code unread} holds the group versions that the server lists but could not describe (stale
 * or failed aggregated APIs): planning must not pass over them in silence.
 *
 * <p>Source: <a
 * href="https://kubernetes.io/docs/concepts/overview/kubernetes-api/#aggregated-discovery">aggregated
 * discovery</a>
 */
public record Discovery(List<ResourceType> types, List<Unread> unread) {

  public Discovery {
    types = List.copyOf(types);
    unread = List.copyOf(unread);
  }

  /** A group version that could not be read, such as {@code metrics.k8s.io/v1beta1}, and why. */
  public record Unread(String groupVersion, String why) {

    /** Without the version; empty for the group of the core. */
    public String group() {
      int slash = groupVersion.indexOf('/');
      return slash < 0 ? "" : groupVersion.substring(0, slash);
    }
  }
}
