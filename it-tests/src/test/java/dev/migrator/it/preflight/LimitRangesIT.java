package dev.migrator.it.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.check.LimitRanges;
import dev.migrator.check.LimitRanges.Refusal;
import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.Discovery;
import dev.migrator.it.cluster.ClusterPair;
import dev.migrator.it.connection.PairClients;
import dev.migrator.it.junit.RealClusters;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ResourceType;
import dev.migrator.model.Yaml;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Random pods under random LimitRanges: what we foretell is what the real server does. */
@RealClusters
class LimitRangesIT {

  private static final int NAMESPACES = 12;
  private static final int PODS = 40;

  /** The server's own view of LimitRanges is a cache. */
  private static final long CACHED_MS = 2_000;

  private final ClusterPair pair;
  private final Cluster cluster;
  private final Discovery serves;
  private final List<String> namespaces = new ArrayList<>();

  LimitRangesIT(ClusterPair pair) {
    this.pair = pair;
    cluster = PairClients.open(pair, "target");
    serves = cluster.discover();
  }

  @AfterEach
  void clean() {
    for (String namespace : namespaces) {
      pair.target().kubectl().run("delete", "namespace", namespace, "--wait=false");
    }
    cluster.close();
  }

  private ResourceType type(String kind) {
    return serves.types().stream()
        .filter(t -> t.group().isEmpty() && t.kind().equals(kind))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void theServerRefusesWhatWeForetellAndNothingElse() throws InterruptedException {
    long seed = Long.getLong("limits.seed", new Random().nextLong());
    System.out.println("LimitRangesIT seed " + seed);
    Random random = new Random(seed);
    List<LimitRanges> foretold = new ArrayList<>();
    for (int i = 0; i < NAMESPACES; i++) {
      foretold.add(namespace("limits-" + i, random));
    }
    Thread.sleep(CACHED_MS);
    int refused = 0;
    int open = 0;
    for (int i = 0; i < NAMESPACES; i++) {
      for (int p = 0; p < PODS; p++) {
        Manifest pod = pod("limits-" + i, random);
        LimitRanges.Effect effect = foretold.get(i).on(pod);
        Optional<ClusterFailure> answer = prove(pod);
        refused += answer.isPresent() ? 1 : 0;
        if (!effect.refusals().stream().allMatch(Refusal::sure)) {
          open++;
          continue;
        }
        assertThat(answer.isPresent())
            .as("seed %d: %s%n%s%n%s", seed, Json.text(pod.tree()), effect, answer)
            .isEqualTo(!effect.refusals().isEmpty());
      }
    }
    System.out.printf("%d of %d refused, %d open%n", refused, NAMESPACES * PODS, open);
    assertThat(refused).isBetween(NAMESPACES * PODS / 20, NAMESPACES * PODS * 19 / 20);
    assertThat(open).isLessThan(NAMESPACES * PODS / 2);
  }

  @Test
  void whichOfTwoFillsInFirstChangesFromPodToPod() throws InterruptedException {
    LimitRanges foretold =
        namespace(
            "limits-either",
            List.of(
                "{type: Container, default: {cpu: 1}}",
                "{type: Container, default: {cpu: 100m}, max: {cpu: 500m}}"));
    Manifest pod =
        manifest("Pod", "limits-either", "p")
            .edit(
                tree ->
                    tree.withObjectProperty("spec")
                        .withArrayProperty("containers")
                        .addObject()
                        .put("name", "c")
                        .put("image", "a:1"));
    Thread.sleep(CACHED_MS);
    Set<Boolean> refused = new HashSet<>();
    for (int i = 0; i < 100 && refused.size() < 2; i++) {
      refused.add(prove(pod).isPresent());
    }
    assertThat(refused).containsExactlyInAnyOrder(true, false);
    assertThat(foretold.on(pod).refusals()).isNotEmpty().noneMatch(Refusal::sure);
  }

  private Optional<ClusterFailure> prove(Manifest pod) {
    try {
      Manifest unused = cluster.prove(type("Pod"), pod);
      return Optional.empty();
    } catch (ClusterException e) {
      assertThat(e.failure())
          .isInstanceOfAny(ClusterFailure.Forbidden.class, ClusterFailure.Invalid.class);
      return Optional.of(e.failure());
    }
  }

  private LimitRanges namespace(String name, Random random) throws InterruptedException {
    return namespace(name, 1 + random.nextInt(3), i -> limitRange(name, "l" + i, random));
  }

  private LimitRanges namespace(String name, List<String> items) throws InterruptedException {
    return namespace(
        name,
        items.size(),
        i -> {
          ObjectNode body = manifest("LimitRange", name, "l" + i).copyTree();
          body.withObjectProperty("spec")
              .withArrayProperty("limits")
              .add(Yaml.parse(items.get(i)).orElseThrow());
          return cluster.create(type("LimitRange"), Manifest.of(body));
        });
  }

  private LimitRanges namespace(String name, int count, IntFunction<Manifest> created)
      throws InterruptedException {
    Manifest unused = cluster.create(type("Namespace"), manifest("Namespace", "", name));
    namespaces.add(name);
    LimitRanges limits = new LimitRanges();
    for (int i = 0; i < count; i++) {
      limits.add(created.apply(i), false);
    }
    ObjectRef account = ObjectRef.core("ServiceAccount", name, "default");
    while (cluster.get(type("ServiceAccount"), account).isEmpty()) {
      Thread.sleep(100);
    }
    return limits;
  }

  /** Some contradict themselves; the server says so, and another one is drawn. */
  private Manifest limitRange(String namespace, String name, Random random) {
    while (true) {
      ObjectNode body = manifest("LimitRange", namespace, name).copyTree();
      ObjectNode item = body.withObjectProperty("spec").withArrayProperty("limits").addObject();
      boolean container = random.nextBoolean();
      item.put("type", container ? "Container" : "Pod");
      for (String bound :
          container
              ? List.of("min", "max", "default", "defaultRequest", "maxLimitRequestRatio")
              : List.of("min", "max", "maxLimitRequestRatio")) {
        if (random.nextInt(3) == 0) {
          amounts(
              item.withObjectProperty(bound),
              bound.equals("maxLimitRequestRatio") ? List.of("1", "2", "2500m") : AMOUNTS,
              random);
        }
      }
      try {
        return cluster.create(type("LimitRange"), Manifest.of(body));
      } catch (ClusterException e) {
        assertThat(e.failure()).isInstanceOf(ClusterFailure.Invalid.class);
      }
    }
  }

  private static final List<String> AMOUNTS =
      List.of("100m", "0.2", "250m", "1", "1500m", "2", "1e0");

  private static void amounts(ObjectNode amounts, List<String> choice, Random random) {
    amounts.put("cpu", choice.get(random.nextInt(choice.size())));
    if (random.nextInt(3) == 0) {
      amounts.put("ephemeral-storage", choice.get(random.nextInt(choice.size())));
    }
  }

  private static Manifest pod(String namespace, Random random) {
    ObjectNode body = manifest("Pod", namespace, "p").copyTree();
    ObjectNode spec = body.withObjectProperty("spec");
    containers(spec, "containers", 1 + random.nextInt(2), random);
    containers(spec, "initContainers", random.nextInt(3), random);
    return Manifest.of(body);
  }

  private static void containers(ObjectNode spec, String list, int count, Random random) {
    for (int i = 0; i < count; i++) {
      ObjectNode container = spec.withArrayProperty(list).addObject();
      container.put("name", list.substring(0, 1) + i).put("image", "a:1");
      if (list.startsWith("init") && random.nextBoolean()) {
        container.put("restartPolicy", "Always");
      }
      ObjectNode resources = container.withObjectProperty("resources");
      // A limit is the greatest amount, so that no pod contradicts itself from the start.
      if (random.nextInt(3) > 0) {
        amounts(resources.withObjectProperty("requests"), AMOUNTS, random);
      }
      if (random.nextBoolean()) {
        ObjectNode limits = resources.withObjectProperty("limits");
        limits.put("cpu", random.nextBoolean() ? "2" : "3");
        limits.put("ephemeral-storage", "2");
      }
    }
  }

  private static Manifest manifest(String kind, String namespace, String name) {
    ObjectNode tree = Json.object();
    tree.put("apiVersion", "v1").put("kind", kind);
    ObjectNode metadata = tree.withObjectProperty("metadata").put("name", name);
    if (!namespace.isEmpty()) {
      metadata.put("namespace", namespace);
    }
    return Manifest.of(tree);
  }
}
