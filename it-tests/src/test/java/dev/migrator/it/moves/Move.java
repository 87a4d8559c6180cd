package dev.migrator.it.moves;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.it.audit.AuditEvent;
import dev.migrator.it.audit.AuditLog;
import dev.migrator.it.audit.ClusterHistory;
import dev.migrator.it.audit.NeverTwice;
import dev.migrator.it.audit.NeverTwice.Moved;
import dev.migrator.it.audit.Work;
import dev.migrator.it.cluster.ClusterPair;
import dev.migrator.it.compare.AllowedDifferences;
import dev.migrator.it.compare.ClusterState;
import dev.migrator.it.compare.IndependentComparison;
import dev.migrator.it.compare.Key;
import dev.migrator.it.compare.Planned;
import dev.migrator.it.moves.MigratorProcess.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One move by the command line in a folder of its own, with everything that the judges need.
 *
 * <p>Make it before anything is loaded: the judges know what happened since then only.
 */
public final class Move {

  private static final String PLAN = "move.plan.yaml";

  private final ClusterPair pair;
  private final Path folder;
  private final Map<String, String> namespaces;
  private final AuditLog sourceLog;
  private final AuditLog targetLog;
  private ClusterState before;
  private Planned planned = Planned.NOTHING;

  public Move(ClusterPair pair, Path folder) {
    this(pair, folder, Map.of());
  }

  /**
   * @param namespaces the target's names of namespaces that are called otherwise there
   */
  public Move(ClusterPair pair, Path folder, Map<String, String> namespaces) {
    this.pair = pair;
    this.folder = folder;
    this.namespaces = namespaces;
    this.sourceLog = AuditLog.from(pair.source());
    this.targetLog = AuditLog.from(pair.target());
    this.before = ClusterState.of(ClusterState.parse("{}"));
  }

  /** Writes a migration file, {@code migration.yaml}, for these namespaces and nothing else. */
  public void scope(Collection<String> namespaces) {
    scope(namespaces, "");
  }

