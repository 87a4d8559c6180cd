package dev.migrator.it.cluster;

import dev.migrator.it.programs.NodePrograms;
import dev.migrator.it.programs.Program;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a cluster is started.
 *
 * @param audit whether the API server writes its audit log; it costs some throughput
 * @param nodes how many fake nodes there are
 * @param realNode the programs of the one real node that there is instead of fake ones, if any
 * @param disks what the node's disks are, if it has any
 * @param arguments more command line arguments of single programs; they come last, so they win
 */
public record ClusterOptions(
    boolean audit,
    int nodes,
    Optional<NodePrograms> realNode,
    Optional<DiskOptions> disks,
    Map<Program, List<String>> arguments) {

  /** Audited, three nodes, nothing out of the ordinary. */
  public static final ClusterOptions DEFAULT =
      new ClusterOptions(true, 3, Optional.empty(), Optional.empty(), Map.of());

  public ClusterOptions {
    arguments = Map.copyOf(arguments);
  }

  /** Without an audit log, for benchmarks. */
  public ClusterOptions withoutAudit() {
    return new ClusterOptions(false, nodes, realNode, disks, arguments);
  }

  /** With one real node and no fake ones: pods are processes. */
  public ClusterOptions withRealNode(NodePrograms programs) {
    return new ClusterOptions(audit, 0, Optional.of(programs), disks, arguments);
  }

  /** With disks on its real node. */
  public ClusterOptions withDisks(DiskOptions options) {
    return new ClusterOptions(audit, nodes, realNode, Optional.of(options), arguments);
  }

  /**
   * With an etcd that forces what it stores to the disk, as it does wherever it is not a test's.
   */
  public ClusterOptions withFsync() {
    return with(Program.ETCD, "--unsafe-no-fsync=false");
  }

  /**
   * With more arguments of one program, such as {@code --controllers=-namespace}, in place of those
   * given before.
   */
  public ClusterOptions with(Program program, String... more) {
    Map<Program, List<String>> all = new java.util.EnumMap<>(Program.class);
    all.putAll(arguments);
    all.put(program, List.of(more));
    return new ClusterOptions(audit, nodes, realNode, disks, all);
  }
}
