package dev.migrator.proof;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.Deletion;
import dev.migrator.cluster.fault.Fault;
import dev.migrator.cluster.fault.FaultScript;
import dev.migrator.cluster.fault.Request;
import dev.migrator.cluster.memory.MemoryCluster;
import dev.migrator.cluster.memory.VirtualClock;
import dev.migrator.event.RunEvent;
import dev.migrator.event.RunEvent.Outcome;
import dev.migrator.execute.Locks;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ProblemException;
import dev.migrator.model.ResourceType;
import dev.migrator.plans.PlanCase;
import dev.migrator.proof.Rehearsal.End;
import dev.migrator.runbook.Scene;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Safeguards that matrices of crashes do not reach, each by the danger that it keeps off. */
@Timeout(120)
class SafeguardsTest {

  private static final ObjectRef BILLING = new ObjectRef("batch", "CronJob", "small", "billing");
  private static final ObjectRef SETTINGS = ObjectRef.core("ConfigMap", "small", "settings");
  private static final ObjectRef CHILD = ObjectRef.core("ConfigMap", "small", "child");

  @TempDir Path folder;

  @Test
  void everyDeleteNamesTheUidAndTheResourceVersionThatItMeans() {
    Scene scene = new Scene(Scenes.named("serving"));
    List<Deletion> deletions = new ArrayList<>();
    scene.source = recorded(scene.clusters.source(), deletions);
    assertThat(scene.apply().outcome()).isEqualTo(Outcome.DONE);
    assertThat(deletions)
        .hasSizeGreaterThanOrEqualTo(3)
        .allSatisfy(
            deletion -> {
              assertThat(deletion.uid()).isNotEmpty();
              assertThat(deletion.resourceVersion()).isNotEmpty();
            });
  }

