package dev.migrator.cluster.front;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cluster.Access;
import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.Deletion;
import dev.migrator.cluster.ListPage;
import dev.migrator.cluster.ListQuery;
import dev.migrator.cluster.Patch;
import dev.migrator.cluster.WatchListener;
import dev.migrator.cluster.WatchQuery;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.model.ResourceType;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Requests of the Kubernetes API, translated to the port and back: codes, bodies and the words of a
 * refusal are those of an API server. What it does not understand it refuses, so that nothing of a
 * request is passed over in silence.
 *
 * <p>Source: <a href="https://kubernetes.io/docs/reference/using-api/api-concepts/">Kubernetes API
 * Concepts</a>
 */
final class ApiTranslation {

  private static final Set<String> READ = Set.of();
  private static final Set<String> LIST = Set.of("limit", "labelSelector", "continue");
  private static final Set<String> WATCH =
      Set.of("watch", "allowWatchBookmarks", "timeoutSeconds", "labelSelector", "resourceVersion");
  private static final Set<String> WRITE = Set.of("fieldManager", "timeout");
  private static final Set<String> CREATE =
      Set.of("fieldManager", "timeout", "fieldValidation", "dryRun");
  private static final Set<String> DELETE = Set.of("timeout");

  private final Cluster cluster;

  /** By the root of their path; custom resources come later. */
  private final Map<String, ResourceType> types = new ConcurrentHashMap<>();

  ApiTranslation(Cluster cluster) {
    this.cluster = cluster;
  }

