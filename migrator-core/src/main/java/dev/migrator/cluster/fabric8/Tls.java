package dev.migrator.cluster.fabric8;

import io.fabric8.kubernetes.client.internal.CertUtils;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.util.Arrays;
import java.util.Comparator;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * How the two ends know each other. Where the kubeconfig names an authority, only that one is
 * trusted.
 */
final class Tls {

  private static final char[] NO_PASSWORD = new char[0];

  private Tls() {}

  /** Whom we believe to be the server; empty where the connection is not encrypted. */
  static TrustManager[] trust(Login login) throws LoginException {
    try {
      if (!login.server().getScheme().equals("https")) {
        return new TrustManager[0];
      }
      if (login.insecure()) {
        return SSLUtils.trustManagers(null, null, true, null, null);
      }
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(login.authority().isEmpty() ? null : authorities(login.authority()));
      TrustManager[] managers = factory.getTrustManagers();
      return !login.serverName().isEmpty() && managers[0] instanceof X509ExtendedTrustManager own
          ? new TrustManager[] {new NamedServerTrust(own, login.serverName())}
          : managers;
    } catch (GeneralSecurityException | IOException e) {
      throw new LoginException("certificate-authority cannot be used: " + Failures.words(e), e);
    }
  }

  private static KeyStore authorities(String pem) throws GeneralSecurityException, IOException {
    KeyStore store = emptyStore();
    int count = 0;
    for (Certificate certificate :
        CertificateFactory.getInstance("X.509").generateCertificates(stream(pem))) {
      store.setCertificateEntry("authority-" + count++, certificate);
    }
    if (count == 0) {
      throw new IOException("it holds no certificate");
    }
    return store;
  }

  private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  /** What proves who we are; null where we have no certificate, as the library wants it. */
  static KeyManager @Nullable [] keys(Credential credential) throws LoginException {
    if (credential.certificate().isEmpty()) {
      return null;
    }
    try {
      KeyManagerFactory factory =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(keyStore(credential), NO_PASSWORD);
      return factory.getKeyManagers();
    } catch (GeneralSecurityException | IOException e) {
      throw new LoginException("client-certificate cannot be used: " + Failures.words(e), e);
    }
  }

  /**
   * The ciphers of this JVM in another order: first those that are quick without the processor's
   * help, which only code that ran for long is compiled to use. Servers follow the order.
   */
  static String[] suites() throws LoginException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[0], null);
      return Arrays.stream(context.getDefaultSSLParameters().getCipherSuites())
          .sorted(Comparator.comparing(suite -> !suite.contains("CHACHA20")))
          .toArray(String[]::new);
    } catch (GeneralSecurityException e) {
      throw new LoginException("no connection can be encrypted: " + Failures.words(e), e);
    }
  }

  private static KeyStore keyStore(Credential credential)
      throws GeneralSecurityException, IOException {
    if (credential.key().contains("BEGIN EC PRIVATE KEY")) {
      return keyStore(credential, "EC");
    }
    try {
      return keyStore(credential, "RSA");
    } catch (InvalidKeySpecException | IOException e) {
      // PKCS 8 does not say of what kind the key is before it is read.
      if (!credential.key().contains("BEGIN PRIVATE KEY")) {
        throw e;
      }
      return keyStore(credential, "EC");
    }
  }

  private static KeyStore keyStore(Credential credential, String algorithm)
      throws GeneralSecurityException, IOException {
    return CertUtils.createKeyStore(
        stream(credential.certificate()),
        stream(credential.key()),
        algorithm,
        NO_PASSWORD,
        null,
        NO_PASSWORD);
  }

  private static ByteArrayInputStream stream(String pem) {
    return new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8));
  }
}
