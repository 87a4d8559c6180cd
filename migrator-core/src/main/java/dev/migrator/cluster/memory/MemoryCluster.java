package dev.migrator.cluster.memory;

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
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ResourceType;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A simulated cluster that behaves as an API server with its controllers does, as far as a move can
 * tell.
 *
 * <p>Requests take no simulated time. Controllers and the kubelet work while somebody waits on the
 * clock. Made by {@link #builder}; what a test may do beyond requests is in {@link #world}.
 */
public final class MemoryCluster implements Cluster {

  private final World world;

  MemoryCluster(World world) {
    this.world = world;
  }

  /** A cluster on this clock, reached by a context of this name. */
  public static MemoryClusterBuilder builder(VirtualClock clock, String context) {
    return new MemoryClusterBuilder(clock, context);
  }

  /** The cluster from outside: set a scene, look at everything, break things. */
  public World world() {
    return world;
  }

  /** As a person would have made these objects; see {@link World#load}. */
  public MemoryCluster load(Manifest... objects) {
    world.load(java.util.List.of(objects));
    return this;
  }

  @Override
  public ClusterIdentity identity() {
    return world.request(
        () ->
            new ClusterIdentity(
                world.context(),
                world.storage().get(new Key("Namespace", "", "kube-system")).orElseThrow().uid(),
                world.version()));
  }

  @Override
  public Discovery discover() {
    return world.request(() -> world.types().discovery());
  }

  @Override
  public ListPage list(ResourceType type, ListQuery query) {
    return allowed(
        "list", type, "", query.namespace(), served -> world.requests().list(served, query));
  }

  @Override
  public Optional<Manifest> get(ResourceType type, ObjectRef ref) {
    return allowed(
        "get",
        type,
        "",
        ref.namespace(),
        served ->
            world
                .storage()
                .get(world.requests().key(served, ref))
                .map(object -> VersionConversion.toVersion(object, served.apiVersion())));
  }

  @Override
  public Manifest create(ResourceType type, Manifest body) {
    return create(type, body, true);
  }

  @Override
  public Manifest prove(ResourceType type, Manifest body) {
    return create(type, body, false);
  }

  private Manifest create(ResourceType type, Manifest body, boolean keep) {
    return allowed(
        "create",
        type,
        "",
        body.namespace(),
        served -> {
          Key key = Key.of(body.ref());
          if (!body.apiVersion().equals(served.apiVersion())
              || !body.kind().equals(served.kind())) {
            throw Answers.badRequest(
                key, "the API version in the data does not match the expected API version");
          }
          CustomDefinitions.check(key, body.tree());
          return VersionConversion.toVersion(world.api().create(body, keep), served.apiVersion());
        });
  }

  @Override
  public Manifest patch(ResourceType type, ObjectRef ref, Patch patch) {
    return allowed(
        "patch",
        type,
        patch.subresource(),
        ref.namespace(),
        served -> {
          Manifest after = world.requests().patch(served, ref, patch);
          return patch.subresource().equals("scale")
              ? after
              : VersionConversion.toVersion(after, served.apiVersion());
        });
  }

  @Override
  public Manifest replace(ResourceType type, Manifest body) {
    return allowed(
        "update",
        type,
        "",
        body.namespace(),
        served ->
            VersionConversion.toVersion(
                world.requests().replace(served, body), served.apiVersion()));
  }

  @Override
  public Optional<Manifest> delete(ResourceType type, ObjectRef ref, Deletion deletion) {
    return allowed(
        "delete",
        type,
        "",
        ref.namespace(),
        served ->
            world
                .api()
                .delete(world.requests().key(served, ref), deletion)
                .map(object -> VersionConversion.toVersion(object, served.apiVersion())));
  }

  @Override
  public Watch watch(ResourceType type, WatchQuery query, WatchListener listener) {
    return allowed(
        "watch",
        type,
        "",
        query.namespace(),
        served -> world.watches().open(served, query, listener));
  }

  @Override
  public boolean allows(Access access) {
    return world.request(() -> world.allows(access));
  }

  @Override
  public Map<ObjectRef, VolumeUse> volumeUse(String node) {
    return world.request(
        () -> {
          if (!world.allows(new Access("get", "", "nodes", "proxy", "", node))) {
            throw new ClusterException(
                "get nodes/proxy", new ClusterFailure.Forbidden("nodes/proxy is forbidden"));
          }
          return VolumeStats.of(world.storage(), node);
        });
  }

  @Override
  public String lastLog(ObjectRef pod, String container, int lines) {
    return allowed(
        "get",
        ServedTypes.named("v1", "Pod"),
        "log",
        pod.namespace(),
        type ->
            world
                .storage()
                .get(Key.of(pod))
                .filter(MoverPods::isOne)
                .map(one -> MoverPods.PROGRESS)
                .orElse(""));
  }

  @Override
  public Instant serverTime() {
    return world.request(
        () -> world.clock().now().plus(world.clockSkew()).truncatedTo(ChronoUnit.SECONDS));
  }

  /** The cluster lives on; only this client of it is closed, and it has nothing to release. */
  @Override
  public void close() {}

  private <T> T allowed(
      String verb,
      ResourceType type,
      String subresource,
      String namespace,
      java.util.function.Function<ResourceType, T> action) {
    Supplier<T> checked =
        () -> {
          Access access = new Access(verb, type.group(), type.plural(), subresource, namespace);
          if (!world.allows(access)) {
            throw new ClusterException(
                verb + " " + type.groupResource(),
                new ClusterFailure.Forbidden(
                    type.groupResource()
                        + " is forbidden: User \"migrator\" cannot "
                        + verb
                        + " resource"));
          }
          ResourceType served =
              world
                  .types()
                  .served(type)
                  .filter(known -> known.supports(verb))
                  .orElseThrow(() -> Answers.notServed(type.collectionPath(namespace)));
          return action.apply(served);
        };
    return world.request(checked);
  }
}
