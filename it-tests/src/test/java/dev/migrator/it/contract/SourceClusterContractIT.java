package dev.migrator.it.contract;

import dev.migrator.it.cluster.ClusterPair;

/** The contract on the older of the two servers. */
class SourceClusterContractIT extends RealClusterContract {

  SourceClusterContractIT(ClusterPair pair) {
    super(pair, "source");
  }
}
