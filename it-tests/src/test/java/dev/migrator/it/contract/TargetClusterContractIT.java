package dev.migrator.it.contract;

import dev.migrator.it.cluster.ClusterPair;

/** The contract on the newer of the two servers. */
class TargetClusterContractIT extends RealClusterContract {

  TargetClusterContractIT(ClusterPair pair) {
    super(pair, "target");
  }
}
