package dev.migrator.plan.preflight;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.plan.Finding;
import dev.migrator.plan.Finding.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What somebody added to the default ServiceAccount of a namespace: an identity in a cloud, secrets
 * to pull images with, whether a token is mounted. The account does not travel, because every
 * namespace has one, so all of it would be lost.
 *
 * <p>Source: <a
 * href="https://kubernetes.io/docs/concepts/security/service-accounts/#default-service-accounts">Default
 * service accounts</a>
 */
public final class DefaultAccounts {

  private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

  private DefaultAccounts() {}

  /**
   * What is lost and how to set it; empty when the account is as Kubernetes makes it.
   *
   * @param namespace its name at the target
   */
  public static Optional<Finding> finding(Manifest account, String namespace) {
    ObjectNode patch = patch(account);
    List<String> fields = new ArrayList<>();
    patch.path("metadata").fieldNames().forEachRemaining(name -> fields.add("metadata." + name));
    patch.fieldNames().forEachRemaining(fields::add);
    fields.remove("metadata");
    return fields.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Finding(
                Severity.WARNING,
                "default-service-account",
                Optional.of(account.ref()),
                "has %s; the target's own default ServiceAccount does not get them"
                    .formatted(String.join(", ", fields)),
                "kubectl patch serviceaccount default -n %s --type merge -p '%s'"
                    .formatted(namespace, Json.text(patch).replace("'", "'\\''"))));
  }

  private static ObjectNode patch(Manifest account) {
    ObjectNode patch = Json.object();
    ObjectNode annotations =
        account.at("metadata", "annotations").deepCopy() instanceof ObjectNode map
            ? map
            : Json.object();
    annotations.remove(LAST_APPLIED);
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
                .filter(one -> !one.path("name").asText().matches("default-(token|dockercfg)-.*"))
                .toList());
  }
}
