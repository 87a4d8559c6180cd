package dev.migrator.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.migrator.cluster.fault.Fault;
import dev.migrator.cluster.fault.ProcessLife;
import dev.migrator.cluster.memory.MemoryCluster;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A prune takes nothing from what works on at the source, and has a way back for all of it. */
@Timeout(300)
class PruneNeighboursTest {

  private static final String BILL = "CronJob.batch/shop/bill";
  private static final String CONF = "ConfigMap/shop/conf";
  private static final String WEB = "Deployment.apps/shop/web";
  private static final String NAMESPACE =
      """
      apiVersion: v1
      kind: Namespace
      metadata: {name: shop, labels: {tier: web}}
      ---
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: conf, namespace: shop, labels: {tier: web}}
      data: {a: b}
      """;
  private static final String CRON_JOB =
      """
      ---
      apiVersion: batch/v1
      kind: CronJob
      metadata: {name: bill, namespace: shop}
      spec:
        schedule: "0 * * * *"
        jobTemplate:
          spec:
            template:
              spec:
                restartPolicy: Never
                containers:
                  - {name: c, image: "registry.old/c:1", envFrom: [{configMapRef: {name: conf}}]}
      """;
  private static final String DEPLOYMENT =
      """
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: web, namespace: shop, labels: {migrator.dev/protect-from: loss}}
      spec:
        replicas: 1
        selector: {matchLabels: {app: web}}
        template:
          metadata: {labels: {app: web}}
          spec:
            containers:
              - {name: c, image: "registry.old/c:1", envFrom: [{configMapRef: {name: conf}}]}
      """;
  private static final String WEBHOOK =
      """
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: web, namespace: shop}
      spec: {selector: {app: web}, ports: [{port: 443}]}
      ---
      apiVersion: admissionregistration.k8s.io/v1
      kind: ValidatingWebhookConfiguration
      metadata: {name: hook}
      webhooks:
        - name: hook.example.com
          failurePolicy: Fail
          sideEffects: None
          admissionReviewVersions: [v1]
          clientConfig: {service: {name: web, namespace: shop, path: /}, caBundle: YQ==}
          rules:
            - {apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [configmaps]}
      """;
  private static final String BUCKET =
      """
      ---
      apiVersion: apiextensions.k8s.io/v1
      kind: CustomResourceDefinition
      metadata: {name: buckets.example.com}
      spec:
        group: example.com
        scope: Namespaced
        names: {kind: Bucket, plural: buckets, singular: bucket, listKind: BucketList}
        versions:
          - name: v1
            served: true
            storage: true
            schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
      ---
      apiVersion: example.com/v1
      kind: Bucket
      metadata:
        name: files
        namespace: shop
        uid: uid-files
        labels: {migrator.dev/protect-from: loss}
      spec: {size: 1}
      ---
      apiVersion: v1
      kind: Secret
      metadata:
        name: creds
        namespace: shop
        ownerReferences:
          - {apiVersion: example.com/v1, kind: Bucket, name: files, uid: uid-files, controller: true}
      data: {p: YQ==}
      """;

  @TempDir Path folder;
  private World world = new World(Path.of(""));

  @Test
  void whatAnObjectOutOfScopeNeedsStays() {
    moved(
        NAMESPACE + CRON_JOB,
        """
        apiVersion: migrator.dev/v1alpha1
        kind: Migration
        metadata: {name: m}
        scope: {selector: "tier=web"}
        """);
    World.Result pruned = world.run("prune", "latest", "--yes");
    assertThat(has("old", CONF)).as(pruned.out() + pruned.err()).isTrue();
    assertThat(pruned.out()).contains("cronjob/shop/bill at the source uses it");
  }

  @Test
  void whatAnExcludedWorkloadNeedsStays() {
    moved(
        NAMESPACE
            + DEPLOYMENT.replace(
                "migrator.dev/protect-from: loss", "migrator.dev/exclude: \"true\""),
        "");
    World.Result pruned = world.run("prune", "latest", "--yes");
    assertThat(has("old", CONF)).as(pruned.out() + pruned.err()).isTrue();
  }

  @Test
  void whatAnswersForAWebhookThatStaysDoesToo() {
    moved(NAMESPACE + DEPLOYMENT + WEBHOOK, "");
    World.Result pruned = world.run("prune", "latest", "--yes");
    for (String ref : new String[] {"Service/shop/web", WEB, CONF}) {
      assertThat(has("old", ref)).as(ref + pruned.out() + pruned.err()).isTrue();
    }
  }

  @Test
  void whatDoesNotWorkAtTheTargetStays() {
    moved(NAMESPACE + DEPLOYMENT, "");
    delete(ref -> ref.toString().equals(CONF));
    delete(ref -> ref.kind().equals("Pod"));
    world.clock.advance(Duration.ofMinutes(5));
    World.Result pruned = world.run("prune", "latest", "--yes");
    assertThat(has("old", WEB)).as(pruned.out() + pruned.err()).isTrue();
    assertThat(pruned.out()).contains("works at the source, and not at the target");
  }

