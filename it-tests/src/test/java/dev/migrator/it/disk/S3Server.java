package dev.migrator.it.disk;

import dev.migrator.it.cluster.MoverImage;
import dev.migrator.it.cluster.TestCluster;

/**
 * A server that speaks S3, in a pod of a cluster; pods of both clusters reach it.
 *
 * @param address of its one bucket, as restic writes it
 */
public record S3Server(String address) {

  private static final String KEY = "MOVERKEY0001";
  private static final String SECRET = "SECRETKEY0001";

  /** Starts it; the image of movers must be on the cluster's node. */
  public static S3Server in(TestCluster cluster, String namespace) {
    VolumeScene scene = VolumeScene.at(cluster, namespace);
    scene.apply(
        """
        apiVersion: v1
        kind: Namespace
        metadata: {name: %1$s}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: s3, namespace: %1$s}
        spec:
          volumes: [{name: data, emptyDir: {}}]
          containers:
          - name: main
            image: %2$s
            env:
            - {name: HOME, value: /data}
            - {name: ADDRESS, valueFrom: {fieldRef: {fieldPath: status.podIP}}}
            command:
            - sh
            - -c
            - mkdir -p /data/moves && exec s3-server serve s3 --addr=$ADDRESS:9000 --auth-key=%3$s,%4$s /data
            volumeMounts: [{name: data, mountPath: /data}]
        """
            .formatted(namespace, MoverImage.NAME, KEY, SECRET));
    String ip = scene.untilPhase("Running", "pod", "s3").at("/status/podIP").asText();
    return new S3Server("s3:http://" + ip + ":9000/moves");
  }

  /** A Secret by which movers are let in. */
  public String secret(String name, String namespace) {
    return """
    apiVersion: v1
    kind: Secret
    metadata: {name: %s, namespace: %s}
    stringData: {AWS_ACCESS_KEY_ID: %s, AWS_SECRET_ACCESS_KEY: %s}
    """
        .formatted(name, namespace, KEY, SECRET);
  }
}
