package dev.migrator.it.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.it.audit.Attachments;
import dev.migrator.it.audit.AuditEvent;
import dev.migrator.it.cluster.TestCluster;
import dev.migrator.model.Json;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A StatefulSet {@code ledger} whose pods write to three claims each, as a database with its data,
 * its log and its index, and the judge of what is on their disks.
 */
public record LedgerScene(Disks disks, String namespace, int replicas) {

  /** The names of the claim templates. */
  public static final List<String> TEMPLATES = List.of("accounts", "journal", "index");

  private static final Duration LIMIT = Duration.ofMinutes(2);

  /**
   * The namespace and the StatefulSet.
   *
   * @param claimLabels a flow mapping, such as {@code {migrator.dev/volume: handOver}}
   */
  public String yaml(String storageClass, String claimLabels) {
    StringBuilder yaml =
        new StringBuilder(
            """
            {apiVersion: v1, kind: Namespace, metadata: {name: %1$s}}
            ---
            apiVersion: apps/v1
            kind: StatefulSet
            metadata: {name: ledger, namespace: %1$s, labels: {migrator.dev/protect-from: duplication}}
            spec:
              replicas: %2$d
              podManagementPolicy: Parallel
              serviceName: ledger
              selector: {matchLabels: {app: ledger}}
              template:
                metadata: {labels: {app: ledger}}
                spec:
                  containers:
                  - name: main
                    image: %3$s
                    imagePullPolicy: Never
                    env:
                    - {name: NODE, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}
                    - {name: POD_UID, valueFrom: {fieldRef: {fieldPath: metadata.uid}}}
                    - {name: POD_NAME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
                    command: [ledger, run, --name=$(POD_NAME), /data/accounts, /data/journal, /data/index]
                    volumeMounts:
            """
                .formatted(namespace, replicas, Disks.IMAGE));
    for (String name : TEMPLATES) {
      yaml.append("        - {name: %1$s, mountPath: /data/%1$s}\n".formatted(name));
    }
    yaml.append("  volumeClaimTemplates:\n");
    for (String name : TEMPLATES) {
      yaml.append(
          """
            - metadata: {name: %s, labels: %s}
              spec: {storageClassName: %s, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Mi}}}
          """
              .formatted(name, claimLabels, storageClass));
    }
    return yaml.toString();
  }

  /** The disks of the claims that a cluster has at the moment, by claim. */
  public Map<String, String> handles(TestCluster cluster) {
    String volumes = cluster.kubectl().run("get", "pv", "-o", "json");
    Map<String, String> handles = new TreeMap<>();
    for (JsonNode volume : Json.parse(volumes).path("items")) {
      boolean bound = volume.at("/status/phase").asText().equals("Bound");
      if (bound && volume.at("/spec/claimRef/namespace").asText().equals(namespace)) {
        handles.put(volume.at("/spec/claimRef/name").asText(), Fields.handle(volume));
      }
    }
    return handles;
  }

  /** Waits until all pods of a cluster write to all their disks, and returns those. */
  public Map<String, String> awaitWriting(TestCluster cluster) {
    await("the ledgers of " + cluster.name())
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(300))
        .until(
            () -> {
              Map<String, String> handles = handles(cluster);
              return handles.size() == TEMPLATES.size() * replicas
                  && handles.values().stream()
                      .allMatch(handle -> disks.ledger(handle).records(cluster.name()) > 5);
            });
    return handles(cluster);
  }

  /**
   * Fails unless the disks are all there, their chains are whole and written by these clusters in
   * this order and no others, and no disk was attached to, or mounted on, two nodes at once: as the
   * driver and as both API servers tell it. Pods that still write may be in the middle of a record.
   */
  public void judge(
      Map<String, String> handles,
      List<String> clusters,
      List<AuditEvent> source,
      List<AuditEvent> target) {
    handles.forEach(
        (claim, handle) -> {
          LedgerState ledger = disks.ledger(handle);
          String name = claim.replaceFirst("^([a-z]+)-(ledger-\\d+)$", "$2/$1");
          System.out.printf("  %s: %s%n", claim, ledger);
          assertThat(disks.has(handle)).as(claim).isTrue();
          assertThat(ledger.problems()).as(claim).isEmpty();
          assertThat(ledger.label()).as("whose disk %s has", claim).isEqualTo(name);
          assertThat(ledger.clusters()).as("who wrote to %s", claim).isEqualTo(clusters);
        });
    for (String cluster : clusters) {
      assertThat(Attachments.of(cluster.equals("source") ? source : target))
          .as("attachments at the %s", cluster)
          .extracting(Attachments.Span::handle)
          .containsAll(handles.values());
    }
    assertThat(disks.overlaps()).as("by the driver's account").isEmpty();
    assertThat(Attachments.overlaps(source, target)).as("by the audit logs").isEmpty();
  }
}
