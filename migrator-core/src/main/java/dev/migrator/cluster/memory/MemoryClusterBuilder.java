package dev.migrator.cluster.memory;

import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.model.ResourceType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Makes a simulated cluster; every setting has a default. */
public final class MemoryClusterBuilder {

  private final VirtualClock clock;
  private final String context;
  private String version = "v1.34.4";
  private long seed;
  private String services = "10.96";
  private int nodes = 2;
  private Duration controllerLag = Duration.ofMillis(50);
  private Optional<Disks> disks = Optional.empty();
  private final List<String> drivers = new ArrayList<>();
  private final List<ResourceType> more = new ArrayList<>();

  MemoryClusterBuilder(VirtualClock clock, String context) {
    this.clock = clock;
    this.context = context;
    this.seed = context.hashCode();
  }

  /** The server's gitVersion, which decides what it serves. */
  public MemoryClusterBuilder version(String gitVersion) {
    version = gitVersion;
    return this;
  }

  /** Clusters with equal seeds give the same uids; by default the seed comes from the context. */
  public MemoryClusterBuilder seed(long value) {
    seed = value;
    return this;
  }

  /** The first two numbers of service addresses. */
  public MemoryClusterBuilder services(String prefix) {
    services = prefix;
    return this;
  }

  public MemoryClusterBuilder nodes(int count) {
    nodes = count;
    return this;
  }

  /** How old a controller's view of a CronJob may be when it decides. */
  public MemoryClusterBuilder controllerLag(Duration lag) {
    controllerLag = lag;
    return this;
  }

  /** The storage that the cluster reaches; by default one that no other cluster does. */
  public MemoryClusterBuilder disks(Disks shared) {
    disks = Optional.of(shared);
    return this;
  }

  /**
   * The CSI drivers that say of themselves that they are there (CSIDriver, CSINode); by default
   * none. Disks of drivers that do not are served all the same.
   */
  public MemoryClusterBuilder drivers(List<String> names) {
    drivers.addAll(names);
    return this;
  }

  /** Serves this type too; see {@link ServedTypes#named}. */
  public MemoryClusterBuilder serve(ResourceType type) {
    more.add(type);
    return this;
  }

  /** The cluster, with its system objects in place and its controllers at work. */
  public MemoryCluster build() {
    Storage storage = new Storage(clock);
    List<ResourceType> served = new ArrayList<>(ServedTypes.of(version));
    served.addAll(more);
    Uids uids = new Uids(seed);
    Types types = new Types(served);
    Admission admission = new Admission(storage, types, uids, services);
    ApiServer api = new ApiServer(clock, storage, types, uids, admission);
    World world = new World(context, version, api, admission);
    Controllers controllers = new Controllers(world);
    world.controllers(controllers);
    controllers.add(new GarbageCollector(api));
    controllers.add(new Namespaces(api));
    controllers.add(new CustomKinds(world));
    Disks storages = disks.orElseGet(() -> Disks.withoutFence(clock));
    storage.onChange(new DiskWriters(storage, storages, context)::see);
    Workloads.addTo(controllers, world, controllerLag, storages);
    world.load(bootstrap());
    return new MemoryCluster(world);
  }

  private List<Manifest> bootstrap() {
    List<Manifest> objects = new ArrayList<>();
    for (int i = 1; i <= nodes; i++) {
      objects.add(
          Manifest.parse(
              """
              {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "node-%1$d", "labels":
                {"kubernetes.io/hostname": "node-%1$d", "kubernetes.io/os": "linux",
                 "kubernetes.io/arch": "amd64"}},
               "spec": {}, "status": {"conditions": [{"type": "Ready", "status": "True"}],
                 "addresses": [{"type": "InternalIP", "address": "192.168.0.%1$d"}]}}
              """
                  .formatted(i)));
      if (!drivers.isEmpty()) {
        objects.add(csiNode("node-" + i));
      }
    }
    for (String driver : drivers) {
      objects.add(
          Manifest.parse(
              """
              {"apiVersion": "storage.k8s.io/v1", "kind": "CSIDriver", "metadata": {"name": "%s"},
               "spec": {"attachRequired": true, "podInfoOnMount": false,
                 "fsGroupPolicy": "ReadWriteOnceWithFSType",
                 "volumeLifecycleModes": ["Persistent"]}}
              """
                  .formatted(driver)));
    }
    try (InputStream in =
        Objects.requireNonNull(MemoryCluster.class.getResourceAsStream("bootstrap.json"))) {
      Json.parse(in.readAllBytes())
          .forEach(object -> objects.add(Manifest.parse(Json.bytes(object))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    objects.removeIf(
        object ->
            ServedTypes.of(version).stream()
                .noneMatch(
                    type ->
                        type.apiVersion().equals(object.apiVersion())
                            && type.kind().equals(object.kind())));
    return objects;
  }

  private Manifest csiNode(String node) {
    List<String> entries =
        drivers.stream()
            .map(
                driver ->
                    "{\"name\": \"%s\", \"nodeID\": \"%s-%s\"}".formatted(driver, context, node))
            .toList();
    return Manifest.parse(
        """
        {"apiVersion": "storage.k8s.io/v1", "kind": "CSINode", "metadata": {"name": "%s"},
         "spec": {"drivers": [%s]}}
        """
            .formatted(node, String.join(", ", entries)));
  }
}
