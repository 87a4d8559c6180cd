package dev.migrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.fault.Fault;
import dev.migrator.cluster.fault.FaultScript;
import dev.migrator.cluster.fault.Request;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The examples on the pages of errors are what the program says when it happens.
 *
 * <p>{@code -Ddocs.update=true} writes them anew: look at the difference before you commit it.
 */
@Timeout(60)
class ErrorExamplesTest {

  private static final Path PAGES = Path.of("../docs/errors");
  private static final String CONTEXTS = "plan --source-context old --target-context new";
  private static final String PLAN = CONTEXTS + " -o move.plan.yaml";
  private static final String APPLY = "apply move.plan.yaml --yes";
  private static final String APPLY_ALL = APPLY + " --approve-gate afterCopy";

  private static final String SHOP =
      """
      apiVersion: v1
      kind: Namespace
      metadata: {name: shop}
      ---
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: settings, namespace: shop}
      data: {url: "https://old.example.com"}
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: web, namespace: shop}
      spec:
        replicas: 3
        selector: {matchLabels: {app: web}}
        template:
          metadata: {labels: {app: web}}
          spec: {containers: [{name: web, image: "registry.old/web:1.4"}]}
      ---
      apiVersion: batch/v1
      kind: CronJob
      metadata: {name: billing, namespace: shop, labels: {app: billing}}
      spec:
        schedule: "0 2 * * *"
        jobTemplate:
          spec:
            template:
              spec:
                restartPolicy: Never
                containers: [{name: billing, image: "registry.old/billing:2.0"}]
      """;

  private static final String DATABASE =
      """
      ---
      apiVersion: apps/v1
      kind: StatefulSet
      metadata: {name: db, namespace: shop}
      spec:
        replicas: 1
        serviceName: db
        selector: {matchLabels: {app: db}}
        template:
          metadata: {labels: {app: db}}
          spec: {containers: [{name: db, image: "registry.old/db:1"}]}
      """;

  private static final String UPLOADS =
      """
      ---
      apiVersion: v1
      kind: PersistentVolumeClaim
      metadata: {name: uploads, namespace: shop}
      spec:
        accessModes: [ReadWriteOnce]
        storageClassName: standard
        resources: {requests: {storage: 5Gi}}
      """;

  private static final String BILLING_KEY =
      """
      ---
      apiVersion: v1
      kind: Secret
      metadata: {name: billing-key, namespace: shop}
      """;

  private static final String COPIED =
      "volumes: [{match: {claim: uploads}, via: copy, mover: files}]\n";

  /** One side of a mover whose pods end like that. */
  private static String mover(String exitCode, String says) {
    return """
    apiVersion: batch/v1
    kind: Job
    metadata: {name: "${name}"}
    spec:
      template:
        metadata:
          annotations: {sim.migrator.dev/exit-code: "%s", sim.migrator.dev/last-words: "mover: %s"}
        spec:
          containers: [{name: mover, image: "registry.example/mover:1"}]
          volumes: [{name: data, persistentVolumeClaim: {claimName: "${claim}"}}]
    """
        .formatted(exitCode, says);
  }

  /** How an error comes about: what is done before, and what is typed. */
  private record Scene(String source, Consumer<World> before, String typed) {}

