package dev.migrator.cluster.fabric8;

import io.fabric8.kubernetes.client.utils.IpAddressMatcher;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Whether a proxy stands between us and a server: the kubeconfig's {@code proxy-url}, else
 * HTTPS_PROXY or HTTP_PROXY (by the server's scheme) unless NO_PROXY or a loopback address excepts
 * the server.
 */
final class Proxies {

  private Proxies() {}

  static Optional<URI> of(URI server, String proxyUrl, Map<String, String> environment)
      throws LoginException {
    if (!proxyUrl.isEmpty()) {
      return Optional.of(proxy(proxyUrl));
    }
    String variable = variable(environment, server.getScheme() + "_proxy");
    return variable.isEmpty()
            || isLoopback(server.getHost())
            || isExcepted(server, variable(environment, "no_proxy"))
        ? Optional.empty()
        : Optional.of(proxy(variable.contains("://") ? variable : "http://" + variable));
  }

  private static String variable(Map<String, String> environment, String name) {
    String upper = environment.getOrDefault(name.toUpperCase(Locale.ROOT), "");
    return upper.isEmpty() ? environment.getOrDefault(name, "") : upper;
  }

  private static URI proxy(String text) throws LoginException {
    try {
      URI uri = new URI(text);
      if ("http".equals(uri.getScheme()) && uri.getHost() != null) {
        return uri;
      }
      throw new LoginException("only http:// proxies are supported, not " + uri.getScheme());
    } catch (URISyntaxException e) {
      throw new LoginException("the proxy is not a URL", e);
    }
  }

  private static boolean isLoopback(String host) {
    return host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]");
  }

  /** Source: the rules of Go's net/http ProxyFromEnvironment, which kubectl uses. */
  private static boolean isExcepted(URI server, String exceptions) {
    String host = server.getHost();
    for (String entry : exceptions.split(",")) {
      String exception = entry.strip();
      if (exception.equals("*")
          || exception.equals(host)
          || exception.equals(host + ":" + server.getPort())) {
        return true;
      }
      if (exception.contains("/")) {
        if (inNetwork(host, exception)) {
          return true;
        }
      } else if (!exception.isEmpty()
          && host.endsWith(exception.startsWith(".") ? exception : "." + exception)) {
        return true;
      }
    }
    return false;
  }

  private static boolean inNetwork(String host, String network) {
    // A name is never looked up for this.
    if (!host.matches("[0-9.]+|\\[[0-9a-fA-F:.]+]")) {
      return false;
    }
    try {
      return new IpAddressMatcher(network).matches(host.replaceAll("[\\[\\]]", ""));
    } catch (RuntimeException e) {
      // Not a network, or one of the other address family.
      return false;
    }
  }
}
