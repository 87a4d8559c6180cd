package dev.migrator.it.cluster;

import dev.migrator.it.programs.Program;
import java.nio.file.Path;
import java.util.Map;

/**
 * The disks of a cluster's node.
 *
 * @param programs the driver, what stands between it and the cluster, and the ledger
 * @param folder of the disks; clusters that share it can hand disks to each other
 * @param zone that the node is in, and that the disks made there can be attached in; empty where
 *     zones play no part
 * @param attachElsewhere whether the driver attaches a disk that another node has, which only a
 *     careless one does
 */
public record DiskOptions(
    Map<Program, Path> programs, Path folder, String zone, boolean attachElsewhere) {

  public DiskOptions {
    programs = Map.copyOf(programs);
  }
}