  private static Map<ErrorCode, Scene> scenes() {
    Map<ErrorCode, Scene> scenes = new LinkedHashMap<>();
    scenes.put(ErrorCode.M1001, new Scene(SHOP, w -> {}, "plan --source-context old"));
    scenes.put(
        ErrorCode.M1002,
        new Scene(
            SHOP,
            w -> w.file("migration.yaml", MIGRATION + "scope: {namespace: {include: [shop]}}\n"),
            CONTEXTS + " -f migration.yaml"));
    scenes.put(
        ErrorCode.M1008, new Scene(SHOP, w -> run(w, PLAN), APPLY + " --vault-recipient age1mine"));
    scenes.put(
        ErrorCode.M1009,
        new Scene(SHOP, w -> run(w.file(".migrator", "not a folder\n"), PLAN), APPLY));
    scenes.put(
        ErrorCode.M1003,
        new Scene(
            SHOP,
            w -> {
              run(w, PLAN);
              w.file(
                  "move.plan.yaml",
                  w.read("move.plan.yaml")
                      .replaceFirst("migrator plan: move", "migrator plan: mine"));
            },
            "show move.plan.yaml"));
    scenes.put(ErrorCode.M1006, new Scene(SHOP, w -> {}, "status r-7f3a"));
    scenes.put(
        ErrorCode.M1101,
        new Scene(
            SHOP.replace("app: billing", "migrator.dev/protect-from: duplicaton"),
            w -> run(w, PLAN),
            APPLY));
    scenes.put(ErrorCode.M1102, new Scene(SHOP + DATABASE, w -> run(w, PLAN), APPLY));
    scenes.put(ErrorCode.M1111, new Scene(SHOP + UPLOADS, w -> run(w, PLAN), APPLY));
    scenes.put(
        ErrorCode.M1104,
        new Scene(
            SHOP,
            w -> w.simulated("old").world().breakGroup("custom.example.com/v1", "HTTP 503"),
            PLAN));
    scenes.put(
        ErrorCode.M1105,
        new Scene(
            SHOP,
            w -> {
              w.simulated("new")
                  .load(
                      Manifest.parse(
                          "{\"apiVersion\": \"v1\", \"kind\": \"Namespace\", \"metadata\":"
                              + " {\"name\": \"shop\"}}"),
                      settings("https://new.example.com"));
              run(w, PLAN);
            },
            APPLY));
    scenes.put(
        ErrorCode.M1108,
        new Scene(
            SHOP.replace("app: billing", "migrator.dev/protect-from: loss_duplication"),
            w -> run(w, PLAN),
            APPLY));
    scenes.put(
        ErrorCode.M1201,
        new Scene(
            SHOP,
            w -> {
              run(w, PLAN);
              w.clusters("newer", "");
            },
            APPLY + " --target-context newer"));
    scenes.put(
        ErrorCode.M1202,
        new Scene(
            SHOP,
            w -> {
              run(w, PLAN);
              w.simulated("old")
                  .world()
                  .edit(SETTINGS, tree -> tree.withObjectProperty("data").put("url", "changed"));
            },
            APPLY));
    scenes.put(
        ErrorCode.M1501,
        new Scene(
            SHOP
                + """
                ---
                apiVersion: v1
                kind: PersistentVolumeClaim
                metadata: {name: invoices, namespace: shop, labels: {migrator.dev/volume: empty}}
                spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
                """,
            w -> run(w, PLAN),
            APPLY));
    scenes.put(
        ErrorCode.M1301,
        new Scene(
            SHOP,
            w -> {
              run(w, PLAN);
              w.simulated("old").load(lease(w));
            },
            APPLY));
    scenes.put(
        ErrorCode.M1403,
        new Scene(
            SHOP, w -> w.simulated("old").world().deny(a -> a.resource().equals("secrets")), PLAN));
    scenes.put(
        ErrorCode.M2101,
        new Scene(
            SHOP,
            w -> {
              run(w, PLAN);
              w.simulated("new")
                  .world()
                  .refuse(
                      object ->
                          object.kind().equals("Deployment")
                              ? Optional.of(
                                  new ClusterFailure.Forbidden(
                                      "admission webhook \"policy.example.com\" denied the request:"
                                          + " registry.old is not allowed"))
                              : Optional.empty());
            },
            APPLY));
    scenes.put(
        ErrorCode.M2102,
        new Scene(
            SHOP,
            w -> {
              run(w, PLAN);
              w.simulated("old")
                  .world()
                  .refuse(
                      object ->
                          object.kind().equals("CronJob")
                              ? Optional.of(
                                  new ClusterFailure.Forbidden(
                                      "admission webhook \"freeze.example.com\" denied the request:"
                                          + " no changes on Fridays"))
                              : Optional.empty());
            },
            APPLY_ALL));
    scenes.put(
        ErrorCode.M2103,
        new Scene(
            SHOP,
            w -> {
              run(w, PLAN);
              w.faults(
                  "old",
                  FaultScript.when(
                      ErrorExamplesTest::deletesBilling,
                      new Fault.Answer(
                          new ClusterFailure.Forbidden(
                              "admission webhook \"protect.example.com\" denied the request:"
                                  + " production objects may not be deleted"))));
            },
            APPLY_ALL));
    scenes.put(
        ErrorCode.M2104,
        new Scene(
            SHOP,
            w -> {
              run(w, PLAN);
              w.simulated("old").load(runningJob(w));
              w.clock.advance(Duration.ofMinutes(1));
            },
            APPLY_ALL));
    scenes.put(
        ErrorCode.M2107,
        new Scene(
            SHOP,
            w -> {
              w.file("migration.yaml", MIGRATION + UNPULLABLE);
              run(w, PLAN + " -f migration.yaml");
            },
            APPLY));
    scenes.put(ErrorCode.M2108, new Scene(SHOP, w -> silentAfterTheDelete(w), APPLY_ALL));
    scenes.put(
        ErrorCode.M2110,
        new Scene(
            SHOP,
            w -> {
              run(w, PLAN);
              AtomicBoolean stopped = new AtomicBoolean();
              w.faults(
                  "old",
                  request -> {
                    stopped.compareAndSet(false, isAbout(request, "patch"));
                    return stopped.get() && request.verb().equals("list")
                        ? new Fault.Answer(new ClusterFailure.Unreachable("HTTP 502"))
                        : new Fault.None();
                  });
            },
            APPLY_ALL));
    scenes.put(
        ErrorCode.M2111,
        new Scene(
            SHOP,
            w -> {
              w.file(
                  "migration.yaml",
                  MIGRATION + "hooks: {beforeEachHandOver: {command: [./quiet.sh]}}\n");
              run(w, PLAN + " -f migration.yaml");
              w.gateExit = 3;
            },
            APPLY_ALL));
    scenes.put(
        ErrorCode.M2112,
        new Scene(
            SHOP.replace(
                    "billing:2.0\"", "billing:2.0\", envFrom: [{secretRef: {name: billing-key}}]")
                + BILLING_KEY,
            w -> {
              w.file("migration.yaml", MIGRATION + "scope: {resources: {exclude: [secrets]}}\n");
              run(w, PLAN + " -f migration.yaml");
            },
            APPLY_ALL));
    scenes.put(
        ErrorCode.M2113,
        new Scene(
            SHOP + UPLOADS,
            w -> {
              w.file("migration.yaml", MIGRATION + COPIED);
              w.file("movers/files/mover.yaml", "about: copies files\ntogether: false\n");
              w.file(
                  "movers/files/source.yaml", mover("3", "failure report.pdf: Permission denied"));
              w.file("movers/files/target.yaml", mover("0", "done"));
              run(w, PLAN + " -f migration.yaml");
            },
            APPLY_ALL));
    scenes.put(
        ErrorCode.M1112,
        new Scene(
            SHOP + UPLOADS,
            w -> w.file("migration.yaml", MIGRATION + COPIED.replace("files", "rsnc")),
            PLAN + " -f migration.yaml"));
    scenes.put(
        ErrorCode.M2201,
        new Scene(
            SHOP,
            w -> {
              run(w, PLAN);
              Manifest billing = stored(w, "old", BILLING);
              AtomicBoolean deleted = new AtomicBoolean();
              w.faults(
                  "old",
                  request -> {
                    if (deleted.get() && w.simulated("old").world().stored(BILLING).isEmpty()) {
                      w.simulated("old").load(putBack(billing));
                    }
                    deleted.compareAndSet(false, deletesBilling(request));
                    return new Fault.None();
                  });
            },
            APPLY_ALL));
    scenes.put(
        ErrorCode.M2202,
        new Scene(
            SHOP,
            w -> {
              run(w, PLAN);
              w.simulated("new")
                  .load(
                      Manifest.parse(
                          "{\"apiVersion\": \"v1\", \"kind\": \"Namespace\", \"metadata\":"
                              + " {\"name\": \"shop\"}}"),
                      settings("https://new.example.com"));
            },
            APPLY));
    scenes.put(ErrorCode.M2204, new Scene(SHOP, w -> run(w, PLAN), APPLY));
    scenes.put(
        ErrorCode.M2205,
        new Scene(
            SHOP,
            w -> {
              run(w, PLAN);
              w.onRequest(
                  "old",
                  ErrorExamplesTest::deletesBilling,
                  request -> w.simulated("old").world().edit(BILLING, ErrorExamplesTest::goOn));
            },
            APPLY_ALL));
    scenes.put(
        ErrorCode.M2301,
        new Scene(
            SHOP,
            w -> {
              run(w, PLAN);
              run(w, APPLY_ALL);
              w.simulated("new")
                  .world()
                  .edit(WEB, tree -> tree.withObjectProperty("spec").put("replicas", 5));
            },
            "verify latest"));
    scenes.put(
        ErrorCode.M1110,
        new Scene(
            SHOP,
            w -> {
              run(w, PLAN);
              run(w, APPLY_ALL);
            },
            "rollback latest --yes"));
    scenes.put(
        ErrorCode.M2401,
        new Scene(
            SHOP,
            w -> {
              run(w, PLAN);
              run(w, APPLY);
              w.simulated("new")
                  .world()
                  .edit(SETTINGS, tree -> tree.withObjectProperty("data").put("url", "changed"));
            },
            "rollback latest --yes"));
    return scenes;
  }

