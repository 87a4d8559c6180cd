package dev.migrator.sanitize;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.model.Json;
import java.util.Optional;

/**
 * Seccomp and AppArmor profiles in annotations, which newer kubelets do not read any more.
 *
 * <p>Before: {@code annotations: {seccomp.security.alpha.kubernetes.io/pod: runtime/default}}.
 * After: {@code securityContext: {seccompProfile: {type: RuntimeDefault}}}.
 */
final class TemplateProfiles implements SanitizeRule {

  private static final String SECCOMP_POD = "seccomp.security.alpha.kubernetes.io/pod";
  private static final String SECCOMP = "container.seccomp.security.alpha.kubernetes.io/";
  private static final String APPARMOR = "container.apparmor.security.beta.kubernetes.io/";

  @Override
  public void apply(Draft draft) {
    for (ObjectNode template : draft.podTemplates()) {
      Optional<ObjectNode> annotations = Draft.object(template, "metadata", "annotations");
      Optional<ObjectNode> spec = Draft.object(template, "spec");
      if (annotations.isPresent() && spec.isPresent()) {
        convert(draft, template, annotations.get(), spec.get());
      }
    }
  }

  private static void convert(
      Draft draft, ObjectNode template, ObjectNode annotations, ObjectNode spec) {
    if (annotations.has(SECCOMP_POD)) {
      profile(spec, "seccompProfile", annotations.path(SECCOMP_POD).asText());
    }
    for (ObjectNode container : Draft.containers(spec)) {
      String name = container.path("name").asText();
      if (annotations.has(SECCOMP + name)) {
        profile(container, "seccompProfile", annotations.path(SECCOMP + name).asText());
      }
      if (annotations.has(APPARMOR + name)) {
        profile(container, "appArmorProfile", annotations.path(APPARMOR + name).asText());
      }
    }
    boolean removed =
        Draft.removeKeys(
            template.withObjectProperty("metadata"),
            "annotations",
            key -> key.equals(SECCOMP_POD) || key.startsWith(SECCOMP) || key.startsWith(APPARMOR));
    if (removed) {
      draft.dropped("seccomp and AppArmor annotations (now fields)");
    }
  }

  private static void profile(ObjectNode owner, String field, String annotation) {
    ObjectNode context = owner.withObjectProperty("securityContext");
    if (context.has(field)) {
      return;
    }
    ObjectNode profile = Json.object();
    switch (annotation) {
      case "runtime/default", "docker/default" -> profile.put("type", "RuntimeDefault");
      case "unconfined" -> profile.put("type", "Unconfined");
      default -> {
        if (!annotation.startsWith("localhost/")) {
          return;
        }
        profile.put("type", "Localhost");
        profile.put("localhostProfile", annotation.substring("localhost/".length()));
      }
    }
    context.set(field, profile);
  }
}
