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
import dev.migrator.cluster.VolumeUse;
import dev.migrator.cluster.WatchListener;
import dev.migrator.cluster.WatchQuery;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ResourceType;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A real API server. Made by {@link Kubeconfigs}. */
public final class Fabric8Cluster implements Cluster {

  private static final String ACCESS_REVIEWS =
      "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";

  private static final Duration PATIENCE_WITH_KUBELET = Duration.ofSeconds(5);
  private static final int NOT_FOUND = 404;
  private static final int NOT_ACCEPTABLE = 406;

  private final String context;
  private final Transport transport;
  private final String writeOptions;
  private final Set<Watch> watches = ConcurrentHashMap.newKeySet();
  private final ReadAhead pages = new ReadAhead(this::page);

  Fabric8Cluster(String context, Transport transport, ConnectionLimits limits) {
    this.context = context;
    this.transport = transport;
    // The server gives up when we do: what we call unknown does not happen much later.
    this.writeOptions =
        "fieldManager=migrator&timeout=" + Math.max(1, limits.request().toSeconds()) + "s";
  }

  @Override
  public ClusterIdentity identity() {
    Answer namespace = transport.send(Call.get("/api/v1/namespaces/kube-system", ""));
    String uid = namespace.document().path("metadata").path("uid").asText("");
    Answer version = transport.send(Call.get("/version", ""));
    String gitVersion = version.document().path("gitVersion").asText("");
    if (uid.isEmpty() || gitVersion.isEmpty()) {
      throw (uid.isEmpty() ? namespace : version)
          .unreadable(new IllegalArgumentException("not the answer of a Kubernetes API server"));
    }
    return new ClusterIdentity(context, uid, gitVersion);
  }

  @Override
  public Discovery discover() {
    return new DiscoveryReader(this::tryGet).read();
  }

  @Override
  public ListPage list(ResourceType type, ListQuery query) {
    return pages.list(type, query);
  }

  private ListPage page(ResourceType type, ListQuery query) {
    StringBuilder options = new StringBuilder("limit=").append(query.limit());
    parameter(options, "labelSelector", query.labelSelector());
    parameter(options, "continue", query.continueToken());
    Answer answer =
        transport.send(Call.get(type.collectionPath(query.namespace()), options.toString()));
    ObjectNode list = answer.document();
    if (!list.path("kind").asText("").endsWith("List") || !list.has("items")) {
      // An empty list would say that nothing is there.
      throw answer.unreadable(new IllegalArgumentException("no list"));
    }
    List<Manifest> items = new ArrayList<>(list.path("items").size());
    for (JsonNode item : list.path("items")) {
      if (!(item instanceof ObjectNode object)) {
        throw answer.unreadable(new IllegalArgumentException("an item is no object"));
      }
      items.add(answer.object(typed(object, type)));
    }
    JsonNode metadata = list.path("metadata");
    return new ListPage(
        items, metadata.path("resourceVersion").asText(""), metadata.path("continue").asText(""));
  }

  @Override
  public Optional<Manifest> get(ResourceType type, ObjectRef ref) {
    Answer answer = transport.send(Call.get(type.objectPath(ref), ""));
    return Failures.isNotFound(answer) ? Optional.empty() : Optional.of(answer.object());
  }

  @Override
  public Manifest create(ResourceType type, Manifest body) {
    return post(type, body, "");
  }

  @Override
  public Manifest prove(ResourceType type, Manifest body) {
    return post(type, body, "&dryRun=All");
  }

  private Manifest post(ResourceType type, Manifest body, String options) {
    return transport
        .send(
            Call.post(
                type.collectionPath(body.namespace()),
                writeOptions + "&fieldValidation=Strict" + options,
                body.bytes()))
        .object();
  }

  @Override
  public Manifest patch(ResourceType type, ObjectRef ref, Patch patch) {
    String path =
        type.objectPath(ref) + (patch.subresource().isEmpty() ? "" : "/" + patch.subresource());
    return transport
        .send(
            new Call(
                "PATCH",
                path,
                writeOptions,
                Call.JSON,
                patch.format().contentType(),
                Json.bytes(patch.body())))
        .object();
  }

  @Override
  public Manifest replace(ResourceType type, Manifest body) {
    return transport
        .send(
            new Call(
                "PUT",
                type.objectPath(body.ref()),
                writeOptions,
                Call.JSON,
                Call.JSON,
                body.bytes()))
        .object();
  }