  private static final String MIGRATION = "apiVersion: migrator.dev/v1alpha1\nkind: Migration\n";

  /** At the target the image cannot be pulled. */
  private static final String UNPULLABLE =
      """
      modifiers:
        - conditions: {groupResource: deployments.apps}
          mergePatches:
            - patchData: '{"spec": {"template": {"metadata": {"annotations":
                {"sim.migrator.dev/stuck": "ImagePullBackOff"}}}}}'
      """;

  private static final ObjectRef SETTINGS = ObjectRef.core("ConfigMap", "shop", "settings");

  private static final ObjectRef WEB = new ObjectRef("apps", "Deployment", "shop", "web");
  private static final ObjectRef BILLING = new ObjectRef("batch", "CronJob", "shop", "billing");

  private static boolean isAbout(Request request, String verb) {
    return request.verb().equals(verb) && request.object().filter(BILLING::equals).isPresent();
  }

  private static boolean deletesBilling(Request request) {
    return isAbout(request, "delete");
  }

  /** The delete is executed, and nothing is heard of the source after it. */
  private static void silentAfterTheDelete(World world) {
    run(world, PLAN);
    AtomicBoolean silent = new AtomicBoolean();
    world.faults(
        "old",
        request -> {
          if (silent.get()) {
            return new Fault.Answer(new ClusterFailure.Unreachable("connection refused"));
          }
          silent.set(deletesBilling(request));
          return silent.get()
              ? new Fault.ResponseLost("no whole answer in time")
              : new Fault.None();
        });
  }

