package dev.migrator.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.graph.AccessReferences;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.model.Shell;
import dev.migrator.plan.Finding;
import dev.migrator.plan.FindingCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What somebody added to what Kubernetes makes for every namespace or cluster: to the default
 * ServiceAccount an identity in a cloud, secrets to pull images with, whether a token is mounted;
 * to the Namespace {@code default} the labels of Pod Security or of a mesh. These do not travel,
 * because the target has its own, so all of it would be lost.
 *
 * <p>Source: <a
 * href="https://kubernetes.io/docs/concepts/security/service-accounts/#default-service-accounts">Default
 * service accounts</a>
 */
final class ChangedDefaults {

  private ChangedDefaults() {}

  /**
   * What is lost and how to set it; empty when the account is as Kubernetes makes it.
   *
   * @param namespace its name at the target
   */
  public static Optional<Finding> account(Manifest account, String namespace) {
    ObjectNode patch = patch(account);
    List<String> fields = new ArrayList<>();
    patch.path("metadata").fieldNames().forEachRemaining(name -> fields.add("metadata." + name));
    patch.fieldNames().forEachRemaining(fields::add);
    fields.remove("metadata");
    return fields.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Finding(
                FindingCode.DEFAULT_SERVICE_ACCOUNT,
                account.ref(),
                "has %s; the target's own default ServiceAccount does not get them"
                    .formatted(String.join(", ", fields)),
                command("serviceaccount default -n " + namespace, patch)));
  }

  /**
   * What is lost of the Namespace {@code default} and how to set it; empty when the target's has
   * it.
   *
   * @param there the target's namespace of that name
   */
  public static Optional<Finding> namespace(Manifest namespace, Manifest there) {
    ObjectNode patch = Json.object();
    List<String> lost = new ArrayList<>();
    for (String field : List.of("labels", "annotations")) {
      namespace
          .at("metadata", field)
          .properties()
          .forEach(
              entry -> {
                JsonNode now = there.at("metadata", field, entry.getKey());
                if (!entry.getKey().equals(Manifest.LAST_APPLIED)
                    && !entry.getValue().equals(now)
                    && !entry.getKey().equals("kubernetes.io/metadata.name")) {
                  patch
                      .withObjectProperty("metadata")
                      .withObjectProperty(field)
                      .set(entry.getKey(), entry.getValue());
                  lost.add(entry.getKey());
                }
              });
    }
    return lost.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Finding(
                FindingCode.DEFAULT_NAMESPACE,
                namespace.ref(),
                "has %s; the target's own namespace does not get them"
                    .formatted(String.join(", ", lost)),
                command("namespace " + there.name(), patch)));
  }

  private static String command(String object, ObjectNode patch) {
    return "kubectl patch %s --type merge -p %s".formatted(object, Shell.quoted(Json.text(patch)));
  }

  private static ObjectNode patch(Manifest account) {
    ObjectNode patch = Json.object();
    ObjectNode annotations =
        account.at("metadata", "annotations").deepCopy() instanceof ObjectNode map
            ? map
            : Json.object();
    annotations.remove(Manifest.LAST_APPLIED);
    if (!annotations.isEmpty()) {
      patch.withObjectProperty("metadata").set("annotations", annotations);
    }
    if (!account.at("metadata", "labels").isEmpty()) {
      patch.withObjectProperty("metadata").set("labels", account.at("metadata", "labels"));
    }
    for (String field : List.of("automountServiceAccountToken", "imagePullSecrets", "secrets")) {
      JsonNode value = field.equals("secrets") ? ownSecrets(account) : account.at(field);
      if (value.isBoolean() || !value.isEmpty()) {
        patch.set(field, value);
      }
    }
    return patch;
  }

  /** Without those that an older controller made for the account. */
  private static JsonNode ownSecrets(Manifest account) {
    return Json.object()
        .arrayNode()
        .addAll(
            account
                .at("secrets")
                .valueStream()
                .filter(one -> !AccessReferences.isGenerated("default", one.path("name").asText()))
                .toList());
  }
}
