package dev.migrator.cluster.memory;

import java.time.Duration;

/** Which workload controllers a cluster runs. */
final class Workloads {

  private Workloads() {}

  static void addTo(Controllers controllers, World world, Duration lag, Disks disks) {
    ApiServer api = world.api();
    controllers.add(new CronJobs(api, controllers, lag));
    controllers.add(new Jobs(api, controllers));
    controllers.add(new Deployments(api, controllers));
    controllers.add(new ReplicaSets(api));
    controllers.add(new StatefulSets(api));
    controllers.add(new DaemonSets(api));
    controllers.add(
        new Kubelet(api, controllers, new MoverPods(world.storage(), disks, world.context())));
    controllers.add(new ServiceEndpoints(api));
    controllers.add(new Claims(api));
    controllers.add(new Volumes(api));
    controllers.add(new Provisioner(api, controllers, disks, world.context()));
    controllers.add(new Snapshots(api, controllers, disks, world.context()));
    controllers.add(new AttachDetach(api, controllers, disks, world.context()));
    controllers.add(new Quotas(api));
  }
}
