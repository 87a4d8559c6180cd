package dev.migrator.it.contract;

/** Small definitions that every server accepts. */
final class Samples {

  private Samples() {}

  static String deployment(String name, int replicas) {
    return """
    {"metadata": {"name": "%1$s"},
     "spec": {"replicas": %2$d, "selector": {"matchLabels": {"app": "%1$s"}},
       "template": {"metadata": {"labels": {"app": "%1$s"}}, "spec": %3$s}}}
    """
        .formatted(name, replicas, pod(""));
  }

  static String statefulSet(String name, int replicas) {
    return """
    {"metadata": {"name": "%1$s"},
     "spec": {"replicas": %2$d, "serviceName": "%1$s",
       "selector": {"matchLabels": {"app": "%1$s"}},
       "template": {"metadata": {"labels": {"app": "%1$s"}}, "spec": %3$s}}}
    """
        .formatted(name, replicas, pod(""));
  }

  /** All pods at once, so that it does not matter whether a volume can be had. */
  static String statefulSetThatDeletesClaims(String name, int replicas) {
    return """
    {"metadata": {"name": "%1$s"},
     "spec": {"replicas": %2$d, "serviceName": "%1$s", "podManagementPolicy": "Parallel",
       "persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Delete", "whenScaled": "Retain"},
       "selector": {"matchLabels": {"app": "%1$s"}},
       "template": {"metadata": {"labels": {"app": "%1$s"}}, "spec": %3$s},
       "volumeClaimTemplates": [{"metadata": {"name": "disk"},
         "spec": {"accessModes": ["ReadWriteOnce"],
           "resources": {"requests": {"storage": "1Gi"}}}}]}}
    """
        .formatted(name, replicas, pod(""));
  }

  static String daemonSet(String name, String nodeSelector) {
    return """
    {"metadata": {"name": "%1$s"},
     "spec": {"selector": {"matchLabels": {"app": "%1$s"}},
       "template": {"metadata": {"labels": {"app": "%1$s"}}, "spec": %2$s}}}
    """
        .formatted(name, pod("\"nodeSelector\": {%s},".formatted(nodeSelector)));
  }

  static String job(String name, String more) {
    return """
    {"metadata": {"name": "%s"}, "spec": {%s "template": {"spec": %s}}}
    """
        .formatted(name, more, pod("\"restartPolicy\": \"Never\","));
  }

  static String cronJob(String name, String schedule, String more) {
    return """
    {"metadata": {"name": "%s"},
     "spec": {"schedule": "%s", %s "jobTemplate": {"spec": {"template": {"spec": %s}}}}}
    """
        .formatted(name, schedule, more, pod("\"restartPolicy\": \"Never\","));
  }

  static String networkPolicy(String name) {
    return """
    {"metadata": {"name": "%s"}, "spec": {"podSelector": {}, "policyTypes": ["Ingress"]}}
    """
        .formatted(name);
  }

  static String pod(String more) {
    return """
    {%s "terminationGracePeriodSeconds": 5,
     "containers": [{"name": "main", "image": "example.com/app:1"}]}
    """
        .formatted(more);
  }
}
