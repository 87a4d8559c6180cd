package dev.migrator.sanitize;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.model.Json;
import java.util.List;

/**
 * ResourceClaim and ResourceClaimTemplate v1beta1 to v1: what is wanted of one device stands in a
 * field of its own.
 *
 * <p>Before: {@code requests: [{name: gpu, deviceClassName: g, count: 2}]}. After: {@code requests:
 * [{name: gpu, exactly: {deviceClassName: g, count: 2}}]}.
 */
final class DeviceRequests {

  private static final List<String> FIELDS =
      List.of(
          "deviceClassName",
          "selectors",
          "allocationMode",
          "count",
          "adminAccess",
          "tolerations",
          "capacity");

  private DeviceRequests() {}

  static void toV1(ObjectNode tree) {
    requests(tree.path("spec"));
    requests(tree.path("spec").path("spec"));
  }

  private static void requests(JsonNode spec) {
    for (ObjectNode request : Draft.objects(spec, "devices", "requests")) {
      ObjectNode exactly = Json.object();
      for (String field : FIELDS) {
        JsonNode value = request.remove(field);
        if (value != null) {
          exactly.set(field, value);
        }
      }
      if (!exactly.isEmpty()) {
        request.set("exactly", exactly);
      }
    }
  }
}
