package dev.migrator.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.migrator.model.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The schemas in {@code docs/schema}; nothing is fetched from anywhere. */
public final class Schemas {

  static final Path FOLDER = Path.of("..", "docs", "schema");
  private static final String BASE = "https://migrator.dev/schema/";

  private final SchemaRegistry registry =
      SchemaRegistry.withDefaultDialect(
          SpecificationVersion.DRAFT_7, builder -> builder.schemas(texts()));

  /** What is wrong with the document; empty when nothing is. */
  public List<String> errors(String schema, JsonNode document) {
    Schema found = registry.getSchema(SchemaLocation.of(BASE + schema));
    return found.validate(document).stream().map(Error::toString).toList();
  }

  /** Every schema by the address at which the others refer to it. */
  static Map<String, String> texts() {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files
          .filter(f -> f.toString().endsWith(".schema.json"))
          .collect(Collectors.toMap(f -> BASE + f.getFileName(), Schemas::text));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static JsonNode tree(String name) {
    return Json.parse(text(FOLDER.resolve(name)));
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
