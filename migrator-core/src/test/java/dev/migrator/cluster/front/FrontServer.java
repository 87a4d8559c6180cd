package dev.migrator.cluster.front;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * A server on the loopback address that holds the fronts of many clusters, each below a root of its
 * own. Speaks HTTP/1.1, and HTTP/2 to clients that ask for it.
 */
public final class FrontServer implements AutoCloseable {

  /** Which HTTP the server agrees to. */
  public enum Speaks {
    HTTP_1,
    HTTP_2
  }

  private final Map<String, ClusterFront> fronts = new ConcurrentHashMap<>();
  private final AtomicLong roots = new AtomicLong();
  private final Server server;
  private final ServerConnector connector;

  public FrontServer(Speaks speaks) {
    QueuedThreadPool threads = new QueuedThreadPool(16, 2);
    threads.setDaemon(true);
    server = new Server(threads);
    HttpConfiguration configuration = new HttpConfiguration();
    configuration.setSendDateHeader(false);
    configuration.setSendServerVersion(false);
    configuration.setUriCompliance(UriCompliance.UNSAFE);
    HttpConnectionFactory http1 = new HttpConnectionFactory(configuration);
    connector =
        switch (speaks) {
          case HTTP_1 -> new ServerConnector(server, 1, 1, http1);
          case HTTP_2 ->
              new ServerConnector(
                  server, 1, 1, http1, new HTTP2CServerConnectionFactory(configuration));
        };
    connector.setHost("127.0.0.1");
    connector.setAcceptQueueSize(1024);
    server.addConnector(connector);
    server.setHandler(
        new Handler.Abstract() {
          @Override
          public boolean handle(Request request, Response response, Callback callback) {
            // A thread of its own: the virtual clock takes a pooled one for somebody at work.
            Thread.ofVirtual().start(() -> FrontServer.this.handle(request, response, callback));
            return true;
          }
        });
    try {
      server.start();
    } catch (Exception e) {
      throw new IllegalStateException("the front does not start", e);
    }
  }

  private void handle(Request request, Response response, Callback callback) {
    String path = request.getHttpURI().getPath();
    int slash = path.indexOf('/', 1);
    ClusterFront front = fronts.get(path.substring(1, Math.max(1, slash)));
    if (front == null) {
      // Of a run that is over.
      request.getConnectionMetaData().getConnection().getEndPoint().close();
      return;
    }
    front.handle(path.substring(slash), request, response, callback);
  }

  /** The front's address, without a slash at its end. */
  String open(ClusterFront front) {
    String root = "c" + roots.incrementAndGet();
    fronts.put(root, front);
    return "http://127.0.0.1:" + connector.getLocalPort() + "/" + root;
  }

  void drop(ClusterFront front) {
    fronts.values().removeIf(front::equals);
  }

  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) {
      throw new IllegalStateException("the front does not stop", e);
    }
  }
}
