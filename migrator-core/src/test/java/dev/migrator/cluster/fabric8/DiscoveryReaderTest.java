package dev.migrator.cluster.fabric8;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.Discovery;
import dev.migrator.model.ResourceType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** New and old ways in which servers tell what they serve. */
class DiscoveryReaderTest {

  private static final String CORE =
      """
      {"kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/%1$s", "items": [
        {"metadata": {}, "versions": [{"version": "v1", "freshness": "Current", "resources": [
          {"resource": "pods", "responseKind": {"group": "", "version": "v1", "kind": "Pod"},
           "scope": "Namespaced", "shortNames": ["po"], "verbs": ["get", "list"],
           "subresources": [{"subresource": "status",
             "responseKind": {"kind": "Pod"}, "verbs": ["get"]}]}]}]}]}
      """;
  private static final String GROUPS =
      """
      {"kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/%1$s", "items": [
        {"metadata": {"name": "metrics.k8s.io"},
         "versions": [{"version": "v1beta1", "freshness": "Stale"}]},
        {"metadata": {"name": "batch"}, "versions": [
          {"version": "v1", "freshness": "Current", "resources": [
            {"resource": "jobs", "responseKind": {"kind": "Job"}, "scope": "Namespaced",
             "verbs": ["list"]}]},
          {"version": "v1beta1", "freshness": "Current", "resources": [
            {"resource": "cronjobs", "responseKind": {"kind": "CronJob"}, "scope": "Namespaced",
             "verbs": ["list"]}]}]}]}
      """;

  private static final Map<String, String> PLAIN =
      Map.of(
          "/api",
          "{\"kind\": \"APIVersions\", \"versions\": [\"v1\"]}",
          "/api/v1",
          """
          {"kind": "APIResourceList", "resources": [
            {"name": "pods", "kind": "Pod", "namespaced": true, "shortNames": ["po"],
             "verbs": ["get", "list"]},
            {"name": "pods/status", "kind": "Pod", "namespaced": true, "verbs": ["get"]}]}
          """,
          "/apis",
          """
          {"kind": "APIGroupList", "groups": [
            {"name": "metrics.k8s.io",
             "versions": [{"groupVersion": "metrics.k8s.io/v1beta1", "version": "v1beta1"}],
             "preferredVersion": {"version": "v1beta1"}},
            {"name": "batch",
             "versions": [{"version": "v1beta1"}, {"version": "v1"}],
             "preferredVersion": {"version": "v1"}}]}
          """,
          "/apis/batch/v1",
          """
          {"kind": "APIResourceList",
           "resources": [{"name": "jobs", "kind": "Job", "namespaced": true, "verbs": ["list"]}]}
          """,
          "/apis/batch/v1beta1",
          """
          {"kind": "APIResourceList", "resources": [
            {"name": "cronjobs", "kind": "CronJob", "namespaced": true, "verbs": ["list"]}]}
          """);

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"v2", "v2beta1"})
  void aggregatedInTwoRequests(String version) throws IOException {
    try (ScriptedServer server = new ScriptedServer();
        Cluster cluster = Opened.to(server, folder, Opened.PATIENT)) {
      server.then(
          exchange -> {
            boolean known =
                exchange.getRequestHeaders().getFirst("Accept").contains("v=" + version + ";");
            String body = exchange.getRequestURI().getPath().equals("/api") ? CORE : GROUPS;
            ScriptedServer.json(known ? 200 : 406, body.formatted(version)).handle(exchange);
          });
      assertIsWhatIsServed(cluster.discover());
      assertThat(server.arrivals()).hasSize(2);
    }
  }

  @Test
  void groupByGroupOnOldServers() throws IOException {
    try (ScriptedServer server = new ScriptedServer();
        Cluster cluster = Opened.to(server, folder, Opened.PATIENT)) {
      server.then(
          exchange -> {
            String body = PLAIN.get(exchange.getRequestURI().getPath());
            if (body == null) {
              ScriptedServer.json(503, "{}").handle(exchange);
            } else {
              ScriptedServer.json(200, body).handle(exchange);
            }
          });
      assertIsWhatIsServed(cluster.discover());
    }
  }

  /** A server whose roots cannot be read serves something; nobody knows what. */
  @ParameterizedTest
  @CsvSource({
    "/api, 404",
    "/apis, 404",
    "/api, 406",
    "/apis, 406",
    "/api, 200",
    "/apis, 200",
    "/apis, 503",
  })
  void rootsThatCannotBeReadAreNotEmpty(String path, int code) throws IOException {
    try (ScriptedServer server = new ScriptedServer();
        Cluster cluster = Opened.to(server, folder, Opened.PATIENT)) {
      server.then(
          exchange -> {
            String asked = exchange.getRequestURI().getPath();
            if (asked.equals(path)) {
              ScriptedServer.json(code, "{\"status\": \"ok\"}").handle(exchange);
            } else {
              ScriptedServer.json(200, (asked.equals("/api") ? CORE : GROUPS).formatted("v2"))
                  .handle(exchange);
            }
          });
      assertThat(catchThrowable(cluster::discover)).isInstanceOf(ClusterException.class);
    }
  }

  @Test
  void aGroupThatAnswersSomethingElseIsUnread() throws IOException {
    try (ScriptedServer server = new ScriptedServer();
        Cluster cluster = Opened.to(server, folder, Opened.PATIENT)) {
      server.then(
          exchange -> {
            String path = exchange.getRequestURI().getPath();
            String body = path.equals("/apis/batch/v1") ? "{\"status\": \"ok\"}" : PLAIN.get(path);
            ScriptedServer.json(body == null ? 503 : 200, body == null ? "{}" : body)
                .handle(exchange);
          });
      assertThat(cluster.discover().unread())
          .extracting(Discovery.Unread::groupVersion)
          .contains("batch/v1");
    }
  }

  private static void assertIsWhatIsServed(Discovery discovery) {
    assertThat(discovery.types())
        .extracting(ResourceType::apiVersion, ResourceType::kind)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("v1", "Pod"),
            org.assertj.core.groups.Tuple.tuple("batch/v1", "Job"),
            org.assertj.core.groups.Tuple.tuple("batch/v1beta1", "CronJob"));
    ResourceType pod = discovery.types().getFirst();
    assertThat(pod.subresources()).containsExactly("status");
    assertThat(pod.shortNames()).isEqualTo(List.of("po"));
    assertThat(pod.namespaced()).isTrue();
    assertThat(discovery.unread())
        .extracting(Discovery.Unread::groupVersion)
        .containsExactly("metrics.k8s.io/v1beta1");
  }
}
