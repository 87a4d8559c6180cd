package dev.migrator.cluster.front;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.WatchListener;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** A watch on the wire: a line of JSON an event. */
final class WatchFront implements WatchListener {

  private final ClusterFront front;
  private final Asked asked;
  private final Connection connection;
  private final CountDownLatch begun = new CountDownLatch(1);
  private final AtomicReference<Optional<Cluster.Watch>> inner =
      new AtomicReference<>(Optional.empty());
  private volatile Optional<WireFault.WatchBreak> fault = Optional.empty();
  private volatile boolean over;

  WatchFront(ClusterFront front, Asked asked, Connection connection) {
    this.front = front;
    this.asked = asked;
    this.connection = connection;
  }

  void open() throws IOException {
    Cluster.Watch watch;
    try {
      watch = front.api().watch(asked, this);
    } catch (ClusterException e) {
      Reply refusal = Reply.of(e.failure());
      connection.head(refusal, front.date());
      connection.send(refusal.body());
      return;
    }
    inner.set(Optional.of(watch));
    connection.whenGone(this::quit);
    head();
    begun.countDown();
  }

  private void head() throws IOException {
    connection.head(new Reply(200, Map.of(), Reply.JSON, new byte[0]), front.date());
    connection.write(new byte[0]);
  }

  void openBroken(WireFault.WatchBreak how) throws IOException {
    switch (how) {
      case CLOSED_AT_ONCE -> {
        head();
        told(connection::end);
      }
      case RESET_AT_ONCE -> {
        head();
        told(connection::reset);
      }
      case SILENT -> head();
      case EXPIRED -> {
        head();
        told(
            () -> {
              line(expired("too old resource version: 1 (2)"));
              connection.end();
            });
      }
      case BOOKMARKS_AND_STRANGE_EVENTS -> {
        open();
        line(
            ClusterFront.event(
                "BOOKMARK",
                Json.parseObject(
                    "{\"kind\": \"Pod\", \"metadata\": {\"resourceVersion\": \"9\"}}")));
        connection.write("\n{\"type\": \"NEW\"}\n{}\n".getBytes(StandardCharsets.UTF_8));
      }
      case RESET_IN_FIRST_EVENT, CLOSED_AFTER_FIRST_EVENT, FIRST_EVENT_IS_NO_JSON -> {
        fault = Optional.of(how);
        open();
      }
    }
  }

  private static ObjectNode expired(String why) {
    return ClusterFront.event("ERROR", Json.parseObject(Reply.status(410, "Expired", why).body()));
  }

  /** Sends. */
  @FunctionalInterface
  private interface Sending {
    void send() throws IOException;
  }

  /** Sends, and waits until the other end has heard it. */
  private void told(Sending sending) {
    long number = front.hearing().sending();
    try {
      sending.send();
      front.hearing().await(number);
    } catch (IOException e) {
      front.hearing().caughtUp();
      quit();
    }
  }

  private void line(ObjectNode event) throws IOException {
    connection.write((Json.text(event) + "\n").getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void onChange(Change change, Manifest object) {
    if (!hasBegun()) {
      return;
    }
    ObjectNode event = ClusterFront.event(change.name(), object.tree());
    if (fault.isEmpty()) {
      told(() -> line(event));
      return;
    }
    WireFault.WatchBreak how = fault.get();
    byte[] bytes = (Json.text(event) + "\n").getBytes(StandardCharsets.UTF_8);
    switch (how) {
      case RESET_IN_FIRST_EVENT ->
          told(
              () -> {
                connection.write(Arrays.copyOf(bytes, bytes.length / 2));
                connection.close();
              });
      case FIRST_EVENT_IS_NO_JSON ->
          told(
              () -> {
                connection.write("<html>\n".getBytes(StandardCharsets.UTF_8));
                connection.end();
              });
      default -> {
        told(() -> line(event));
        told(connection::end);
      }
    }
    quit();
  }

  @Override
  public void onEnd(String why) {
    if (hasBegun()) {
      told(
          () -> {
            line(expired(why));
            connection.end();
          });
      quit();
    }
  }

  private boolean hasBegun() {
    try {
      return !over && begun.await(1, TimeUnit.SECONDS) && !over;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void quit() {
    over = true;
    inner.getAndSet(Optional.empty()).ifPresent(Cluster.Watch::close);
  }
}
