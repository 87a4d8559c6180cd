package dev.migrator.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.cluster.memory.MemoryCluster;
import dev.migrator.cluster.memory.VirtualClock;
import dev.migrator.migration.MigrationFile;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.model.Yaml;
import dev.migrator.plan.Finding;
import dev.migrator.plan.Plan;
import dev.migrator.plan.Severity;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who owns what is a graph: a plan looks to its ends, also at what does not travel. */
class OwnershipTest {

  private static final String BY_STORE =
      "{apiVersion: example.com/v1, kind: Store, name: files, uid: u-store, controller: true,"
          + " blockOwnerDeletion: true}";

  private static final String KINDS =
      """
      {apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: stores.example.com},
       spec: {group: example.com, scope: Namespaced, names: {kind: Store, plural: stores},
              versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}]}}
      ---
      {apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: buckets.example.com},
       spec: {group: example.com, scope: Namespaced, names: {kind: Bucket, plural: buckets},
              versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}]}}
      ---
      {apiVersion: example.com/v1, kind: Store,
       metadata: {name: files, namespace: data, uid: u-store, labels: {migrator.dev/protect-from: duplication}}}
      ---
      """;

  private static final String SET =
      """
      {apiVersion: apps/v1, kind: StatefulSet,
       metadata: {name: files, namespace: data, uid: u-set, ownerReferences: [%s]},
       spec: {replicas: 0, serviceName: files, selector: {matchLabels: {app: files}},
              template: {metadata: {labels: {app: files}}, spec: {containers: [{name: c, image: "a:1"}]}}}}
      ---
      {apiVersion: v1, kind: PersistentVolumeClaim,
       metadata: {name: disk-files-0, namespace: data,
                  ownerReferences: [{apiVersion: apps/v1, kind: StatefulSet, name: files, uid: u-set, controller: true}]},
       spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}
      ---
      """
          .formatted(BY_STORE);

  private final VirtualClock clock = new VirtualClock();
  private final MemoryCluster source = MemoryCluster.builder(clock, "old").build();
  private final MemoryCluster target = MemoryCluster.builder(clock, "new").build();

  private void load(String yaml) {
    for (JsonNode document : Yaml.parseAll(yaml)) {
      source.load(Manifest.parse(Json.text(document)));
    }
  }

  private Plan plan(String migration) {
    clock.advance(Duration.ofMinutes(1));
    return Planning.plan(
        source,
        target,
        MigrationFile.read("apiVersion: migrator.dev/v1alpha1\nkind: Migration\n" + migration),
        PlanningOptions.defaults());
  }

  private static List<String> of(Plan plan, String code) {
    return plan.findings().stream()
        .filter(f -> f.code().equals(code))
        .map(f -> f.severity() + " " + f.object().map(ref -> ref.toString()).orElse(""))
        .toList();
  }

  private static String owned(String kind, String name, String more) {
    return "{apiVersion: %s, kind: %s, metadata: {name: %s, namespace: data, uid: u-%s, ownerReferences: [%s]}%s}\n---\n"
        .formatted(
            kind.equals("Bucket") ? "example.com/v1" : "v1",
            kind,
            name,
            name,
            BY_STORE,
            more.isEmpty() ? "" : ", " + more);
  }

  @Test
  void claimsOfAStatefulSetOfAHandedOverCustomResourceBlock() {
    load(KINDS + SET + owned("Secret", "password", "data: {p: c2VjcmV0}"));
    Plan plan = plan("");
    assertThat(plan.isBlocked()).isTrue();
    assertThat(of(plan, "deleted-with-owner"))
        .containsExactlyInAnyOrder(
            "BLOCKER PersistentVolumeClaim/data/disk-files-0", "BLOCKER Secret/data/password");
    assertThat(of(plan, "goes-with-owner")).containsExactly("NOTE Store.example.com/data/files");
  }

  @Test
  void whatTheScopeLeavesOutIsSeenToo() {
    load(KINDS + SET + owned("Secret", "password", "data: {p: c2VjcmV0}"));
    Plan plan =
        plan(
            "scope: {resources: {exclude: [secrets, persistentvolumeclaims,"
                + " statefulsets.apps]}}\n");
    assertThat(of(plan, "deleted-with-owner")).hasSize(2);
  }

  @Test
  void aChildThatStandsForSomethingOutsideBlocks() {
    load(
        KINDS
            + owned("ConfigMap", "composition", "")
            + """
            {apiVersion: example.com/v1, kind: Bucket,
             metadata: {name: media, namespace: data, finalizers: [example.com/bucket],
                        ownerReferences: [{apiVersion: v1, kind: ConfigMap, name: composition, uid: u-composition, controller: true}]}}
            """);
    Plan plan = plan("");
    assertThat(of(plan, "deletion-reaches-outside"))
        .containsExactly("BLOCKER Bucket.example.com/data/media");
    assertThat(plan.findings())
        .filteredOn(f -> f.code().equals("deletion-reaches-outside"))
        .singleElement()
        .satisfies(
            f -> {
              assertThat(f.message()).contains("belongs to Store.example.com/data/files");
              assertThat(f.remedy())
                  .contains("kubectl --context old -n data patch bucket.example.com media");
            });
  }

  @Test
  void whatNoControllerMakesBlocks() {
    String noController = BY_STORE.replace("controller: true", "controller: false");
    load(
        KINDS
            + "{apiVersion: v1, kind: Service, metadata: {name: by-hand, namespace: data,"
            + " labels: {migrator.dev/exclude: 'true'}, ownerReferences: ["
            + noController
            + "]}, spec: {ports: [{port: 80}]}}\n");
    assertThat(of(plan(""), "deleted-with-owner")).containsExactly("BLOCKER Service/data/by-hand");
  }

  @Test
  void whatItsControllerMakesAgainIsNoBlocker() {
    load(
        KINDS
            + owned("Service", "front", "spec: {ports: [{port: 80}]}")
            + owned("Service", "back", "spec: {ports: [{port: 80}]}")
            + owned("ServiceAccount", "operator", "")
            + owned("ConfigMap", "lock", "")
            + owned("Bucket", "scratch", ""));
    Plan plan = plan("");
    assertThat(plan.findings()).noneMatch(f -> f.severity() == Severity.BLOCKER);
    assertThat(plan.findings())
        .filteredOn(f -> f.code().equals("goes-with-owner"))
        .singleElement()
        .extracting(Finding::message)
        .asString()
        .contains("ConfigMap/data/lock", "and 2 more");
  }

  @Test
  void anOwnerThatStaysTakesNothingAlongAndItsSecretsAreNamed() {
    load(
        KINDS.replace("duplication", "loss")
            + SET
            + owned("Secret", "password", "data: {p: c2VjcmV0}"));
    Plan plan = plan("");
    assertThat(of(plan, "deleted-with-owner")).isEmpty();
    assertThat(of(plan, "made-anew")).containsExactly("WARNING Store.example.com/data/files");
  }

  /** A second owner that stays keeps it. */
  @Test
  void whatAnotherOwnerKeepsIsNotLost() {
    load(
        KINDS
            + "{apiVersion: v1, kind: ConfigMap, metadata: {name: stays, namespace: data, uid:"
            + " u-stays}}\n"
            + "---\n"
            + owned("Secret", "password", "data: {p: c2VjcmV0}")
                .replace(
                    "ownerReferences: [",
                    "ownerReferences: [{apiVersion: v1, kind: ConfigMap, name: stays, uid:"
                        + " u-stays}, "));
    assertThat(of(plan(""), "deleted-with-owner")).isEmpty();
  }
}
