package dev.migrator.it.connection;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An HTTP proxy that knows {@code CONNECT} and remembers what it was asked. */
final class ConnectProxy implements AutoCloseable {

  private final ServerSocket listening;
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();

  ConnectProxy() throws IOException {
    this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  String url() {
    return "http://127.0.0.1:" + listening.getLocalPort();
  }

  /** The first line of each request. */
  List<String> asked() {
    return List.copyOf(asked);
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        Socket client = listening.accept();
        sockets.add(client);
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException e) {
        // Closed.
      }
    }
  }

  private void serve(Socket client) {
    try {
      String first = head(client.getInputStream());
      asked.add(first);
      String[] place = first.split(" ")[1].split(":");
      Socket server = new Socket(place[0], Integer.parseInt(place[1]));
      sockets.add(server);
      client
          .getOutputStream()
          .write("HTTP/1.1 200 Connection established\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      Thread.ofVirtual().start(() -> pump(server, client));
      pump(client, server);
    } catch (IOException e) {
      // One side has closed; so does the other when the proxy does.
    }
  }

  /** The first line of a request; the rest of its head is read and forgotten. */
  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("the client went away");
      }
      head.append((char) next);
    }
    return head.substring(0, head.indexOf("\r\n"));
  }

  private static void pump(Socket from, Socket to) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      in.transferTo(out);
    } catch (IOException e) {
      // One side has closed; so does the other.
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
