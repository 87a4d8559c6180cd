package dev.migrator.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.Deletion;
import dev.migrator.cluster.fault.Fault;
import dev.migrator.cluster.memory.MemoryCluster;
import dev.migrator.cluster.memory.ServedTypes;
import dev.migrator.event.RunEvent;
import dev.migrator.execute.Gatekeeper;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.plans.PlanCase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What stays at the target when a run is taken back keeps everything that it needs there. */
@Timeout(120)
class RollbackNeedsTest {

  private static final ObjectRef SHOP = ObjectRef.namespace("shop");
  private static final ObjectRef WEB = new ObjectRef("apps", "Deployment", "shop", "web");
  private static final ObjectRef CONF = ObjectRef.core("ConfigMap", "shop", "conf");
  private static final ObjectRef CLAIM = ObjectRef.core("PersistentVolumeClaim", "shop", "data");
  private static final ObjectRef ACCOUNT = ObjectRef.core("ServiceAccount", "shop", "web");
  private static final String RBAC = "rbac.authorization.k8s.io";
  private static final ObjectRef ROLE = ObjectRef.clusterScoped(RBAC, "ClusterRole", "reader");
  private static final ObjectRef BINDING =
      ObjectRef.clusterScoped(RBAC, "ClusterRoleBinding", "reader");
  private static final ObjectRef URGENT =
      ObjectRef.clusterScoped("scheduling.k8s.io", "PriorityClass", "urgent");
  private static final ObjectRef POLICY =
      new ObjectRef("networking.k8s.io", "NetworkPolicy", "shop", "none");
  private static final ObjectRef BUCKET = new ObjectRef("example.com", "Bucket", "shop", "files");
  private static final ObjectRef CREDENTIALS = ObjectRef.core("Secret", "shop", "creds");

  private static final String NAMESPACE =
      """
      apiVersion: v1
      kind: Namespace
      metadata: {name: shop}
      """;

  private static final String WORKLOAD =
      NAMESPACE
          + """
          ---
          apiVersion: v1
          kind: ConfigMap
          metadata: {name: conf, namespace: shop}
          data: {a: b}
          ---
          apiVersion: v1
          kind: ConfigMap
          metadata: {name: spare, namespace: shop}
          data: {a: b}
          ---
          apiVersion: v1
          kind: ServiceAccount
          metadata: {name: web, namespace: shop}
          ---
          apiVersion: networking.k8s.io/v1
          kind: NetworkPolicy
          metadata: {name: none, namespace: shop}
          spec: {podSelector: {}, policyTypes: [Ingress]}
          ---
          apiVersion: rbac.authorization.k8s.io/v1
          kind: ClusterRole
          metadata: {name: reader}
          rules: [{apiGroups: [""], resources: [configmaps], verbs: [get]}]
          ---
          apiVersion: rbac.authorization.k8s.io/v1
          kind: ClusterRoleBinding
          metadata: {name: reader}
          roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: reader}
          subjects: [{kind: ServiceAccount, name: web, namespace: shop}]
          ---
          apiVersion: scheduling.k8s.io/v1
          kind: PriorityClass
          metadata: {name: urgent}
          value: 1000
          ---
          apiVersion: v1
          kind: PersistentVolumeClaim
          metadata: {name: data, namespace: shop, labels: {migrator.dev/volume: empty}}
          spec:
            accessModes: [ReadWriteOnce]
            resources: {requests: {storage: 1Gi}}
          ---
          apiVersion: apps/v1
          kind: Deployment
          metadata: {name: web, namespace: shop, labels: {migrator.dev/protect-from: loss}}
          spec:
            replicas: 1
            strategy: {type: Recreate}
            selector: {matchLabels: {app: web}}
            template:
              metadata: {labels: {app: web}}
              spec:
                serviceAccountName: web
                priorityClassName: urgent
                containers:
                  - name: db
                    image: registry.example/db:1
                    envFrom: [{configMapRef: {name: conf}}]
                    volumeMounts: [{name: d, mountPath: /d}]
                volumes: [{name: d, persistentVolumeClaim: {claimName: data}}]
          """;

