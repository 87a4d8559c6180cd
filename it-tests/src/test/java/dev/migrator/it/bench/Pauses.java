package dev.migrator.it.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.it.audit.AuditEvent;
import dev.migrator.it.audit.AuditLog;
import dev.migrator.it.cluster.ClusterOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How long a CronJob without running Jobs is active in neither cluster: from the moment at which
 * the source got the request that suspends it to the one at which the target had answered the
 * request that wakes it. Both are read from the servers' audit logs, and both are the unfavourable
 * ends.
 */
final class Pauses {

  private final BenchOptions options;
  private final Measurements measured;
  private final Path folder;

  private Pauses(BenchOptions options, Measurements measured, Path folder) {
    this.options = options;
    this.measured = measured;
    this.folder = folder;
  }

  static void measure(BenchOptions options, Measurements measured, Path folder) throws IOException {
    new Pauses(options, measured, folder).all();
  }

  private void all() throws IOException {
    try (BenchWorld world =
        BenchWorld.start(
            options.processors(),
            ClusterOptions.DEFAULT.withFsync(),
            ClusterOptions.DEFAULT.withFsync())) {
      world.freshTarget();
      for (int count : options.cronJobs()) {
        List<Double> pauses = new ArrayList<>();
        // One alone says little.
        int rounds = count == 1 ? 3 * options.rounds() : count < 1000 ? options.rounds() : 1;
        for (int round = 1; round <= rounds; round++) {
          pauses.addAll(round(world, count, "pause-" + count + "-" + round));
        }
        measured.pauses(count, pauses);
      }
    }
  }

  private List<Double> round(BenchWorld world, int count, String namespace) throws IOException {
    load(world, count, namespace);
    world.rest();
    AuditLog source = AuditLog.from(world.pair().source());
    AuditLog target = AuditLog.from(world.pair().target());
    Program program =
        new Program(
            Files.createTempDirectory(folder, namespace),
            world.pair(),
            options.starter(),
            """
            apiVersion: migrator.dev/v1alpha1
            kind: Migration
            metadata: {name: pauses}
            scope: {namespaces: {include: ["%s"]}}
            gates: {afterCopy: auto}
            """
                .formatted(namespace));
    ProgramRun plan = program.plan();
    ProgramRun apply = program.run("apply", Program.PLAN, "--yes");
    System.out.printf(
        Locale.ROOT,
        "  %,d CronJobs: plan %.1f s, apply %.1f s%n",
        count,
        plan.seconds(),
        apply.seconds());
    Map<String, Instant> stopped = new HashMap<>();
    for (AuditEvent event : source.ourWrites()) {
      if (isCronJob(event, namespace) && suspended(event.response()).equals("true")) {
        stopped.putIfAbsent(event.name(), event.received());
      }
    }
    List<Double> pauses = new ArrayList<>();
    for (AuditEvent event : target.ourWrites()) {
      if (isCronJob(event, namespace)
          && suspended(event.response()).equals("false")
          && stopped.containsKey(event.name())) {
        pauses.add(
            Duration.between(stopped.remove(event.name()), event.answered()).toNanos() / 1e9);
      }
    }
    if (pauses.size() != count) {
      throw new AssertionError(pauses.size() + " of " + count + " CronJobs were handed over");
    }
    return pauses;
  }

  private static boolean isCronJob(AuditEvent event, String namespace) {
    return event.isDone()
        && event.resource().equals("cronjobs")
        && event.namespace().equals(namespace)
        && event.response().path("kind").asText().equals("CronJob");
  }

  private static String suspended(JsonNode cronJob) {
    return cronJob.path("spec").path("suspend").asText();
  }

  private static void load(BenchWorld world, int count, String namespace) {
    List<Workload.Item> items = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      items.add(
          new Workload.Item(
              "/apis/batch/v1/namespaces/" + namespace + "/cronjobs",
              """
              {"apiVersion":"batch/v1","kind":"CronJob","metadata":{"name":"bill-%d"},
               "spec":{"schedule":"0 0 29 2 *","suspend":false,"jobTemplate":{"spec":{"template":
                {"spec":{"restartPolicy":"Never",
                 "containers":[{"name":"main","image":"registry.example.com/bill:1.0"}]}}}}}}
              """
                  .formatted(i)));
    }
    try (BareClient client = new BareClient(world.pair().source().admin())) {
      Duration unused =
          client.post(
              List.of(
                  new Workload.Item(
                      "/api/v1/namespaces",
                      "{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\""
                          + namespace
                          + "\"}}")));
      unused = client.post(items);
    }
  }
}
