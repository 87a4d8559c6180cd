package dev.migrator.cluster.fabric8;

import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.Departure;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.TrustManager;

/**
 * Sends one request and blocks for its answer: never more than {@value #IN_FLIGHT} at once, because
 * the client fails, instead of waiting, beyond the server's limit of streams a connection.
 *
 * <p>Nothing is sent twice, with one exception: a request that was refused with 401, which no
 * server looks at, goes out once more if another credential can be had.
 */
final class Transport implements AutoCloseable {

  static final int IN_FLIGHT = 64;

  /** Beyond the library's own time-out, which does not cover every state of a connection. */
  private static final Duration GRACE = Duration.ofSeconds(5);

  private static final String USER_AGENT = "migrator";
  private static final int UNAUTHORIZED = 401;

  private final Login login;
  private final Credentials credentials;
  private final ConnectionLimits limits;
  private final Pace pace;
  private final Semaphore places = new Semaphore(IN_FLIGHT, true);
  private final ServerConnection requests;

  /** Streams stay open, and would take the requests' places on a connection. */
  private final ServerConnection streams;

  private volatile boolean closed;

  /**
   * Prepares the connection; nothing is sent.
   *
   * <p>Errors: {@link LoginException} when a certificate cannot be used.
   */
  Transport(Login login, Credentials credentials, ConnectionLimits limits) throws LoginException {
    this.login = login;
    this.credentials = credentials;
    this.limits = limits;
    this.pace = new Pace(limits.requestsPerSecond());
    TrustManager[] trust = Tls.trust(login);
    this.requests = new ServerConnection(login, trust, limits);
    this.streams = new ServerConnection(login, trust, limits);
    HttpClient unused = requests.http(credentials.current());
  }

  /** Sends the request and reads the answer, whatever its code is. */
  Answer send(Call call) {
    return send(call, limits.request());
  }

  /** As {@link #send(Call)}, and waits for an answer at most so long. */
  Answer send(Call call, Duration patience) {
    try {
      places.acquire();
    } catch (InterruptedException e) {
      throw notSent(call, e);
    }
    try {
      requireOpen(call);
      pace.await();
      Credential credential = credentials.current();
      Answer answer = exchange(call, credential, patience);
      if (answer.code() != UNAUTHORIZED) {
        return answer;
      }
      Optional<Credential> another = credentials.insteadOf(credential);
      return another.isPresent() ? exchange(call, another.get(), patience) : answer;
    } catch (InterruptedException e) {
      throw notSent(call, e);
    } catch (LoginException e) {
      throw noCredential(call, e);
    } finally {
      places.release();
    }
  }

  private Answer exchange(Call call, Credential credential, Duration patience)
      throws LoginException {
    HttpClient http = requests.http(credential);
    if (call.isWrite()) {
      Departure.now();
    }
    HttpRequest request =
        request(http, call, credential).timeout(patience.toMillis(), TimeUnit.MILLISECONDS).build();
    BodyBytes bytes = new BodyBytes(limits.largest());
    try {
      HttpResponse<AsyncBody> head = await(http.consumeBytes(request, bytes), patience.plus(GRACE));
      AsyncBody body = head.body();
      body.consume();
      try {
        await(body.done(), limits.body());
      } finally {
        // The library would tell the server to reset even a stream that has come to its end.
        if (!body.done().isDone()) {
          body.cancel();
        }
      }
      return new Answer(call, head, bytes.whole());
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      if (Failures.isSilence(cause)) {
        requests.drop(http);
      }
      throw Failures.ofTransport(call.toString(), cause);
    } catch (TimeoutException e) {
      requests.drop(http);
      throw Failures.ofTransport(call.toString(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClusterException(
          call.toString(), new ClusterFailure.OutcomeUnknown("interrupted"), e);
    }
  }

  /** Opens a stream that lasts until one side ends it. */
  HttpResponse<InputStream> open(Call call) {
    try {
      requireOpen(call);
      Credential credential = credentials.current();
      HttpResponse<InputStream> answer = stream(call, credential);
      if (answer.code() != UNAUTHORIZED) {
        return answer;
      }
      Optional<Credential> another = credentials.insteadOf(credential);
      return another.isPresent() ? stream(call, another.get()) : answer;
    } catch (LoginException e) {
      throw noCredential(call, e);
    }
  }

  private HttpResponse<InputStream> stream(Call call, Credential credential) throws LoginException {
    HttpClient http = streams.http(credential);
    HttpRequest request = request(http, call, credential).forStreaming().build();
    try {
      return await(http.sendAsync(request, InputStream.class), limits.request());
    } catch (ExecutionException e) {
      throw Failures.ofTransport(call.toString(), e.getCause() == null ? e : e.getCause());
    } catch (TimeoutException e) {
      streams.drop(http);
      throw Failures.ofTransport(call.toString(), e);
    } catch (InterruptedException e) {
      throw notSent(call, e);
    }
  }

  private HttpRequest.Builder request(HttpClient http, Call call, Credential credential) {
    HttpRequest.Builder request = http.newHttpRequestBuilder().uri(login.server() + call.encoded());
    if (call.isWrite()) {
      // The bytes stay when the method is named afterwards; a stream could not be sent from its
      // beginning again when a server says that it did not look at it (HTTP/2 GOAWAY).
      request.post(call.contentType(), call.body());
      request.method(call.method(), call.contentType(), (String) null);
    }
    request.header("Accept", call.accept());
    request.header("User-Agent", USER_AGENT);
    if (!credential.authorization().isEmpty()) {
      request.header("Authorization", credential.authorization());
    }
    login.impersonation().forEach((name, values) -> values.forEach(v -> request.header(name, v)));
    return request;
  }

  private static <T> T await(CompletableFuture<T> future, Duration atMost)
      throws ExecutionException, TimeoutException, InterruptedException {
    try {
      return future.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | InterruptedException e) {
      future.cancel(true);
      throw e;
    }
  }

  private void requireOpen(Call call) {
    if (closed) {
      throw new ClusterException(
          call.toString(), new ClusterFailure.Unreachable("the connection was closed by us"));
    }
  }

  private static ClusterException notSent(Call call, InterruptedException e) {
    Thread.currentThread().interrupt();
    return new ClusterException(
        call.toString(), new ClusterFailure.Unreachable("interrupted before it was sent"), e);
  }

  private static ClusterException noCredential(Call call, LoginException e) {
    return new ClusterException(call.toString(), new ClusterFailure.Unauthorized(e.detail()), e);
  }

  @Override
  public void close() {
    closed = true;
    requests.close();
    streams.close();
  }
}
