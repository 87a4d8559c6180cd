package dev.migrator.cli.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A page of the documentation, as a reader of Markdown sees it. */
record Document(Path file, String text) {

  /** The folder of the repository. */
  static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  private static final Pattern INLINE = Pattern.compile("`([^`]+)`");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ +(.+)$");

  /** A line that somebody may copy to a shell. */
  private static final Pattern COMMAND =
      Pattern.compile("\\s*(?:[$] |Next:\\s+|[0-9]+\\. )?(?:\\./|kubectl )?migrator(?: (.*))?");

  static Document of(Path file) {
    try {
      return new Document(file, Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Every page for users, in a fixed order. */
  static List<Document> all() {
    try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
      return Stream.concat(
              Stream.of("README.md", "CHANGELOG.md", "plans/README.md").map(ROOT::resolve),
              docs.filter(f -> f.toString().endsWith(".md")))
          .sorted()
          .map(Document::of)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String name() {
    return ROOT.relativize(file).toString();
  }

  /**
   * What follows {@code migrator} in every command that the page shows: lines of code blocks, and
   * code within sentences. A mention of a command by its name alone is one word.
   */
  List<String> commands() {
    List<String> commands = new ArrayList<>();
    StringBuilder prose = new StringBuilder();
    boolean code = false;
    String begun = "";
    for (String line : text.lines().toList()) {
      if (line.strip().startsWith("```")) {
        code = !code;
      } else if (!code) {
        prose.append(line).append('\n');
      } else if (line.endsWith("\\")) {
        begun += line.substring(0, line.length() - 1);
      } else {
        add(commands, begun + line);
        begun = "";
      }
    }
    Matcher inline = INLINE.matcher(prose);
    while (inline.find()) {
      add(commands, inline.group(1).replace('\n', ' '));
    }
    return commands;
  }

  private static void add(List<String> commands, String line) {
    Matcher command = COMMAND.matcher(line);
    if (command.matches() && command.group(1) != null) {
      // Remarks, pipes and redirections are the shell's and the reader's.
      String typed = command.group(1).replaceFirst("(\\s{2,}[(#].*|\\s[|>&#].*)$", "");
      commands.add(typed.replace(" ...", "").strip());
    }
  }

  /** The pages, files and places within this repository that the page points to. */
  List<String> links() {
    return LINK.matcher(text)
        .results()
        .map(m -> m.group(1))
        .filter(link -> !link.contains("://"))
        .toList();
  }

  /** The places of the page that a link may name, as code hosts make them of headings. */
  List<String> places() {
    return HEADING
        .matcher(text)
        .results()
        .map(
            m ->
                m.group(1)
                    .toLowerCase(java.util.Locale.ROOT)
                    .replaceAll("[^\\p{L}\\p{N} _-]", "")
                    .replace(' ', '-'))
        .toList();
  }
}
