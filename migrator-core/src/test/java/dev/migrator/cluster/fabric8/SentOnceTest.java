package dev.migrator.cluster.fabric8;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.migrator.cluster.Access;
import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.Deletion;
import dev.migrator.cluster.ListQuery;
import dev.migrator.cluster.Patch;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Neither the client library nor the JDK sends anything a second time. */
class SentOnceTest {

  private static final Manifest BODY =
      Manifest.parse(
          """
          {"apiVersion": "v1", "kind": "ConfigMap",
           "metadata": {"name": "one", "namespace": "shop", "resourceVersion": "1"}}
          """);

  private static Map<String, Consumer<Cluster>> requests() {
    Map<String, Consumer<Cluster>> requests = new LinkedHashMap<>();
    requests.put("POST create", c -> c.create(Opened.CONFIG_MAPS, BODY));
    requests.put("POST prove", c -> c.prove(Opened.CONFIG_MAPS, BODY));
    requests.put(
        "PATCH",
        c -> c.patch(Opened.CONFIG_MAPS, BODY.ref(), Patch.merge(Json.parse("{\"data\": {}}"))));
    requests.put("PUT", c -> c.replace(Opened.CONFIG_MAPS, BODY));
    requests.put(
        "DELETE", c -> c.delete(Opened.CONFIG_MAPS, BODY.ref(), Deletion.foreground("u", "1")));
    requests.put("GET", c -> c.get(Opened.CONFIG_MAPS, BODY.ref()));
    requests.put("GET list", c -> c.list(Opened.CONFIG_MAPS, ListQuery.all()));
    requests.put("POST review", c -> c.allows(new Access("get", "", "pods", "", "")));
    return requests;
  }

  private record Fault(
      ScriptedServer.Script script,
      Class<? extends ClusterFailure> meansThat,
      ConnectionLimits limits) {

    Fault(ScriptedServer.Script script, Class<? extends ClusterFailure> meansThat) {
      this(script, meansThat, Opened.PATIENT);
    }
  }

  private static Map<String, Fault> faults() {
    Class<? extends ClusterFailure> unknown = ClusterFailure.OutcomeUnknown.class;
    Class<? extends ClusterFailure> throttled = ClusterFailure.Throttled.class;
    Map<String, Fault> faults = new LinkedHashMap<>();
    faults.put(
        "429", new Fault(ScriptedServer.status(429, "TooManyRequests", "slow down"), throttled));
    faults.put(
        "503 with Retry-After",
        new Fault(
            ScriptedServer.status(503, "ServiceUnavailable", "starting", "Retry-After: 1"),
            throttled));
    for (int code : new int[] {500, 502, 503, 504}) {
      faults.put(
          String.valueOf(code),
          new Fault(ScriptedServer.status(code, "InternalError", "broken"), unknown));
    }
    faults.put("connection closed", new Fault(ScriptedServer.hangUp(), unknown));
    faults.put("answer cut short", new Fault(ScriptedServer.cutShort(), unknown));
    faults.put("success that is no JSON", new Fault(ScriptedServer.json(200, "<html>"), unknown));
    faults.put("success without a body", new Fault(ScriptedServer.json(200, ""), unknown));
    faults.put("silence", new Fault(ScriptedServer.silence(), unknown, Opened.SILENCE));
    faults.put("endless answer", new Fault(ScriptedServer.endless(), unknown, Opened.ENDLESS));
    faults.put(
        "answer without measure",
        new Fault(
            ScriptedServer.json(200, "{\"a\": \"" + "x".repeat(10_000) + "\"}"),
            unknown,
            Opened.PATIENT.withLargest(1_000)));
    faults.put(
        "401",
        new Fault(
            ScriptedServer.status(401, "Unauthorized", "no"), ClusterFailure.Unauthorized.class));
    faults.put(
        "redirect",
        new Fault(
            ScriptedServer.json(307, "", "Location: /api/v1/elsewhere"),
            ClusterFailure.Unreachable.class));
    return faults;
  }

  @TestFactory
  Iterable<DynamicTest> aFaultMeetsARequestOnce(@TempDir Path folder) {
    return faults().entrySet().stream()
        .flatMap(
            fault ->
                requests().entrySet().stream()
                    .map(
                        request ->
                            DynamicTest.dynamicTest(
                                request.getKey() + ", " + fault.getKey(),
                                () ->
                                    check(
                                        folder,
                                        request.getValue(),
                                        fault.getValue(),
                                        mostArrivals(request.getKey(), fault.getKey())))))
        .toList();
  }

  /** The JDK reads once more when a connection closes without a word; it never writes twice. */
  private static int mostArrivals(String request, String fault) {
    return request.startsWith("GET") && fault.equals("connection closed") ? 2 : 1;
  }

  private static void check(Path folder, Consumer<Cluster> request, Fault fault, int mostArrivals)
      throws IOException {
    try (ScriptedServer server = new ScriptedServer().then(fault.script());
        Cluster cluster = Opened.to(server, folder, fault.limits())) {
      ClusterException thrown =
          catchThrowableOfType(ClusterException.class, () -> request.accept(cluster));
      assertThat(thrown).isNotNull();
      assertThat(thrown.failure()).isInstanceOf(fault.meansThat());
      assertThat(server.arrivals()).hasSizeBetween(1, mostArrivals);
    }
  }

  /**
   * A connection that has served before may close under the next request: that is when clients are
   * tempted to send again.
   */
  @TestFactory
  Iterable<DynamicTest> aUsedConnectionThatClosesMeetsAWriteOnce(@TempDir Path folder) {
    return requests().entrySet().stream()
        .filter(request -> !request.getKey().startsWith("GET"))
        .map(
            request ->
                DynamicTest.dynamicTest(
                    request.getKey(),
                    () -> {
                      try (ScriptedServer server = new ScriptedServer();
                          Cluster cluster = Opened.to(server, folder, Opened.PATIENT)) {
                        server.then(ScriptedServer.status(404, "NotFound", "gone"));
                        cluster.get(Opened.CONFIG_MAPS, BODY.ref());
                        server.then(ScriptedServer.hangUp());
                        ClusterException thrown =
                            catchThrowableOfType(
                                ClusterException.class, () -> request.getValue().accept(cluster));
                        assertThat(thrown.failure())
                            .isInstanceOf(ClusterFailure.OutcomeUnknown.class);
                        assertThat(server.arrivals()).hasSize(2);
                      }
                    }))
        .toList();
  }

  @Test
  void nobodyThereIsUnreachable(@TempDir Path folder) throws IOException {
    ScriptedServer server = new ScriptedServer();
    server.close();
    try (Cluster cluster = Opened.to(server, folder, Opened.PATIENT)) {
      requests()
          .forEach(
              (name, request) ->
                  assertThat(
                          catchThrowableOfType(
                                  ClusterException.class, () -> request.accept(cluster))
                              .failure())
                      .as(name)
                      .isInstanceOf(ClusterFailure.Unreachable.class));
    }
  }
}
