package dev.migrator.it.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.Deletion;
import dev.migrator.cluster.ListQuery;
import dev.migrator.cluster.Patch;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ResourceType;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * What the parts of the contract share: a namespace for each test, and words to speak with a
 * cluster. A subclass says which cluster, and how to let time pass on it.
 */
public abstract class ContractBase {

  private static final AtomicInteger NAMESPACES = new AtomicInteger();

  private final Map<String, ResourceType> types = new HashMap<>();
  protected String namespace = "";

  /** The cluster under test; the same one for all calls within a test. */
  protected abstract Cluster cluster();

  /** Lets so much of the cluster's time pass. */
  protected abstract void pause(Duration duration);

  /** How long to wait for what must happen. */
  protected Duration clock() {
    return Duration.ofSeconds(60);
  }

  /** Called when everything of the test is done with: closes what {@link #cluster} gave. */
  protected void release() {}

  /** Different in every run against servers that live longer than a run. */
  protected String runSuffix() {
    return "";
  }

  @BeforeEach
  void makeNamespace() {
    namespace = "contract" + runSuffix() + "-" + NAMESPACES.incrementAndGet();
    create("v1", "Namespace", "{\"metadata\": {\"name\": \"%s\"}}".formatted(namespace));
    // Two controllers furnish it, in any order, and lists and watches see what they do.
    eventually(
        "the default service account and the CA are there",
        () ->
            get("v1", "ServiceAccount", "default").isPresent()
                && get("v1", "ConfigMap", "kube-root-ca.crt").isPresent());
  }

  @AfterEach
  void dropNamespace() {
    try {
      ObjectRef ref = ObjectRef.namespace(namespace);
      cluster()
          .get(type("v1", "Namespace"), ref)
          .filter(object -> !object.isBeingDeleted())
          .ifPresent(
              object ->
                  cluster()
                      .delete(
                          type("v1", "Namespace"),
                          ref,
                          new Deletion(object.uid(), "", Deletion.Propagation.BACKGROUND)));
    } finally {
      release();
    }
  }

  /** Waits until the condition holds, on the cluster's time. */
  protected void eventually(String what, Callable<Boolean> condition) {
    Duration waited = Duration.ZERO;
    Duration step = Duration.ofMillis(100);
    while (!holds(condition)) {
      assertThat(waited).as("waited in vain until " + what).isLessThan(clock());
      pause(step);
      waited = waited.plus(step);
    }
  }

  /** Holds all the time, for so long. */
  protected void always(String what, Duration time, Callable<Boolean> condition) {
    Duration step = Duration.ofMillis(250);
    for (Duration waited = Duration.ZERO; waited.compareTo(time) < 0; waited = waited.plus(step)) {
      assertThat(holds(condition)).as(what).isTrue();
      pause(step);
    }
  }

  private static boolean holds(Callable<Boolean> condition) {
    try {
      return condition.call();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  protected ResourceType type(String apiVersion, String kind) {
    return types.computeIfAbsent(
        apiVersion + " " + kind,
        key ->
            served(apiVersion, kind).orElseThrow(() -> new AssertionError(key + " is not served")));
  }

  protected Optional<ResourceType> served(String apiVersion, String kind) {
    return cluster().discover().types().stream()
        .filter(type -> type.apiVersion().equals(apiVersion) && type.kind().equals(kind))
        .findFirst();
  }

  /** The object of this body in the test's namespace, or in none if its kind has none. */
  protected Manifest body(String apiVersion, String kind, String json) {
    var tree = Json.parseObject(json);
    tree.put("apiVersion", apiVersion);
    tree.put("kind", kind);
    if (type(apiVersion, kind).namespaced() && !tree.path("metadata").has("namespace")) {
      tree.withObjectProperty("metadata").put("namespace", namespace);
    }
    return Manifest.of(tree);
  }

  protected Manifest create(String apiVersion, String kind, String json) {
    return cluster().create(type(apiVersion, kind), body(apiVersion, kind, json));
  }

  protected Manifest configMap(String name) {
    return create(
        "v1",
        "ConfigMap",
        "{\"metadata\": {\"name\": \"%s\"}, \"data\": {\"a\": \"1\"}}".formatted(name));
  }

  protected Optional<Manifest> get(String apiVersion, String kind, String name) {
    return cluster().get(type(apiVersion, kind), ref(apiVersion, kind, name));
  }

  protected Manifest read(Manifest object) {
    return find(object).orElseThrow();
  }

  protected Optional<Manifest> find(Manifest object) {
    return cluster().get(type(object.apiVersion(), object.kind()), object.ref());
  }

  protected boolean isGone(Manifest object) {
    return find(object).filter(found -> found.uid().equals(object.uid())).isEmpty();
  }

  protected ObjectRef ref(String apiVersion, String kind, String name) {
    ResourceType type = type(apiVersion, kind);
    return new ObjectRef(type.group(), kind, type.namespaced() ? namespace : "", name);
  }

  protected Manifest merge(Manifest object, String json) {
    return cluster()
        .patch(
            type(object.apiVersion(), object.kind()), object.ref(), Patch.merge(Json.parse(json)));
  }

  protected Manifest merge(Manifest object, String subresource, String json) {
    return cluster()
        .patch(
            type(object.apiVersion(), object.kind()),
            object.ref(),
            Patch.mergeOf(subresource, Json.parse(json)));
  }

  protected Optional<Manifest> delete(Manifest object, Deletion.Propagation propagation) {
    return cluster()
        .delete(
            type(object.apiVersion(), object.kind()),
            object.ref(),
            new Deletion(object.uid(), "", propagation));
  }

  protected List<Manifest> list(String apiVersion, String kind) {
    return cluster().list(type(apiVersion, kind), ListQuery.inNamespace(namespace)).items();
  }

  /** Pods whose controller has this uid, in whatever state. */
  protected List<Manifest> podsOf(Manifest owner) {
    return ownedBy(owner, "v1", "Pod");
  }

  protected List<Manifest> ownedBy(Manifest owner, String apiVersion, String kind) {
    return list(apiVersion, kind).stream()
        .filter(
            object -> {
              for (JsonNode reference : object.at("metadata", "ownerReferences")) {
                if (reference.path("uid").asText().equals(owner.uid())) {
                  return true;
                }
              }
              return false;
            })
        .toList();
  }

  protected boolean hasCondition(Manifest object, String type) {
    for (JsonNode condition : object.at("status", "conditions")) {
      if (condition.path("type").asText().equals(type)) {
        return condition.path("status").asText().equals("True");
      }
    }
    return false;
  }

  /** How the request failed. */
  protected static ClusterFailure failure(Callable<?> request) {
    Throwable thrown = catchThrowable(request::call);
    assertThat(thrown).isInstanceOf(ClusterException.class);
    return ((ClusterException) thrown).failure();
  }

  protected static void assertFails(Class<? extends ClusterFailure> how, Callable<?> request) {
    assertThat(failure(request)).isInstanceOf(how);
  }
}
