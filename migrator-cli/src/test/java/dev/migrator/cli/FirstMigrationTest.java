package dev.migrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.cli.output.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who types what the guide says, in its order, has moved. */
@Timeout(60)
class FirstMigrationTest {

  private static final Path GUIDE = Path.of("../docs/guide/first-migration.md");
  private static final Pattern BLOCK = Pattern.compile("(?s)```(yaml)?\n(.*?)```");

  @TempDir Path folder;

  @Test
  void theGuideCanBeFollowed() throws IOException {
    World world =
        new World(folder)
            .clusters("web-shop")
            .withTerminal(
                new Terminal(true, true, true, 100, Terminal.Colours.NEVER, false), "yes\ngo\n");
    List<String> typed = new ArrayList<>();
    for (var block : BLOCK.matcher(Files.readString(GUIDE)).results().toList()) {
      if (block.group(1) != null) {
        world.file("migration.yaml", block.group(2));
        continue;
      }
      for (String line : block.group(2).lines().filter(l -> l.startsWith("migrator ")).toList()) {
        World.Result result = world.run(line.substring("migrator ".length()).split(" "));
        assertThat(result.exit()).as(line + "\n" + result.out() + result.err()).isZero();
        typed.add(line.split(" ")[1]);
      }
    }
    assertThat(typed)
        .containsSubsequence("plan", "show", "apply", "resume", "verify", "report", "prune");
    assertThat(world.run("status", "latest").out()).contains("done: ");
  }
}
