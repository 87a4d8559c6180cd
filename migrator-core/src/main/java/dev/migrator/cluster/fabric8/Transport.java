package dev.migrator.cluster.fabric8;

import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.ClusterFailure;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Sends one request and blocks for its answer: never more than {@value #IN_FLIGHT} at once, because
 * the client fails, instead of waiting, beyond the server's limit of streams a connection. Nothing
 * is ever sent twice.
 */
final class Transport {

  static final int IN_FLIGHT = 64;

  /** Beyond the client's own time-out, which does not cover every state of a connection. */
  private static final Duration GRACE = Duration.ofSeconds(5);

  private final HttpClient http;
  private final String server;
  private final Duration timeout;
  private final Pace pace;
  private final Semaphore places = new Semaphore(IN_FLIGHT, true);

  Transport(HttpClient http, String server, Duration timeout, int requestsPerSecond) {
    this.http = http;
    this.server = server.endsWith("/") ? server.substring(0, server.length() - 1) : server;
    this.timeout = timeout;
    this.pace = new Pace(requestsPerSecond);
  }

  HttpClient http() {
    return http;
  }

  String server() {
    return server;
  }

  HttpResponse<byte[]> get(String path, String accept) {
    return send(
        "GET", path, http.newHttpRequestBuilder().uri(server + path).header("Accept", accept));
  }

  HttpResponse<byte[]> post(String path, byte[] body) {
    return send(
        "POST",
        path,
        http.newHttpRequestBuilder()
            .uri(server + path)
            .post("application/json", body)
            .header("Accept", "application/json"));
  }

  /** PUT, PATCH and DELETE with a body. */
  HttpResponse<byte[]> write(String method, String path, String contentType, byte[] body) {
    return send(
        method,
        path,
        http.newHttpRequestBuilder()
            .uri(server + path)
            .method(method, contentType, new ByteArrayInputStream(body), body.length)
            .header("Accept", "application/json"));
  }

  private HttpResponse<byte[]> send(String method, String path, HttpRequest.Builder builder) {
    String request = method + " " + path;
    HttpRequest built = builder.timeout(timeout.toMillis(), TimeUnit.MILLISECONDS).build();
    pace.await();
    boolean placed = false;
    try {
      places.acquire();
      placed = true;
      CompletableFuture<HttpResponse<byte[]>> answer = http.sendAsync(built, byte[].class);
      return answer.get(timeout.plus(GRACE).toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw Failures.ofTransport(request, e.getCause() == null ? e : e.getCause());
    } catch (TimeoutException e) {
      throw new ClusterException(
          request,
          new ClusterFailure.OutcomeUnknown("no answer within " + timeout.toSeconds() + "s"),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClusterException(request, new ClusterFailure.OutcomeUnknown("interrupted"), e);
    } finally {
      if (placed) {
        places.release();
      }
    }
  }
}
