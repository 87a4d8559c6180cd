package dev.migrator.cluster.fabric8;

import io.fabric8.kubernetes.client.RequestConfigBuilder;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import io.fabric8.kubernetes.client.utils.HttpClientUtils;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient.Redirect;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The connection to one server: made when it is first needed, and anew after it fell silent or when
 * our certificate changes.
 *
 * <p>The library is built by hand, not from its configuration: that one follows redirects with
 * method, body and credential, sends again after 401, and up to ten times after errors.
 */
final class ServerConnection implements AutoCloseable {

  static {
    // Whatever the surroundings ask for, a write that may have arrived is not sent again.
    System.setProperty("jdk.httpclient.enableAllMethodRetry", "false");
  }

  private record Open(HttpClient http, Credential credential) {}

  private final Login login;
  private final TrustManager[] trust;
  private final ConnectionLimits limits;

  /**
   * One for all small tasks of the client: none of them waits, and a thread each costs (ADR 27).
   */
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("http-", 0).factory());

  private final ReentrantLock opening = new ReentrantLock();
  private volatile @Nullable Open open;
  private boolean closed;

  ServerConnection(Login login, TrustManager[] trust, ConnectionLimits limits) {
    this.login = login;
    this.trust = trust;
    this.limits = limits;
  }

  /** The connection on which this credential is valid. */
  HttpClient http(Credential credential) throws LoginException {
    Open now = open;
    if (now != null && now.credential().hasSameCertificate(credential)) {
      return now.http();
    }
    opening.lock();
    try {
      if (closed) {
        throw new LoginException("the connection was closed by us");
      }
      now = open;
      if (now == null || !now.credential().hasSameCertificate(credential)) {
        now = new Open(build(credential), credential);
        open = now;
      }
      return now.http();
    } finally {
      opening.unlock();
    }
  }

  /**
   * Nothing came on this connection for too long: the next request opens another. Who still waits
   * on the silent one goes on waiting until its own time is over.
   */
  void drop(HttpClient silent) {
    opening.lock();
    try {
      Open now = open;
      if (now != null && now.http().equals(silent)) {
        open = null;
      }
    } finally {
      opening.unlock();
    }
  }

  @Override
  public void close() {
    opening.lock();
    try {
      closed = true;
      Open now = open;
      open = null;
      if (now != null) {
        now.http().close();
      }
      thread.shutdownNow();
    } finally {
      opening.unlock();
    }
  }

  private HttpClient build(Credential credential) throws LoginException {
    HttpClient.Builder builder = new Library(login, thread, Tls.suites()).newBuilder();
    builder.connectTimeout(limits.connect().toMillis(), TimeUnit.MILLISECONDS);
    builder.tag(new RequestConfigBuilder().withRequestRetryBackoffLimit(0).build());
    if (trust.length > 0) {
      builder.sslContext(Tls.keys(credential), trust);
    }
    if (login.proxy().isPresent()) {
      useProxy(builder, login.proxy().get());
    } else {
      builder.proxyType(HttpClient.ProxyType.DIRECT);
    }
    return builder.build();
  }

  private static void useProxy(HttpClient.Builder builder, URI proxy) {
    int port = proxy.getPort() < 0 ? 80 : proxy.getPort();
    builder.proxyAddress(new InetSocketAddress(proxy.getHost(), port));
    builder.proxyType(HttpClient.ProxyType.HTTP);
    if (proxy.getUserInfo() != null) {
      // The JDK leaves a password out of a CONNECT unless it is told not to.
      System.setProperty("jdk.http.auth.tunneling.disabledSchemes", "");
      builder.proxyAuthorization(HttpClientUtils.basicCredentials(proxy.getUserInfo()));
    }
  }

  /** The last word on how the JDK's client is built. */
  private static final class Library extends JdkHttpClientFactory {

    private final Login login;
    private final Executor threads;
    private final String[] suites;

    Library(Login login, Executor threads, String[] suites) {
      this.login = login;
      this.threads = threads;
      this.suites = suites;
    }

    @Override
    protected java.net.http.HttpClient.Builder createNewHttpClientBuilder() {
      return java.net.http.HttpClient.newBuilder().executor(threads);
    }

    @Override
    protected void additionalConfig(java.net.http.HttpClient.Builder builder) {
      builder.followRedirects(Redirect.NEVER);
      SSLParameters parameters = new SSLParameters();
      parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
      parameters.setCipherSuites(suites);
      if (!login.serverName().isEmpty()) {
        // Holds where the server is reached by its address; otherwise the JDK sends the host.
        parameters.setServerNames(List.of(new SNIHostName(login.serverName())));
      }
      builder.sslParameters(parameters);
    }
  }
}
