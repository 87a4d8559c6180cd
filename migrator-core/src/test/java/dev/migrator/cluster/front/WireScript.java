package dev.migrator.cluster.front;

/** Decides what goes wrong. Asked once for every request that arrives, before it is executed. */
@FunctionalInterface
public interface WireScript {

  WireFault at(WireRequest request);

  /** Nothing goes wrong. */
  static WireScript none() {
    return request -> new WireFault.None();
  }

  /** The fault at the request of this number. */
  static WireScript atRequest(long index, WireFault fault) {
    return request -> request.index() == index ? fault : new WireFault.None();
  }
}
