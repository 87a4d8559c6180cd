package dev.migrator.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.check.Mount;
import dev.migrator.cluster.fault.Fault;
import dev.migrator.cluster.fault.FaultScript;
import dev.migrator.cluster.memory.DiskEvent;
import dev.migrator.cluster.memory.DiskEvent.What;
import dev.migrator.cluster.memory.MemoryCluster;
import dev.migrator.cluster.memory.StoredChange;
import dev.migrator.event.RunEvent.Outcome;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Origin;
import dev.migrator.model.Problem;
import dev.migrator.proof.Rehearsal.End;
import dev.migrator.runbook.Rebuilding;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What people and clusters do to claims that movers copy, and what must not come of it. */
@Timeout(300)
class CopyHazardsTest {

  private static final ObjectRef SPOOL = ObjectRef.core("PersistentVolumeClaim", "small", "spool");
  private static final ObjectRef WRITER = new ObjectRef("apps", "Deployment", "small", "writer");

  private static Problem problem(End end) {
    assertThat(end).isInstanceOf(End.Ended.class);
    List<Problem> problems = ((End.Ended) end).ended().problems();
    assertThat(problems).isNotEmpty();
    return problems.getFirst();
  }

  private static List<ObjectRef> moverPods(MemoryCluster cluster, String job) {
    return cluster.world().everything().stream()
        .filter(object -> object.kind().equals("Pod"))
        .filter(object -> object.labels().containsKey(Origin.TRANSFER))
        .filter(object -> Mount.uses(object, SPOOL))
        .map(Manifest::ref)
        .filter(pod -> pod.name().contains(job))
        .toList();
  }

  private static FaultScript diesWhen(MemoryCluster cluster, String pass, String phase) {
    return FaultScript.when(
        request ->
            request.verb().equals("get")
                && request.object().filter(ref -> ref.name().endsWith(pass)).isPresent()
                && moverPods(cluster, pass).stream()
                    .map(pod -> cluster.world().stored(pod).orElseThrow())
                    .anyMatch(pod -> pod.at("status", "phase").asText().equals(phase)),
        new Fault.Crash(Fault.Crash.Moment.BEFORE_SEND));
  }

  /** While nobody looked the Job ended without a word, and somebody began to mend a file. */
  @Test
  void aLastPassThatBeginsAnewWaitsForWhoeverWritesAgain() {
    Rehearsal rehearsal = new Rehearsal(Scenes.named("copies"));
    MemoryCluster source = rehearsal.scene.clusters.source();
    assertThat(rehearsal.run(diesWhen(source, "-source-final", "Succeeded")))
        .isInstanceOf(End.Died.class);
    rehearsal.processIsKilled();
    List<ObjectRef> pods = moverPods(source, "-source-final");
    assertThat(pods).isNotEmpty();
    pods.forEach(pod -> rehearsal.deletedByOthers(source, pod));
    source.load(
        Manifest.parse(
            """
            {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "mend", "namespace": "small",
               "annotations": {"sim.migrator.dev/duration-seconds": "600"}},
             "spec": {"restartPolicy": "Never", "containers": [{"name": "mend",
                 "image": "registry.example/mend:1",
                 "volumeMounts": [{"name": "spool", "mountPath": "/spool"}]}],
               "volumes": [{"name": "spool", "persistentVolumeClaim": {"claimName": "spool"}}]}}
            """));
    rehearsal.scene.clock.advance(Duration.ofMinutes(3));
    End end = rehearsal.run();
    assertThat(CrashMatrixTest.isDone(end)).as("%s", end).isTrue();
    assertThat(rehearsal.judge()).isEmpty();
    assertThat(rehearsal.leftOver()).isEmpty();
  }

  /** One of its users must not be lost, and goes on; what the other wrote comes along, too. */
  @Test
  void whatIsWrittenAfterTheFirstPassComesAlongFromAClaimThatStaysInUse(@TempDir Path folder) {
    Rehearsal rehearsal =
        new Rehearsal(
            Scenes.varied(
                folder,
                "copies",
                "metadata: {name: spool, namespace: small}",
                "metadata: {name: spool, namespace: small, annotations: {example.com/captured:"
                    + " in-use}}",
                "# Taken while it is in use",
                """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: reader, namespace: small, labels: {migrator.dev/protect-from: loss}}
                spec:
                  replicas: 1
                  selector: {matchLabels: {app: reader}}
                  template:
                    metadata: {labels: {app: reader}}
                    spec:
                      containers:
                        - name: reader
                          image: "registry.example/reader:1"
                          volumeMounts: [{name: spool, mountPath: /spool}]
                      volumes: [{name: spool, persistentVolumeClaim: {claimName: spool}}]
                ---
                # Taken while it is in use\
                """));
    End end = rehearsal.run();
    assertThat(CrashMatrixTest.isDone(end)).as("%s", end).isTrue();
    assertThat(rehearsal.judge()).isEmpty();
    assertThat(rehearsal.leftOver()).isEmpty();
    List<DiskEvent> log = rehearsal.scene.clusters.disks().log();
    DiskEvent written = last(log, What.WRITTEN, "small/writer-", "old");
    DiskEvent read =
        log.stream()
            .filter(e -> e.what() == What.READ && e.disk().equals(written.disk()))
            .reduce((one, later) -> later)
            .orElseThrow();
    assertThat(read.sequence()).isGreaterThan(written.sequence());
    assertThat(last(log, What.FILLED, read.who(), "new").sequence()).isGreaterThan(read.sequence());
  }

