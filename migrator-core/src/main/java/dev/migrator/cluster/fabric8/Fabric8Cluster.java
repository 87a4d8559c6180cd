package dev.migrator.cluster.fabric8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cluster.Access;
import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.ClusterIdentity;
import dev.migrator.cluster.Deletion;
import dev.migrator.cluster.Discovery;
import dev.migrator.cluster.ListPage;
import dev.migrator.cluster.ListQuery;
import dev.migrator.cluster.Patch;
import dev.migrator.cluster.WatchListener;
import dev.migrator.cluster.WatchQuery;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ResourceType;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A real API server. Made by {@link Kubeconfigs}. */
public final class Fabric8Cluster implements Cluster {

  private static final String JSON = "application/json";
  private static final String CREATE_OPTIONS = "?fieldManager=migrator&fieldValidation=Strict";

  private final String context;
  private final KubernetesClient client;
  private final Transport transport;

  Fabric8Cluster(String context, KubernetesClient client, Duration timeout, int requestsPerSecond) {
    this.context = context;
    this.client = client;
    this.transport =
        new Transport(
            client.getHttpClient(),
            client.getConfiguration().getMasterUrl(),
            timeout,
            requestsPerSecond);
  }

  @Override
  public ClusterIdentity identity() {
    ObjectNode namespace =
        body(
            "GET",
            "/api/v1/namespaces/kube-system",
            transport.get("/api/v1/namespaces/kube-system", JSON));
    ObjectNode version = body("GET", "/version", transport.get("/version", JSON));
    return new ClusterIdentity(
        context,
        namespace.path("metadata").path("uid").asText(),
        version.path("gitVersion").asText());
  }

  @Override
  public Discovery discover() {
    return new DiscoveryReader(this::tryGet).read();
  }

  @Override
  public ListPage list(ResourceType type, ListQuery query) {
    StringBuilder path = new StringBuilder(type.collectionPath(query.namespace()));
    path.append("?limit=").append(query.limit());
    parameter(path, "labelSelector", query.labelSelector());
    parameter(path, "continue", query.continueToken());
    ObjectNode list =
        body("GET", type.collectionPath(query.namespace()), transport.get(path.toString(), JSON));
    List<Manifest> items = new ArrayList<>();
    for (JsonNode item : list.path("items")) {
      items.add(typed((ObjectNode) item, type));
    }
    JsonNode metadata = list.path("metadata");
    return new ListPage(
        items, metadata.path("resourceVersion").asText(""), metadata.path("continue").asText(""));
  }

  @Override
  public Optional<Manifest> get(ResourceType type, ObjectRef ref) {
    String path = type.objectPath(ref);
    HttpResponse<byte[]> answer = transport.get(path, JSON);
    return answer.code() == 404
        ? Optional.empty()
        : Optional.of(Manifest.of(body("GET", path, answer)));
  }

  @Override
  public Manifest create(ResourceType type, Manifest body) {
    return post(type, body, CREATE_OPTIONS);
  }

  @Override
  public Manifest prove(ResourceType type, Manifest body) {
    return post(type, body, CREATE_OPTIONS + "&dryRun=All");
  }

  private Manifest post(ResourceType type, Manifest body, String options) {
    String path = type.collectionPath(body.namespace());
    return Manifest.of(body("POST", path, transport.post(path + options, body.bytes())));
  }

  @Override
  public Manifest patch(ResourceType type, ObjectRef ref, Patch patch) {
    String path =
        type.objectPath(ref) + (patch.subresource().isEmpty() ? "" : "/" + patch.subresource());
    return Manifest.of(
        body(
            "PATCH",
            path,
            transport.write(
                "PATCH",
                path + "?fieldManager=migrator",
                patch.format().contentType(),
                Json.bytes(patch.body()))));
  }

  @Override
  public Manifest replace(ResourceType type, Manifest body) {
    String path = type.objectPath(body.ref());
    return Manifest.of(
        body(
            "PUT",
            path,
            transport.write("PUT", path + "?fieldManager=migrator", JSON, body.bytes())));
  }

