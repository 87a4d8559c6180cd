package dev.migrator.it.moves;

import java.nio.file.Path;

/**
 * A namespace of work that writes down what it does, on a disk that both clusters see. The node of
 * a cluster has the cluster's name, so the processes know where they are.
 *
 * @param jobSeconds how long a Job of the CronJobs works; more than a minute outlasts the schedule
 */
record RealPodsScene(String namespace, Path shared, int jobSeconds) {

  /** Appends one line: uptime, cluster, uid, slot and a word. */
  private static final String LOG =
      "log() { read up idle </proc/uptime; echo $up $NODE $POD_UID $SLOT $1 >>/shared/$FILE; }; ";

  private static final String LOOP = "while :; do log write; sleep 0.3; done";

  /** Goes on writing for some seconds after SIGTERM, as a consumer ends what it has begun. */
  private static final String SLOW_END =
      "trap 'for i in 1 2 3 4 5 6; do log ending; sleep 0.5; done; log end; exit 0' TERM; ";

  String yaml() {
    return "apiVersion: v1\nkind: Namespace\nmetadata: {name: "
        + namespace
        + "}\n"
        + workload("StatefulSet", "db", 2, "serviceName: db", 30, SLOW_END + LOOP)
        + workload("Deployment", "consumer", 2, "", 30, SLOW_END + LOOP)
        + workload("Deployment", "stubborn", 1, "", 6, "trap '' TERM; " + LOOP)
        + cronJob("often-a", "Allow")
        + cronJob("often-b", "Allow")
        + cronJob("one-by-one", "Forbid");
  }

  String migration(String drainTimeout, String onDrainTimeout) {
    return """
    apiVersion: migrator.dev/v1alpha1
    kind: Migration
    metadata: {name: %1$s}
    scope: {namespaces: {include: [%1$s]}}
    gates: {afterCopy: auto}
    handover: {drainTimeout: %2$s, onDrainTimeout: %3$s, missedRuns: catchUp}
    """
        .formatted(namespace, drainTimeout, onDrainTimeout);
  }

  private String workload(
      String kind, String name, int replicas, String more, int grace, String script) {
    return """
    ---
    apiVersion: apps/v1
    kind: %2$s
    metadata: {name: %3$s, namespace: %1$s, labels: {migrator.dev/protect-from: duplication}}
    spec:
      replicas: %4$d
      %5$s
      selector: {matchLabels: {app: %3$s}}
      template:
        metadata: {labels: {app: %3$s}}
        spec:
          terminationGracePeriodSeconds: %6$d
    """
            .formatted(namespace, kind, name, replicas, more, grace)
        + podSpec(name, "metadata.name", script).indent(6);
  }

  private String cronJob(String name, String concurrency) {
    String script =
        "log start; for i in $(seq %d); do sleep 0.5; log work; done; log done"
            .formatted(jobSeconds * 2);
    return """
    ---
    apiVersion: batch/v1
    kind: CronJob
    metadata: {name: %2$s, namespace: %1$s}
    spec:
      schedule: "* * * * *"
      concurrencyPolicy: %3$s
      jobTemplate:
        spec:
          template:
            spec:
              restartPolicy: Never
    """
            .formatted(namespace, name, concurrency)
        + podSpec(name, "metadata.labels['batch.kubernetes.io/job-name']", script).indent(10);
  }

  private String podSpec(String name, String slot, String script) {
    return """
    volumes: [{name: shared, hostPath: {path: %1$s}}]
    containers:
    - name: main
      image: example.com/busybox:1
      imagePullPolicy: Never
      volumeMounts: [{name: shared, mountPath: /shared}]
      env:
      - {name: FILE, value: %2$s}
      - {name: NODE, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}
      - {name: POD_UID, valueFrom: {fieldRef: {fieldPath: metadata.uid}}}
      - {name: SLOT, valueFrom: {fieldRef: {fieldPath: "%3$s"}}}
      command: [sh, -c, "%4$s"]
    """
        .formatted(shared, name, slot, LOG + script);
  }
}
