package dev.migrator.it.contract;

import dev.migrator.cluster.front.FrontServer;

/** The contract over HTTP/1. */
class FrontedHttp1ContractTest extends FrontedClusterContract {

  FrontedHttp1ContractTest() {
    super(FrontServer.Speaks.HTTP_1);
  }
}