  @Override
  public Optional<Manifest> delete(ResourceType type, ObjectRef ref, Deletion deletion) {
    ObjectNode options = Json.object();
    options.put("apiVersion", "v1").put("kind", "DeleteOptions");
    options.put("propagationPolicy", deletion.propagation().wire());
    if (!deletion.uid().isEmpty() || !deletion.resourceVersion().isEmpty()) {
      ObjectNode preconditions = options.putObject("preconditions");
      if (!deletion.uid().isEmpty()) {
        preconditions.put("uid", deletion.uid());
      }
      if (!deletion.resourceVersion().isEmpty()) {
        preconditions.put("resourceVersion", deletion.resourceVersion());
      }
    }
    String path = type.objectPath(ref);
    ObjectNode answer =
        body("DELETE", path, transport.write("DELETE", path, JSON, Json.bytes(options)));
    return answer.path("kind").asText().equals("Status")
        ? Optional.empty()
        : Optional.of(typed(answer, type));
  }

  @Override
  public Watch watch(ResourceType type, WatchQuery query, WatchListener listener) {
    StringBuilder path = new StringBuilder(type.collectionPath(query.namespace()));
    path.append("?watch=1&allowWatchBookmarks=true");
    parameter(path, "labelSelector", query.labelSelector());
    parameter(path, "resourceVersion", query.resourceVersion());
    return new WatchStream(transport, path.toString(), listener).open();
  }

  @Override
  public boolean allows(Access access) {
    ObjectNode review = Json.object();
    review.put("apiVersion", "authorization.k8s.io/v1").put("kind", "SelfSubjectAccessReview");
    ObjectNode attributes = review.putObject("spec").putObject("resourceAttributes");
    attributes
        .put("verb", access.verb())
        .put("group", access.group())
        .put("resource", access.resource())
        .put("namespace", access.namespace());
    if (!access.subresource().isEmpty()) {
      attributes.put("subresource", access.subresource());
    }
    String path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
    return body("POST", path, transport.post(path, Json.bytes(review)))
        .path("status")
        .path("allowed")
        .asBoolean(false);
  }

  @Override
  public Instant serverTime() {
    HttpResponse<byte[]> answer = transport.get("/version", JSON);
    String date = answer.header("Date");
    if (date == null) {
      throw new ClusterException(
          "GET /version", new ClusterFailure.OutcomeUnknown("the answer has no Date"));
    }
    try {
      return Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date));
    } catch (DateTimeException e) {
      throw new ClusterException(
          "GET /version",
          new ClusterFailure.OutcomeUnknown("not a date: " + Failures.oneLine(date)),
          e);
    }
  }

  @Override
  public void close() {
    client.close();
  }

  /** The document at the path; empty when it is not there or not of that form. */
  private Optional<ObjectNode> tryGet(String path, String accept) {
    HttpResponse<byte[]> answer = transport.get(path, accept);
    return answer.code() == 404 || answer.code() == 406
        ? Optional.empty()
        : Optional.of(body("GET", path, answer));
  }

  private static ObjectNode body(String method, String path, HttpResponse<byte[]> answer) {
    String request = method + " " + path;
    if (!answer.isSuccessful()) {
      throw Failures.ofAnswer(request, answer);
    }
    try {
      return Json.parseObject(answer.body());
    } catch (IllegalArgumentException e) {
      throw new ClusterException(
          request, new ClusterFailure.OutcomeUnknown("the answer is cut short or not JSON"), e);
    }
  }

  /** Items of lists come without their type. */
  private static Manifest typed(ObjectNode object, ResourceType type) {
    if (!object.has("kind") || !object.has("apiVersion")) {
      ObjectNode whole = Json.object();
      whole.put("apiVersion", type.apiVersion());
      whole.put("kind", type.kind());
      whole.setAll(object);
      return Manifest.of(whole);
    }
    return Manifest.of(object);
  }

  private static void parameter(StringBuilder path, String name, String value) {
    if (!value.isEmpty()) {
      path.append('&')
          .append(name)
          .append('=')
          .append(URLEncoder.encode(value, StandardCharsets.UTF_8));
    }
  }
}
