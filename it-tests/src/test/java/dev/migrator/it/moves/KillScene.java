package dev.migrator.it.moves;

/** A small namespace with every kind of work that must not be twice, some of it running. */
final class KillScene {

  private KillScene() {}

  static String yaml(String namespace) {
    StringBuilder yaml = new StringBuilder();
    yaml.append(
        """
        apiVersion: v1
        kind: Namespace
        metadata: {name: %1$s}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: settings, namespace: %1$s}
        data: {colour: red}
        ---
        apiVersion: v1
        kind: Secret
        metadata: {name: key, namespace: %1$s}
        stringData: {key: not-a-real-key}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: hints, namespace: %1$s, labels: {migrator.dev/protect-from: none}}
        data: {hint: none}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web, namespace: %1$s}
        spec: {selector: {app: web}, ports: [{port: 80}]}
        ---
        apiVersion: apps/v1
        kind: StatefulSet
        metadata: {name: db, namespace: %1$s, labels: {migrator.dev/protect-from: duplication}}
        spec:
          serviceName: db
          selector: {matchLabels: {app: db}}
          template:
            metadata: {labels: {app: db}, annotations: {it.migrator.dev/stops-in: 500ms}}
            spec: {containers: [{name: db, image: db}]}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: alone, namespace: %1$s, labels: {migrator.dev/protect-from: duplication}}
        spec: {containers: [{name: alone, image: alone}]}
        ---
        apiVersion: batch/v1
        kind: Job
        metadata: {name: import, namespace: %1$s}
        spec:
          template:
            metadata: {annotations: {it.migrator.dev/runs-for: 10s}}
            spec: {restartPolicy: Never, containers: [{name: import, image: import}]}
        """
            .formatted(namespace));
    deployment(yaml, namespace, "web", "loss", 2);
    deployment(yaml, namespace, "mailer", "duplication", 1);
    deployment(yaml, namespace, "consumer", "duplication", 3);
    deployment(yaml, namespace, "paused", "duplication", 0);
    for (int i = 0; i < 3; i++) {
      cronJob(yaml, namespace, "often-" + i, "* * * * *", false);
      cronJob(yaml, namespace, "nightly-" + i, "0 2 * * *", false);
    }
    cronJob(yaml, namespace, "asleep", "* * * * *", true);
    return yaml.toString();
  }

  static String migration(String namespace, String missedRuns) {
    return """
    apiVersion: migrator.dev/v1alpha1
    kind: Migration
    metadata: {name: %1$s}
    scope: {namespaces: {include: [%1$s]}}
    gates: {afterCopy: auto}
    handover: {drainTimeout: 5m, onDrainTimeout: wait, missedRuns: %2$s}
    """
        .formatted(namespace, missedRuns);
  }

  private static void deployment(
      StringBuilder yaml, String namespace, String name, String protection, int replicas) {
    yaml.append(
        """
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: %2$s, namespace: %1$s, labels: {migrator.dev/protect-from: %3$s}}
        spec:
          replicas: %4$d
          selector: {matchLabels: {app: %2$s}}
          template:
            metadata: {labels: {app: %2$s}, annotations: {it.migrator.dev/stops-in: 700ms}}
            spec: {containers: [{name: main, image: main, envFrom: [{secretRef: {name: key}}]}]}
        """
            .formatted(namespace, name, protection, replicas));
  }

  private static void cronJob(
      StringBuilder yaml, String namespace, String name, String schedule, boolean suspend) {
    yaml.append(
        """
        ---
        apiVersion: batch/v1
        kind: CronJob
        metadata: {name: %2$s, namespace: %1$s}
        spec:
          schedule: "%3$s"
          suspend: %4$s
          jobTemplate:
            spec:
              template:
                metadata: {annotations: {it.migrator.dev/runs-for: 3s}}
                spec:
                  restartPolicy: Never
                  containers: [{name: main, image: main, envFrom: [{configMapRef: {name: settings}}]}]
        """
            .formatted(namespace, name, schedule, suspend));
  }
}
