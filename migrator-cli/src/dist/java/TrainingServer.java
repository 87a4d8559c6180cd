import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * Two API servers that hold next to nothing, on the loopback address, so that the training of the
 * AOT cache meets the client of real clusters too: logins, TLS, discovery, lists, dry runs.
 *
 * <p>Crash: ends with the build.
 */
final class TrainingServer implements AutoCloseable {

  private static final String PASSWORD = "training";
  private static final int CONFIG_MAPS = 400;

  private final Path folder;
  private final ExecutorService threads = Executors.newFixedThreadPool(4);
  private final List<HttpsServer> servers;

  /** Starts both, and writes the kubeconfig with the contexts {@code source} and {@code target}. */
  TrainingServer(Path folder) throws IOException, InterruptedException, GeneralSecurityException {
    this.folder = folder;
    Path keys = folder.resolve("keys.p12");
    Archive.keytool(
        "-genkeypair",
        "-alias",
        "server",
        "-keyalg",
        "EC",
        "-dname",
        "CN=127.0.0.1",
        "-ext",
        "san=ip:127.0.0.1",
        "-keystore",
        keys.toString(),
        "-storepass",
        PASSWORD);
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(keys)) {
      store.load(in, PASSWORD.toCharArray());
    }
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(store, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    this.servers = List.of(start(context, "source", CONFIG_MAPS), start(context, "target", 0));
    writeKubeconfig(store);
  }

  Path kubeconfig() {
    return folder.resolve("kubeconfig");
  }

  private void writeKubeconfig(KeyStore store) throws IOException, GeneralSecurityException {
    String authority =
        "-----BEGIN CERTIFICATE-----\n"
            + Base64.getMimeEncoder().encodeToString(store.getCertificate("server").getEncoded())
            + "\n-----END CERTIFICATE-----\n";
    String text =
        """
        apiVersion: v1
        kind: Config
        clusters:
        - name: source
          cluster: {server: "https://127.0.0.1:%1$d", certificate-authority-data: %3$s}
        - name: target
          cluster: {server: "https://127.0.0.1:%2$d", certificate-authority-data: %3$s}
        users:
        - name: trainer
          user: {token: none}
        contexts:
        - name: source
          context: {cluster: source, user: trainer}
        - name: target
          context: {cluster: target, user: trainer}
        """
            .formatted(
                servers.get(0).getAddress().getPort(),
                servers.get(1).getAddress().getPort(),
                Base64.getEncoder().encodeToString(authority.getBytes(StandardCharsets.UTF_8)));
    Files.writeString(kubeconfig(), text);
  }

  private HttpsServer start(SSLContext context, String name, int configMaps) throws IOException {
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    server.setExecutor(threads);
    server.createContext("/", exchange -> answer(exchange, name, configMaps));
    server.start();
    return server;
  }

  private static void answer(HttpExchange exchange, String name, int configMaps)
      throws IOException {
    byte[] asked = exchange.getRequestBody().readAllBytes();
    boolean creates = exchange.getRequestMethod().equals("POST");
    String body =
        switch (exchange.getRequestURI().getPath()) {
          case "/version" -> "{\"gitVersion\":\"v1.36.0\"}";
          case "/api/v1/namespaces/kube-system" -> namespace("kube-system", name);
          case "/api" -> discovery();
          case "/apis" -> groups("");
          case "/api/v1/namespaces" -> list("Namespace", namespace("shop", name));
          default ->
              creates
                  ? new String(asked, StandardCharsets.UTF_8)
                  : exchange.getRequestURI().getPath().equals("/api/v1/configmaps")
                      ? list("ConfigMap", configMaps(configMaps))
                      : "";
        };
    byte[] answer =
        (body.isEmpty() ? "{\"kind\":\"Status\",\"code\":404,\"reason\":\"NotFound\"}" : body)
            .getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(body.isEmpty() ? 404 : creates ? 201 : 200, answer.length);
    exchange.getResponseBody().write(answer);
    exchange.close();
  }

  private static String namespace(String name, String server) {
    return """
        {"apiVersion":"v1","kind":"Namespace",
         "metadata":{"name":"%1$s","uid":"%1$s-of-%2$s","resourceVersion":"1"}}"""
        .formatted(name, server);
  }

  private static String configMaps(int count) {
    StringBuilder items = new StringBuilder();
    for (int i = 0; i < count; i++) {
      items
          .append(i == 0 ? "" : ",")
          .append(
              """
              {"metadata":{"name":"c%1$d","namespace":"shop","uid":"u%1$d","resourceVersion":"1",
               "labels":{"app":"a%1$d"}},"data":{"key":"value"}}"""
                  .formatted(i));
    }
    return items.toString();
  }

  private static String list(String kind, String items) {
    return """
        {"kind":"%sList","apiVersion":"v1","metadata":{"resourceVersion":"1"},"items":[%s]}"""
        .formatted(kind, items);
  }

  private static String groups(String items) {
    return """
        {"kind":"APIGroupDiscoveryList","apiVersion":"apidiscovery.k8s.io/v2","items":[%s]}"""
        .formatted(items);
  }

  private static String discovery() {
    return groups(
        """
        {"metadata":{"name":""},"versions":[{"version":"v1","freshness":"Current","resources":[%s,%s]}]}"""
            .formatted(
                resource("namespaces", "Namespace", "Cluster"),
                resource("configmaps", "ConfigMap", "Namespaced")));
  }

  private static String resource(String plural, String kind, String scope) {
    return """
        {"resource":"%s","responseKind":{"group":"","version":"v1","kind":"%s"},"scope":"%s",
         "verbs":["create","delete","get","list","patch","update","watch"]}"""
        .formatted(plural, kind, scope);
  }

  @Override
  public void close() {
    servers.forEach(server -> server.stop(0));
    threads.shutdownNow();
  }
}
