package dev.migrator.sanitize;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.model.AddressRange;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import java.util.List;
import java.util.Optional;

/**
 * Addresses that the source cluster gave to a Service; those that the user chose stay.
 *
 * <p>Before: {@code spec: {clusterIP: 10.0.3.7, clusterIPs: [10.0.3.7], ports: [{port: 80,
 * nodePort: 31234}]}}. After: {@code spec: {ports: [{port: 80}]}}. Stays: {@code clusterIP: None},
 * and a nodePort, or an address that is of the target's ranges, that is in the last applied
 * configuration or was set by another manager than the API server itself. What no server has stored
 * yet holds nothing that a server gave.
 *
 * <p>Runs first, because it reads what later rules drop.
 */
final class AllocatedServiceFields implements SanitizeRule {

  private final List<AddressRange> ranges;

  /**
   * @param ranges of which the target gives addresses
   */
  AllocatedServiceFields(List<AddressRange> ranges) {
    this.ranges = ranges;
  }

  @Override
  public void apply(Draft draft) {
    if (!draft.is("Service")) {
      return;
    }
    draft.object("spec").ifPresent(spec -> addresses(draft, spec));
  }

  private void addresses(Draft draft, ObjectNode spec) {
    String address = spec.path("clusterIP").asText();
    if (!address.equals("None")) {
      // The other family's follows from the policy, and is asked for by nobody.
      spec.remove("clusterIPs");
      if (!isKept(draft.source(), address)) {
        spec.remove("clusterIP");
      }
    }
    if (draft.source().uid().isEmpty()) {
      return;
    }
    JsonNode lastApplied = lastApplied(draft.source());
    // Which families a cluster has is its own affair; a policy other than this one is the user's.
    if (!isSetByUser(draft.source(), lastApplied, "ipFamilies")) {
      spec.remove("ipFamilies");
    }
    if (spec.path("ipFamilyPolicy").asText("").equals("SingleStack")
        && !isSetByUser(draft.source(), lastApplied, "ipFamilyPolicy")) {
      spec.remove("ipFamilyPolicy");
    }
    for (ObjectNode port : Draft.objects(spec, "ports")) {
      if (port.has("nodePort") && !isUserSet(draft.source(), lastApplied, port)) {
        port.remove("nodePort");
      }
    }
    if (!isSetByUser(draft.source(), lastApplied, "healthCheckNodePort")) {
      spec.remove("healthCheckNodePort");
    }
  }

  private boolean isKept(Manifest source, String address) {
    return ranges.stream().anyMatch(range -> range.contains(address))
        && (source.uid().isEmpty() || askedAddress(source).isPresent());
  }

  /** The address that somebody asked for and has; none for a Service without one. */
  static Optional<String> askedAddress(Manifest source) {
    String address = source.at("spec", "clusterIP").asText("");
    if (address.isEmpty() || address.equals("None")) {
      return Optional.empty();
    }
    boolean asked =
        lastApplied(source).path("spec").path("clusterIP").asText().equals(address)
            || isManaged(source, "f:clusterIP");
    return asked ? Optional.of(address) : Optional.empty();
  }

  private static boolean isSetByUser(Manifest source, JsonNode lastApplied, String field) {
    return lastApplied.path("spec").has(field) || isManaged(source, "f:" + field);
  }

  private static boolean isUserSet(Manifest source, JsonNode lastApplied, JsonNode port) {
    int wanted = port.path("nodePort").asInt();
    for (JsonNode applied : lastApplied.path("spec").path("ports")) {
      if (applied.path("nodePort").asInt() == wanted) {
        return true;
      }
    }
    String key =
        "k:{\"port\":"
            + port.path("port").asText()
            + ",\"protocol\":\""
            + port.path("protocol").asText("TCP")
            + "\"}";
    for (JsonNode manager : source.at("metadata", "managedFields")) {
      if (manager.path("fieldsV1").path("f:spec").path("f:ports").path(key).has("f:nodePort")) {
        return true;
      }
    }
    return false;
  }

  private static boolean isManaged(Manifest source, String field) {
    for (JsonNode manager : source.at("metadata", "managedFields")) {
      if (manager.path("fieldsV1").path("f:spec").has(field)) {
        return true;
      }
    }
    return false;
  }

  private static JsonNode lastApplied(Manifest source) {
    Optional<String> text = Optional.ofNullable(source.annotations().get(Manifest.LAST_APPLIED));
    try {
      return text.map(Json::parse).orElseGet(Json::object);
    } catch (IllegalArgumentException e) {
      return Json.object();
    }
  }
}
