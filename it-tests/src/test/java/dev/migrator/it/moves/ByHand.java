package dev.migrator.it.moves;

import static org.awaitility.Awaitility.await;

import dev.migrator.it.cluster.ClusterPair;
import dev.migrator.it.cluster.Kubectl;
import java.time.Duration;

/** The steps of a person who takes the disks of a StatefulSet {@code ledger} along with kubectl. */
record ByHand(ClusterPair pair, String namespace) {

  private static final Duration LIMIT = Duration.ofMinutes(2);

  /** No deletion of a claim deletes a disk from now on. */
  void retain() {
    String names =
        pair.source()
            .kubectl()
            .run(
                "get",
                "pv",
                "-o",
                "jsonpath={range .items[?(@.spec.claimRef.namespace==\""
                    + namespace
                    + "\")]}"
                    + "{.metadata.name} {end}");
    for (String name : names.strip().split(" ", -1)) {
      pair.source()
          .kubectl()
          .run(
              "patch",
              "pv",
              name,
              "-p",
              "{\"spec\":{\"persistentVolumeReclaimPolicy\":\"Retain\"}}");
    }
  }

  /** Ends the pods of the source, and waits until no disk is attached there any more. */
  void stop() {
    stop(pair.source().kubectl());
  }

  /** The same at the target. */
  void stopTarget() {
    stop(pair.target().kubectl());
  }

  private void stop(Kubectl kubectl) {
    kubectl.run("delete", "statefulset", "ledger", "-n", namespace, "--cascade=foreground");
    await()
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(300))
        .until(() -> kubectl.run("get", "volumeattachments", "-o", "name").isBlank());
  }

  /** Deletes a claim at the source, and makes a volume and a claim for its disk at the target. */
  void move(String claim, String handle) {
    pair.source().kubectl().run("delete", "pvc", claim, "-n", namespace);
    String yaml =
        """
        {apiVersion: v1, kind: Namespace, metadata: {name: %1$s}}
        ---
        apiVersion: v1
        kind: PersistentVolume
        metadata: {name: "%1$s-%2$s", annotations: {pv.kubernetes.io/provisioned-by: disk.csi.example.com}}
        spec:
          storageClassName: disk
          accessModes: [ReadWriteOnce]
          capacity: {storage: 1Mi}
          persistentVolumeReclaimPolicy: Retain
          claimRef: {apiVersion: v1, kind: PersistentVolumeClaim, namespace: %1$s, name: %2$s}
          csi: {driver: disk.csi.example.com, volumeHandle: %3$s}
        ---
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: %2$s, namespace: %1$s, labels: {app: ledger}}
        spec:
          storageClassName: disk
          volumeName: "%1$s-%2$s"
          accessModes: [ReadWriteOnce]
          resources: {requests: {storage: 1Mi}}
        """
            .formatted(namespace, claim, handle);
    pair.target().kubectl().runWithInput(yaml, "apply", "-f", "-");
  }
}