  /** The next restart at the target would fail. */
  @Test
  void whatLacksAtTheTargetWhatItNeedsStays() {
    moved(NAMESPACE + DEPLOYMENT, "");
    delete(ref -> ref.toString().equals(CONF));
    World.Result pruned = world.run("prune", "latest", "--yes");
    assertThat(has("old", WEB)).as(pruned.out() + pruned.err()).isTrue();
    assertThat(pruned.out()).contains("the target does not have what it needs: cm/shop/conf");
  }

  @Test
  void aWayBackThatWasKilledStopsAPrune() {
    moved(NAMESPACE + CRON_JOB, "");
    String first = world.run("status", "latest").out();
    assertThat(first).isNotEmpty();
    String run = only();
    assertThat(world.run("rollback", "latest", "--backward", "--yes").exit()).isZero();
    world.faults(
        "old",
        request ->
            request.verb().equals("create")
                    && request.object().filter(ObjectRef.parse(BILL)::equals).isPresent()
                ? new Fault.Crash(Fault.Crash.Moment.BEFORE_SEND)
                : new Fault.None());
    assertThat(
            catchThrowable(
                () -> world.run("apply", "back.plan.yaml", "--yes", "--approve-gate", "afterCopy")))
        .isInstanceOf(ProcessLife.ProcessDied.class);
    world.faults("old", request -> new Fault.None());
    world.clock.advance(Duration.ofMinutes(5));
    World.Result pruned = world.run("prune", run, "--yes");
    assertThat(has("old", CONF)).as(pruned.out() + pruned.err()).isTrue();
    assertThat(pruned.exit()).isNotZero();
    assertThat(pruned.err())
        .contains("Error M1301: run ", "cronjob/shop/bill has left the source")
        .contains("migrator resume");
  }

  @Test
  void whatGoesAlongWithAPrunedCopyIsPutBack() {
    moved(NAMESPACE + BUCKET, "");
    if (!has("new", "Secret/shop/creds")) {
      MemoryCluster unused =
          world
              .simulated("new")
              .load(
                  Manifest.parse(
                      "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{\"name\":\"creds\","
                          + "\"namespace\":\"shop\"},\"data\":{\"p\":\"YQ==\"}}"));
    }
    World.Result pruned = world.run("prune", "latest", "--yes");
    assertThat(has("old", "Bucket.example.com/shop/files")).as(pruned.out()).isFalse();
    world.clock.advance(Duration.ofMinutes(5));
    assertThat(has("old", "Secret/shop/creds")).isFalse();
    World.Result back = world.run("prune", "latest", "--undo", "--yes");
    assertThat(has("old", "Secret/shop/creds")).as(back.out() + back.err()).isTrue();
    assertThat(back.exit()).as(back.err()).isZero();
  }

  private void moved(String yaml, String migration) {
    world = new World(folder).clusters("old", yaml).clusters("new", "");
    String[] plan = {
      "plan", "--source-context", "old", "--target-context", "new", "-o", "move.plan.yaml"
    };
    if (!migration.isEmpty()) {
      world.file("m.yaml", migration);
      plan = java.util.Arrays.copyOf(plan, plan.length + 2);
      plan[plan.length - 2] = "-f";
      plan[plan.length - 1] = "m.yaml";
    }
    assertThat(world.run(plan).exit()).isZero();
    World.Result applied =
        world.run("apply", "move.plan.yaml", "--yes", "--approve-gate", "afterCopy");
    assertThat(applied.exit()).as(applied.err()).isZero();
  }

  private String only() {
    try (var runs = java.nio.file.Files.list(folder.resolve(".migrator"))) {
      return runs.map(path -> path.getFileName().toString())
          .filter(name -> name.startsWith("r-"))
          .findFirst()
          .orElseThrow();
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private boolean has(String cluster, String ref) {
    return world
        .simulated(cluster)
        .world()
        .stored(ObjectRef.parse(ref))
        .filter(object -> !object.isBeingDeleted())
        .isPresent();
  }

  private void delete(java.util.function.Predicate<ObjectRef> which) {
    MemoryCluster target = world.simulated("new");
    for (Manifest object : target.world().everything()) {
      if (which.test(object.ref())) {
        Optional<Manifest> unused =
            target.delete(
                target.discover().types().stream()
                    .filter(type -> type.groupKind().equals(object.ref().groupKind()))
                    .findFirst()
                    .orElseThrow(),
                object.ref(),
                dev.migrator.cluster.Deletion.background(object.uid(), object.resourceVersion()));
      }
    }
  }
}
