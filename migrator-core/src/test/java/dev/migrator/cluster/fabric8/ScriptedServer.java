package dev.migrator.cluster.fabric8;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An HTTP server on the loopback address that does to requests what a test tells it to. */
final class ScriptedServer implements AutoCloseable {

  /** What happens to a request. */
  @FunctionalInterface
  interface Script {
    void handle(HttpExchange exchange) throws IOException, InterruptedException;
  }

  /** A request as it arrived. */
  record Arrival(String method, String uri, Headers headers, String body, int clientPort) {
    String header(String name) {
      return String.join("|", headers.getOrDefault(name, List.of()));
    }
  }

  /**
   * Connections that may wait to be accepted. The usual 50 are fewer than a client opens at once: a
   * busy machine drops the others, and clients try again after a whole second only.
   */
  static final int BACKLOG = 1024;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Arrival> arrivals = new CopyOnWriteArrayList<>();
  private volatile Script script = json(200, "{}");

  ScriptedServer() throws IOException {
    this(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG));
  }

  ScriptedServer(HttpServer server) {
    this.server = server;
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  private void handle(HttpExchange exchange) throws IOException {
    arrivals.add(
        new Arrival(
            exchange.getRequestMethod(),
            exchange.getRequestURI().toString(),
            exchange.getRequestHeaders(),
            new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8),
            exchange.getRemoteAddress().getPort()));
    try (exchange) {
      script.handle(exchange);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  String url() {
    return "http://127.0.0.1:" + port();
  }

  int port() {
    return server.getAddress().getPort();
  }

  ScriptedServer then(Script next) {
    script = next;
    return this;
  }

  List<Arrival> arrivals() {
    return arrivals;
  }

  Arrival last() {
    return arrivals.getLast();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  /** Answers with a document; headers are given as {@code Name: value}. */
  static Script json(int code, String body, String... headers) {
    return exchange -> {
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      for (String header : headers) {
        String[] parts = header.split(": ", 2);
        exchange.getResponseHeaders().set(parts[0], parts[1]);
      }
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(code, bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    };
  }

  /** Answers with a Status as API servers do. */
  static Script status(int code, String reason, String message, String... headers) {
    return json(
        code,
        """
        {"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": %d,
         "reason": "%s", "message": "%s"}
        """
            .formatted(code, reason, message),
        headers);
  }

  /** Closes the connection instead of answering. */
  static Script hangUp() {
    return HttpExchange::close;
  }

  /** Promises more than it sends. */
  static Script cutShort() {
    return exchange -> {
      exchange.sendResponseHeaders(200, 1000);
      exchange.getResponseBody().write("{\"kind\":".getBytes(StandardCharsets.UTF_8));
      exchange.getResponseBody().flush();
    };
  }

  /** Says nothing for long. */
  static Script silence() {
    return exchange -> Thread.sleep(20_000);
  }

  /** Begins to answer and goes on for long. */
  static Script endless() {
    return exchange -> {
      exchange.sendResponseHeaders(200, 0);
      exchange.getResponseBody().write('{');
      exchange.getResponseBody().flush();
      Thread.sleep(20_000);
    };
  }
}
