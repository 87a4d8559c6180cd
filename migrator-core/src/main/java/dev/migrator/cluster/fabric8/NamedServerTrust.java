package dev.migrator.cluster.fabric8;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts a server whose certificate bears a given name, whatever address it is reached by: the
 * kubeconfig's {@code tls-server-name}, for tunnels.
 *
 * <p>Source: RFC 6125, with a wildcard as the whole leftmost label only
 */
final class NamedServerTrust extends X509ExtendedTrustManager {

  private static final int DNS_NAME = 2;
  private static final int IP_ADDRESS = 7;

  private final X509ExtendedTrustManager chainTrust;
  private final String name;

  NamedServerTrust(X509ExtendedTrustManager chainTrust, String name) {
    this.chainTrust = chainTrust;
    this.name = name.toLowerCase(Locale.ROOT);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    chainTrust.checkServerTrusted(chain, authType);
    Collection<List<?>> names = chain[0].getSubjectAlternativeNames();
    if (names != null) {
      for (List<?> entry : names) {
        if (isOurs(entry)) {
          return;
        }
      }
    }
    throw new CertificateException("the server's certificate does not bear the name " + name);
  }

  private boolean isOurs(List<?> entry) {
    Object type = entry.get(0);
    if (!type.equals(DNS_NAME) && !type.equals(IP_ADDRESS)) {
      return false;
    }
    String borne = String.valueOf(entry.get(1)).toLowerCase(Locale.ROOT);
    if (borne.equals(name)) {
      return true;
    }
    int dot = name.indexOf('.');
    return type.equals(DNS_NAME)
        && dot > 0
        && borne.startsWith("*.")
        && borne.substring(1).equals(name.substring(dot));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    checkServerTrusted(chain, authType);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    checkServerTrusted(chain, authType);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw new CertificateException("we are no server");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    checkClientTrusted(chain, authType);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    checkClientTrusted(chain, authType);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return chainTrust.getAcceptedIssuers();
  }
}
