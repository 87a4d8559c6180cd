package dev.migrator.cluster.fabric8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.utils.HttpClientUtils;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads one context of a merged kubeconfig.
 *
 * <p>The client library reads kubeconfigs too, but passes over {@code tokenFile}, {@code as} and a
 * proxy of another scheme in silence, runs exec plugins through a shell, trusts every public
 * authority besides the named one, and takes half a second.
 *
 * <p>Source: <a href="https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/">kubeconfig
 * (v1)</a>
 */
final class LoginReader {

  private final ObjectNode kubeconfig;
  private final Map<String, String> environment;

  LoginReader(ObjectNode kubeconfig, Map<String, String> environment) {
    this.kubeconfig = kubeconfig;
    this.environment = environment;
  }

  /**
   * The login of a context that is in the kubeconfig.
   *
   * <p>Errors: {@link LoginException} where the kubeconfig contradicts itself or asks for what we
   * cannot do.
   */
  Login read(String context) throws LoginException {
    JsonNode chosen = named("contexts", context).path("context");
    JsonNode cluster = named("clusters", chosen.path("cluster").asText("")).path("cluster");
    String userName = chosen.path("user").asText("");
    JsonNode user = userName.isEmpty() ? chosen.path("user") : named("users", userName);
    JsonNode who = user.path("user");
    URI server = server(cluster);
    return new Login(
        server,
        cluster.path("insecure-skip-tls-verify").asBoolean(false),
        pem(cluster, "certificate-authority"),
        cluster.path("tls-server-name").asText(""),
        Proxies.of(server, cluster.path("proxy-url").asText(""), environment),
        credential(who),
        // A token that stands in the kubeconfig goes before one in a file.
        Optional.of(who.path("tokenFile").asText(""))
            .filter(file -> !file.isEmpty() && who.path("token").asText("").isEmpty())
            .map(Path::of),
        exec(who, cluster),
        impersonation(who));
  }

  private JsonNode named(String part, String name) throws LoginException {
    for (JsonNode entry : kubeconfig.path(part)) {
      if (entry.path("name").asText().equals(name)) {
        return entry;
      }
    }
    throw new LoginException("the kubeconfig has no entry " + name + " in " + part);
  }

  private static URI server(JsonNode cluster) throws LoginException {
    String text = cluster.path("server").asText("");
    try {
      URI uri = new URI(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
      if (("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
          && uri.getHost() != null) {
        return uri;
      }
    } catch (URISyntaxException e) {
      throw new LoginException("the server is not a URL: " + text, e);
    }
    throw new LoginException("the server is not an http or https URL: " + text);
  }

  private static Credential credential(JsonNode user) throws LoginException {
    String certificate = pem(user, "client-certificate");
    String key = pem(user, "client-key");
    if (certificate.isEmpty() != key.isEmpty()) {
      throw new LoginException("client-certificate and client-key need each other");
    }
    Credential credential = new Credential("", certificate, key, Optional.empty());
    String token = user.path("token").asText("");
    if (!token.isEmpty()) {
      return credential.withAuthorization("Bearer " + token);
    }
    String name = user.path("username").asText("");
    if (!name.isEmpty()) {
      return credential.withAuthorization(
          HttpClientUtils.basicCredentials(name, user.path("password").asText("")));
    }
    JsonNode provider = user.path("auth-provider");
    if (provider.isObject()) {
      // Whoever renews it (kubectl does) writes the new one here, where it is read again.
      String idToken = provider.path("config").path("id-token").asText("");
      if (!provider.path("name").asText().equals("oidc") || idToken.isEmpty()) {
        throw new LoginException(
            "auth-provider %s is not supported: use an exec plugin"
                .formatted(provider.path("name").asText()));
      }
      return credential.withAuthorization("Bearer " + idToken);
    }
    return credential;
  }

  private Optional<ExecPlugin> exec(JsonNode user, JsonNode cluster) throws LoginException {
    return user.get("exec") instanceof ObjectNode exec
        ? Optional.of(ExecPlugin.of(exec, cluster, environment))
        : Optional.empty();
  }

  private static Map<String, List<String>> impersonation(JsonNode user) throws LoginException {
    Map<String, List<String>> headers = new LinkedHashMap<>();
    String as = user.path("as").asText("");
    if (!as.isEmpty()) {
      headers.put("Impersonate-User", List.of(as));
    }
    String uid = user.path("as-uid").asText("");
    if (!uid.isEmpty()) {
      headers.put("Impersonate-Uid", List.of(uid));
    }
    if (!user.path("as-groups").isEmpty()) {
      headers.put("Impersonate-Group", texts(user.path("as-groups")));
    }
    user.path("as-user-extra")
        .properties()
        .forEach(e -> headers.put("Impersonate-Extra-" + e.getKey(), texts(e.getValue())));
    if (as.isEmpty() && !headers.isEmpty()) {
      throw new LoginException("as-uid, as-groups and as-user-extra need as");
    }
    return headers;
  }

  private static List<String> texts(JsonNode list) {
    return list.valueStream().map(JsonNode::asText).toList();
  }

  /** The field's base64 data, else the content of its file, else nothing. */
  private static String pem(JsonNode owner, String field) throws LoginException {
    String data = owner.path(field + "-data").asText("");
    String file = owner.path(field).asText("");
    try {
      if (!data.isEmpty()) {
        // Lenient about line breaks only: what is passed over is not what somebody trusted.
        return new String(
            Base64.getDecoder().decode(data.replaceAll("\\s", "")), StandardCharsets.UTF_8);
      }
      return file.isEmpty() ? "" : Files.readString(Path.of(file));
    } catch (IllegalArgumentException e) {
      throw new LoginException(field + "-data is not base64", e);
    } catch (IOException e) {
      throw new LoginException(field + " cannot be read: " + Failures.words(e), e);
    }
  }
}
