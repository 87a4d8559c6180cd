package dev.migrator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.model.Json;
import dev.migrator.model.ObjectRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whoever adds a kind of step is told where else its label stands. */
class StepKindsTest {

  private static final Path SCHEMAS = Path.of("..", "docs", "schema");
  private static final ObjectRef REF = ObjectRef.core("ConfigMap", "shop", "web");

  private static List<Verb> forward() {
    return Stream.of(Verb.values()).filter(Verb::isForward).toList();
  }

  @Test
  void thePlansSchemaKnowsEachKind() throws IOException {
    String pattern =
        Json.parse(Files.readString(SCHEMAS.resolve("plan.schema.json")))
            .at("/definitions/step/pattern")
            .asText();
    for (Verb verb : Verb.values()) {
      assertThat(StepId.of(verb, REF).text().matches(pattern))
          .as(verb.label())
          .isEqualTo(verb.isForward());
    }
  }

  @Test
  void theSchemaOfWhatShowPrintsKnowsEachKind() throws IOException {
    String schema = Files.readString(SCHEMAS.resolve("plan-view.schema.json"));
    List<String> known = new ArrayList<>();
    Json.parse(schema).findValue("verb").path("enum").forEach(one -> known.add(one.asText()));
    assertThat(known).containsAll(forward().stream().map(Verb::label).toList());
  }

  @Test
  void theReportHasAColourForEachKind() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src", "main", "resources"))) {
      Path script = files.filter(file -> file.endsWith("report.js")).findFirst().orElseThrow();
      String hues =
          Files.readString(script)
              .lines()
              .filter(l -> l.contains("HUES ="))
              .findFirst()
              .orElseThrow();
      assertThat(forward()).allSatisfy(verb -> assertThat(hues).contains(verb.label() + ": '"));
    }
  }
}
