package dev.migrator.sanitize;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * What an old CustomResourceDefinition may hold, or lack, and a new server refuses.
 *
 * <p>Before: {@code spec: {group: x.k8s.io, preserveUnknownFields: true, conversion: {webhook:
 * {clientConfig: {caBundle: Cg==}}}}}. After: {@code preserveUnknownFields: false} with {@link
 * StructuralSchema structural schemas} that keep unknown fields, no bundle that is no certificate,
 * and the annotation {@code api-approved.kubernetes.io: unapproved, ...} where the group is one of
 * Kubernetes'.
 *
 * <p>A definition that was not created at {@code v1} says so by itself: only such a one may have
 * {@code preserveUnknownFields: true} or lack the approval, so nobody has to be asked.
 *
 * <p>Source: apiextensions-apiserver {@code pkg/apis/apiextensions/validation/validation.go}
 */
final class DefinitionRepairs implements SanitizeRule {

  private static final String APPROVED = "api-approved.kubernetes.io";

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
                Draft.objects(spec, "versions").forEach(version -> keepUnknown(version, draft));
              }
              if (isProtected(spec.path("group").asText())
                  && draft.metadata().path("annotations").path(APPROVED).asText().isEmpty()) {
                draft
                    .metadata()
                    .withObjectProperty("annotations")
                    .put(APPROVED, "unapproved, it is older than this rule");
                draft.repaired("annotation " + APPROVED + " is set to unapproved");
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

  /** Groups of which Kubernetes' own people decide. */
  private static boolean isProtected(String group) {
    return group.endsWith(".k8s.io")
        || group.endsWith(".kubernetes.io")
        || group.equals("k8s.io")
        || group.equals("kubernetes.io");
  }

  /** A version without a schema gets one that allows everything: v1 requires one. */
  private static void keepUnknown(ObjectNode version, Draft draft) {
    String name = version.path("name").asText();
    StructuralSchema.repair(
            version.withObjectProperty("schema").withObjectProperty("openAPIV3Schema"))
        .forEach(what -> draft.repaired("schema of " + name + ": " + what));
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