  private static Cluster recorded(Cluster cluster, List<Deletion> deletions) {
    return (Cluster)
        Proxy.newProxyInstance(
            Cluster.class.getClassLoader(),
            new Class<?>[] {Cluster.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("delete")
                  && !((ResourceType) arguments[0]).kind().equals("Lease")) {
                deletions.add((Deletion) arguments[2]);
              }
              try {
                return method.invoke(cluster, arguments);
              } catch (InvocationTargetException e) {
                throw Objects.requireNonNull(e.getCause());
              }
            });
  }

  @Test
  void whoLostTheLockSendsNothingMore() {
    Rehearsal rehearsal = new Rehearsal(Scenes.named("once"));
    VirtualClock clock = rehearsal.scene.clock;
    int[] writes = {0};
    boolean[] lost = {false};
    End end =
        rehearsal.run(
            request -> {
              boolean ours = request.isWrite() && !request.resource().startsWith("leases");
              if (lost[0] && ours) {
                writes[0]++;
              }
              if (!lost[0]
                  && request.verb().equals("create")
                  && request.cluster().equals("target")
                  && ours) {
                lost[0] = true;
                stolen(rehearsal.scene.clusters.source(), clock);
                stolen(rehearsal.scene.clusters.target(), clock);
                // While this request is on its way, our time runs out.
                return new Fault.Delay(Duration.ZERO, Duration.ofMinutes(3));
              }
              return new Fault.None();
            });
    assertThat(lost[0]).isTrue();
    assertThat(writes[0]).isZero();
    RunEvent.RunEnded ended = ((End.Ended) end).ended();
    assertThat(ended.outcome()).isEqualTo(Outcome.BLOCKED);
    assertThat(ended.problems()).extracting(p -> p.code()).contains(ErrorCode.M2109);
    // Somebody else's lease is not taken before its time is over.
    assertThat(((End.Refused) rehearsal.run()).problem().problem().code())
        .isEqualTo(ErrorCode.M1301);
    clock.advance(Duration.ofHours(2));
    assertThat(CrashMatrixTest.isDone(rehearsal.run())).isTrue();
  }

  private static void stolen(MemoryCluster cluster, VirtualClock clock) {
    Manifest unused =
        cluster
            .world()
            .edit(
                Locks.LEASE,
                tree ->
                    tree.withObjectProperty("spec")
                        .put("holderIdentity", "r-other somebody else")
                        .put("leaseDurationSeconds", 3600)
                        .put(
                            "renewTime",
                            clock.now().plusMillis(1).toString().substring(0, 19) + ".000000Z"));
  }

  @Test
  void whatIsAtTheSourceAgainIsNotActivatedAtTheTarget() {
    Rehearsal rehearsal = new Rehearsal(Scenes.named("cron"));
    Manifest original = stored(rehearsal.scene.clusters.source(), BILLING);
    End end =
        rehearsal.run(
            once(
                r ->
                    r.cluster().equals("target")
                        && r.verb().equals("create")
                        && r.object().filter(BILLING::equals).isPresent(),
                () ->
                    rehearsal
                        .scene
                        .clusters
                        .source()
                        .load(
                            original.edit(
                                tree -> {
                                  ObjectNode metadata = tree.withObjectProperty("metadata");
                                  metadata.put("uid", "another-uid").remove("resourceVersion");
                                }))));
    RunEvent.RunEnded ended = ((End.Ended) end).ended();
    assertThat(ended.problems()).extracting(p -> p.code()).contains(ErrorCode.M2201);
    assertThat(stored(rehearsal.scene.clusters.target(), BILLING).at("spec", "suspend").asBoolean())
        .isTrue();
    assertThat(rehearsal.judge()).isEmpty();
  }

  @Test
  void anotherClusterThanThePlansIsRefused() {
    Scene scene = new Scene(Scenes.named("once"));
    PlanCase.Pair others =
        Scenes.varied(folder, "once", "context: new", "context: other").simulated(scene.clock);
    scene.target = others.target();
    int before = others.target().world().history().size();
    assertRefused(scene, ErrorCode.M1201);
    scene.target = scene.source;
    assertRefused(scene, ErrorCode.M1103);
    assertThat(others.target().world().history()).hasSize(before);
  }

  private static void assertRefused(Scene scene, ErrorCode code) {
    List<ErrorCode> codes = new ArrayList<>();
    try {
      RunEvent.RunEnded unused =
          scene.disk.exists(Scene.STATE.resolve(Scene.RUN)) ? scene.resume() : scene.apply();
    } catch (ProblemException e) {
      codes.add(e.problem().code());
    }
    assertThat(codes).containsExactly(code);
  }

  @Test
  void anOwnerThatTravelsIsTheOwnerAtTheTargetToo() {
    Rehearsal rehearsal =
        new Rehearsal(
            Scenes.varied(
                folder,
                "once",
                "data: {level: \"3\"}\n",
                "data: {level: \"3\"}\n---\napiVersion: v1\nkind: ConfigMap\n"
                    + "metadata:\n  name: child\n  namespace: small\n  ownerReferences:\n"
                    + "    - {apiVersion: v1, kind: ConfigMap, name: settings, uid: \""
                    + uidOf("old", SETTINGS)
                    + "\"}\ndata: {}\n"));
    assertThat(CrashMatrixTest.isDone(rehearsal.run())).isTrue();
    rehearsal.scene.clock.advance(Duration.ofMinutes(5));
    MemoryCluster target = rehearsal.scene.clusters.target();
    assertThat(stored(target, CHILD).at("metadata", "ownerReferences").path(0).path("uid").asText())
        .isEqualTo(stored(target, SETTINGS).uid());
  }

  private static String uidOf(String context, ObjectRef ref) {
    return java.util
        .UUID
        .nameUUIDFromBytes((context + "/" + ref).getBytes(java.nio.charset.StandardCharsets.UTF_8))
        .toString();
  }

  private static Manifest stored(MemoryCluster cluster, ObjectRef ref) {
    return cluster.world().stored(ref).orElseThrow();
  }

  static FaultScript once(Predicate<Request> when, Runnable action) {
    boolean[] done = {false};
    return request -> {
      if (!done[0] && when.test(request)) {
        done[0] = true;
        action.run();
      }
      return new Fault.None();
    };
  }
}
