package dev.migrator.it.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.it.audit.AuditEvent;
import dev.migrator.it.cluster.ClusterPair;
import dev.migrator.it.compare.AllowedDifferences;
import dev.migrator.it.compare.ClusterState;
import dev.migrator.it.compare.Difference;
import dev.migrator.it.compare.Key;
import dev.migrator.it.corpus.CorpusLoader.Loaded;
import dev.migrator.it.junit.RealClusters;
import dev.migrator.it.moves.MigratorProcess.Outcome;
import dev.migrator.it.moves.Move;
import dev.migrator.migration.MigrationFile;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.model.Origin;
import dev.migrator.sanitize.SanitizeContext;
import dev.migrator.sanitize.Sanitizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/**
 * Everything that ten public projects wrote is loaded, planned and moved: each object is at the
 * target and equal, or left out with a good reason, or came to its end.
 *
 * <p>What was loaded, planned and found differing stays in {@code target/corpus} for a person.
 */
@RealClusters(fresh = true)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(1200)
class CorpusIT {

  /** Aggregated by an adapter that does not run here, and that no object to move belongs to. */
  private static final String DEAD_API = "--without-api=custom.metrics.k8s.io/v1beta1";

  private static final String MIGRATION =
      """
      apiVersion: migrator.dev/v1alpha1
      kind: Migration
      metadata: {name: corpus}
      gates: {afterCopy: auto}
      handover: {drainTimeout: 2m, onDrainTimeout: terminate, missedRuns: skip}
      limits: {readyTimeout: 2m}
      volumes: [{match: {namespace: "*"}, via: share, because: "nobody writes: the pods are fake"}]
      """;

  /** The reasons for which a reviewer lets an object stay behind. */
  private static final List<Pattern> GOOD_REASONS =
      Stream.of(
              "namespace (kube-system|gke-managed-system|openshift-.*) belongs to the cluster",
              "an add-on of the cluster",
              "every cluster makes it for itself",
              "every namespace has it",
              "made by OpenShift for every namespace",
              "made for a Service by its controller",
              "made by its controller, .*",
              "finished: to create it again would run it again")
          .map(Pattern::compile)
          .toList();

  private final Path folder = Path.of("target", "corpus").toAbsolutePath();
  private final Move move;
  private Loaded loaded = Loaded.NOTHING;
  private Outcome applied = new Outcome(List.of(), -1, "", "never begun");

  CorpusIT(ClusterPair pair) throws IOException {
    deleteAll(folder);
    Files.createDirectories(folder);
    this.move = new Move(pair, folder);
  }

  @BeforeAll
  void moveEverything(ClusterPair pair) throws IOException, InterruptedException {
    Instant begin = Instant.now();
    List<CorpusProject> projects = CorpusProject.below(CorpusFolder.find());
    loaded = new CorpusLoader(pair.source().kubectl()).load(projects);
    List<String> told = new ArrayList<>();
    projects.forEach(project -> told.addAll(project.refused()));
    loaded.refused().forEach((key, why) -> told.add(key + ": " + why));
    Files.write(folder.resolve("not-loaded.txt"), told);
    System.out.printf(
        "  %d objects of %d projects are loaded, %d are not%n",
        loaded.loaded().size(), projects.size(), told.size());
    Files.writeString(folder.resolve("migration.yaml"), MIGRATION);
    // Short Jobs come to their end, Deployments to their Pods.
    Thread.sleep(Duration.ofSeconds(10));
    move.plan("-f", "migration.yaml", "--default-for=undecided=duplication", DEAD_API);
    applied = move.apply("--events-file=events.jsonl");
    Files.writeString(folder.resolve("apply.txt"), applied.err());
    System.out.printf(
        "  all of it took %d s%n", Duration.between(begin, Instant.now()).toSeconds());
  }

  @Test
  void almostEverythingIsLoaded() {
    assertThat(loaded.loaded()).hasSizeGreaterThan(800);
  }

  @Test
  void everyObjectTravelsOrIsLeftOutWithAGoodReason() throws IOException {
    List<String> leftOut = new ArrayList<>();
    List<String> findings = new ArrayList<>();
    for (Key key : loaded.loaded()) {
      String reason = move.planned().leftOut().getOrDefault(key, "no word of it in the plan");
      // What has an owner that is not there is taken away by the cluster itself.
      if (!move.planned().travelling().containsKey(key) && move.before().find(key).isPresent()) {
        leftOut.add(key + ": " + reason);
        if (GOOD_REASONS.stream().noneMatch(good -> good.matcher(reason).matches())) {
          findings.add(key + ": " + reason);
        }
      }
    }
    Files.write(folder.resolve("left-out.txt"), leftOut);
    assertThat(findings).as("left out without a good reason").isEmpty();
  }

  @Test
  void theMoveIsDone() {
    applied.expect(0);
  }

  @Test
  void everythingThatTravelledIsEqual() throws IOException {
    List<String> findings = move.comparison(AllowedDifferences.read()).findings();
    Files.write(folder.resolve("differences.txt"), findings);
    assertThat(findings).isEmpty();
  }

  @Test
  void nothingWasTwice() {
    move.assertNeverTwice();
    move.assertOnlyPlannedWrites();
  }

  /** What a server makes of what we send, sanitised, is what we sent. */
  @Test
  void sanitisingUndoesWhatCreatingAdds() throws IOException {
    Sanitizer sanitizer = new Sanitizer(SanitizeContext.of(MigrationFile.read(MIGRATION)));
    AllowedDifferences allowed = AllowedDifferences.read();
    List<String> findings = new ArrayList<>();
    int creates = 0;
    for (AuditEvent event : move.targetLog().ourWrites()) {
      if (event.verb().equals("create") && event.code() == 201 && event.subresource().isEmpty()) {
        creates++;
        Key key = Key.of(event.response());
        Difference.between(
                sanitized(sanitizer, event.request().toString()),
                sanitized(sanitizer, event.response().toString()))
            .stream()
            .filter(difference -> !allowed.allow(key, difference))
            .forEach(difference -> findings.add(key + " " + difference));
      }
    }
    Files.write(folder.resolve("sanitised.txt"), findings);
    assertThat(creates).isGreaterThan(700);
    assertThat(findings).isEmpty();
  }

  private static JsonNode sanitized(Sanitizer sanitizer, String json) {
    ObjectNode tree = Json.parseObject(json);
    if (tree.at("/metadata/annotations") instanceof ObjectNode annotations) {
      annotations.remove(Origin.ANNOTATION);
      if (annotations.isEmpty()) {
        tree.withObjectProperty("metadata").remove("annotations");
      }
    }
    return ClusterState.parse(Json.text(sanitizer.sanitize(Manifest.of(tree)).body().tree()));
  }

  private static void deleteAll(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }
}
