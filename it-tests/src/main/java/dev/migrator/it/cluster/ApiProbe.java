package dev.migrator.it.cluster;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.GeneralSecurityException;
import java.time.Duration;

/** A few requests to an API server, to see it become ready. Tests use a client or kubectl. */
final class ApiProbe implements AutoCloseable {

  private final Login login;
  private final HttpClient http;

  ApiProbe(Login login) throws GeneralSecurityException, IOException {
    this.login = login;
    this.http =
        HttpClient.newBuilder()
            .sslContext(login.trust())
            .connectTimeout(Duration.ofSeconds(5))
            .build();
  }

  /** Errors: {@link IOException} while the server does not answer at all. */
  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return http.send(request(path).GET().build(), BodyHandlers.ofString());
  }

  HttpResponse<String> post(String path, String json) throws IOException, InterruptedException {
    return http.send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(json))
            .build(),
        BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(login.server() + path))
        .header("Authorization", "Bearer " + login.token())
        .timeout(Duration.ofSeconds(10));
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
