package dev.migrator.cluster.fabric8;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.WatchListener;
import dev.migrator.cluster.WatchQuery;
import dev.migrator.model.Manifest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Streams of changes. */
@Timeout(60)
class WatchStreamTest implements WatchListener {

  @TempDir Path folder;
  private ScriptedServer server;
  private Cluster cluster;
  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

  /** Lines that the server sends; an empty one ends the stream. */
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

  @BeforeEach
  void open() throws IOException {
    server =
        new ScriptedServer()
            .then(
                exchange -> {
                  exchange.sendResponseHeaders(200, 0);
                  for (String line = lines.take(); !line.isEmpty(); line = lines.take()) {
                    exchange.getResponseBody().write(line.getBytes(StandardCharsets.UTF_8));
                    exchange.getResponseBody().flush();
                  }
                });
    cluster = Opened.to(server, folder, Opened.PATIENT);
  }

  @AfterEach
  void close() {
    cluster.close();
    server.close();
  }

  @Override
  public void onChange(Change change, Manifest object) {
    heard.add(change + " " + object.name());
  }

  @Override
  public void onEnd(String why) {
    heard.add("END " + why);
  }

  private Cluster.Watch watch() {
    return cluster.watch(Opened.CONFIG_MAPS, new WatchQuery("shop", "a=b", "7"), this);
  }

  private static String event(String type, String name) {
    return """
    {"type":"%s","object":{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"%s"}}}
    """
        .formatted(type, name);
  }

  private @Nullable String next() throws InterruptedException {
    return heard.poll(30, TimeUnit.SECONDS);
  }

  @Test
  void changesComeInOrderAndBookmarksAreHidden() throws InterruptedException {
    lines.add(event("ADDED", "one") + event("BOOKMARK", "mark") + event("MODIFIED", "one"));
    String split = event("DELETED", "two");
    lines.add(split.substring(0, 30));
    try (Cluster.Watch open = watch()) {
      assertThat(open).isNotNull();
      assertThat(next()).isEqualTo("ADDED one");
      assertThat(next()).isEqualTo("MODIFIED one");
      lines.add(split.substring(30));
      assertThat(next()).isEqualTo("DELETED two");
    }
    assertThat(server.last().uri())
        .isEqualTo(
            "/api/v1/namespaces/shop/configmaps?watch=1&allowWatchBookmarks=true"
                + "&timeoutSeconds=300&labelSelector=a%3Db&resourceVersion=7");
  }

  @Test
  void theEndIsTold() throws InterruptedException {
    lines.add(event("ADDED", "one"));
    lines.add("");
    watch();
    assertThat(next()).isEqualTo("ADDED one");
    assertThat(next()).isEqualTo("END closed by the server");
  }

  @Test
  void anExpiredPositionEndsIt() throws InterruptedException {
    lines.add(
        "{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"code\":410,"
            + "\"message\":\"too old resource version\"}}\n");
    watch();
    assertThat(next()).isEqualTo("END too old resource version");
  }

  @Test
  void nonsenseEndsIt() throws InterruptedException {
    lines.add("{\"type\":\n");
    watch();
    assertThat(next()).startsWith("END not readable");
  }

  @Test
  void aLostConnectionEndsIt() throws InterruptedException {
    lines.add(event("ADDED", "one"));
    watch();
    assertThat(next()).isEqualTo("ADDED one");
    server.close();
    assertThat(next()).startsWith("END ");
  }

  @Test
  void afterCloseNothingIsTold() throws InterruptedException {
    lines.add(event("ADDED", "one"));
    Cluster.Watch open = watch();
    assertThat(next()).isEqualTo("ADDED one");
    open.close();
    lines.add(event("ADDED", "two"));
    assertThat(heard.poll(500, TimeUnit.MILLISECONDS)).isNull();
  }

  @Test
  void closingTheClusterEndsItWithoutAWord() throws InterruptedException {
    lines.add(event("ADDED", "one"));
    watch();
    assertThat(next()).isEqualTo("ADDED one");
    cluster.close();
    assertThat(heard.poll(500, TimeUnit.MILLISECONDS)).isNull();
  }

  @Test
  void aListenerMayAskTheCluster() throws InterruptedException {
    lines.add(event("ADDED", "one") + event("ADDED", "two"));
    WatchListener asking =
        new WatchListener() {
          @Override
          public void onChange(Change change, Manifest object) {
            server.then(ScriptedServer.status(404, "NotFound", "gone"));
            heard.add("got " + cluster.get(Opened.CONFIG_MAPS, object.ref()).isPresent());
          }

          @Override
          public void onEnd(String why) {}
        };
    cluster.watch(Opened.CONFIG_MAPS, WatchQuery.from("7"), asking);
    assertThat(next()).isEqualTo("got false");
    assertThat(next()).isEqualTo("got false");
  }

  @Test
  void aRefusedWatchSaysWhy() {
    server.then(ScriptedServer.status(410, "Expired", "too old"));
    ClusterException thrown = catchThrowableOfType(ClusterException.class, this::watch);
    assertThat(thrown.failure()).isEqualTo(new ClusterFailure.Expired("too old"));
    server.then(ScriptedServer.status(403, "Forbidden", "not you"));
    thrown = catchThrowableOfType(ClusterException.class, this::watch);
    assertThat(thrown.failure()).isEqualTo(new ClusterFailure.Forbidden("not you"));
  }

  @Test
  void aServerThatSaysNothingIsNotWaitedForForEver() throws IOException {
    server.then(ScriptedServer.silence());
    try (Cluster impatient = Opened.to(server, folder, Opened.SILENCE)) {
      ClusterException thrown =
          catchThrowableOfType(
              ClusterException.class,
              () -> impatient.watch(Opened.CONFIG_MAPS, new WatchQuery("shop", "a=b", "7"), this));
      assertThat(thrown.failure()).isInstanceOf(ClusterFailure.OutcomeUnknown.class);
    }
  }
}