  /**
   * As {@link #scope(Collection)}.
   *
   * @param more lines of the migration file
   */
  public void scope(Collection<String> namespaces, String more) {
    try {
      Files.writeString(
          folder.resolve("migration.yaml"),
          """
          apiVersion: migrator.dev/v1alpha1
          kind: Migration
          metadata: {name: scoped}
          scope: {namespaces: {include: [%s]}}
          %s
          """
              .formatted(String.join(", ", namespaces), more));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts a command of the program in the move's folder. */
  public MigratorProcess start(String... arguments) {
    return MigratorProcess.start(folder, List.of(arguments));
  }

  /** Runs a command of the program in the move's folder. */
  public Outcome run(String... arguments) {
    Instant begin = Instant.now();
    Outcome outcome = start(arguments).await();
    told(
        "%s took %d ms".formatted(arguments[0], Duration.between(begin, Instant.now()).toMillis()));
    return outcome;
  }

  /** For whoever reads what the tests print. */
  private void told(String what) {
    System.out.println("  " + folder.getFileName() + ": " + what);
  }

  /** The options that name both clusters. */
  public String[] clusters(String... more) {
    List<String> options =
        new ArrayList<>(
            List.of(
                "--source-kubeconfig=" + pair.kubeconfig(),
                "--source-context=" + pair.source().name(),
                "--target-kubeconfig=" + pair.kubeconfig(),
                "--target-context=" + pair.target().name()));
    options.addAll(Arrays.asList(more));
    return options.toArray(String[]::new);
  }

  /** Looks at the source, then makes the plan, which must not be blocked. */
  public Planned plan(String... more) {
    before = ClusterState.of(pair.source().kubectl());
    Outcome plan = run(with("plan", clusters(with("-o", with(PLAN, more)))));
    plan.expect(0);
    planned = Planned.of(run("show", PLAN, "-o", "json").expect(0).out());
    told(
        "%d objects, %d of them must not be twice, %d are left out"
            .formatted(
                planned.travelling().size(),
                planned.duplicateIntolerant().size(),
                planned.leftOut().size()));
    return planned;
  }

  public MigratorProcess startApply(String... more) {
    return start(applying(more));
  }

  public Outcome apply(String... more) {
    return run(applying(more));
  }

  private String[] applying(String... more) {
    return with(
        "apply",
        with(PLAN, clusters(with("--yes", with("--accept-empty-volumes", approvals(more))))));
  }

  /** Needs no clusters: the run remembers them. */
  public MigratorProcess startResume(String... more) {
    return start(with("resume", with("latest", approvals(more))));
  }

  private String[] approvals(String... more) {
    return planned.hasGate() ? with("--approve-gate=afterCopy", more) : more;
  }

  public Planned planned() {
    return planned;
  }

  public ClusterState before() {
    return before;
  }

  public AuditLog sourceLog() {
    return sourceLog;
  }

  public AuditLog targetLog() {
    return targetLog;
  }

  /** Both judges: nothing was twice, and everything is where it belongs. */
  public void assertKept() {
    assertNeverTwice();
    assertEverythingIsWhereItBelongs();
    assertOnlyPlannedWrites();
  }

  /** The audit logs show no moment at which work that must not be twice was active in both. */
  public void assertNeverTwice() {
    List<AuditEvent> here = sourceLog.writes();
    List<AuditEvent> there = targetLog.writes();
    Map<String, String> resources = resources(here);
    List<Moved> moved =
        planned.duplicateIntolerant().stream()
            .map(key -> new Moved(work(key, resources), work(key.mapped(namespaces), resources)))
            .toList();
    assertThat(new NeverTwice(ClusterHistory.of(here), ClusterHistory.of(there)).breaches(moved))
        .as("what must not be twice")
        .isEmpty();
  }

  /** kubectl sees what was planned at the target, and the rest of the source as it was. */
  public void assertEverythingIsWhereItBelongs() {
    assertThat(comparison(AllowedDifferences.read()).findings())
        .as("the independent comparison")
        .isEmpty();
  }

  /**
   * The way back of what the last command left of the run: what is in transit first, then the plan
   * that it wrote, if anything was handed over. Where nothing was in transit, the locks of the run
   * that was killed are still there: then what the refusal names is typed, as a person would.
   */
  public void goBack() {
    run(with("rollback", "latest", "--backward", "--yes", "--plan-file=back.plan.yaml")).expect(0);
    if (Files.exists(folder.resolve("back.plan.yaml"))) {
      applyBack().expect(0);
    }
  }

  private Outcome applyBack() {
    return run(
        "apply",
        "back.plan.yaml",
        "--yes",
        "--accept-empty-volumes",
        "--source-kubeconfig=" + pair.kubeconfig(),
        "--source-context=" + pair.target().name(),
        "--target-kubeconfig=" + pair.kubeconfig(),
        "--target-context=" + pair.source().name());
  }

  /** What must not be twice is at the source, as active as it was, and not at the target. */
  public void assertEverythingIsBack() {
    ClusterState here = ClusterState.of(pair.source().kubectl());
    ClusterState there = ClusterState.of(pair.target().kubectl());
    Set<Key> ended = endedJobs();
    for (Key key : planned.duplicateIntolerant()) {
      if (ended.contains(key)) {
        continue;
      }
      JsonNode was = before.find(key).orElseThrow();
      assertThat(here.find(key)).as(key + " at the source").isPresent();
      JsonNode is = here.find(key).orElseThrow();
      for (String field : List.of("suspend", "replicas")) {
        assertThat(is.path("spec").path(field))
            .as(field + " of " + key)
            .isEqualTo(was.path("spec").path(field));
      }
      assertThat(there.find(key.mapped(namespaces))).as(key + " at the target").isEmpty();
    }
  }

  public IndependentComparison comparison(AllowedDifferences allowed) {
    return new IndependentComparison(
        planned,
        before,
        ClusterState.of(pair.source().kubectl()),
        ClusterState.of(pair.target().kubectl()),
        namespaces,
        endedJobs(),
        allowed);
  }

  /** The Jobs that came to their end at the source since the plan was made. */
  private Set<Key> endedJobs() {
    Set<Key> ended = new HashSet<>();
    for (AuditEvent event : sourceLog.writes()) {
      for (JsonNode condition : event.response().path("status").path("conditions")) {
        if (event.resource().equals("jobs")
            && Set.of("Complete", "Failed").contains(condition.path("type").asText())
            && condition.path("status").asText().equals("True")) {
          ended.add(new Key("batch", "Job", event.namespace(), event.name()));
        }
      }
    }
    return ended;
  }

  /**
   * At the source only what must not be twice was written, at the target only what was planned, and
   * in both the locks.
   */
  public void assertOnlyPlannedWrites() {
    Set<String> handedOver = new HashSet<>();
    planned
        .duplicateIntolerant()
        .forEach(key -> handedOver.add(key.namespace() + "/" + key.name()));
    Set<String> travelling = new HashSet<>();
    planned.travelling().keySet().stream()
        .map(key -> key.mapped(namespaces))
        .forEach(key -> travelling.add(key.namespace() + "/" + key.name()));
    assertThat(strangers(sourceLog, handedOver)).as("unplanned writes at the source").isEmpty();
    assertThat(strangers(targetLog, travelling)).as("unplanned writes at the target").isEmpty();
  }

  private static List<AuditEvent> strangers(AuditLog log, Set<String> names) {
    return log.ourWrites().stream()
        .filter(event -> !event.resource().equals("leases"))
        // A request whose sender was killed may end before anyone knows its object.
        .filter(event -> event.isDone() || !event.name().isEmpty())
        .filter(event -> !names.contains(namespace(event) + "/" + event.name()))
        .toList();
  }

  /** A server says the name of a Namespace as its namespace, too. */
  private static String namespace(AuditEvent event) {
    return event.resource().equals("namespaces") ? "" : event.namespace();
  }

  /** The plural names of kinds, as the servers' own answers say them. */
  private static Map<String, String> resources(List<AuditEvent> events) {
    Map<String, String> resources = new HashMap<>();
    for (AuditEvent event : events) {
      JsonNode kind = event.response().path("kind");
      if (event.subresource().isEmpty() && kind.isTextual()) {
        resources.put(event.group() + "/" + kind.asText(), event.resource());
      }
    }
    return resources;
  }

  private static Work work(Key key, Map<String, String> resources) {
    String resource = resources.get(key.group() + "/" + key.kind());
    if (resource == null) {
      throw new AssertionError("the source's audit log has no " + key.kind());
    }
    return new Work(key.group(), resource, key.namespace(), key.name());
  }

  public static String[] with(String first, String... rest) {
    String[] all = new String[rest.length + 1];
    all[0] = first;
    System.arraycopy(rest, 0, all, 1, rest.length);
    return all;
  }
}
