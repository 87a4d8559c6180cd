package dev.migrator.mutation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.migrator.model.Yaml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

/**
 * One safeguard, and how it is taken out.
 *
 * @param name as in the comment that marks it
 * @param takesOut the safeguard, in words
 * @param edits one for all marked places, or one for each of them, in the order of the files
 * @param tests simple names of the test classes, one of which must fail
 */
record Mutation(String name, String takesOut, List<Edit> edits, List<String> tests) {

  /** Every mutation of {@code mutations.yaml}, in its order. */
  static List<Mutation> all() {
    try {
      JsonNode root =
          Yaml.parse(Files.readString(Path.of("mutations", "mutations.yaml"))).orElseThrow();
      List<Mutation> mutations = new ArrayList<>();
      for (Map.Entry<String, JsonNode> entry : root.properties()) {
        JsonNode node = entry.getValue();
        mutations.add(
            new Mutation(
                entry.getKey(),
                node.required("takesOut").asText(),
                texts(node.required("edit")).stream().map(Edit::parse).toList(),
                texts(node.required("tests"))));
      }
      return mutations;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<String> texts(JsonNode node) {
    return node instanceof ArrayNode list
        ? StreamSupport.stream(list.spliterator(), false).map(JsonNode::asText).toList()
        : List.of(node.asText());
  }

  @Override
  public String toString() {
    return name;
  }
}
