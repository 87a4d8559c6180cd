package dev.migrator.cluster.fabric8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.WatchListener;
import dev.migrator.cluster.WatchListener.Change;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/** One watch: a stream of JSON lines. Bookmarks are hidden. */
final class WatchStream implements Cluster.Watch {

  private static final int OPEN_SECONDS = 30;

  private final Transport transport;
  private final String path;
  private final WatchListener listener;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private final AtomicBoolean ended = new AtomicBoolean();
  private volatile boolean closed;
  private volatile Runnable cancel = () -> {};

  WatchStream(Transport transport, String path, WatchListener listener) {
    this.transport = transport;
    this.path = path;
    this.listener = listener;
  }

  WatchStream open() {
    HttpRequest request =
        transport
            .http()
            .newHttpRequestBuilder()
            .uri(transport.server() + path)
            .header("Accept", "application/json")
            .forStreaming()
            .build();
    CompletableFuture<HttpResponse<AsyncBody>> answer =
        transport.http().consumeBytes(request, this::consume);
    HttpResponse<AsyncBody> response;
    try {
      response = answer.get(OPEN_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw Failures.ofTransport("WATCH " + path, e.getCause() == null ? e : e.getCause());
    } catch (TimeoutException e) {
      throw Failures.ofTransport("WATCH " + path, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failures.ofTransport("WATCH " + path, e);
    }
    AsyncBody body = response.body();
    cancel = body::cancel;
    if (!response.isSuccessful()) {
      body.cancel();
      throw refused(response.code());
    }
    CompletableFuture<Void> unused =
        body.done()
            .whenComplete(
                (done, error) -> end(error == null ? "closed by the server" : "lost: " + error));
    body.consume();
    return this;
  }

  @Override
  public void close() {
    closed = true;
    cancel.run();
  }

  private void consume(List<ByteBuffer> buffers, AsyncBody body) {
    for (ByteBuffer buffer : buffers) {
      while (buffer.hasRemaining()) {
        byte next = buffer.get();
        if (next == '\n') {
          change(line.toByteArray());
          line.reset();
        } else {
          line.write(next);
        }
      }
    }
    if (!closed) {
      body.consume();
    }
  }

  private void change(byte[] json) {
    if (closed || json.length == 0) {
      return;
    }
    ObjectNode event;
    try {
      event = Json.parseObject(json);
    } catch (IllegalArgumentException e) {
      end("not readable: " + e.getMessage());
      close();
      return;
    }
    if (!(event.get("object") instanceof ObjectNode object)) {
      return;
    }
    switch (event.path("type").asText()) {
      case "ADDED" -> listener.onChange(Change.ADDED, Manifest.of(object));
      case "MODIFIED" -> listener.onChange(Change.MODIFIED, Manifest.of(object));
      case "DELETED" -> listener.onChange(Change.DELETED, Manifest.of(object));
      case "ERROR" -> {
        end(Failures.oneLine(object.path("message").asText("error")));
        close();
      }
      default -> {}
    }
  }

  private void end(String why) {
    if (!closed && ended.compareAndSet(false, true)) {
      listener.onEnd(why);
    }
  }

  private ClusterException refused(int code) {
    return new ClusterException(
        "WATCH " + path,
        switch (code) {
          case 401 -> new ClusterFailure.Unauthorized("HTTP 401");
          case 403 -> new ClusterFailure.Forbidden("HTTP 403");
          case 404 -> new ClusterFailure.NotFound("HTTP 404");
          case 410 -> new ClusterFailure.Expired("HTTP 410");
          default -> new ClusterFailure.OutcomeUnknown("HTTP " + code);
        });
  }
}
