package dev.migrator.it.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/** The run whose tables stand in docs/performance.md. */
final class Recorded {

  /** Where {@code it-tests/bench --record} leaves it. */
  static final Path FOLDER = Path.of("src", "test", "resources", "dev", "migrator", "it", "bench");

  static final String NAME = "recorded.json";

  private Recorded() {}

  /** How many objects a second a contender wrote, as a part of the bare client's. */
  static double ratio(int size, String who) throws IOException {
    try (InputStream in = Recorded.class.getResourceAsStream(NAME)) {
      if (in == null) {
        throw new AssertionError("nothing is recorded: it-tests/bench --record");
      }
      for (JsonNode row : new ObjectMapper().readTree(in).path("ratios")) {
        if (row.path("what").asText().equals("Writing")
            && row.path("size").asInt() == size
            && row.path("who").asText().equals(who)) {
          return row.path("median").asDouble();
        }
      }
      throw new AssertionError("the record has no " + who + " at " + size);
    }
  }
}