  private static DiskEvent last(List<DiskEvent> log, What what, String who, String cluster) {
    return log.stream()
        .filter(e -> e.what() == what && e.who().startsWith(who) && e.cluster().equals(cluster))
        .reduce((one, later) -> later)
        .orElseThrow();
  }

  /** Somebody deletes the Job; its pod takes its time. */
  @Test
  void noTwoPodsOfAMoverWriteToOneClaim(@TempDir Path folder) {
    Rehearsal rehearsal =
        new Rehearsal(
            Scenes.varied(
                folder,
                "copies",
                "sim.migrator.dev/duration-seconds: \"21\"",
                "sim.migrator.dev/duration-seconds: \"210\", sim.migrator.dev/termination-seconds:"
                    + " \"100\"",
                "spec:\n      containers:\n        - name: mover",
                "spec:\n      terminationGracePeriodSeconds: 300\n"
                    + "      containers:\n        - name: mover"));
    MemoryCluster target = rehearsal.scene.clusters.target();
    assertThat(rehearsal.run(diesWhen(target, "-target-hot", "Running")))
        .isInstanceOf(End.Died.class);
    rehearsal.processIsKilled();
    target.world().everything().stream()
        .filter(object -> object.kind().equals("Job"))
        .filter(object -> object.labels().containsKey(Origin.TRANSFER))
        .map(Manifest::ref)
        .toList()
        .forEach(job -> rehearsal.deletedByOthers(target, job));
    rehearsal.scene.clock.advance(Duration.ofSeconds(3));
    End end = rehearsal.run();
    assertThat(CrashMatrixTest.isDone(end)).as("%s", end).isTrue();
    assertThat(writtenByTwo(target)).isEmpty();
  }

  private static Set<String> writtenByTwo(MemoryCluster cluster) {
    Set<String> twice = new HashSet<>();
    Map<ObjectRef, String> open = new HashMap<>();
    for (StoredChange change : cluster.world().history()) {
      Manifest pod = change.object();
      if (!pod.kind().equals("Pod") || !pod.labels().containsKey(Origin.TRANSFER)) {
        continue;
      }
      boolean isOpen =
          change
              .after()
              .filter(now -> now.at("status", "phase").asText().equals("Running"))
              .isPresent();
      if (isOpen) {
        String transfer = pod.labels().get(Origin.TRANSFER);
        open.forEach(
            (ref, other) -> {
              if (!ref.equals(pod.ref()) && other.equals(transfer)) {
                twice.add(ref + " and " + pod.ref());
              }
            });
        open.put(pod.ref(), transfer);
      } else {
        open.remove(pod.ref());
      }
    }
    return twice;
  }

  private static void claimAtTarget(Rehearsal rehearsal, String name, String storageClass) {
    MemoryCluster target = rehearsal.scene.clusters.target();
    target.load(
        Manifest.parse(
            """
            {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "small"}}
            """));
    target.load(
        Manifest.parse(
            """
            {"apiVersion": "v1", "kind": "PersistentVolumeClaim",
             "metadata": {"name": "%s", "namespace": "small"},
             "spec": {"accessModes": ["ReadWriteMany"], "storageClassName": "%s",
               "resources": {"requests": {"storage": "5Gi"}}}}
            """
                .formatted(name, storageClass)));
    rehearsal.scene.clock.advance(Duration.ofMinutes(1));
  }

  /** Somebody made it after the plan; no pod has used it. */
  @Test
  void aClaimOfTheTargetThatWaitsForItsFirstPodStopsNothing(@TempDir Path folder) {
    Rehearsal rehearsal =
        new Rehearsal(
            Scenes.varied(
                folder,
                "copies",
                "provisioner: csi.example.com\n",
                "provisioner: csi.example.com\nvolumeBindingMode: WaitForFirstConsumer\n"));
    MemoryCluster source = rehearsal.scene.clusters.source();
    claimAtTarget(rehearsal, "spool", "fast");
    End end = rehearsal.run();
    Problem problem = problem(end);
    assertThat(problem.code()).isEqualTo(ErrorCode.M2202);
    assertThat(problem.what()).contains("pvc/small/spool, which this run did not make");
    assertThat(source.world().stored(WRITER).orElseThrow().at("spec", "replicas").asInt())
        .isEqualTo(1);
    assertThat(DiskChecker.claims(rehearsal.scene.clusters.target())).doesNotContainKey(SPOOL);
  }

