package dev.migrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.model.Json;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a saved plan tells without any cluster: reasons, chains, graphs. */
class ShowCommandTest {

  @TempDir Path folder;

  private World world;

  @BeforeEach
  void planned() {
    world = new World(folder).clusters("web-shop");
    assertThat(
            world
                .run("plan", "--source-context", "old", "--target-context", "new", "-o", "p.yaml")
                .exit())
        .isZero();
  }

  private String show(String... options) {
    String[] all = new String[options.length + 2];
    all[0] = "show";
    all[1] = "p.yaml";
    System.arraycopy(options, 0, all, 2, options.length);
    World.Result result = world.run(all);
    assertThat(result.exit()).as(result.err()).isZero();
    return result.out();
  }

  @Test
  void theChainThatPutsAStepWhereItIs() {
    String why = show("--why", "deploy/shop/web");
    assertThat(why)
        .startsWith("Deployment.apps/shop/web\n")
        .containsPattern("needs, nearest first\n(    .*\n)*    ns/shop\n");
  }

  @Test
  void graphsForOtherTools() {
    String dot = show("--graph", "dot");
    assertThat(dot).startsWith("digraph plan {\n").endsWith("}\n").contains("deploy/shop/web\"];");
    String mermaid = show("--graph", "mermaid");
    assertThat(mermaid).startsWith("flowchart LR\n").contains("deploy/shop/web\"]");
    assertThat(edges(dot, "  (s\\d+) -> (s\\d+);")).isNotEmpty();
    assertThat(edges(mermaid, "  (s\\d+) --> (s\\d+)"))
        .isEqualTo(edges(dot, "  (s\\d+) -> (s\\d+);"));
  }

  private static List<String> edges(String graph, String form) {
    return Pattern.compile(form)
        .matcher(graph)
        .results()
        .map(edge -> edge.group(1) + " " + edge.group(2))
        .toList();
  }

  @Test
  void everythingThatIsLeftOutWithItsReason() {
    JsonNode leftOut = Json.parse(show("--left-out", "-o", "json"));
    assertThat(leftOut.path("leftOut")).isNotEmpty();
    for (JsonNode one : leftOut.path("leftOut")) {
      assertThat(one.path("reason").asText()).as(one.toString()).isNotBlank();
      assertThat(one.path("ref").path("kind").asText()).isNotBlank();
    }
    assertThat(show("--left-out").lines().count()).isEqualTo(leftOut.path("leftOut").size());
  }
}
