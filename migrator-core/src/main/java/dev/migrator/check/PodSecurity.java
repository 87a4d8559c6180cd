package dev.migrator.check;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.model.Manifest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The Pod Security levels, as far as a definition alone shows them.
 *
 * <p>Source: <a href="https://kubernetes.io/docs/concepts/security/pod-security-standards/">Pod
 * Security Standards</a>
 */
public final class PodSecurity {

  /** The label of a namespace that says which level its pods must have. */
  public static final String ENFORCE = "pod-security.kubernetes.io/enforce";

  private static final Set<String> BASELINE_CAPABILITIES =
      Set.of(
          "AUDIT_WRITE",
          "CHOWN",
          "DAC_OVERRIDE",
          "FOWNER",
          "FSETID",
          "KILL",
          "MKNOD",
          "NET_BIND_SERVICE",
          "SETFCAP",
          "SETGID",
          "SETPCAP",
          "SETUID",
          "SYS_CHROOT");

  private PodSecurity() {}

  /** How strict a level is, from the least strict one. */
  public enum Level {
    PRIVILEGED,
    BASELINE,
    RESTRICTED;

    /** The level that a label value names; nothing and unknown values enforce nothing. */
    public static Level ofLabel(String value) {
      return switch (value) {
        case "restricted" -> RESTRICTED;
        case "baseline" -> BASELINE;
        default -> PRIVILEGED;
      };
    }
  }

  /**
   * Why pods of this object would be rejected at the level, as field names; empty when nothing is
   * seen that would, or when the object has no pods.
   */
  public static List<String> rejections(Manifest object, Level level) {
    Optional<JsonNode> spec = podSpec(object);
    if (spec.isEmpty() || level == Level.PRIVILEGED) {
      return List.of();
    }
    List<String> why = new ArrayList<>(baseline(spec.get()));
    if (level == Level.RESTRICTED) {
      why.addAll(restricted(spec.get()));
    }
    return why.stream().distinct().toList();
  }

  /** The spec of the pods that the object is or makes; empty when it makes none. */
  static Optional<JsonNode> podSpec(Manifest object) {
    JsonNode spec =
        switch (object.ref().groupKind()) {
          case "Pod" -> object.at("spec");
          case "CronJob.batch" -> object.at("spec", "jobTemplate", "spec", "template", "spec");
          default -> object.at("spec", "template", "spec");
        };
    return spec.path("containers").isArray() ? Optional.of(spec) : Optional.empty();
  }

  private static List<String> baseline(JsonNode spec) {
    List<String> why = new ArrayList<>();
    for (String field : List.of("hostNetwork", "hostPID", "hostIPC")) {
      if (spec.path(field).asBoolean()) {
        why.add(field);
      }
    }
    for (JsonNode volume : spec.path("volumes")) {
      if (volume.has("hostPath")) {
        why.add("volumes[].hostPath");
      }
    }
    for (JsonNode container : containers(spec)) {
      JsonNode security = container.path("securityContext");
      if (security.path("privileged").asBoolean()) {
        why.add("securityContext.privileged");
      }
      for (JsonNode added : security.path("capabilities").path("add")) {
        if (!BASELINE_CAPABILITIES.contains(added.asText())) {
          why.add("securityContext.capabilities.add");
        }
      }
      for (JsonNode port : container.path("ports")) {
        if (port.path("hostPort").asInt() != 0) {
          why.add("ports[].hostPort");
        }
      }
    }
    return why;
  }

  private static List<String> restricted(JsonNode spec) {
    List<String> why = new ArrayList<>();
    JsonNode pod = spec.path("securityContext");
    for (JsonNode container : containers(spec)) {
      JsonNode security = container.path("securityContext");
      if (!either(security, pod, "runAsNonRoot").asBoolean()) {
        why.add("securityContext.runAsNonRoot");
      }
      if (!security.path("allowPrivilegeEscalation").isBoolean()
          || security.path("allowPrivilegeEscalation").asBoolean()) {
        why.add("securityContext.allowPrivilegeEscalation");
      }
      boolean dropsAll = false;
      for (JsonNode dropped : security.path("capabilities").path("drop")) {
        dropsAll |= dropped.asText().equals("ALL");
      }
      if (!dropsAll) {
        why.add("securityContext.capabilities.drop");
      }
      if (!Set.of("RuntimeDefault", "Localhost")
          .contains(either(security, pod, "seccompProfile").path("type").asText())) {
        why.add("securityContext.seccompProfile");
      }
    }
    return why;
  }

  private static JsonNode either(JsonNode container, JsonNode pod, String field) {
    return container.has(field) ? container.path(field) : pod.path(field);
  }

  private static List<JsonNode> containers(JsonNode spec) {
    List<JsonNode> containers = new ArrayList<>();
    spec.path("initContainers").forEach(containers::add);
    spec.path("containers").forEach(containers::add);
    return containers;
  }
}
