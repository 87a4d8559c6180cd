package dev.migrator.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.cluster.memory.MemoryCluster;
import dev.migrator.cluster.memory.VirtualClock;
import dev.migrator.migration.MigrationFile;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Yaml;
import dev.migrator.plan.Finding;
import dev.migrator.plan.Plan;
import dev.migrator.plan.Severity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** No storage gets a second writer because its workload is copied and goes on at the source. */
class TwoWritersTest {

  private static final String BASE =
      """
      apiVersion: v1
      kind: Namespace
      metadata: {name: db}
      ---
      apiVersion: v1
      kind: PersistentVolume
      metadata: {name: disk, labels: {of: volume}}
      spec:
        capacity: {storage: 1Gi}
        accessModes: [ReadWriteOnce]
        persistentVolumeReclaimPolicy: Retain
        storageClassName: ""
        nfs: {server: 192.0.2.9, path: /x}
        claimRef: {namespace: db, name: data}
      ---
      apiVersion: v1
      kind: PersistentVolumeClaim
      metadata: {name: data, namespace: db, labels: {of: claim}}
      spec:
        storageClassName: ""
        volumeName: disk
        accessModes: [ReadWriteOnce]
        resources: {requests: {storage: 1Gi}}
      ---
      """;

  private static final String DEPLOYMENT =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: pg, namespace: db, labels: {migrator.dev/protect-from: loss}}
      spec:
        replicas: 1
        strategy: {type: Recreate}
        selector: {matchLabels: {app: pg}}
        template:
          metadata: {labels: {app: pg}}
          spec:
            containers:
              - {name: pg, image: "pg:1", volumeMounts: [{name: d, mountPath: /d}]}
            volumes: [{name: d, persistentVolumeClaim: {claimName: data}}]
      """;

  private static final String SET =
      """
      apiVersion: apps/v1
      kind: StatefulSet
      metadata: {name: pg, namespace: db, labels: {migrator.dev/protect-from: loss}}
      spec:
        replicas: 1
        serviceName: pg
        selector: {matchLabels: {app: pg}}
        template:
          metadata: {labels: {app: pg}}
          spec:
            containers:
              - {name: pg, image: "pg:1", volumeMounts: [{name: d, mountPath: /d}]}
        volumeClaimTemplates:
          - metadata: {name: d}
            spec:
              accessModes: [ReadWriteOnce]
              storageClassName: ""
              resources: {requests: {storage: 1Gi}}
      """;

  private final VirtualClock clock = new VirtualClock();
  private final MemoryCluster source =
      MemoryCluster.builder(clock, "old").version("v1.34.4").build();
  private final MemoryCluster target =
      MemoryCluster.builder(clock, "new").version("v1.36.3").build();

  private static Manifest[] objects(String yaml) {
    List<Manifest> objects = new ArrayList<>();
    for (JsonNode document : Yaml.parseAll(yaml)) {
      objects.add(Manifest.parse(Json.text(document)));
    }
    return objects.toArray(Manifest[]::new);
  }

  private Plan plan(String more) {
    clock.advance(Duration.ofMinutes(1));
    return Planning.plan(
        source,
        target,
        MigrationFile.read("apiVersion: migrator.dev/v1alpha1\nkind: Migration\n" + more),
        PlanningOptions.defaults());
  }

  private static List<Finding> writers(Plan plan) {
    return plan.findings().stream().filter(f -> f.code().equals("two-writers")).toList();
  }

  private List<Finding> writers(String yaml) {
    source.load(objects(yaml));
    return writers(plan(""));
  }

  @Test
  void aCopiedWorkloadOnADiskThatTravelsBlocksThePlan() {
    assertThat(writers(BASE + DEPLOYMENT))
        .singleElement()
        .satisfies(f -> assertThat(f.severity()).isEqualTo(Severity.BLOCKER))
        .satisfies(f -> assertThat(f.object()).contains(ObjectRef.parse("Deployment.apps/db/pg")))
        .satisfies(f -> assertThat(f.message()).contains("PersistentVolume disk (claim data)"))
        .satisfies(
            f ->
                assertThat(f.remedy())
                    .startsWith(
                        "kubectl --context old label deployment.apps pg -n db"
                            + " migrator.dev/protect-from=duplication")
                    .contains(
                        "kubectl --context old label persistentvolumeclaim data -n db"
                            + " migrator.dev/volume=share"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"loss", "none"})
  void ofAnyClassThatStaysAtTheSource(String protection) {
    assertThat(
            writers(BASE + DEPLOYMENT.replace("protect-from: loss", "protect-from: " + protection)))
        .hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "protect-from: loss | protect-from: duplication",
        "of: volume | migrator.dev/volume: share",
        "of: claim | migrator.dev/volume: share",
        "protect-from: loss} | protect-from: loss, migrator.dev/volume: share}",
        "accessModes: [ReadWriteOnce] | accessModes: [ReadOnlyMany]",
        "claimName: data} | claimName: data, readOnly: true}",
        "mountPath: /d} | mountPath: /d, readOnly: true}",
        "claimName: data} | claimName: other}",
        "volumeMounts: [{name: d, mountPath: /d}] | ports: [{containerPort: 80}]",
        "replicas: 1 | replicas: 0",
        "nfs: {server: 192.0.2.9, path: /x} | hostPath: {path: /x}",
      })
  void butNotWhereOneWriterIsLeftOrMoreAreWanted(String given, String instead) {
    String yaml = (BASE + DEPLOYMENT).replace(given, instead);
    assertThat(yaml).isNotEqualTo(BASE + DEPLOYMENT);
    assertThat(writers(yaml)).isEmpty();
  }

  /** A node mounts a disk to write, before a container sees it read-only. */
  @ParameterizedTest
  @ValueSource(strings = {"claimName: data, readOnly: true}", "claimName: data}"})
  void readingAlsoHarmsADiskThatOneNodeMayMount(String claim) {
    String onDisk =
        BASE.replace(
            "nfs: {server: 192.0.2.9, path: /x}",
            "csi: {driver: ebs.csi.aws.com, volumeHandle: vol-1}");
    assertThat(writers(onDisk + DEPLOYMENT.replace("claimName: data}", claim))).hasSize(1);
  }

  @Test
  void whatAnAutoscalerStartsIsNotAtRest() {
    assertThat(
            writers(
                BASE
                    + DEPLOYMENT.replace("replicas: 1", "replicas: 0")
                    + """
                    ---
                    apiVersion: autoscaling/v2
                    kind: HorizontalPodAutoscaler
                    metadata: {name: pg, namespace: db}
                    spec:
                      maxReplicas: 2
                      scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: pg}
                    """))
        .hasSize(1);
  }

  @Test
  void theClaimsOfATemplateAreMounted() {
    assertThat(writers(BASE.replace("name: data", "name: d-pg-0") + SET))
        .singleElement()
        .satisfies(f -> assertThat(f.message()).contains("claim d-pg-0"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nfs: {server: 192.0.2.9, path: /x} | 1",
        "nfs: {server: 192.0.2.9, path: /x, readOnly: true} | 0",
        "csi: {driver: gcsfuse.csi.storage.gke.io, volumeAttributes: {bucketName: b}} | 1",
        "csi: {driver: csi.example.com} | 0",
        "emptyDir: {} | 0",
        "hostPath: {path: /x} | 0",
        "iscsi: {targetPortal: 192.0.2.9, iqn: iqn.1, lun: 0} | 1",
      })
  void storageThatPodsNameThemselvesIsOneForBoth(String volume, int blockers) {
    String inline = DEPLOYMENT.replace("persistentVolumeClaim: {claimName: data}", volume);
    assertThat(writers(BASE + inline)).hasSize(blockers);
    assertThat(writers(plan("volumes: [{match: {namespace: db}, via: share}]"))).isEmpty();
  }

  /** Nobody can tell what a CSI driver does with the volume of a pod. */
  @Test
  void anUnknownDriverIsAWarning() {
    source.load(
        objects(
            BASE
                + DEPLOYMENT.replace(
                    "persistentVolumeClaim: {claimName: data}", "csi: {driver: csi.example.com}")));
    assertThat(plan("").findings())
        .filteredOn(f -> f.object().filter(r -> r.name().equals("pg")).isPresent())
        .extracting(f -> f.severity() + " " + f.code())
        .contains("WARNING shared-storage");
  }

  @Test
  void customResourcesAreSearchedForClaims() {
    String rollout =
        """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: rollouts.argoproj.io}
        spec:
          group: argoproj.io
          scope: Namespaced
          names: {kind: Rollout, listKind: RolloutList, plural: rollouts, singular: rollout}
          versions:
            - name: v1alpha1
              served: true
              storage: true
              schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
        ---
        """
            + DEPLOYMENT
                .replace("apps/v1", "argoproj.io/v1alpha1")
                .replace("kind: Deployment", "kind: Rollout");
    assertThat(writers(BASE + rollout))
        .singleElement()
        .satisfies(
            f -> assertThat(f.object()).contains(ObjectRef.parse("Rollout.argoproj.io/db/pg")));
  }

  /** The volume stays, and the target has one of its own for the same disk. */
  @Test
  void aDiskThatTheTargetReachesUnderAnotherName() {
    String provisioned =
        BASE.replace(
                "labels: {of: volume}",
                "annotations: {pv.kubernetes.io/provisioned-by: ebs.csi.aws.com}")
            .replace(
                "nfs: {server: 192.0.2.9, path: /x}",
                "csi: {driver: ebs.csi.aws.com, volumeHandle: vol-1}");
    source.load(objects(provisioned + DEPLOYMENT));
    assertThat(writers(plan(""))).isEmpty();

    target.load(
        objects(
            """
            apiVersion: v1
            kind: PersistentVolume
            metadata: {name: by-hand}
            spec:
              capacity: {storage: 1Gi}
              accessModes: [ReadWriteOnce]
              storageClassName: ""
              awsElasticBlockStore: {volumeID: "aws://eu-west-1a/vol-1"}
            """));
    Plan plan = plan("");
    assertThat(writers(plan)).hasSize(1);
    assertThat(plan.findings()).filteredOn(f -> f.code().equals("data-stays")).isEmpty();
  }

  @Test
  void whatRunsInBothAlreadyIsAWarning() {
    target.load(objects(DEPLOYMENT));
    assertThat(writers(BASE + DEPLOYMENT))
        .extracting(Finding::severity)
        .containsExactly(Severity.WARNING);
  }

  /** A path on a node is another disk on another node. */
  @Test
  void theDataOfAVolumeOnANodeStays() {
    source.load(
        objects(BASE.replace("nfs: {server: 192.0.2.9, path: /x}", "hostPath: {path: /x}")));
    assertThat(plan("").findings()).filteredOn(f -> f.code().equals("data-stays")).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{namespace: 'd*'} | 0",
        "{claim: data} | 0",
        "{volume: disk, driver: nfs} | 0",
        "{claim: data, driver: ceph} | 1",
        "{namespace: shop} | 1",
      })
  void theMigrationFileDeclaresWhatIsShared(String match, int blockers) {
    source.load(objects(BASE + DEPLOYMENT));
    assertThat(writers(plan("volumes: [{match: %s, via: share, because: x}]".formatted(match))))
        .hasSize(blockers);
  }

  private static List<String> data(Plan plan) {
    return plan.findings().stream()
        .filter(f -> f.code().equals("data-stays") || f.code().equals("other-data"))
        .map(f -> f.code() + " " + f.object().orElseThrow().kind())
        .toList();
  }

  /** What is there is not empty: it has data of its own. */
  @Test
  void aClaimThatTheTargetHasDoesNotStartEmpty() {
    String provisioned =
        BASE.replace("labels: {of: volume}", "annotations: {pv.kubernetes.io/provisioned-by: x}")
            .replace("nfs: {server: 192.0.2.9, path: /x}", "csi: {driver: x, volumeHandle: a}")
            .replace("name: data", "name: d-pg-0");
    source.load(
        objects(provisioned + SET.replace("protect-from: loss", "protect-from: duplication")));
    Plan empty = plan("");
    assertThat(data(empty))
        .containsExactlyInAnyOrder("data-stays PersistentVolumeClaim", "data-stays StatefulSet");
    assertThat(empty.startingEmpty())
        .extracting(ObjectRef::kind)
        .containsExactlyInAnyOrder("PersistentVolumeClaim", "StatefulSet");

    target.load(
        objects(
            """
            apiVersion: v1
            kind: PersistentVolumeClaim
            metadata: {name: d-pg-0, namespace: db}
            spec:
              storageClassName: ""
              accessModes: [ReadWriteOnce]
              resources: {requests: {storage: 1Gi}}
            """));
    Plan there = plan("");
    assertThat(data(there))
        .containsExactlyInAnyOrder("other-data PersistentVolumeClaim", "other-data StatefulSet");
    assertThat(there.startingEmpty()).isEmpty();
  }

  @Test
  void ofAStatefulSetWhoseVolumesTravelNothingIsSaidToStayBehind() {
    source.load(objects(BASE.replace("name: data", "name: d-pg-0") + SET));
    assertThat(data(plan(""))).isEmpty();
  }
}
