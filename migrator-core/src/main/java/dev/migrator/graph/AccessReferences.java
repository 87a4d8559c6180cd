package dev.migrator.graph;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.graph.Reference.Strength;
import dev.migrator.model.Manifest;

/** What accounts and bindings need. */
public final class AccessReferences {

  /** The field of a binding that names who has the rights. */
  public static final String SUBJECTS = "subjects[]";

  private AccessReferences() {}

  static void serviceAccount(References.Collector found, Manifest account) {
    for (String list : new String[] {"secrets", "imagePullSecrets"}) {
      for (JsonNode secret : account.at(list)) {
        if (!isGenerated(account.name(), secret.path("name").asText())) {
          found.soft("", "Secret", secret.path("name"), list + "[].name");
        }
      }
    }
  }

  /** Made by a controller of the source for an account: the target's makes its own. */
  public static boolean isGenerated(String account, String secret) {
    for (String infix : new String[] {"-token-", "-dockercfg-"}) {
      String prefix = account + infix;
      if (secret.startsWith(prefix) && secret.substring(prefix.length()).matches("[a-z0-9]{5}")) {
        return true;
      }
    }
    return false;
  }

  /** The controller deletes a token whose account does not exist. */
  static void token(References.Collector found, Manifest secret) {
    if (secret.at("type").asText().equals("kubernetes.io/service-account-token")) {
      String account = secret.annotations().getOrDefault("kubernetes.io/service-account.name", "");
      found.hard(
          "",
          "ServiceAccount",
          account,
          "metadata.annotations[kubernetes.io/service-account.name]");
    }
  }

  static void binding(References.Collector found, Manifest binding) {
    JsonNode role = binding.at("roleRef");
    String kind = role.path("kind").asText("");
    found.add(
        "rbac.authorization.k8s.io",
        kind,
        kind.equals("Role") ? found.namespace() : "",
        role.path("name").asText(""),
        Strength.HARD,
        "roleRef");
    for (JsonNode subject : binding.at("subjects")) {
      if (subject.path("kind").asText().equals("ServiceAccount")) {
        found.add(
            "",
            "ServiceAccount",
            subject.path("namespace").asText(found.namespace()),
            subject.path("name").asText(""),
            Strength.SOFT,
            SUBJECTS);
      }
    }
  }
}