  private static final String OPERATED =
      NAMESPACE
          + """
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
                schema:
                  openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}
          ---
          apiVersion: example.com/v1
          kind: Bucket
          metadata:
            name: files
            namespace: shop
            labels: {migrator.dev/protect-from: loss}
          spec: {size: 1}
          ---
          apiVersion: v1
          kind: Secret
          metadata:
            name: creds
            namespace: shop
            ownerReferences: [{apiVersion: example.com/v1, kind: Bucket, name: files, uid: UID}]
          data: {p: YQ==}
          """;

  private static final String WEBHOOK =
      NAMESPACE
          + """
          ---
          apiVersion: apps/v1
          kind: Deployment
          metadata: {name: web, namespace: shop, labels: {migrator.dev/protect-from: loss}}
          spec:
            replicas: 1
            selector: {matchLabels: {app: web}}
            template:
              metadata: {labels: {app: web}}
              spec: {containers: [{name: c, image: registry.example/c:1}]}
          ---
          apiVersion: v1
          kind: Service
          metadata: {name: hook, namespace: shop}
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
              clientConfig: {service: {name: hook, namespace: shop, path: /}, caBundle: YQ==}
              rules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [configmaps]}]
          """;

  @TempDir Path folder;

  @Test
  void theOnlyWorkloadKeepsWhatItNeeds() {
    Scene scene = moved(WORKLOAD);
    delete(scene.clusters.source(), WEB);
    RunEvent.RunEnded back = rollback(scene);
    assertThat(back.outcome()).isEqualTo(RunEvent.Outcome.BLOCKED);
    assertThere(scene, WEB, CONF, CLAIM, ACCOUNT, BINDING, ROLE, URGENT, POLICY, SHOP);
    assertGone(scene, ObjectRef.core("ConfigMap", "shop", "spare"));
  }

  /** The whole application is pruned from the source, or deleted there, and is a copy no more. */
  @Test
  void aRollbackAfterAPruneTakesNothingFromTheOnlyOne() {
    Scene scene = moved(WORKLOAD);
    PrunePlan prune = Pruning.plan(scene.source, scene.target, scene.directory(), scene.plan);
    RunEvent.RunEnded pruned =
        Pruning.prune(scene.runContext(scene.directory()), scene.plan, prune);
    assertThat(pruned.outcome()).isEqualTo(RunEvent.Outcome.DONE);
    RunEvent.RunEnded back = rollback(scene);
    assertThat(back.outcome()).isEqualTo(RunEvent.Outcome.BLOCKED);
    assertThere(scene, WEB, CONF, CLAIM, ACCOUNT, BINDING, ROLE, URGENT, SHOP);
  }

  @Test
  void aHotFixKeepsWhatItNeeds() {
    Scene scene = moved(WORKLOAD);
    edit(
        scene,
        WEB,
        tree ->
            ((ObjectNode) tree.at("/spec/template/spec/containers/0"))
                .put("image", "registry.example/db:hotfix"));
    RunEvent.RunEnded back = rollback(scene);
    assertThat(back.problems().getFirst().why()).contains("was changed at the target");
    assertThere(scene, WEB, CONF, CLAIM, ACCOUNT, BINDING, ROLE, URGENT, POLICY, SHOP);
  }

  @Test
  void aWorkloadWhoseSourceWasStoppedSinceStaysAtWork() {
    Scene scene = moved(WORKLOAD);
    Manifest unused =
        scene
            .clusters
            .source()
            .world()
            .edit(WEB, tree -> tree.withObject("/spec").put("replicas", 0));
    RunEvent.RunEnded back = rollback(scene);
    assertThat(back.problems().getFirst().why())
        .contains("deploy/shop/web stays: the source's was stopped since it was copied");
    assertThere(scene, WEB, CONF, CLAIM);
  }

  @Test
  void aWebhookThatStaysKeepsWhatAnswersIt() {
    Scene scene = moved(WEBHOOK);
    ObjectRef hook =
        ObjectRef.clusterScoped(
            "admissionregistration.k8s.io", "ValidatingWebhookConfiguration", "hook");
    edit(
        scene,
        hook,
        tree -> ((ObjectNode) tree.at("/webhooks/0/clientConfig")).put("caBundle", "Yg=="));
    RunEvent.RunEnded unused = rollback(scene);
    assertThere(scene, hook, ObjectRef.core("Service", "shop", "hook"), WEB, SHOP);
    scene.clock.advance(Duration.ofMinutes(5));
    Manifest created =
        scene
            .clusters
            .target()
            .create(
                ServedTypes.named("v1", "ConfigMap"),
                Manifest.parse(
                    """
                    {"apiVersion": "v1", "kind": "ConfigMap",
                     "metadata": {"name": "z", "namespace": "default"}}
                    """));
    assertThat(created.uid()).isNotEmpty();
  }