  private static Manifest stored(World world, String cluster, ObjectRef ref) {
    return world.simulated(cluster).world().stored(ref).orElseThrow();
  }

  /** As a GitOps tool would have it. */
  private static Manifest putBack(Manifest deleted) {
    return deleted.edit(
        tree -> {
          ObjectNode metadata = tree.withObjectProperty("metadata");
          metadata.remove(List.of("uid", "resourceVersion", "creationTimestamp", "generation"));
          metadata
              .withObjectProperty("annotations")
              .put("argocd.argoproj.io/tracking-id", "shop:batch/CronJob:shop/billing");
        });
  }

  private static void goOn(ObjectNode cronJob) {
    cronJob.withObjectProperty("spec").put("suspend", false);
  }

  private static Manifest settings(String url) {
    return Manifest.parse(
        """
        {"apiVersion": "v1", "kind": "ConfigMap",
         "metadata": {"name": "settings", "namespace": "shop"}, "data": {"url": "%s"}}
        """
            .formatted(url));
  }

  private static Manifest lease(World world) {
    return Manifest.parse(
        """
        {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
         "metadata": {"name": "migrator", "namespace": "kube-system"},
         "spec": {"holderIdentity": "r-3f1c pid 4711 on build-3 (apply)",
          "leaseDurationSeconds": 120, "renewTime": "%s.000000Z"}}
        """
            .formatted(world.clock.now().toString().replace("Z", "")));
  }

