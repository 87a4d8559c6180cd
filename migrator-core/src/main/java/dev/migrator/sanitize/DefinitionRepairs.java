package dev.migrator.sanitize;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * What an old CustomResourceDefinition may hold and a new server refuses.
 *
 * <p>Before: {@code spec: {preserveUnknownFields: true, conversion: {webhook: {clientConfig:
 * {caBundle: Cg==}}}}}. After: {@code preserveUnknownFields: false} with {@code
 * x-kubernetes-preserve-unknown-fields: true} in each schema, and no bundle that is no certificate.
 */
final class DefinitionRepairs implements SanitizeRule {

  @Override
  public void apply(Draft draft) {
    if (!draft.is("CustomResourceDefinition.apiextensions.k8s.io")) {
      return;
    }
    draft
        .object("spec")
        .ifPresent(
            spec -> {
              if (spec.path("preserveUnknownFields").asBoolean(false)) {
                spec.put("preserveUnknownFields", false);
                Draft.objects(spec, "versions").forEach(DefinitionRepairs::keepUnknown);
                draft.dropped("spec.preserveUnknownFields (moved into the schemas)");
              }
              Draft.object(spec, "conversion", "webhook", "clientConfig")
                  .filter(
                      config ->
                          config.has("caBundle")
                              && !isCertificate(config.path("caBundle").asText()))
                  .ifPresent(
                      config -> {
                        config.remove("caBundle");
                        draft.dropped(
                            "spec.conversion.webhook.clientConfig.caBundle (not a certificate)");
                      });
            });
  }

  /** A version without a schema gets one that allows everything: v1 requires one. */
  private static void keepUnknown(ObjectNode version) {
    ObjectNode schema = version.withObjectProperty("schema").withObjectProperty("openAPIV3Schema");
    if (!schema.has("type")) {
      schema.put("type", "object");
    }
    schema.put("x-kubernetes-preserve-unknown-fields", true);
  }

  private static boolean isCertificate(String base64) {
    try {
      return new String(Base64.getMimeDecoder().decode(base64), StandardCharsets.ISO_8859_1)
          .contains("-----BEGIN CERTIFICATE-----");
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
