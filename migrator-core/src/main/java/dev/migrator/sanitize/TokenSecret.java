package dev.migrator.sanitize;

import java.util.List;

/**
 * What the source's controller wrote into a hand-made token Secret; the target's controller fills
 * it with a token of its own.
 *
 * <p>Before: {@code type: kubernetes.io/service-account-token, data: {token, ca.crt, namespace}}.
 * After: {@code data: {}}.
 */
final class TokenSecret implements SanitizeRule {

  @Override
  public void apply(Draft draft) {
    if (!draft.is("Secret")
        || !draft.tree().path("type").asText().equals("kubernetes.io/service-account-token")) {
      return;
    }
    boolean uid =
        draft.removeFromMetadata("annotations", "kubernetes.io/service-account.uid"::equals);
    // A mark that the old token is unused or invalid must not stick to the new one.
    boolean unused =
        draft.removeFromMetadata("labels", key -> key.startsWith("kubernetes.io/legacy-token-"));
    draft
        .object("data")
        .ifPresent(
            data -> {
              data.remove(List.of("token", "ca.crt", "namespace"));
              if (data.isEmpty()) {
                draft.tree().remove("data");
              }
            });
    if (uid) {
      draft.dropped("data.token, data[ca.crt]");
    }
  }
}
