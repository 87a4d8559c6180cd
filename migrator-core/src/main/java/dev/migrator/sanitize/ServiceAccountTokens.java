package dev.migrator.sanitize;

import java.util.regex.Pattern;

/**
 * Token and registry secrets that a controller of the source made for a ServiceAccount.
 *
 * <p>Before: {@code secrets: [{name: web-token-x7x2k}, {name: mine}]}. After: {@code secrets:
 * [{name: mine}]}.
 */
final class ServiceAccountTokens implements SanitizeRule {

  @Override
  public void apply(Draft draft) {
    if (!draft.is("ServiceAccount")) {
      return;
    }
    Pattern made =
        Pattern.compile(Pattern.quote(draft.source().name()) + "-(token|dockercfg)-[a-z0-9]{5}");
    boolean secrets =
        Draft.removeItems(
            draft.tree(), "secrets", s -> made.matcher(s.path("name").asText()).matches());
    boolean pull =
        Draft.removeItems(
            draft.tree(), "imagePullSecrets", s -> made.matcher(s.path("name").asText()).matches());
    if (secrets || pull) {
      draft.dropped("generated token references");
    }
  }
}
