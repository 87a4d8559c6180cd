package dev.migrator.it.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.migrator.it.cluster.Login;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The ceiling: sends prepared bodies over one HTTP/2 connection and looks at nothing but the status
 * of the answers, whose bodies it reads to their end.
 */
final class BareClient implements AutoCloseable {

  /** More in flight make no server of this size faster. */
  static final int IN_FLIGHT = 32;

  private static final int PAGE = 500;
  private static final Pattern CONTINUE = Pattern.compile("\"continue\":\"([^\"]+)\"");
  private static final String DISCOVERY =
      "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

  private final Login login;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /** One for the small tasks of the client, as migrator has it. */
  private final ExecutorService tasks =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory());

  private final HttpClient http;

  BareClient(Login login) {
    this.login = login;
    try {
      this.http =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_2)
              .executor(tasks)
              .sslContext(login.trust())
              .connectTimeout(Duration.ofSeconds(10))
              .build();
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Creates everything of a workload: its namespaces first, then the rest. */
  Duration load(Workload workload) {
    List<Workload.Item> namespaces = workload.namespaces();
    List<Workload.Item> contents = workload.contents();
    return post(namespaces).plus(post(contents));
  }

  /** Sends each body once. Errors: {@link AssertionError} for any that is not stored. */
  Duration post(List<Workload.Item> items) {
    long begin = System.nanoTime();
    each(
        items,
        IN_FLIGHT,
        item -> {
          HttpResponse<byte[]> answer =
              send(
                  request(item.path())
                      .header("Content-Type", "application/json")
                      .POST(BodyPublishers.ofString(item.body()))
                      .build());
          if (answer.statusCode() != 201) {
            throw new AssertionError(
                "POST " + item.path() + ": " + new String(answer.body(), UTF_8));
          }
        });
    return Duration.ofNanos(System.nanoTime() - begin);
  }

  /** How many bytes the lists of everything have, read page by page, some kinds at a time. */
  long listEverything() {
    AtomicLong bytes = new AtomicLong();
    List<String> collections = new ArrayList<>();
    collections(get("/api", DISCOVERY), collections);
    collections(get("/apis", DISCOVERY), collections);
    each(collections, 8, collection -> bytes.addAndGet(list(collection)));
    return bytes.get();
  }

  private long list(String collection) {
    long bytes = 0;
    String token = "";
    do {
      byte[] page = get(collection + "?limit=" + PAGE + token, "application/json");
      bytes += page.length;
      // It stands in the list's own metadata, before the items.
      Matcher next = CONTINUE.matcher(new String(page, 0, Math.min(page.length, 4096), UTF_8));
      token = next.find() ? "&continue=" + next.group(1) : "";
    } while (!token.isEmpty());
    return bytes;
  }

  private static void collections(byte[] discovery, List<String> into) {
    try {
      for (JsonNode group : new ObjectMapper().readTree(discovery).path("items")) {
        String name = group.path("metadata").path("name").asText("");
        JsonNode version = group.path("versions").path(0);
        String root = name.isEmpty() ? "/api/" : "/apis/" + name + "/";
        for (JsonNode resource : version.path("resources")) {
          boolean lists = false;
          for (JsonNode verb : resource.path("verbs")) {
            lists |= verb.asText().equals("list");
          }
          if (lists) {
            into.add(
                root + version.path("version").asText() + "/" + resource.path("resource").asText());
          }
        }
      }
    } catch (IOException e) {
      throw new AssertionError("the discovery cannot be read", e);
    }
  }

  private byte[] get(String path, String accept) {
    HttpResponse<byte[]> answer = send(request(path).header("Accept", accept).GET().build());
    if (answer.statusCode() != 200) {
      throw new AssertionError("GET " + path + ": " + new String(answer.body(), UTF_8));
    }
    return answer.body();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(login.server() + path))
        .header("Authorization", "Bearer " + login.token())
        .timeout(Duration.ofSeconds(60));
  }

  private HttpResponse<byte[]> send(HttpRequest request) {
    try {
      return http.send(request, BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new AssertionError(request.method() + " " + request.uri(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private <T> void each(List<T> things, int inFlight, Consumer<T> work) {
    AtomicInteger next = new AtomicInteger();
    List<Future<Boolean>> workers = new ArrayList<>();
    for (int worker = 0; worker < Math.min(inFlight, things.size()); worker++) {
      workers.add(
          threads.submit(
              () -> {
                for (int i = next.getAndIncrement();
                    i < things.size();
                    i = next.getAndIncrement()) {
                  work.accept(things.get(i));
                }
                return true;
              }));
    }
    for (Future<Boolean> worker : workers) {
      try {
        worker.get();
      } catch (ExecutionException e) {
        throw new AssertionError(e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError(e);
      }
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
    threads.shutdownNow();
    tasks.shutdownNow();
  }
}
