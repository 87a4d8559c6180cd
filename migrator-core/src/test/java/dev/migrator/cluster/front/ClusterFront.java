package dev.migrator.cluster.front;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cluster.memory.MemoryCluster;
import dev.migrator.cluster.memory.VirtualClock;
import dev.migrator.model.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** The API server before one simulated cluster, on a wire that a script breaks. */
public final class ClusterFront implements AutoCloseable {

  /** As long as the program waits for an answer, in the clusters' time. */
  private static final Duration CLIENT_WAITS = Duration.ofSeconds(30);

  private static final Duration AFTER_CLIENT_GAVE_UP = CLIENT_WAITS.plusSeconds(5);

  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final FrontServer server;
  private final String name;
  private final MemoryCluster cluster;
  private final VirtualClock clock;
  private final WireScript script;
  private final WireTraffic traffic;
  private final ApiTranslation api;
  private final String url;
  private final Hearing hearing = new Hearing();
  private final Set<EndPoint> sockets = ConcurrentHashMap.newKeySet();
  private final Map<String, Reply> lastLists = new ConcurrentHashMap<>();

  /** Opened until the client is gone: nobody waits for stalled requests any more. */
  private final CountDownLatch over = new CountDownLatch(1);

  /**
   * @param name of the cluster, for the requests that the script sees
   * @param clock in which delays pass
   */
  public ClusterFront(
      FrontServer server,
      String name,
      MemoryCluster cluster,
      VirtualClock clock,
      WireScript script,
      WireTraffic traffic) {
    this.server = server;
    this.name = name;
    this.cluster = cluster;
    this.clock = clock;
    this.script = script;
    this.traffic = traffic;
    this.api = new ApiTranslation(cluster);
    this.url = server.open(this);
  }

  /** Where the server is reached, without a slash at the end. */
  public String url() {
    return url;
  }

  Hearing hearing() {
    return hearing;
  }

  void handle(String path, Request request, Response response, Callback callback) {
    Connection connection = new Connection(request, response, callback);
    sockets.add(connection.socket());
    try {
      ByteBuffer body = Content.Source.asByteBuffer(request);
      byte[] bytes = new byte[body.remaining()];
      body.get(bytes);
      String query = request.getHttpURI().getQuery();
      Asked asked =
          new Asked(
              request.getMethod(),
              Asked.segments(path),
              Asked.options(query == null ? "" : query),
              text(request, "Accept"),
              text(request, "Content-Type"),
              bytes);
      WireRequest arrived = traffic.next(name, asked);
      WireFault fault = script.at(arrived);
      if (fault.fits(arrived)) {
        disturbed(asked, fault, connection);
      } else {
        undisturbed(asked, connection);
      }
    } catch (IOException e) {
      // The client is gone.
      connection.close();
    } catch (RuntimeException | Error e) {
      e.printStackTrace();
      connection.close();
    }
  }

  private static String text(Request request, String header) {
    String value = request.getHeaders().get(header);
    return value == null ? "" : value;
  }

  private void undisturbed(Asked asked, Connection connection) throws IOException {
    if (asked.isWatch()) {
      new WatchFront(this, asked, connection).open();
    } else {
      send(connection, execute(asked));
    }
  }

  private void disturbed(Asked asked, WireFault fault, Connection connection) throws IOException {
    switch (fault) {
      case WireFault.None none -> undisturbed(asked, connection);
      case WireFault.Replaced replaced -> {
        if (replaced.executed()) {
          unheard(asked);
        }
        send(connection, replaced.reply());
      }
      case WireFault.Broken broken -> broken(asked, broken, connection);
      case WireFault.Garbled garbled -> send(connection, garbled(execute(asked), garbled.form()));
      case WireFault.Stalled stalled -> stalled(asked, stalled.how(), connection);
      case WireFault.Late late -> {
        clock.schedule(late.after(), () -> unheard(asked));
        connection.reset();
      }
      case WireFault.Slow slow -> {
        pass(slow.before());
        if (asked.isWatch()) {
          undisturbed(asked, connection);
        } else {
          Reply reply = execute(asked);
          pass(slow.after());
          send(connection, reply);
        }
      }
      case WireFault.SentAway away -> {
        if (away.executed()) {
          connection.announceEnd();
          send(connection, execute(asked));
        } else {
          connection.sendAwayUnread();
        }
      }
      case WireFault.Restarted restarted -> {
        if (restarted.executed()) {
          unheard(asked);
        }
        sockets.forEach(Connection::reset);
      }
      case WireFault.StaleList stale -> {
        Reply last = lastLists.get(asked.toString() + asked.options());
        send(connection, last == null ? execute(asked) : last);
      }
      case WireFault.WrongClock wrong ->
          send(connection, execute(asked), cluster.serverTime().plus(wrong.ahead()));
      case WireFault.BrokenWatch watch ->
          new WatchFront(this, asked, connection).openBroken(watch.how());
    }
  }

