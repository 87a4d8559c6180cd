package dev.migrator.it.moves;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.cli.wiring.SystemTime;
import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.RetryingCluster;
import dev.migrator.cluster.TimeSource;
import dev.migrator.cluster.fault.Fault;
import dev.migrator.cluster.fault.FaultScript;
import dev.migrator.cluster.fault.FaultyCluster;
import dev.migrator.cluster.fault.ProcessLife;
import dev.migrator.cluster.fault.Traffic;
import dev.migrator.event.RunEvent;
import dev.migrator.event.RunEvent.Outcome;
import dev.migrator.execute.CommandRunner;
import dev.migrator.execute.Gatekeeper;
import dev.migrator.execute.Interruption;
import dev.migrator.execute.StepThreads;
import dev.migrator.it.audit.AuditLog;
import dev.migrator.it.audit.ClusterHistory;
import dev.migrator.it.audit.NeverTwice;
import dev.migrator.it.audit.NeverTwice.Moved;
import dev.migrator.it.audit.Work;
import dev.migrator.it.cluster.ClusterPair;
import dev.migrator.it.connection.PairClients;
import dev.migrator.it.junit.RealClusters;
import dev.migrator.journal.RealDisk;
import dev.migrator.journal.RunDirectory;
import dev.migrator.journal.RunFile;
import dev.migrator.migration.Migration;
import dev.migrator.migration.MigrationFile;
import dev.migrator.model.Digest;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Json;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ProblemException;
import dev.migrator.model.Protection;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.file.PlanFile;
import dev.migrator.plans.PlanCase;
import dev.migrator.runbook.ApplyRunbook;
import dev.migrator.runbook.Planning;
import dev.migrator.runbook.PlanningOptions;
import dev.migrator.runbook.RunContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Faults between the program and two real API servers, on the adapter that it uses: each run ends
 * done, or blocked with a reason; a resume after the fault is gone ends done; and the audit logs
 * show nothing that was active twice.
 *
 * <p>Each kind of fault of the catalogue once, then more pairs of fault and request as long as
 * three minutes last; {@code -Dfaults=all} takes every pair, {@code -Dfault.seed} repeats a draw.
 */
@RealClusters
class FaultIT {

  private static final Duration BUDGET = Duration.ofMinutes(3);
  private static final int MOST = 100;

  /** No delay lasts longer on a real clock. */
  private static final Duration LONGEST = Duration.ofSeconds(2);

  @TempDir Path folder;
  private final ClusterPair pair;
  private final TimeSource time = new SystemTime();
  private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor();
  private final List<String> left = new ArrayList<>();

  FaultIT(ClusterPair pair) {
    this.pair = pair;
  }

  @AfterEach
  void tidy() {
    later.shutdownNow();
    if (!left.isEmpty()) {
      Scene.remove(pair, left.toArray(String[]::new));
    }
    Scene.unlock(pair);
  }

  /** A fault at a request. */
  private record Case(int request, String name, Fault fault) {}

  @Test
  @Timeout(3600)
  void whateverGoesWrongOnceAMoveOfRealServersEndsWithAReasonAndIsResumed() throws IOException {
    long seed = Long.getLong("fault.seed", System.nanoTime());
    Random random = new Random(seed);
    AuditLog sourceLog = AuditLog.from(pair.source());
    AuditLog targetLog = AuditLog.from(pair.target());
    List<Moved> moved = new ArrayList<>();
    try (Cluster source = open(pair.source().name());
        Cluster target = open(pair.target().name())) {
      Run undisturbed = new Run("fault-none", source, target);
      undisturbed.requireDone(undisturbed.apply(FaultScript.none()));
      moved.addAll(undisturbed.moved());
      int requests = undisturbed.traffic.requests().size();
      List<Case> cases = cases(requests, random);
      boolean all = System.getProperty("faults", "").equals("all");
      Instant end = Instant.now().plus(BUDGET);
      int done = 0;
      for (Case one : cases) {
        if (!all && (done == MOST || (done >= kinds() && Instant.now().isAfter(end)))) {
          break;
        }
        done++;
        Run run = new Run("fault-" + done, source, target);
        run.disturbed(one);
        moved.addAll(run.moved());
      }
      System.out.printf(
          "  faults on real servers: %d of %,d pairs at %d requests, seed %d (-Dfault.seed=%d)%n",
          done, cases.size(), requests, seed, seed);
    }
    assertThat(
            new NeverTwice(
                    ClusterHistory.of(sourceLog.writes()), ClusterHistory.of(targetLog.writes()))
                .breaches(moved))
        .as("what must not be twice, by the audit logs; seed %d", seed)
        .isEmpty();
  }

  private static int kinds() {
    return Fault.catalogue().size();
  }

  /** Every pair: first each kind at a request that the seed draws, then the rest in its order. */
  private static List<Case> cases(int requests, Random random) {
    List<Case> first = new ArrayList<>();
    List<Case> rest = new ArrayList<>();
    Fault.catalogue()
        .forEach(
            (name, fault) -> {
              int drawn = random.nextInt(requests);
              for (int i = 0; i < requests; i++) {
                (i == drawn ? first : rest).add(new Case(i, name, fault));
              }
            });
    Collections.shuffle(rest, random);
    first.addAll(rest);
    return first;
  }

