package dev.migrator.sanitize;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.model.Json;
import java.util.ArrayList;
import java.util.List;
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
    List<String> done = new ArrayList<>();
    move(annotations, SECCOMP_POD, spec, "seccompProfile", done);
    for (ObjectNode container : Draft.containers(spec)) {
      String name = container.path("name").asText();
      move(annotations, SECCOMP + name, container, "seccompProfile", done);
      move(annotations, APPARMOR + name, container, "appArmorProfile", done);
    }
    boolean removed =
        Draft.removeKeys(template.withObjectProperty("metadata"), "annotations", done::contains);
    if (removed) {
      draft.dropped("seccomp and AppArmor annotations (now fields)");
    }
  }

  /** A value that is no profile stays where it is: nobody can say what was meant. */
  private static void move(
      ObjectNode annotations, String key, ObjectNode owner, String field, List<String> done) {
    Optional<ObjectNode> profile = profile(annotations.path(key).asText());
    if (profile.isPresent()) {
      ObjectNode context = owner.withObjectProperty("securityContext");
      if (!context.has(field)) {
        context.set(field, profile.get());
      }
      done.add(key);
    }
  }

  private static Optional<ObjectNode> profile(String annotation) {
    ObjectNode profile = Json.object();
    switch (annotation) {
      case "runtime/default", "docker/default" -> profile.put("type", "RuntimeDefault");
      case "unconfined" -> profile.put("type", "Unconfined");
      default -> {
        if (!annotation.startsWith("localhost/")) {
          return Optional.empty();
        }
        profile.put("type", "Localhost");
        profile.put("localhostProfile", annotation.substring("localhost/".length()));
      }
    }
    return Optional.of(profile);
  }
}
