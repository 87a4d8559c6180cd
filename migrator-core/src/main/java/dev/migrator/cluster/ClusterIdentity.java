package dev.migrator.cluster;

/**
 * Who a cluster is.
 *
 * @param context the kubeconfig context by which it was reached: for people only
 * @param uid the uid of namespace kube-system, which no two clusters share
 * @param version the server's gitVersion, such as {@code v1.34.4}
 */
public record ClusterIdentity(String context, String uid, String version) {}
