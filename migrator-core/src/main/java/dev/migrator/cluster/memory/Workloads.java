package dev.migrator.cluster.memory;

import java.time.Duration;

/** Which workload controllers a cluster runs. */
final class Workloads {

  private Workloads() {}

  static void addTo(Controllers controllers, World world, Duration lag) {}
}