  @Override
  public Optional<Manifest> delete(ResourceType type, ObjectRef ref, Deletion deletion) {
    Answer answer =
        transport.send(
            new Call(
                "DELETE",
                type.objectPath(ref),
                writeOptions.substring(writeOptions.indexOf("timeout")),
                Call.JSON,
                Call.JSON,
                Json.bytes(options(deletion))));
    ObjectNode document = answer.document();
    return document.path("kind").asText().equals("Status")
        ? Optional.empty()
        : Optional.of(answer.object(typed(document, type)));
  }

  private static ObjectNode options(Deletion deletion) {
    ObjectNode options = Json.object();
    options.put("apiVersion", "v1").put("kind", "DeleteOptions");
    options.put("propagationPolicy", deletion.propagation().wire());
    if (!deletion.uid().isEmpty()) {
      options.withObjectProperty("preconditions").put("uid", deletion.uid());
    }
    if (!deletion.resourceVersion().isEmpty()) {
      options
          .withObjectProperty("preconditions")
          .put("resourceVersion", deletion.resourceVersion());
    }
    return options;
  }

  @Override
  public Watch watch(ResourceType type, WatchQuery query, WatchListener listener) {
    StringBuilder options = new StringBuilder("watch=1&allowWatchBookmarks=true&timeoutSeconds=");
    options.append(WatchStream.SECONDS);
    parameter(options, "labelSelector", query.labelSelector());
    parameter(options, "resourceVersion", query.resourceVersion());
    Call call = Call.get(type.collectionPath(query.namespace()), options.toString());
    WatchStream watch = WatchStream.open(transport, call, listener, watches::remove);
    watches.add(watch);
    return watch;
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
    if (!access.name().isEmpty()) {
      attributes.put("name", access.name());
    }
    Answer answer = transport.send(Call.post(ACCESS_REVIEWS, "", Json.bytes(review)));
    JsonNode allowed = answer.document().path("status").path("allowed");
    if (!allowed.isBoolean()) {
      throw answer.unreadable(new IllegalArgumentException("no answer to an access review"));
    }
    return allowed.asBoolean();
  }

  @Override
  public Map<ObjectRef, VolumeUse> volumeUse(String node) {
    Call summary = Call.get("/api/v1/nodes/" + node + "/proxy/stats/summary", "");
    return VolumeUse.of(transport.send(summary, PATIENCE_WITH_KUBELET).document());
  }

  @Override
  public String lastLog(ObjectRef pod, String container, int lines) {
    Answer answer =
        transport.send(
            Call.get(
                "/api/v1/namespaces/" + pod.namespace() + "/pods/" + pod.name() + "/log",
                "container=" + container + "&tailLines=" + lines),
            PATIENCE_WITH_KUBELET);
    return answer.text();
  }

  @Override
  public Instant serverTime() {
    Answer answer = transport.send(Call.get("/version", ""));
    String date = answer.header("Date").orElse("");
    try {
      return Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date));
    } catch (DateTimeException e) {
      throw new ClusterException(
          answer.call().toString(),
          new ClusterFailure.OutcomeUnknown("the answer has no Date: " + Failures.oneLine(date)),
          e);
    }
  }

  /** Ends what is open; a request that is under way may fail with an unknown outcome. */
  @Override
  public void close() {
    List.copyOf(watches).forEach(Watch::close);
    transport.close();
  }

  /** The document at the path; empty when it is not there or not of that form. */
  private Optional<ObjectNode> tryGet(String path, String accept) {
    Answer answer = transport.send(Call.getAs(accept, path));
    return answer.code() == NOT_FOUND || answer.code() == NOT_ACCEPTABLE
        ? Optional.empty()
        : Optional.of(answer.document());
  }

  /** Items of lists come without their type. */
  private static ObjectNode typed(ObjectNode object, ResourceType type) {
    if (object.has("kind") && object.has("apiVersion")) {
      return object;
    }
    ObjectNode whole = Json.object();
    whole.put("apiVersion", type.apiVersion());
    whole.put("kind", type.kind());
    whole.setAll(object);
    return whole;
  }

  private static void parameter(StringBuilder options, String name, String value) {
    if (!value.isEmpty()) {
      options
          .append('&')
          .append(name)
          .append('=')
          .append(URLEncoder.encode(value, StandardCharsets.UTF_8));
    }
  }
}
