package dev.migrator.it.connection;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Stands between a client and a server, and can let the connections that it has die without a word,
 * as a load balancer does that forgets them.
 */
final class Forwarder implements AutoCloseable {

  private final URI server;
  private final ServerSocket listening;
  private final List<Connection> connections = new CopyOnWriteArrayList<>();

  private static final class Connection {
    private final Socket client;
    private final Socket server;
    private volatile boolean silent;

    Connection(Socket client, Socket server) {
      this.client = client;
      this.server = server;
    }

    void pump(Socket from, Socket to) {
      byte[] buffer = new byte[16 * 1024];
      try {
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
          if (!silent) {
            out.write(buffer, 0, read);
          }
        }
      } catch (IOException e) {
        // One side has closed; so does the other.
      }
      if (!silent) {
        close();
      }
    }

    void close() {
      for (Socket socket : List.of(client, server)) {
        try {
          socket.close();
        } catch (IOException e) {
          // It is closed all the same.
        }
      }
    }
  }

  Forwarder(URI server) throws IOException {
    this.server = server;
    this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  String url() {
    return "https://127.0.0.1:" + listening.getLocalPort();
  }

  /** How many connections there have been. */
  int count() {
    return connections.size();
  }

  /** The connections of this moment stay open and carry nothing any more. */
  void silence() {
    connections.forEach(connection -> connection.silent = true);
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        Socket client = listening.accept();
        Connection connection =
            new Connection(client, new Socket(server.getHost(), server.getPort()));
        connections.add(connection);
        Thread.ofVirtual().start(() -> connection.pump(client, connection.server));
        Thread.ofVirtual().start(() -> connection.pump(connection.server, client));
      } catch (IOException e) {
        // Closed, or the server is not there: the client notices.
      }
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
    connections.forEach(Connection::close);
  }
}
