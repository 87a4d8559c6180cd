package dev.migrator.it.cluster;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * One user of one API server.
 *
 * @param certificateAuthority PEM
 */
public record Login(URI server, String certificateAuthority, String user, String token) {

  /** In the group system:masters. */
  public static final String ADMIN_USER = "admin";

  /** Has no right but those of every user that is logged in. */
  public static final String RESTRICTED_USER = "restricted";

  /** Trusts the server's certificate authority and no other. */
  public SSLContext trust() throws GeneralSecurityException, IOException {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    int count = 0;
    for (Certificate certificate :
        CertificateFactory.getInstance("X.509")
            .generateCertificates(
                new ByteArrayInputStream(certificateAuthority.getBytes(US_ASCII)))) {
      trusted.setCertificateEntry("authority-" + count++, certificate);
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  /** Hides the token. */
  @Override
  public String toString() {
    return user + "@" + server;
  }
}
