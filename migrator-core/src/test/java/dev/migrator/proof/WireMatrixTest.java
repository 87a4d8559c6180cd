package dev.migrator.proof;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.fabric8.Adapters;
import dev.migrator.cluster.fabric8.ConnectionLimits;
import dev.migrator.cluster.front.ClusterFront;
import dev.migrator.cluster.front.FrontServer;
import dev.migrator.cluster.front.FrontedCluster;
import dev.migrator.cluster.front.WireFault;
import dev.migrator.cluster.front.WireFaults;
import dev.migrator.cluster.front.WireRequest;
import dev.migrator.cluster.front.WireScript;
import dev.migrator.cluster.front.WireTraffic;
import dev.migrator.cluster.memory.MemoryCluster;
import dev.migrator.model.ObjectRef;
import dev.migrator.plans.PlanCase;
import dev.migrator.proof.Rehearsal.End;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Every fault of the wire at every request, below the adapter of real servers, which speaks HTTP/2
 * or HTTP/1.1 with two simulated clusters: each run ends done, or blocked with a reason, and a
 * resume after the fault is gone ends done. A sample, drawn by the seed; {@code -Dproof.runs=50000}
 * draws more, and {@code -Dfaults=all} takes every pair.
 */
@Timeout(7200)
class WireMatrixTest {

  private static final int RUNS = 5_000;

  /** Of real time; a machine that is busy with other things makes fewer runs. */
  private static final Duration BUDGET = Duration.ofSeconds(100);

  private static final Duration UNLIMITED = Duration.ofDays(1);

  /** Runs wait for sockets more than for processors. */
  private static final int AT_ONCE = 8;

  /** Longer than any request is late. */
  private static final Duration LATE = Duration.ofSeconds(60);

  /** Of real time: nothing that ends ends so late. */
  private static final Duration HUNG = Duration.ofSeconds(60);

  private static final Duration SHORT = Duration.ofMillis(150);
  private static final ConnectionLimits PATIENT = ConnectionLimits.DEFAULT;
  private static final ConnectionLimits HASTY = PATIENT.withRequest(SHORT).withBody(SHORT);

  private static final Map<FrontServer.Speaks, FrontServer> SERVERS = servers();

  private static Map<FrontServer.Speaks, FrontServer> servers() {
    Map<FrontServer.Speaks, FrontServer> servers = new EnumMap<>(FrontServer.Speaks.class);
    for (FrontServer.Speaks speaks : FrontServer.Speaks.values()) {
      servers.put(speaks, new FrontServer(speaks));
    }
    return servers;
  }

  @AfterAll
  static void close() {
    SERVERS.values().forEach(FrontServer::close);
  }

  @Test
  void whateverGoesWrongOnTheWireAMoveEndsWithAReasonAndIsResumedToItsEnd() {
    Matrix matrix = Matrix.named("wire matrix");
    List<Matrix.Cell> all = new ArrayList<>();
    for (PlanCase example : Scenes.small()) {
      for (FrontServer.Speaks speaks : FrontServer.Speaks.values()) {
        add(all, example, speaks);
      }
    }
    Collections.shuffle(all, new Random(matrix.seed()));
    boolean everything = System.getProperty("faults", "").equals("all");
    int wanted = everything ? all.size() : Math.min(all.size(), Matrix.wanted(RUNS));
    System.out.printf("wire matrix: %,d of all %,d pairs at most%n", wanted, all.size());
    matrix.run(all.subList(0, wanted), AT_ONCE, everything || wanted > RUNS ? UNLIMITED : BUDGET);
  }

  private static void add(List<Matrix.Cell> cells, PlanCase example, FrontServer.Speaks speaks) {
    Rehearsal undisturbed = new Rehearsal(example);
    WireTraffic traffic = new WireTraffic();
    End end = process(undisturbed, speaks, WireScript.none(), traffic, PATIENT);
    if (!CrashMatrixTest.isDone(end)) {
      throw new AssertionError(example + " undisturbed: " + end);
    }
    Map<ObjectRef, ObjectNode> wanted = undisturbed.checker.result();
    for (WireRequest request : traffic.requests()) {
      WireFaults.catalogue()
          .forEach(
              (name, fault) -> {
                if (fault.fits(request)) {
                  cells.add(
                      new Matrix.Cell(
                          example,
                          "%s request %d %s".formatted(speaks, request.index(), name),
                          random -> disturbed(example, speaks, request.index(), fault, wanted)));
                }
              });
    }
  }

  private static List<String> disturbed(
      PlanCase example,
      FrontServer.Speaks speaks,
      long index,
      WireFault fault,
      Map<ObjectRef, ObjectNode> wanted) {
    long begun = System.nanoTime();
    Rehearsal rehearsal = new Rehearsal(example);
    WireTraffic traffic = new WireTraffic();
    End first =
        process(
            rehearsal,
            speaks,
            WireScript.atRequest(index, fault),
            traffic,
            fault instanceof WireFault.Stalled ? HASTY : PATIENT);
    List<String> wrong = new ArrayList<>(FaultMatrixTest.withoutReason(first));
    wrong.addAll(rehearsal.judge());
    rehearsal.scene.clock.advance(LATE);
    End second = process(rehearsal, speaks, WireScript.none(), new WireTraffic(), PATIENT);
    if (!CrashMatrixTest.isDone(second)) {
      wrong.add("P4: the resume ended " + second);
    }
    wrong.addAll(rehearsal.judge());
    wrong.addAll(rehearsal.checker.compare(wanted, Set.of()));
    Duration took = Duration.ofNanos(System.nanoTime() - begun);
    if (took.compareTo(HUNG) > 0) {
      wrong.add("it took " + took);
    }
    if (!wrong.isEmpty()) {
      wrong.add(
          "stopped: " + first + " after " + at(traffic.requests(), index) + " of this: " + fault);
    }
    return wrong;
  }

  private static String at(List<WireRequest> requests, long index) {
    return index < requests.size() ? requests.get((int) index).toString() : "no request";
  }

  /** One process of the program, with connections of its own. */
  private static End process(
      Rehearsal rehearsal,
      FrontServer.Speaks speaks,
      WireScript script,
      WireTraffic traffic,
      ConnectionLimits limits) {
    try (Cluster source =
            connect(
                rehearsal,
                speaks,
                "source",
                rehearsal.scene.clusters.source(),
                script,
                traffic,
                limits);
        Cluster target =
            connect(
                rehearsal,
                speaks,
                "target",
                rehearsal.scene.clusters.target(),
                script,
                traffic,
                limits)) {
      return rehearsal.runThrough(source, target);
    }
  }

  private static Cluster connect(
      Rehearsal rehearsal,
      FrontServer.Speaks speaks,
      String name,
      MemoryCluster cluster,
      WireScript script,
      WireTraffic traffic,
      ConnectionLimits limits) {
    ClusterFront front =
        new ClusterFront(
            Objects.requireNonNull(SERVERS.get(speaks)),
            name,
            cluster,
            rehearsal.scene.clock,
            script,
            traffic);
    return new FrontedCluster(Adapters.to(front.url(), name, limits), front);
  }
}
