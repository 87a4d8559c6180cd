package dev.migrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.cli.wiring.RealWorld;
import dev.migrator.lifecycle.Position;
import dev.migrator.lifecycle.Stage;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Yaml;
import dev.migrator.schema.Schemas;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What the program prints for machines is what the published schemas say. */
@Timeout(120)
class OutputsTest {

  private static final Path README = Path.of("../docs/schema/README.md");
  private static final String[] CONTEXTS = {"--source-context", "old", "--target-context", "new"};

  /** What each command prints with {@code -o}; the table in the README says the same. */
  private static final Map<String, String> SCHEMAS =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("classify", "classification"),
              Map.entry("config show", "settings"),
              Map.entry("diff", "plan-diff"),
              Map.entry("explain", "error-codes"),
              Map.entry("plan", "plan-view"),
              Map.entry("prune --dry-run", "prune-view"),
              Map.entry("report", "report"),
              Map.entry("rollback --dry-run", "rollback-view"),
              Map.entry("show", "plan-view"),
              Map.entry("show --left-out", "left-out-view"),
              Map.entry("show --step", "step-view"),
              Map.entry("show --why", "object-view"),
              Map.entry("status", "run-status"),
              Map.entry("unlock", "locks"),
              Map.entry("verify", "verification"),
              Map.entry("version", "version")));

  private final Schemas schemas = new Schemas();
  private final TreeSet<String> checked = new TreeSet<>();
  @TempDir Path folder;

  @Test
  void everyOutputIsWhatItsSchemaSays() {
    World world = new World(folder).clusters("web-shop");
    World.Result planned = world.run(connected("plan", "-o", "move.plan.yaml", "-o", "json"));
    assertThat(planned.exit()).as(planned.err()).isZero();
    check("plan", Json.parse(planned.out()));
    assertThat(
            schemas.errors(
                "plan.schema.json", Yaml.parse(world.read("move.plan.yaml")).orElseThrow()))
        .isEmpty();
    both(world, "show", "show", "move.plan.yaml");
    assertThat(
            both(world, "show --left-out", "show", "move.plan.yaml", "--left-out").at("/leftOut"))
        .isNotEmpty();
    both(world, "show --step", "show", "move.plan.yaml", "--step", "3");
    JsonNode why = both(world, "show --why", "show", "move.plan.yaml", "--why", "cronjob/billing");
    assertThat(why.at("/steps")).hasSizeGreaterThan(3);
    String left = world.run("show", "move.plan.yaml", "--left-out").out().split(" ", 2)[0];
    assertThat(both(world, "show --why", "show", "move.plan.yaml", "--why", left).at("/leftOut"))
        .hasSize(1);
    assertThat(both(world, "classify", "classify", "move.plan.yaml").at("/objects")).isNotEmpty();
    world
        .simulated("old")
        .world()
        .edit(
            new ObjectRef("apps", "Deployment", "shop", "web"),
            tree -> tree.withObjectProperty("spec").put("replicas", 5));
    world.run(connected("plan", "-o", "other.plan.yaml"));
    assertThat(both(world, "diff", "diff", "move.plan.yaml", "other.plan.yaml").at("/changes"))
        .isNotEmpty();
    both(world, "config show", "config", "show");
    both(world, "version", "version");
    both(world, "explain", "explain");
    assertThat(both(world, "explain", "explain", "m2107").at("/codes/0/page").asText())
        .contains("# M2107");
    assertThat(both(world, "explain", "explain", "shared-storage").at("/findings/0/page").asText())
        .contains("# shared-storage");
    aRun(world);
    assertThat(checked).isEqualTo(SCHEMAS.keySet());
  }

  private void aRun(World world) {
    World.Result waiting =
        world.run(connected("apply", "other.plan.yaml", "--yes", "--events-file", "events"));
    assertThat(waiting.exit()).as(waiting.err()).isEqualTo(21);
    both(world, "status", "status", "latest");
    assertThat(both(world, "unlock", "unlock", "latest").at("/locks")).isEmpty();
    assertThat(both(world, "verify", "verify", "latest").at("/differences")).isNotEmpty();

    JsonNode back = both(world, "rollback --dry-run", "rollback", "latest", "--dry-run");
    assertThat(back.at("/removed")).isNotEmpty();
    assertThat(back.at("/setBack")).isEmpty();

    World.Result done = world.run("resume", "latest", "--approve-gate", "afterCopy");
    assertThat(done.exit()).as(done.err()).isZero();
    assertThat(both(world, "status", "status", "latest").at("/handOvers")).isNotEmpty();
    assertThat(both(world, "verify", "verify", "latest").at("/asPlanned").asBoolean()).isTrue();
    both(world, "report", "report", "latest");
    JsonNode prune = both(world, "prune --dry-run", "prune", "latest", "--dry-run");
    assertThat(prune.at("/removed")).isNotEmpty();
    assertThat(prune.at("/kept")).isNotEmpty();

    List<String> events = world.read("events").lines().toList();
    assertThat(events).hasSizeGreaterThan(10);
    for (String event : events) {
      assertThat(schemas.errors("event.schema.json", Json.parse(event))).as(event).isEmpty();
    }
  }

  @Test
  void aLockThatIsHeldIsShownToMachines() {
    World world = new World(folder).clusters("web-shop");
    world.run(connected("plan", "-o", "move.plan.yaml"));
    world.run(connected("apply", "move.plan.yaml", "--yes"));
    world
        .simulated("old")
        .world()
        .load(
            List.of(
                Manifest.parse(
                    """
                    {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
                     "metadata": {"name": "migrator", "namespace": "kube-system"},
                     "spec": {"holderIdentity": "somebody", "leaseDurationSeconds": 120,
                              "renewTime": "2030-01-01T00:00:00Z"}}
                    """)));
    JsonNode locks = both(world, "unlock", "unlock", "latest").at("/locks");
    assertThat(locks).hasSize(1);
    assertThat(locks.at("/0/holder").asText()).isEqualTo("somebody");
  }

  @Test
  void everyPlaceOfAHandOverIsInTheSchema() {
    List<String> known = new ArrayList<>();
    schema("run-status")
        .at("/properties/handOvers/items/properties/place/enum")
        .forEach(place -> known.add(place.asText()));
    assertThat(known)
        .containsExactlyInAnyOrderElementsOf(
            Stream.concat(
                    Stream.of(Position.IN_DOUBT),
                    Arrays.stream(Stage.values())
                        .filter(stage -> stage != Stage.COPIED)
                        .map(stage -> stage.name().toLowerCase(Locale.ROOT)))
                .toList());
  }

  @Test
  void theTableNamesTheSchemaOfEveryCommand() throws IOException {
    Map<String, String> table = new TreeMap<>();
    Pattern.compile("(?m)^\\| `([^`]+)` \\| \\[([a-z-]+)\\.schema\\.json]\\(")
        .matcher(Files.readString(README))
        .results()
        .forEach(row -> table.put(row.group(1), row.group(2)));
    assertThat(table).isEqualTo(SCHEMAS);
  }

  /** A new command that reports must be in the table. */
  @Test
  void everyCommandWithAFormIsChecked() {
    List<String> withForm = new ArrayList<>();
    collect(Main.commands(RealWorld.environment()).commandLine(), "", withForm);
    assertThat(withForm).contains("plan", "config show");
    assertThat(withForm.stream().filter(name -> !name.equals("rbac")))
        .allMatch(
            name -> SCHEMAS.keySet().stream().anyMatch(known -> known.startsWith(name)),
            "is in the table");
  }

  private static void collect(CommandLine line, String prefix, List<String> found) {
    line.getSubcommands()
        .forEach(
            (name, command) -> {
              var option = command.getCommandSpec().findOption("--output");
              if (option != null && option.paramLabel().contains("json")) {
                found.add(prefix + name);
              }
              collect(command, prefix + name + " ", found);
            });
  }

  /** As JSON and as YAML it is the same document; gives it. */
  private JsonNode both(World world, String name, String... command) {
    JsonNode document = Json.parse(world.run(with(command, "-o", "json")).out());
    assertThat(Yaml.parse(world.run(with(command, "-o", "yaml")).out())).contains(document);
    check(name, document);
    return document;
  }

  private void check(String name, JsonNode document) {
    checked.add(name);
    String schema = schemaOf(name) + ".schema.json";
    assertThat(schemas.errors(schema, document)).as(schema).isEmpty();
    assertThat(document.path("kind")).isEqualTo(schema(schemaOf(name)).path("title"));
  }

  private static JsonNode schema(String name) {
    try {
      return Json.parse(Files.readString(README.resolveSibling(name + ".schema.json")));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String[] connected(String... command) {
    return with(command, CONTEXTS);
  }

  private static String schemaOf(String name) {
    return Objects.requireNonNull(SCHEMAS.get(name), name);
  }

  private static String[] with(String[] first, String... more) {
    return Stream.concat(Arrays.stream(first), Arrays.stream(more)).toArray(String[]::new);
  }
}
