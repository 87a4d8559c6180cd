package dev.migrator.sanitize;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.Set;

/**
 * What the source's scheduler and admission wrote into a bare Pod.
 *
 * <p>Before: {@code spec: {nodeName: n1, priority: 0, volumes: [{name: kube-api-access-x7x2k}]}}.
 * After: {@code spec: {}}. A template of a workload is left alone: what stands there was written by
 * a user.
 */
final class PodAssignments implements SanitizeRule {

  @Override
  public void apply(Draft draft) {
    if (!draft.is("Pod")) {
      return;
    }
    draft.object("spec").ifPresent(spec -> clean(draft, spec));
  }

  private static void clean(Draft draft, ObjectNode spec) {
    spec.remove("nodeName");
    spec.remove("priority");
    spec.remove("preemptionPolicy");
    if (spec.remove("ephemeralContainers") != null) {
      draft.dropped("spec.ephemeralContainers");
    }
    if (spec.has("runtimeClassName")) {
      spec.remove("overhead");
    }
    String account = spec.path("serviceAccountName").asText("default");
    Set<String> tokens = new HashSet<>();
    for (JsonNode volume : spec.path("volumes")) {
      String name = volume.path("name").asText();
      if (name.startsWith("kube-api-access-")
          || (name.startsWith(account + "-token-")
              && volume.path("secret").path("secretName").asText().equals(name))) {
        tokens.add(name);
      }
    }
    if (tokens.isEmpty()) {
      return;
    }
    boolean unused =
        Draft.removeItems(spec, "volumes", v -> tokens.contains(v.path("name").asText()));
    for (ObjectNode container : Draft.containers(spec)) {
      boolean unusedToo =
          Draft.removeItems(
              container, "volumeMounts", m -> tokens.contains(m.path("name").asText()));
    }
    // Not a loss: the target's admission mounts a token of its own.
  }
}
