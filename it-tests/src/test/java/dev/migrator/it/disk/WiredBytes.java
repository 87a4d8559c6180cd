package dev.migrator.it.disk;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** A wire between two programs of this machine, on which one can listen. */
final class WiredBytes implements AutoCloseable {

  private final ServerSocket server;
  private final int to;
  private final ByteArrayOutputStream heard = new ByteArrayOutputStream();

  /** Forwards every connection to a port. */
  WiredBytes(int to) throws IOException {
    this.to = to;
    this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  /** All that went over it in either direction, one character a byte. */
  synchronized String heard() {
    return heard.toString(ISO_8859_1);
  }

  private void accept() {
    try {
      while (true) {
        Socket from = server.accept();
        Socket onward = new Socket(InetAddress.getLoopbackAddress(), to);
        Thread.ofVirtual().start(() -> forward(from, onward));
        Thread.ofVirtual().start(() -> forward(onward, from));
      }
    } catch (IOException e) {
      // Closed, and nothing is forwarded any more.
    }
  }

  private void forward(Socket from, Socket onward) {
    try (InputStream in = from.getInputStream();
        OutputStream out = onward.getOutputStream()) {
      byte[] buffer = new byte[16 * 1024];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        hear(buffer, count);
        out.write(buffer, 0, count);
      }
    } catch (IOException e) {
      // One side has hung up.
    }
  }

  private synchronized void hear(byte[] bytes, int count) {
    heard.write(bytes, 0, count);
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