  /** A request that this front cannot read. */
  private static final class Unclear extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Unclear(String why) {
      super(why);
    }
  }

  /** The answer to everything but a watch; executes the request. */
  Reply answer(Asked asked) {
    try {
      return answered(asked);
    } catch (ClusterException e) {
      return Reply.of(e.failure());
    } catch (Unclear | IllegalArgumentException e) {
      return Reply.status(400, "BadRequest", "the front does not understand: " + e.getMessage());
    }
  }

  private Reply answered(Asked asked) {
    List<String> path = asked.path();
    if (path.equals(List.of("version"))) {
      only(asked, READ);
      return Reply.json(200, Json.object().put("gitVersion", cluster.identity().version()));
    }
    if (path.equals(List.of("api")) || path.equals(List.of("apis"))) {
      return discovery(asked, path.getFirst().equals("api"));
    }
    if (path.getLast().equals("selfsubjectaccessreviews")) {
      return review(asked);
    }
    Optional<Target> target = Target.of(this::type, path);
    if (target.isEmpty()) {
      return Reply.unservedPath();
    }
    return served(asked, target.get());
  }

  private Reply discovery(Asked asked, boolean core) {
    only(asked, READ);
    if (!asked.accept().contains("v=v2;as=APIGroupDiscoveryList")) {
      return Reply.status(406, "NotAcceptable", "only aggregated discovery is spoken here");
    }
    Reply plain = Reply.json(200, DiscoveryDocument.of(cluster.discover(), core));
    return new Reply(
        plain.code(),
        plain.headers(),
        "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList",
        plain.body());
  }

  private Reply review(Asked asked) {
    ObjectNode review = Json.parseObject(asked.body());
    JsonNode attributes = review.path("spec").path("resourceAttributes");
    boolean allowed =
        cluster.allows(
            new Access(
                attributes.path("verb").asText(),
                attributes.path("group").asText(),
                attributes.path("resource").asText(),
                attributes.path("subresource").asText(),
                attributes.path("namespace").asText()));
    review.putObject("status").put("allowed", allowed);
    return Reply.json(201, review);
  }

  private Reply served(Asked asked, Target target) {
    boolean named = !target.name().isEmpty();
    return switch (asked.method() + (named ? " object" : " collection")) {
      case "GET object" -> get(asked, target);
      case "GET collection" -> list(asked, target);
      case "POST collection" -> create(asked, target);
      case "PATCH object" -> patch(asked, target);
      case "PUT object" -> replace(asked, target);
      case "DELETE object" -> delete(asked, target);
      default -> Reply.status(405, "MethodNotAllowed", "the server does not allow this method");
    };
  }

  private Reply get(Asked asked, Target target) {
    only(asked, READ);
    return cluster
        .get(target.type(), target.ref())
        .map(object -> Reply.json(200, object.tree()))
        .orElseGet(() -> Reply.status(404, "NotFound", target.quoted() + " not found"));
  }

  private Reply list(Asked asked, Target target) {
    only(asked, LIST);
    ResourceType type = target.type();
    ListPage page =
        cluster.list(
            type,
            new ListQuery(
                target.namespace(),
                asked.option("labelSelector"),
                Integer.parseInt(asked.option("limit")),
                asked.option("continue")));
    ObjectNode list = Json.object();
    list.put("kind", type.kind() + "List").put("apiVersion", type.apiVersion());
    ObjectNode metadata = list.putObject("metadata");
    metadata.put("resourceVersion", page.resourceVersion());
    if (!page.continueToken().isEmpty()) {
      metadata.put("continue", page.continueToken());
    }
    ArrayNode items = list.putArray("items");
    for (Manifest item : page.items()) {
      ObjectNode tree = item.copyTree();
      if (isBuiltIn(type)) {
        // As a server with compiled types does.
        tree.remove(List.of("apiVersion", "kind"));
      }
      items.add(tree);
    }
    return Reply.json(200, list);
  }

  private static boolean isBuiltIn(ResourceType type) {
    return !type.group().contains(".") || type.group().endsWith(".k8s.io");
  }

  private Reply create(Asked asked, Target target) {
    only(asked, CREATE);
    if (!asked.option("fieldValidation").equals("Strict")) {
      throw new Unclear("a create without strict validation");
    }
    Manifest body = Manifest.parse(asked.body());
    if (!body.namespace().equals(target.namespace())) {
      throw new Unclear("a body of another namespace than the path");
    }
    return switch (asked.option("dryRun")) {
      case "" -> Reply.json(201, cluster.create(target.type(), body).tree());
      case "All" -> Reply.json(201, cluster.prove(target.type(), body).tree());
      default -> throw new Unclear("dryRun");
    };
  }

  private Reply patch(Asked asked, Target target) {
    only(asked, WRITE);
    Patch.Format format =
        Arrays.stream(Patch.Format.values())
            .filter(known -> asked.contentType().equals(known.contentType()))
            .findFirst()
            .orElseThrow(() -> new Unclear("a patch of type " + asked.contentType()));
    return Reply.json(
        200,
        cluster
            .patch(
                target.type(),
                target.ref(),
                new Patch(format, Json.parse(asked.body()), target.subresource()))
            .tree());
  }

  private Reply replace(Asked asked, Target target) {
    only(asked, WRITE);
    Manifest body = Manifest.parse(asked.body());
    if (!body.ref().equals(target.ref())) {
      throw new Unclear("a body of another object than the path");
    }
    return Reply.json(200, cluster.replace(target.type(), body).tree());
  }

  private Reply delete(Asked asked, Target target) {
    only(asked, DELETE);
    ObjectNode options = Json.parseObject(asked.body());
    JsonNode preconditions = options.path("preconditions");
    Deletion.Propagation propagation =
        Arrays.stream(Deletion.Propagation.values())
            .filter(known -> known.wire().equals(options.path("propagationPolicy").asText()))
            .findFirst()
            .orElseThrow(() -> new Unclear("a delete without a propagation policy"));
    return cluster
        .delete(
            target.type(),
            target.ref(),
            new Deletion(
                preconditions.path("uid").asText(),
                preconditions.path("resourceVersion").asText(),
                propagation))
        .map(object -> Reply.json(200, object.tree()))
        .orElseGet(
            () ->
                Reply.json(
                    200,
                    Json.object()
                        .put("kind", "Status")
                        .put("apiVersion", "v1")
                        .put("status", "Success")));
  }

  /** Opens a watch. Errors: {@link ClusterException} as the port's. */
  Cluster.Watch watch(Asked asked, WatchListener listener) {
    only(asked, WATCH);
    Target target = Target.of(this::type, asked.path()).orElseThrow(() -> new Unclear("no type"));
    return cluster.watch(
        target.type(),
        new WatchQuery(
            target.namespace(), asked.option("labelSelector"), asked.option("resourceVersion")),
        listener);
  }

  private Optional<ResourceType> type(String collection) {
    ResourceType known = types.get(collection);
    if (known != null) {
      return Optional.of(known);
    }
    cluster.discover().types().forEach(type -> types.put(type.collectionPath(""), type));
    return Optional.ofNullable(types.get(collection));
  }

  private static void only(Asked asked, Set<String> known) {
    asked
        .options()
        .forEach(
            (name, value) -> {
              if (!known.contains(name)) {
                throw new Unclear("the option " + name + " in " + asked);
              }
            });
  }
}
