package dev.migrator.cluster.memory;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.model.Manifest;
import dev.migrator.schedule.CronSchedule;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What the API server refuses with 422: bad names, missing fields, changes of what may not change.
 *
 * <p>Source: kubernetes {@code pkg/apis/*}{@code /validation/validation.go}
 */
final class Validation {

  private static final Pattern SUBDOMAIN =
      Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
  private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?");
  private static final Pattern PATH_SEGMENT = Pattern.compile("[^/%]+");
  private static final Pattern LABEL_VALUE =
      Pattern.compile("(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?");
  private static final Set<String> DNS_LABEL_KINDS = Set.of("Namespace", "Service");

  /** Fields that stay as they were created, by storage type, as paths below spec. */
  private static final Map<String, List<String>> IMMUTABLE =
      Map.of(
          "Deployment.apps", List.of("selector"),
          "ReplicaSet.apps", List.of("selector"),
          "DaemonSet.apps", List.of("selector"),
          "StatefulSet.apps",
              List.of("selector", "serviceName", "podManagementPolicy", "volumeClaimTemplates"),
          "Job.batch", List.of("selector", "template", "completionMode", "manualSelector"),
          "PersistentVolumeClaim",
              List.of("accessModes", "storageClassName", "volumeMode", "selector", "volumeName"),
          "PersistentVolume", List.of("csi", "volumeMode"),
          "Pod", List.of("nodeName", "restartPolicy", "serviceAccountName", "volumes"));

  private Validation() {}

  static void create(Key key, ObjectNode tree) {
    name(key);
    texts(key, tree.path("metadata").path("labels"), "metadata.labels");
    texts(key, tree.path("metadata").path("annotations"), "metadata.annotations");
    tree.path("metadata")
        .path("labels")
        .properties()
        .forEach(label -> labelValue(key, label.getKey(), label.getValue().asText()));
    definition(key, tree);
  }

  static void update(Key key, Manifest before, ObjectNode after) {
    texts(key, after.path("metadata").path("labels"), "metadata.labels");
    for (String field : IMMUTABLE.getOrDefault(key.type(), List.of())) {
      JsonNode was = before.at("spec", field);
      JsonNode is = after.path("spec").path(field);
      boolean set =
          was instanceof MissingNode && (field.equals("nodeName") || field.equals("volumeName"));
      if (!was.equals(is) && !set && !mayChange(before, field)) {
        throw Answers.invalid(key, "spec." + field, "Invalid value: field is immutable");
      }
    }
    if (key.kind().endsWith("RoleBinding") && !before.at("roleRef").equals(after.path("roleRef"))) {
      throw Answers.invalid(key, "roleRef", "Invalid value: cannot change roleRef");
    }
    boolean frozen = before.at("immutable").asBoolean();
    if (frozen
        && (key.type().equals("ConfigMap") || key.type().equals("Secret"))
        && !(before.at("data").equals(after.path("data")) && after.path("immutable").asBoolean())) {
      throw Answers.forbidden(key, "data: field is immutable when `immutable` is set");
    }
    if (key.type().equals("Secret") && !before.at("type").equals(after.path("type"))) {
      throw Answers.invalid(key, "type", "Invalid value: field is immutable");
    }
    if (key.type().equals("PriorityClass.scheduling.k8s.io")
        && !before.at("value").equals(after.path("value"))) {
      throw Answers.forbidden(key, "value: may not be changed in an update.");
    }
    definition(key, after);
  }

  /** A suspended Job that never ran may still change its template. */
  private static boolean mayChange(Manifest before, String field) {
    return before.kind().equals("Job")
        && field.equals("template")
        && before.at("spec", "suspend").asBoolean()
        && !before.has("status", "startTime");
  }

  private static void name(Key key) {
    boolean rbac = key.group().equals("rbac.authorization.k8s.io");
    Pattern form = rbac ? PATH_SEGMENT : DNS_LABEL_KINDS.contains(key.type()) ? LABEL : SUBDOMAIN;
    int longest = DNS_LABEL_KINDS.contains(key.type()) ? 63 : 253;
    if (key.type().equals("CronJob.batch")) {
      longest = 52;
    }
    if (!form.matcher(key.name()).matches() || (key.name().length() > longest && !rbac)) {
      throw Answers.invalid(
          key, "metadata.name", "Invalid value: \"" + key.name() + "\": a lowercase RFC 1123 name");
    }
  }

  private static void labelValue(Key key, String label, String value) {
    if (value.length() > 63 || !LABEL_VALUE.matcher(value).matches()) {
      throw Answers.invalid(
          key, "metadata.labels", "Invalid value: \"" + value + "\" of label " + label);
    }
  }

  private static void texts(Key key, JsonNode map, String path) {
    for (JsonNode value : map) {
      if (!value.isTextual()) {
        throw Answers.badRequest(key, "json: cannot unmarshal " + path + " into a string");
      }
    }
  }

  private static void base64(Key key, String value) {
    try {
      byte[] unused = Base64.getDecoder().decode(value.replaceAll("[\r\n]", ""));
    } catch (IllegalArgumentException e) {
      throw Answers.badRequest(key, "illegal base64 data");
    }
  }

  private static void definition(Key key, ObjectNode tree) {
    JsonNode spec = tree.path("spec");
    switch (key.type()) {
      case "Deployment.apps", "ReplicaSet.apps", "DaemonSet.apps", "StatefulSet.apps" -> {
        if (!spec.path("selector").isObject() || spec.path("selector").isEmpty()) {
          throw Answers.invalid(key, "spec.selector", "Required value");
        }
        if (!Selectors.of(spec.path("selector"))
            .test(Labels.of(spec.path("template").path("metadata").path("labels")))) {
          throw Answers.invalid(
              key,
              "spec.template.metadata.labels",
              "Invalid value: `selector` does not match template `labels`");
        }
        replicas(key, spec.path("replicas"));
        containers(key, spec.path("template").path("spec"), "spec.template.spec");
      }
      case "Pod" -> containers(key, spec, "spec");
      case "Secret" -> tree.path("data").forEach(value -> base64(key, value.asText("")));
      case "Job.batch" -> job(key, tree);
      case "CronJob.batch" -> cronJob(key, spec);
      case "Service" -> {
        if (!spec.path("type").asText().equals("ExternalName")
            && spec.path("ports").isEmpty()
            && !spec.path("clusterIP").asText().equals("None")) {
          throw Answers.invalid(key, "spec.ports", "Required value");
        }
      }
      case "Ingress.networking.k8s.io" -> {
        for (JsonNode rule : spec.path("rules")) {
          for (JsonNode path : rule.path("http").path("paths")) {
            if (!path.has("pathType")) {
              throw Answers.invalid(key, "spec.rules[0].http.paths[0].pathType", "Required value");
            }
          }
        }
      }
      case "PersistentVolumeClaim" -> {
        if (spec.path("accessModes").isEmpty()) {
          throw Answers.invalid(key, "spec.accessModes", "Required value");
        }
      }
      default -> {}
    }
  }

  private static void replicas(Key key, JsonNode replicas) {
    if (replicas.isInt() && replicas.intValue() < 0) {
      throw Answers.invalid(key, "spec.replicas", "Invalid value: must be non-negative");
    }
  }

  private static void containers(Key key, JsonNode pod, String path) {
    if (pod.path("containers").isEmpty()) {
      throw Answers.invalid(key, path + ".containers", "Required value");
    }
    for (JsonNode container : pod.path("containers")) {
      if (!container.path("name").isTextual()) {
        throw Answers.invalid(key, path + ".containers[0].name", "Required value");
      }
      for (JsonNode mount : container.path("volumeMounts")) {
        String name = mount.path("name").asText();
        boolean declared = false;
        for (JsonNode volume : pod.path("volumes")) {
          declared |= volume.path("name").asText().equals(name);
        }
        if (!declared && !key.type().equals("StatefulSet.apps")) {
          throw Answers.invalid(
              key, path + ".containers[0].volumeMounts[0].name", "Not found: \"" + name + "\"");
        }
      }
    }
  }

  private static void job(Key key, ObjectNode tree) {
    JsonNode spec = tree.path("spec");
    containers(key, spec.path("template").path("spec"), "spec.template.spec");
    String restart = spec.path("template").path("spec").path("restartPolicy").asText();
    if (restart.equals("Always")) {
      throw Answers.invalid(
          key,
          "spec.template.spec.restartPolicy",
          "Required value: valid values: \"OnFailure\", \"Never\"");
    }
    if (spec.path("manualSelector").asBoolean()) {
      return;
    }
    String uid = tree.path("metadata").path("uid").asText();
    JsonNode labels = spec.path("template").path("metadata").path("labels");
    for (String label : new String[] {"controller-uid", "batch.kubernetes.io/controller-uid"}) {
      if (!labels.path(label).asText().equals(uid)) {
        throw Answers.invalid(
            key,
            "spec.template.metadata.labels[" + label + "]",
            "Invalid value: must be '" + uid + "'");
      }
    }
    JsonNode match = spec.path("selector").path("matchLabels");
    boolean generated =
        spec.path("selector").size() == 1
            && match.size() == 1
            && (match.path("batch.kubernetes.io/controller-uid").asText().equals(uid)
                || match.path("controller-uid").asText().equals(uid));
    if (!generated) {
      throw Answers.invalid(key, "spec.selector", "Invalid value: `selector` not auto-generated");
    }
  }

  private static void cronJob(Key key, JsonNode spec) {
    try {
      CronSchedule.parse(spec.path("schedule").asText());
    } catch (IllegalArgumentException e) {
      throw Answers.invalid(key, "spec.schedule", "Invalid value: " + e.getMessage());
    }
    if (spec.path("schedule").asText().contains("TZ")) {
      throw Answers.invalid(
          key, "spec.schedule", "Invalid value: cannot use TZ or CRON_TZ in schedule");
    }
    if (spec.has("timeZone")) {
      try {
        ZoneId.of(spec.path("timeZone").asText());
      } catch (DateTimeException e) {
        throw Answers.invalid(key, "spec.timeZone", "Invalid value: unknown time zone");
      }
    }
    JsonNode pod = spec.path("jobTemplate").path("spec").path("template").path("spec");
    containers(key, pod, "spec.jobTemplate.spec.template.spec");
    if (pod.path("restartPolicy").asText().equals("Always")) {
      throw Answers.invalid(
          key, "spec.jobTemplate.spec.template.spec.restartPolicy", "Required value");
    }
  }
}
