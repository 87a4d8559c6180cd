package dev.migrator.sanitize;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.model.Manifest;
import java.util.Set;

/**
 * Certificate authorities that an injector of the source wrote into webhooks, APIServices and
 * conversion webhooks: the target's injector writes its own. Bundles that the user wrote stay.
 *
 * <p>Before: {@code annotations: {cert-manager.io/inject-ca-from: a/b}, webhooks: [{clientConfig:
 * {caBundle: LS0..}}]}. After: {@code webhooks: [{clientConfig: {}}]}.
 */
final class InjectedBundles implements SanitizeRule {

  private static final Set<String> INJECTORS =
      Set.of(
          "cert-manager.io/inject-ca-from",
          "cert-manager.io/inject-ca-from-secret",
          "cert-manager.io/inject-apiserver-ca",
          "service.beta.openshift.io/inject-cabundle");

  @Override
  public void apply(Draft draft) {
    if (!isInjected(draft.source())) {
      return;
    }
    for (ObjectNode webhook : Draft.objects(draft.tree(), "webhooks")) {
      Draft.object(webhook, "clientConfig").ifPresent(config -> remove(draft, config));
    }
    if (draft.is("APIService.apiregistration.k8s.io")) {
      draft.object("spec").ifPresent(spec -> remove(draft, spec));
    }
    draft
        .object("spec", "conversion", "webhook", "clientConfig")
        .ifPresent(config -> remove(draft, config));
  }

  private static boolean isInjected(Manifest source) {
    return source.annotations().keySet().stream().anyMatch(INJECTORS::contains);
  }

  private static void remove(Draft draft, ObjectNode config) {
    JsonNode removed = config.remove("caBundle");
    if (removed != null) {
      draft.dropped("injected caBundle");
    }
  }
}
