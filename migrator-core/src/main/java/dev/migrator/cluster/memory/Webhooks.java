package dev.migrator.cluster.memory;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.model.Manifest;
import dev.migrator.model.ResourceType;
import java.util.Optional;

/**
 * Admission webhooks that fail closed: what they match is refused while their service has no ready
 * endpoint. A webhook that is reached has nothing to say.
 *
 * <p>Source: <a
 * href="https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#failure-policy">Failure
 * policy</a>
 */
final class Webhooks {

  private static final String[] TYPES = {
    "MutatingWebhookConfiguration.admissionregistration.k8s.io",
    "ValidatingWebhookConfiguration.admissionregistration.k8s.io"
  };

  private final Storage storage;
  private final Types types;

  Webhooks(Storage storage, Types types) {
    this.storage = storage;
    this.types = types;
  }

  /** Errors: an answer of 500, which leaves a client in doubt, as a real server gives. */
  void check(Key key, ObjectNode tree, String operation) {
    for (String type : TYPES) {
      if (key.type().equals(type)) {
        return;
      }
      for (Manifest configuration : storage.all(type)) {
        for (JsonNode hook : configuration.at("webhooks")) {
          if (hook.path("failurePolicy").asText().equals("Fail")
              && matches(hook, key, tree, operation)
              && !isReachable(hook)) {
            throw Answers.fail(
                key,
                new ClusterFailure.OutcomeUnknown(
                    "Internal error occurred: failed calling webhook \""
                        + hook.path("name").asText()
                        + "\": no endpoints available for service"));
          }
        }
      }
    }
  }

  private boolean matches(JsonNode hook, Key key, ObjectNode tree, String operation) {
    Optional<ResourceType> type = types.of(key.type());
    if (type.isEmpty()
        || !Selectors.of(hook.path("objectSelector"))
            .test(Labels.of(tree.path("metadata").path("labels")))) {
      return false;
    }
    if (type.get().namespaced()) {
      Optional<Manifest> namespace = storage.get(new Key("Namespace", "", key.namespace()));
      if (namespace.isEmpty()
          || !Selectors.of(hook.path("namespaceSelector")).test(namespace.get().labels())) {
        return false;
      }
    }
    for (JsonNode rule : hook.path("rules")) {
      if (has(rule.path("operations"), operation)
          && has(rule.path("apiGroups"), type.get().group())
          && has(rule.path("resources"), type.get().plural())) {
        return true;
      }
    }
    return false;
  }

  private static boolean has(JsonNode list, String value) {
    for (JsonNode item : list) {
      if (item.asText().equals("*") || item.asText().equals("*/*") || item.asText().equals(value)) {
        return true;
      }
    }
    return false;
  }

  private boolean isReachable(JsonNode hook) {
    JsonNode service = hook.path("clientConfig").path("service");
    if (service.isMissingNode()) {
      return true;
    }
    return storage
        .get(
            new Key("Endpoints", service.path("namespace").asText(), service.path("name").asText()))
        .filter(endpoints -> endpoints.at("subsets").path(0).has("addresses"))
        .isPresent();
  }
}
