package dev.migrator.cli.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.migrator.cli.Main;
import dev.migrator.cli.wiring.RealWorld;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/**
 * The commands that the documentation shows exist, with their options; its links lead somewhere.
 */
class DocumentsTest {

  private static final Pattern TESTS = Pattern.compile("`([A-Z][A-Za-z0-9]*(?:Test|IT))`");

  static List<Document> documents() {
    return Document.all();
  }

  @ParameterizedTest
  @MethodSource("documents")
  void commandsExist(Document document) {
    for (String typed : document.commands()) {
      check(document, words(typed));
    }
  }

  private static void check(Document document, List<String> words) {
    CommandLine commands = commands();
    if (words.size() == 1 && !words.getFirst().startsWith("-")) {
      assertThat(commands.getSubcommands()).as(document.name()).containsKey(words.getFirst());
      return;
    }
    assertThatCode(() -> commands.parseArgs(words.toArray(String[]::new)))
        .as(document.name() + ": migrator " + String.join(" ", words))
        .doesNotThrowAnyException();
  }

  private static CommandLine commands() {
    return Main.commands(RealWorld.environment()).commandLine();
  }

  /** Words as a shell makes them, as far as the documentation needs it. */
  private static List<String> words(String typed) {
    return Pattern.compile("'([^']*)'|\"([^\"]*)\"|(\\S+)")
        .matcher(typed)
        .results()
        .map(m -> m.group(1) != null ? m.group(1) : m.group(2) != null ? m.group(2) : m.group(3))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("documents")
  void linksLeadSomewhere(Document document) {
    for (String link : document.links()) {
      int hash = link.indexOf('#');
      String path = hash < 0 ? link : link.substring(0, hash);
      Path file =
          path.isEmpty() ? document.file() : document.file().resolveSibling(path).normalize();
      assertThat(Files.exists(file)).as(document.name() + " -> " + link).isTrue();
      if (hash >= 0) {
        assertThat(Document.of(file).places())
            .as(document.name() + " -> " + link)
            .contains(link.substring(hash + 1));
      }
    }
  }

  /** A page that names a test as a proof must not outlive it. */
  @ParameterizedTest
  @MethodSource("documents")
  void namedTestsExist(Document document) {
    assertThat(TESTS.matcher(document.text()).results().map(m -> m.group(1)))
        .as(document.name())
        .isSubsetOf(testClasses());
  }

  private static Set<String> testClasses() {
    Set<String> names = new TreeSet<>();
    for (String module : List.of("migrator-core", "migrator-cli", "it-tests")) {
      try (Stream<Path> files = Files.walk(Document.ROOT.resolve(module + "/src/test/java"))) {
        files.forEach(f -> names.add(String.valueOf(f.getFileName()).replace(".java", "")));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return names;
  }

  @Test
  void whatIsACommandIsSeen() {
    Document page =
        new Document(
            Path.of("x.md"),
            """
            Run `migrator show PLAN`, or `kubectl get pods`; `migrator` is a program.

            ```
            $ ./migrator demo
              Next:   migrator resume r-1   (when it has ended)
            migrator show x --graph dot | dot -Tsvg > x.svg
            migrator plan \\
              -o x
            Error M1001: migrator is no command here
            ```
            """);
    assertThat(page.commands())
        .containsExactly("demo", "resume r-1", "show x --graph dot", "plan   -o x", "show PLAN");
  }
}
