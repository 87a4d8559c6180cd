package dev.migrator.plan.preflight;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ResourceType;
import dev.migrator.plan.Finding;
import dev.migrator.plan.Finding.Severity;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Which admission webhooks of the target will see what is created. */
public final class Webhooks {

  private Webhooks() {}

  /**
   * One finding a webhook that intercepts the creation of at least one of the types.
   *
   * @param configurations of both kinds, of the target
   */
  public static List<Finding> intercepting(
      Collection<Manifest> configurations, Collection<ResourceType> created) {
    List<Finding> findings = new ArrayList<>();
    for (Manifest configuration : configurations) {
      for (JsonNode webhook : configuration.at("webhooks")) {
        List<String> seen =
            created.stream()
                .filter(t -> matches(webhook, t))
                .map(ResourceType::groupResource)
                .distinct()
                .sorted()
                .toList();
        if (!seen.isEmpty()) {
          findings.add(finding(configuration, webhook, seen));
        }
      }
    }
    return findings;
  }

  private static Finding finding(Manifest configuration, JsonNode webhook, List<String> seen) {
    boolean fail = !webhook.path("failurePolicy").asText("Fail").equals("Ignore");
    boolean mutates = configuration.kind().startsWith("Mutating");
    String some =
        String.join(", ", seen.subList(0, Math.min(5, seen.size())))
            + (seen.size() > 5 ? ", ..." : "");
    return new Finding(
        fail ? Severity.WARNING : Severity.NOTE,
        "webhook-intercepts",
        Optional.of(configuration.ref()),
        "the target's webhook %s %s what is created of %s%s"
            .formatted(
                webhook.path("name").asText(),
                mutates ? "may change" : "may refuse",
                some,
                fail ? "; while it does not answer, they cannot be created" : ""),
        "");
  }

  private static boolean matches(JsonNode webhook, ResourceType type) {
    for (JsonNode rule : webhook.path("rules")) {
      if (has(rule.path("operations"), "CREATE")
          && has(rule.path("apiGroups"), type.group())
          && has(rule.path("resources"), type.plural())
          && !rule.path("scope").asText("*").equals(type.namespaced() ? "Cluster" : "Namespaced")) {
        return true;
      }
    }
    return false;
  }

  private static boolean has(JsonNode list, String value) {
    for (JsonNode item : list) {
      String text = item.asText();
      if (text.equals("*")
          || text.equals("*/*")
          || text.equals(value)
          || text.equals(value + "/*")) {
        return true;
      }
    }
    return false;
  }
}
