package dev.migrator.sanitize;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Ingress v1beta1 to v1.
 *
 * <p>Before: {@code backend: {serviceName: web, servicePort: 80}}. After: {@code backend: {service:
 * {name: web, port: {number: 80}}}}, {@code spec.backend} is {@code spec.defaultBackend}, and a
 * path without a type is {@code ImplementationSpecific}.
 */
final class IngressBackends {

  private IngressBackends() {}

  static void toV1(ObjectNode tree) {
    Draft.object(tree, "spec").ifPresent(IngressBackends::spec);
  }

  private static void spec(ObjectNode spec) {
    if (spec.remove("backend") instanceof ObjectNode backend) {
      convert(backend);
      spec.set("defaultBackend", backend);
    }
    for (ObjectNode rule : Draft.objects(spec, "rules")) {
      for (ObjectNode path : Draft.objects(rule, "http", "paths")) {
        if (!path.has("pathType")) {
          path.put("pathType", "ImplementationSpecific");
        }
        Draft.object(path, "backend").ifPresent(IngressBackends::convert);
      }
    }
  }

  private static void convert(ObjectNode backend) {
    JsonNode name = backend.remove("serviceName");
    JsonNode port = backend.remove("servicePort");
    if (name == null) {
      return;
    }
    ObjectNode service = backend.putObject("service");
    service.set("name", name);
    if (port != null) {
      service.putObject("port").set(port.isTextual() ? "name" : "number", port);
    }
  }
}
