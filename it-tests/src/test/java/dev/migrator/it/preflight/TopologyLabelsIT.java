package dev.migrator.it.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cluster.Cluster;
import dev.migrator.it.cluster.ClusterPair;
import dev.migrator.it.connection.PairClients;
import dev.migrator.it.junit.RealClusters;
import dev.migrator.migration.Migration;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ResourceType;
import dev.migrator.model.Yaml;
import dev.migrator.sanitize.SanitizeContext;
import dev.migrator.sanitize.Sanitized;
import dev.migrator.sanitize.Sanitizer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A server from 1.35 on writes the zone of the node onto the Pods that it binds. */
@RealClusters
class TopologyLabelsIT {

  private static final String ZONE = "topology.kubernetes.io/zone";
  private static final String REGION = "topology.kubernetes.io/region";

  private final ClusterPair pair;
  private final Cluster cluster;
  private final ResourceType pods;

  TopologyLabelsIT(ClusterPair pair) {
    this.pair = pair;
    cluster = PairClients.open(pair, "target");
    pods =
        cluster.discover().types().stream()
            .filter(t -> t.groupKind().equals("Pod"))
            .findFirst()
            .orElseThrow();
  }

  @AfterEach
  void clean() {
    pair.target().kubectl().run("delete", "namespace", "zones", "--wait=false");
    cluster.close();
  }

  @Test
  void whatTheServerWroteIsToldApartFromWhatTheUserWrote() throws InterruptedException {
    pair.target().kubectl().run("create", "namespace", "zones");
    ObjectRef account = ObjectRef.core("ServiceAccount", "zones", "default");
    ResourceType accounts =
        cluster.discover().types().stream()
            .filter(t -> t.groupKind().equals("ServiceAccount"))
            .findFirst()
            .orElseThrow();
    while (cluster.get(accounts, account).isEmpty()) {
      Thread.sleep(100);
    }
    Manifest plain = bound("plain", "{app: web}");
    Manifest own = bound("own", "{app: web, %s: mine}".formatted(ZONE));
    // The nodes of the pair have both labels.
    assertThat(plain.labels()).containsOnlyKeys("app", ZONE, REGION);
    assertThat(own.labels()).containsOnlyKeys("app", ZONE, REGION);

    Sanitizer sanitizer = new Sanitizer(SanitizeContext.of(Migration.defaults()));
    Sanitized sanitized = sanitizer.sanitize(plain);
    assertThat(sanitized.body().labels()).containsOnlyKeys("app");
    assertThat(sanitized.drops()).contains("metadata.labels." + ZONE, "metadata.labels." + REGION);
    assertThat(sanitizer.sanitize(own).body().labels()).containsOnlyKeys("app", ZONE);
  }

  private Manifest bound(String name, String labels) throws InterruptedException {
    Manifest created =
        cluster.create(
            pods,
            Manifest.of(
                (ObjectNode)
                    Yaml.parse(
                            "{apiVersion: v1, kind: Pod, metadata: {name: %s, namespace: zones, labels: %s}, spec: {containers: [{name: c, image: 'a:1'}]}}"
                                .formatted(name, labels))
                        .orElseThrow()));
    Manifest pod = created;
    for (int i = 0; i < 300 && pod.at("spec", "nodeName").asText().isEmpty(); i++) {
      Thread.sleep(200);
      pod = cluster.get(pods, created.ref()).orElseThrow();
    }
    assertThat(pod.at("spec", "nodeName").asText()).isNotEmpty();
    return pod;
  }
}
