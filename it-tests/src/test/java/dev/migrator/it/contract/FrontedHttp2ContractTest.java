package dev.migrator.it.contract;

import dev.migrator.cluster.front.FrontServer;

/** The contract over HTTP/2. */
class FrontedHttp2ContractTest extends FrontedClusterContract {

  FrontedHttp2ContractTest() {
    super(FrontServer.Speaks.HTTP_2);
  }
}