  private static Manifest runningJob(World world) {
    String uid =
        world
            .simulated("old")
            .world()
            .stored(new ObjectRef("batch", "CronJob", "shop", "billing"))
            .orElseThrow()
            .uid();
    return Manifest.parse(
        """
        {"apiVersion": "batch/v1", "kind": "Job",
         "metadata": {"name": "billing-29134080", "namespace": "shop",
          "ownerReferences": [{"apiVersion": "batch/v1", "kind": "CronJob", "name": "billing",
           "uid": "%s", "controller": true}]},
         "spec": {"template": {"spec": {"restartPolicy": "Never",
          "containers": [{"name": "billing", "image": "registry.old/billing:2.0"}]},
          "metadata": {"annotations": {"sim.migrator.dev/duration-seconds": "36000"}}}}}
        """
            .formatted(uid));
  }

  private static World.Result run(World world, String typed) {
    return world.run(typed.split(" "));
  }

  @TestFactory
  List<DynamicTest> examplesAreTrue(@TempDir Path folder) {
    return scenes().entrySet().stream()
        .map(
            scene ->
                DynamicTest.dynamicTest(
                    scene.getKey().name(), () -> check(folder, scene.getKey(), scene.getValue())))
        .toList();
  }

  private static void check(Path all, ErrorCode code, Scene scene) throws IOException {
    Path folder = Files.createDirectory(all.resolve(code.name()));
    World world = new World(folder).clusters("old", scene.source()).clusters("new", "");
    scene.before().accept(world);
    World.Result result = run(world, scene.typed());
    String said = "$ migrator " + scene.typed() + "\n" + error(result.err(), folder);
    assertThat(said).contains("Error " + code + ": ");
    assertThat(result.exit()).isEqualTo(code.category().exitCode());
    assertThat(Typist.next(result))
        .allSatisfy(line -> assertThat(line).doesNotContainPattern(PrintedAdviceTest.PLACEHOLDER));
    Path file = PAGES.resolve(code + ".md");
    String page = Files.readString(file);
    int example = page.indexOf("## Example\n\n```\n") + "## Example\n\n```\n".length();
    String head = page.substring(0, example);
    if (Boolean.getBoolean("docs.update")) {
      Files.writeString(file, head + said + "\n```\n");
    }
    assertThat(Files.readString(file).substring(example)).isEqualTo(said + "\n```\n");
  }

  /** The first error, without what is of this machine alone. */
  private static String error(String err, Path folder) {
    return err.lines()
        .dropWhile(line -> !line.startsWith("Error "))
        .filter(line -> line.startsWith("Error ") || line.startsWith("  "))
        .map(
            line ->
                line.replace(folder.toString() + "/", "")
                    .replaceAll("r-[0-9]+-[0-9]+", "r-7f3a")
                    .replaceAll("#[0-9]+ ", ""))
        .collect(Collectors.joining("\n"));
  }
}
