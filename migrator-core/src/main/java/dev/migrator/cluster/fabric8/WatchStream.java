package dev.migrator.cluster.fabric8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.WatchListener;
import dev.migrator.cluster.WatchListener.Change;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One watch: a stream of JSON lines, read by a thread of its own. Bookmarks are hidden.
 *
 * <p>The server is asked to end it after {@value #SECONDS} s. A stream that still stands {@value
 * #GRACE} s later is dead, and is ended here.
 */
final class WatchStream implements Cluster.Watch {

  static final int SECONDS = 300;
  private static final int GRACE = 30;

  private final InputStream stream;
  private final WatchListener listener;
  private final Consumer<Cluster.Watch> whenClosed;
  private final CompletableFuture<Void> life = new CompletableFuture<>();
  private volatile boolean closed;

  private WatchStream(
      InputStream stream, WatchListener listener, Consumer<Cluster.Watch> whenClosed) {
    this.stream = stream;
    this.listener = listener;
    this.whenClosed = whenClosed;
  }

  /**
   * Opens the stream; the listener is not called before this returns, nor after {@link #close()}
   * except for a call that runs already.
   */
  static WatchStream open(
      Transport transport, Call call, WatchListener listener, Consumer<Cluster.Watch> end) {
    HttpResponse<InputStream> response = transport.open(call);
    if (!response.isSuccessful()) {
      throw Failures.ofAnswer(new Answer(call, response, refusal(response)));
    }
    WatchStream watch = new WatchStream(response.body(), listener, end);
    Thread.ofVirtual().name("watch " + call.path()).start(watch::run);
    CompletableFuture<Void> unused =
        watch
            .life
            .orTimeout(SECONDS + GRACE, TimeUnit.SECONDS)
            .whenComplete((done, silence) -> watch.closeStream());
    return watch;
  }

  private static byte[] refusal(HttpResponse<InputStream> response) {
    try (InputStream body = response.body()) {
      return body.readNBytes(64 * 1024);
    } catch (IOException e) {
      return new byte[0];
    }
  }

  @Override
  public void close() {
    closed = true;
    life.complete(null);
    whenClosed.accept(this);
  }

  private void run() {
    String why;
    try {
      why = read();
    } catch (IOException e) {
      why = life.isDone() ? "silent for " + Duration.ofSeconds(SECONDS) : Failures.words(e);
    } catch (IllegalArgumentException e) {
      why = "not readable: " + Failures.words(e);
    }
    life.complete(null);
    whenClosed.accept(this);
    if (!closed) {
      listener.onEnd(why);
    }
  }

  /** Reads to the end of the stream; the answer is why it ended. */
  private String read() throws IOException {
    InputStream in = new BufferedInputStream(stream, 16 * 1024);
    ByteArrayOutputStream line = new ByteArrayOutputStream(4 * 1024);
    for (int next = in.read(); next >= 0; next = in.read()) {
      if (next != '\n') {
        line.write(next);
      } else if (line.size() > 0) {
        ObjectNode event = Json.parseObject(line.toByteArray());
        line.reset();
        if (event.path("type").asText().equals("ERROR")) {
          return Failures.oneLine(event.path("object").path("message").asText("error"));
        }
        tell(event);
      }
    }
    return line.size() == 0 ? "closed by the server" : "cut short";
  }

  private void tell(ObjectNode event) {
    if (closed || !(event.get("object") instanceof ObjectNode object)) {
      return;
    }
    switch (event.path("type").asText()) {
      case "ADDED" -> listener.onChange(Change.ADDED, Manifest.of(object));
      case "MODIFIED" -> listener.onChange(Change.MODIFIED, Manifest.of(object));
      case "DELETED" -> listener.onChange(Change.DELETED, Manifest.of(object));
      default -> {
        // A bookmark, or what a later server may send.
      }
    }
  }

  private void closeStream() {
    try {
      stream.close();
    } catch (IOException e) {
      // It is closed all the same.
    }
  }
}
