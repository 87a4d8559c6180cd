package dev.migrator.cluster.fabric8;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is trusted, and how we prove who we are. */
@Timeout(120)
class TlsTest {

  private static final char[] PASSWORD = "changeit".toCharArray();

  @TempDir static Path keys;
  @TempDir Path folder;

  @BeforeAll
  static void makeKeys() throws Exception {
    make("loopback", "EC", "SAN=ip:127.0.0.1");
    make("named", "EC", "SAN=dns:kubernetes.test,dns:*.wild.test");
    make("stranger", "EC", "SAN=ip:127.0.0.1");
    make("rsa", "RSA", "SAN=dns:me");
    make("ec", "EC", "SAN=dns:me");
  }

  private static void make(String name, String algorithm, String extension) throws Exception {
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                name,
                "-dname",
                "CN=" + name,
                "-keyalg",
                algorithm,
                "-ext",
                extension,
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-storepass",
                new String(PASSWORD),
                "-keystore",
                keys.resolve(name).toString())
            .inheritIO()
            .start();
    assertThat(keytool.waitFor()).isZero();
  }

  private static KeyStore store(String name) throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(keys.resolve(name))) {
      store.load(in, PASSWORD);
    }
    return store;
  }

  private static String base64Pem(String kind, byte[] content) {
    String pem =
        "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n"
            .formatted(kind, Base64.getMimeEncoder().encodeToString(content));
    return Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.UTF_8));
  }

  private static String certificate(String name) throws GeneralSecurityException, IOException {
    return base64Pem("CERTIFICATE", store(name).getCertificate(name).getEncoded());
  }

  private static String key(String name) throws GeneralSecurityException, IOException {
    return base64Pem("PRIVATE KEY", store(name).getKey(name, PASSWORD).getEncoded());
  }

  /** A server with this certificate, which asks for one of ours and tells its name as version. */
  private static ScriptedServer server(String name) throws Exception {
    KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    own.init(store(name), PASSWORD);
    KeyStore clients = KeyStore.getInstance("PKCS12");
    clients.load(null, null);
    for (String client : List.of("rsa", "ec")) {
      clients.setCertificateEntry(client, store(client).getCertificate(client));
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(clients);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(own.getKeyManagers(), trust.getTrustManagers(), null);
    HttpsServer server =
        HttpsServer.create(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), ScriptedServer.BACKLOG);
    server.setHttpsConfigurator(
        new HttpsConfigurator(context) {
          @Override
          public void configure(HttpsParameters parameters) {
            SSLParameters wanted = context.getDefaultSSLParameters();
            wanted.setWantClientAuth(true);
            parameters.setSSLParameters(wanted);
          }
        });
    return new ScriptedServer(server)
        .then(
            exchange -> {
              String client;
              try {
                client = ((HttpsExchange) exchange).getSSLSession().getPeerPrincipal().getName();
              } catch (SSLPeerUnverifiedException e) {
                client = "nobody";
              }
              ScriptedServer.json(
                      200,
                      "{\"metadata\": {\"uid\": \"k\"}, \"gitVersion\": \"%s\"}".formatted(client))
                  .handle(exchange);
            });
  }

  /** Opens the server; the answer is the name by which it knows us. */
  private String open(ScriptedServer server, String cluster, String user) throws IOException {
    Path file =
        Opened.write(
            folder,
            "{server: \"https://127.0.0.1:%d\", %s}".formatted(server.port(), cluster),
            user);
    try (var opened =
        new Kubeconfigs(Map.of())
            .open(Optional.of(file.toString()), "here", ConnectionLimits.DEFAULT)) {
      return opened.identity().version();
    }
  }

  private void assertNotTrusted(ScriptedServer server, String cluster) {
    ProblemException thrown =
        catchThrowableOfType(ProblemException.class, () -> open(server, cluster, "{token: t1}"));
    assertThat(thrown).isNotNull();
    assertThat(thrown.problem().code()).isEqualTo(ErrorCode.M1401);
    assertThat(thrown.problem().why()).contains("no agreement on TLS");
    assertThat(server.arrivals()).isEmpty();
  }

  private static String authority(String name) throws Exception {
    return "certificate-authority-data: " + certificate(name);
  }

  @Test
  void theNamedAuthorityIsTrustedAndNoOther() throws Exception {
    try (ScriptedServer server = server("loopback")) {
      assertThat(open(server, authority("loopback"), "{}")).isEqualTo("nobody");
    }
    try (ScriptedServer server = server("loopback")) {
      assertNotTrusted(server, authority("stranger"));
      assertNotTrusted(server, "tls-server-name: ''");
    }
  }

  @Test
  void aCertificateOfAnotherNameIsNotTrusted() throws Exception {
    try (ScriptedServer server = server("named")) {
      assertNotTrusted(server, authority("named"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "kubernetes.test, true",
    "KUBERNETES.test, true",
    "a.wild.test, true",
    "a.b.wild.test, false",
    "wild.test, false",
    "other.test, false",
    "127.0.0.1, false",
  })
  void theServerMayBeKnownByAnotherName(String name, boolean trusted) throws Exception {
    String cluster = authority("named") + ", tls-server-name: \"" + name + "\"";
    try (ScriptedServer server = server("named")) {
      if (trusted) {
        assertThat(open(server, cluster, "{}")).isEqualTo("nobody");
      } else {
        assertNotTrusted(server, cluster);
      }
    }
  }

  @Test
  void aNameDoesNotReplaceTheAuthority() throws Exception {
    try (ScriptedServer server = server("named")) {
      assertNotTrusted(server, authority("stranger") + ", tls-server-name: kubernetes.test");
    }
  }

  @Test
  void verificationIsOffOnlyWhereTheKubeconfigSaysSo() throws Exception {
    try (ScriptedServer server = server("named")) {
      assertThat(open(server, "insecure-skip-tls-verify: true", "{}")).isEqualTo("nobody");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"rsa", "ec"})
  void aClientCertificateProvesWhoWeAre(String name) throws Exception {
    String user =
        "{client-certificate-data: %s, client-key-data: %s}"
            .formatted(certificate(name), key(name));
    try (ScriptedServer server = server("loopback")) {
      assertThat(open(server, authority("loopback"), user)).isEqualTo("CN=" + name);
    }
  }

  @Test
  void certificatesMayStandInFiles() throws Exception {
    List<String> lines = new ArrayList<>();
    for (String[] file :
        new String[][] {
          {"ca.pem", certificate("loopback")}, {"me.pem", certificate("ec")}, {"me.key", key("ec")}
        }) {
      Files.write(folder.resolve(file[0]), Base64.getDecoder().decode(file[1]));
      lines.add(file[0]);
    }
    assertThat(lines).hasSize(3);
    try (ScriptedServer server = server("loopback")) {
      assertThat(
              open(
                  server,
                  "certificate-authority: ca.pem",
                  "{client-certificate: me.pem, client-key: me.key}"))
          .isEqualTo("CN=ec");
    }
  }
}