  /** What a copied workload wrote may be newer than what the source has. */
  @Test
  void aClaimThatWasInUseStaysAndIsNoFailure() {
    Scene scene = moved(WORKLOAD);
    RollbackPreview foreseen =
        RollbackRunbook.foreseen(scene.source, scene.target, scene.directory(), scene.plan);
    assertThat(foreseen.kept()).containsOnlyKeys(CLAIM, SHOP);
    assertThat(foreseen.removed()).contains(WEB, CONF).doesNotContain(CLAIM, SHOP);
    RunEvent.RunEnded back = rollback(scene);
    assertThat(back.problems()).isEmpty();
    assertThat(back.outcome()).isEqualTo(RunEvent.Outcome.ROLLED_BACK);
    assertThere(scene, CLAIM, SHOP);
    assertGone(scene, WEB, CONF, ACCOUNT, BINDING, ROLE, URGENT);
    assertThat(scene.events.stream().map(Object::toString))
        .anyMatch(event -> event.contains("the source goes on with the data that it has itself"));
  }

  @Test
  void aClaimOfARunThatStartedNothingGoes() {
    Scene scene = scene(WORKLOAD.replace("protect-from: loss", "protect-from: duplication"));
    scene.gatekeeper = (gate, policy) -> Gatekeeper.Answer.CLOSED;
    assertThat(scene.apply().outcome()).isEqualTo(RunEvent.Outcome.WAITING);
    assertThat(rollback(scene).problems()).isEmpty();
    assertGone(scene, CLAIM, WEB, SHOP);
  }

  @Test
  void theOwnerOfWhatSomebodyChangedStays() {
    Scene scene = moved(OPERATED);
    edit(scene, CREDENTIALS, tree -> tree.putObject("data").put("p", "Yg=="));
    RunEvent.RunEnded back = rollback(scene);
    assertThat(back.problems().getFirst().why())
        .contains("takes secret/shop/creds with it, which stays");
    scene.clock.advance(Duration.ofMinutes(5));
    assertThere(scene, CREDENTIALS, BUCKET, SHOP);
  }

  @Test
  void theOwnerOfAnOperatorsClaimStays() {
    Scene scene = moved(OPERATED);
    loadAtTarget(
        scene,
        """
        {"apiVersion": "v1", "kind": "PersistentVolumeClaim",
         "metadata": {"name": "operators", "namespace": "shop",
           "ownerReferences": [{"apiVersion": "example.com/v1", "kind": "Bucket", "name": "files",
                                "uid": "UID", "controller": true}]},
         "spec": {"accessModes": ["ReadWriteOnce"],
                  "resources": {"requests": {"storage": "1Gi"}}}}
        """
            .replace("UID", stored(scene, BUCKET).uid()));
    RollbackPreview foreseen =
        RollbackRunbook.foreseen(scene.source, scene.target, scene.directory(), scene.plan);
    assertThat(foreseen.kept().get(BUCKET)).isEqualTo("takes pvc/shop/operators with it");
    RunEvent.RunEnded unused = rollback(scene);
    scene.clock.advance(Duration.ofMinutes(5));
    assertThere(scene, BUCKET, ObjectRef.core("PersistentVolumeClaim", "shop", "operators"));
  }

  @Test
  void whatItsControllerEndsStays() {
    Scene scene = moved(OPERATED);
    edit(
        scene,
        BUCKET,
        tree -> tree.withObject("/metadata").putArray("finalizers").add("example.com/outside"));
    RunEvent.RunEnded back = rollback(scene);
    assertThat(back.problems().getFirst().why())
        .contains("its controller ends it, and may delete more with it");
    assertThat(stored(scene, BUCKET).isBeingDeleted()).isFalse();
  }