  private Reply execute(Asked asked) {
    Reply reply = api.answer(asked);
    if (asked.isList()) {
      lastLists.put(asked.toString() + asked.options(), reply);
    }
    return reply;
  }

  /** Executes a request of which nobody hears. */
  private void unheard(Asked asked) {
    if (!asked.isWatch()) {
      Reply unused = execute(asked);
    }
  }

  private void send(Connection connection, Reply reply) {
    send(connection, reply, cluster.serverTime());
  }

  private static void send(Connection connection, Reply reply, Instant now) {
    connection.head(reply, DATE.format(now));
    connection.send(reply.body());
  }

  private void broken(Asked asked, WireFault.Broken broken, Connection connection)
      throws IOException {
    Reply reply =
        broken.executed() ? execute(asked) : Reply.status(500, "InternalError", "not executed");
    switch (broken.how()) {
      case RESET -> connection.reset();
      case CLOSED -> connection.close();
      case STREAM_ERROR -> connection.failStream();
      case AFTER_HEAD -> cut(connection, reply, 0);
      case IN_BODY -> cut(connection, reply, reply.body().length / 2);
      case BEFORE_LAST_BYTE -> cut(connection, reply, reply.body().length - 1);
    }
  }

  private void cut(Connection connection, Reply reply, int at) throws IOException {
    begin(connection, reply, at);
    connection.close();
  }

  private void begin(Connection connection, Reply reply, int at) throws IOException {
    connection.head(reply, DATE.format(cluster.serverTime()));
    connection.length(reply.body().length);
    connection.write(Arrays.copyOf(reply.body(), at));
  }

  private static Reply garbled(Reply reply, WireFault.Form form) {
    return switch (form) {
      case HALF -> reply.withBody(Arrays.copyOf(reply.body(), reply.body().length / 2));
      case NOTHING -> reply.withBody(new byte[0]);
      case HTML -> WireFaults.page(200, "Welcome to the guest network");
      case OTHER_JSON -> Reply.json(200, Json.object().put("status", "ok"));
    };
  }

  private void stalled(Asked asked, WireFault.Silence how, Connection connection)
      throws IOException {
    switch (how) {
      case UNREAD -> {}
      case EXECUTED -> {
        unheard(asked);
      }
      case EXECUTED_LATER -> clock.schedule(AFTER_CLIENT_GAVE_UP, () -> unheard(asked));
      case IN_BODY -> {
        Reply reply = execute(asked);
        begin(connection, reply, reply.body().length / 2);
      }
    }
    pass(CLIENT_WAITS);
    try {
      over.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    connection.close();
  }

  private void pass(Duration duration) {
    if (!duration.isZero()) {
      clock.advance(duration);
    }
  }

  MemoryCluster cluster() {
    return cluster;
  }

  ApiTranslation api() {
    return api;
  }

  String date() {
    return DATE.format(cluster.serverTime());
  }

  static ObjectNode event(String type, ObjectNode object) {
    ObjectNode event = Json.object().put("type", type);
    event.set("object", object);
    return event;
  }

  /** Nobody is served any more. */
  @Override
  public void close() {
    server.drop(this);
    over.countDown();
    hearing.caughtUp();
    sockets.forEach(EndPoint::close);
  }
}