  private Cluster open(String context) {
    return PairClients.open(pair, context);
  }

  /** One move of the case in namespaces of its own. */
  private final class Run {

    private final String name;
    private final Cluster source;
    private final Cluster target;
    private final Plan plan;
    private final RealDisk disk = new RealDisk();
    private final Path state;
    private Traffic traffic = new Traffic();

    Run(String name, Cluster source, Cluster target) throws IOException {
      this.name = name;
      this.source = source;
      this.target = target;
      this.state = Files.createDirectory(folder.resolve(name));
      PlanCase example = PlanCase.named("cron-fleet");
      String objects =
          example.source().stream()
              .map(o -> named(Json.text(o.tree())))
              .collect(Collectors.joining("\n---\n"));
      left.add(name + "-finance");
      left.add(name + "-reports");
      Scene unused = Scene.at(pair.source().kubectl()).apply(objects);
      Migration migration = MigrationFile.read(named(Files.readString(example.migrationFile())));
      this.plan = Planning.plan(source, target, migration, PlanningOptions.defaults());
      assertThat(plan.isBlocked()).as(plan.findings().toString()).isFalse();
    }

    private String named(String text) {
      return text.replace("jobs-", name + "-");
    }

    RunEvent.RunEnded apply(FaultScript script) {
      StringBuilder text = new StringBuilder();
      Digest unused = PlanFile.write(plan, text);
      byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
      RunFile file =
          new RunFile(
              "r-" + name,
              time.now(),
              Digest.ofBytes(bytes),
              new RunFile.Login(Optional.empty(), pair.source().name()),
              new RunFile.Login(Optional.empty(), pair.target().name()),
              Map.of());
      return ApplyRunbook.apply(
          runContext(RunDirectory.create(disk, state, file, bytes), script), plan);
    }

    RunEvent.RunEnded resume() {
      RunDirectory directory = RunDirectory.find(disk, state, "r-" + name);
      return ApplyRunbook.resume(runContext(directory, FaultScript.none()), plan);
    }

    private RunContext runContext(RunDirectory directory, FaultScript script) {
      traffic = new Traffic();
      ProcessLife life = new ProcessLife();
      return new RunContext(
          faulty(source, "source", script, life),
          faulty(target, "target", script, life),
          directory,
          time,
          StepThreads.alone(),
          (gate, policy) -> Gatekeeper.Answer.OPEN,
          command -> new CommandRunner.Ended.Exited(0),
          new Interruption(),
          "the fault test",
          event -> {});
    }

    private Cluster faulty(Cluster cluster, String side, FaultScript script, ProcessLife life) {
      return new RetryingCluster(
          new FaultyCluster(
              cluster,
              side,
              script,
              traffic,
              life,
              new Hasty(time),
              (after, request) -> {
                var unused =
                    later.schedule(request, shorter(after).toMillis(), TimeUnit.MILLISECONDS);
              }),
          time);
    }

    void disturbed(Case one) {
      String what = name + ", " + one.name() + " at request " + one.request();
      try {
        RunEvent.RunEnded first = apply(FaultScript.atRequest(one.request(), one.fault()));
        boolean hasReason =
            first.outcome() == Outcome.DONE
                || (first.outcome() == Outcome.BLOCKED
                    && !first.problems().isEmpty()
                    && first.problems().stream().noneMatch(p -> p.code() == ErrorCode.M9001));
        assertThat(hasReason).as("%s ended %s", what, first).isTrue();
      } catch (ProblemException e) {
        assertThat(e.problem().code())
            .as("%s: %s", what, e.problem())
            .isNotEqualTo(ErrorCode.M9001);
      }
      pause(one.fault() instanceof Fault.ExecutedLater ? LONGEST : Duration.ZERO);
      RunEvent.RunEnded second = resume();
      assertThat(second.outcome()).as("%s, resumed: %s", what, second).isEqualTo(Outcome.DONE);
    }

    void requireDone(RunEvent.RunEnded ended) {
      assertThat(ended.outcome()).as("%s: %s", name, ended).isEqualTo(Outcome.DONE);
    }

    List<Moved> moved() {
      return plan.objects().stream()
          .filter(object -> object.protection() == Protection.DUPLICATION)
          .map(PlannedObject::ref)
          .map(FaultIT::work)
          .map(work -> new Moved(work, work))
          .toList();
    }
  }

  private static Work work(ObjectRef ref) {
    assertThat(ref.kind()).isEqualTo("CronJob");
    return new Work("batch", "cronjobs", ref.namespace(), ref.name());
  }

  private static Duration shorter(Duration duration) {
    return duration.compareTo(LONGEST) < 0 ? duration : LONGEST;
  }

  private static void pause(Duration duration) {
    try {
      Thread.sleep(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Real time, with short delays. */
  private record Hasty(TimeSource time) implements TimeSource {

    @Override
    public Instant now() {
      return time.now();
    }

    @Override
    public Duration running() {
      return time.running();
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
      time.sleep(shorter(duration));
    }

    @Override
    public <T> Optional<T> await(CompletableFuture<T> future, Duration atMost)
        throws InterruptedException {
      return time.await(future, shorter(atMost));
    }
  }
}