  @Test
  void whatAKindThatMayNotBeListedMayNeedStays() {
    Scene scene = moved(WORKLOAD);
    scene.target =
        scene.faulty(
            scene.clusters.target(),
            request ->
                request.verb().equals("list")
                        && request.resource().startsWith("clusterrolebindings")
                    ? new Fault.Answer(new ClusterFailure.Forbidden("no list"))
                    : new Fault.None());
    RunEvent.RunEnded back = rollback(scene);
    assertThat(back.problems().getFirst().why())
        .contains(
            "clusterrole.rbac.authorization.k8s.io/reader may be needed by"
                + " clusterrolebindings.rbac.authorization.k8s.io, which cannot be read");
    assertThere(scene, ROLE);
    assertGone(scene, URGENT);
  }

  @Test
  void aNamespaceStaysThatMayHoldWhatCannotBeRead() {
    Scene scene = moved(OPERATED);
    loadAtTarget(
        scene,
        """
        {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
         "metadata": {"name": "widgets.example.org"},
         "spec": {"group": "example.org", "scope": "Namespaced",
           "names": {"kind": "Widget", "plural": "widgets", "singular": "widget",
                     "listKind": "WidgetList"},
           "versions": [{"name": "v1", "served": true, "storage": true,
             "schema": {"openAPIV3Schema": {"type": "object"}}}]}}
        """,
        """
        {"apiVersion": "example.org/v1", "kind": "Widget",
         "metadata": {"name": "w", "namespace": "shop"}}
        """);
    scene.clusters.target().world().breakGroup("example.org/v1", "503");
    RunEvent.RunEnded back = rollback(scene);
    assertThat(back.problems().getFirst().why())
        .contains("ns/shop may hold example.org/v1, which cannot be read: 503");
    assertThere(scene, SHOP);
    assertGone(scene, BUCKET, CREDENTIALS);
  }

  private Scene scene(String source) {
    try {
      Path example = Files.createDirectories(folder.resolve("case"));
      Files.writeString(
          example.resolve("clusters.yaml"),
          """
          source: {context: old, version: v1.34.4}
          target: {context: new, version: v1.36.3}
          """);
      Files.writeString(
          example.resolve("migration.yaml"),
          """
          apiVersion: migrator.dev/v1alpha1
          kind: Migration
          metadata: {name: case}
          """);
      Files.writeString(
          Files.createDirectories(example.resolve("source")).resolve("source.yaml"),
          source.replace("uid: UID", "uid: " + uid(BUCKET)));
      return new Scene(new PlanCase(example));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As the case gives it to an object of the source. */
  private static String uid(ObjectRef ref) {
    return UUID.nameUUIDFromBytes(("old/" + ref).getBytes(StandardCharsets.UTF_8)).toString();
  }

  private Scene moved(String source) {
    Scene scene = scene(source);
    RunEvent.RunEnded ended = scene.apply();
    assertThat(ended.problems()).isEmpty();
    return scene;
  }

  private static RunEvent.RunEnded rollback(Scene scene) {
    return RollbackRunbook.rollback(scene.runContext(scene.directory()), scene.plan);
  }

  private static void delete(MemoryCluster cluster, ObjectRef ref) {
    try {
      Object unused =
          cluster.delete(
              ServedTypes.named("apps/v1", ref.kind()), ref, Deletion.foreground("", ""));
    } catch (ClusterException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void edit(Scene scene, ObjectRef ref, Consumer<ObjectNode> how) {
    Manifest unused = scene.clusters.target().world().edit(ref, how);
  }

  private static Manifest stored(Scene scene, ObjectRef ref) {
    return scene.clusters.target().world().stored(ref).orElseThrow();
  }

  private static void loadAtTarget(Scene scene, String... objects) {
    for (String object : objects) {
      MemoryCluster unused = scene.clusters.target().load(Manifest.parse(object));
    }
  }

  private static void assertThere(Scene scene, ObjectRef... refs) {
    for (ObjectRef ref : refs) {
      assertThat(
              scene
                  .clusters
                  .target()
                  .world()
                  .stored(ref)
                  .filter(object -> !object.isBeingDeleted()))
          .as(ref + " after " + scene.events)
          .isPresent();
    }
  }

  private static void assertGone(Scene scene, ObjectRef... refs) {
    for (ObjectRef ref : refs) {
      assertThat(scene.clusters.target().world().stored(ref))
          .as(ref + " after " + scene.events)
          .isEmpty();
    }
  }
}