  private static final String NEXT = "# Taken while it is in use";

  /** Words of the scene and what replaces them, in turns. */
  private static List<List<String>> kinds() {
    return List.of(
        List.of("gates:", "mappings: {namespaces: {small: other}}\ngates:"),
        List.of(
            "  serviceName: db\n",
            "  serviceName: db\n  persistentVolumeClaimRetentionPolicy:"
                + " {whenDeleted: Delete, whenScaled: Delete}\n"),
        List.of(
            "statefulsets.apps, ",
            "statefulsets.apps, pods, replicasets.apps, ",
            NEXT,
            Scenes.BARE_POD + NEXT),
        List.of(
            NEXT,
            """
            apiVersion: v1
            kind: PersistentVolumeClaim
            metadata: {name: archive, namespace: small, annotations: {example.com/captured: in-use}}
            spec:
              accessModes: [ReadWriteMany]
              storageClassName: fast
              resources: {requests: {storage: 5Gi}}
            ---
            """
                + NEXT));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void everyKindOfClaimIsCopiedOnceAndNotAgainByAJournalThatIsMadeAnew(
      List<String> changes, @TempDir Path folder) {
    Rehearsal rehearsal =
        new Rehearsal(Scenes.varied(folder, "copies", changes.toArray(String[]::new)));
    whole(rehearsal, rehearsal.run());
    rehearsal.scene.clock.advance(Duration.ofMinutes(3));
    long fills = fills(rehearsal);
    // Of what nobody uses nothing tells whether it was filled.
    boolean isUsed = !changes.get(1).contains("archive");
    rehearsal.journalIsLost();
    whole(
        rehearsal,
        rehearsal.perform(
            scene -> {
              Rebuilding.rebuild(scene.runContext(scene.directory()), scene.plan, question -> true);
              return scene.resume();
            }));
    assertThat(fills(rehearsal)).isEqualTo(isUsed ? fills : fills + 1);
  }

  private static long fills(Rehearsal rehearsal) {
    return rehearsal.scene.clusters.disks().log().stream()
        .filter(event -> event.what() == What.FILLED)
        .count();
  }

  private static void whole(Rehearsal rehearsal, End end) {
    assertThat(CrashMatrixTest.isDone(end)).as("%s", end).isTrue();
    assertThat(rehearsal.judge()).isEmpty();
    assertThat(rehearsal.leftOver()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void whatWasTakenBackInTheMiddleIsCopiedByTheNextRun(List<String> changes, @TempDir Path folder) {
    Rehearsal rehearsal =
        new Rehearsal(Scenes.varied(folder, "copies", changes.toArray(String[]::new)));
    assertThat(
            rehearsal.run(
                diesWhen(rehearsal.scene.clusters.source(), "-source-final", "Succeeded")))
        .isInstanceOf(End.Died.class);
    rehearsal.processIsKilled();
    rehearsal.scene.clock.advance(Duration.ofMinutes(3));
    End back = rehearsal.perform(WayBackMatrixTest::rollback);
    if (back instanceof End.Refused) {
      End unused = rehearsal.perform(WayBackMatrixTest::restore);
      rehearsal.scene.clock.advance(Duration.ofMinutes(3));
      back = rehearsal.perform(WayBackMatrixTest::rollback);
    }
    assertThat(((End.Ended) back).ended().outcome()).isEqualTo(Outcome.ROLLED_BACK);
    assertThat(rehearsal.leftOver()).isEmpty();
    rehearsal.scene.clock.advance(Duration.ofMinutes(3));
    assertThat(rehearsal.planAgain().scene.plan.isBlocked()).isTrue();
    MemoryCluster target = rehearsal.scene.clusters.target();
    DiskChecker.claims(target).keySet().forEach(claim -> rehearsal.deletedByOthers(target, claim));
    rehearsal.scene.clock.advance(Duration.ofMinutes(3));
    Rehearsal again = rehearsal.planAgain();
    assertThat(again.scene.plan.isBlocked()).as("%s", again.scene.plan.findings()).isFalse();
    End end = again.run();
    assertThat(CrashMatrixTest.isDone(end)).as("%s", end).isTrue();
    assertThat(again.leftOver()).isEmpty();
    // The disks of the claims that somebody deleted are lost on purpose.
    assertThat(again.judge()).allMatch(broken -> broken.startsWith("D3"));
  }
}
