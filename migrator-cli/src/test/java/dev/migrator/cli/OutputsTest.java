package dev.migrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.model.Json;
import dev.migrator.model.Yaml;
import dev.migrator.schema.Schemas;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the program prints for machines is what the published schemas say. */
@Timeout(60)
class OutputsTest {

  private final Schemas schemas = new Schemas();
  @TempDir Path folder;

  @Test
  void planStatusAndEventsAreWhatTheirSchemasSay() {
    World world = new World(folder).clusters("web-shop");
    String[] contexts = {"--source-context", "old", "--target-context", "new"};
    World.Result planned = world.run(with(contexts, "plan", "-o", "move.plan.yaml", "-o", "json"));
    assertThat(planned.exit()).as(planned.err()).isZero();
    check("plan-view.schema.json", Json.parse(planned.out()));
    check("plan.schema.json", Yaml.parse(world.read("move.plan.yaml")).orElseThrow());

    World.Result waiting =
        world.run(with(contexts, "apply", "move.plan.yaml", "--yes", "--events-file", "events"));
    assertThat(waiting.exit()).as(waiting.err()).isEqualTo(21);
    check("run-status.schema.json", status(world));

    World.Result done = world.run("resume", "latest", "--yes", "--approve-gate", "afterCopy");
    assertThat(done.exit()).as(done.err()).isZero();
    JsonNode status = status(world);
    check("run-status.schema.json", status);
    assertThat(status.path("handOvers")).as("objects that were handed over").isNotEmpty();

    List<String> events = world.read("events").lines().toList();
    assertThat(events).hasSizeGreaterThan(10);
    events.forEach(event -> check("event.schema.json", Json.parse(event)));
  }

  private void check(String schema, JsonNode document) {
    assertThat(schemas.errors(schema, document)).as(schema).isEmpty();
  }

  private static JsonNode status(World world) {
    JsonNode asJson = Json.parse(world.run("status", "latest", "-o", "json").out());
    String asYaml = world.run("status", "latest", "-o", "yaml").out();
    assertThat(Yaml.parse(asYaml)).contains(asJson);
    return asJson;
  }

  private static String[] with(String[] contexts, String... command) {
    return java.util.stream.Stream.concat(List.of(command).stream(), List.of(contexts).stream())
        .toArray(String[]::new);
  }
}
