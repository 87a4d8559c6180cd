package dev.migrator.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.model.Json;
import dev.migrator.model.ObjectRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Somebody who types what is printed, word for word, and knows nothing else: {@code migrator}, and
 * of {@code kubectl} the commands that advice consists of, against the simulated clusters.
 */
final class Typist {

  private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");

  private final World world;

  Typist(World world) {
    this.world = world;
  }

  /** The lines of {@code Next} of the first error, without what is behind a command. */
  static List<String> next(World.Result result) {
    List<String> lines =
        result
            .err()
            .lines()
            .dropWhile(line -> !line.startsWith("Error "))
            .dropWhile(line -> !line.startsWith("  Next:"))
            .takeWhile(line -> line.startsWith("  "))
            .toList();
    return lines.stream()
        .map(line -> line.replaceFirst("^  Next: ", "").strip().replaceFirst(" {3,}\\(.*", ""))
        .toList();
  }

  /** Types the command of this program that is printed first and begins like this. */
  World.Result migrator(World.Result printed, String begin, String... more) {
    String command =
        next(printed).stream()
            .filter(line -> line.startsWith(begin))
            .findFirst()
            .orElseThrow(() -> new AssertionError("no " + begin + " in " + next(printed)));
    List<String> words = new ArrayList<>(words(command));
    words.removeFirst();
    words.addAll(List.of(more));
    return world.run(words.toArray(String[]::new));
  }

  /** Types every command of kubectl that is printed. */
  void kubectl(World.Result printed) {
    List<String> commands =
        next(printed).stream().filter(line -> line.startsWith("kubectl ")).toList();
    if (commands.isEmpty()) {
      throw new AssertionError("no kubectl in " + next(printed));
    }
    commands.forEach(this::kubectl);
  }

  private void kubectl(String command) {
    List<String> words = new ArrayList<>(words(command));
    words.removeFirst();
    String context = option(words, "--context");
    String namespace = words.contains("-n") ? option(words, "-n") : "";
    words.remove("--overwrite");
    String verb = words.removeFirst();
    ObjectRef ref = ref(words.removeFirst(), namespace, words.removeFirst());
    switch (verb) {
      case "label" -> mark(context, ref, "labels", words);
      case "annotate" -> mark(context, ref, "annotations", words);
      case "patch" -> patch(context, ref, option(words, "--type"), option(words, "-p"));
      default -> throw new AssertionError("no such command is known: " + command);
    }
  }

  private static String option(List<String> words, String name) {
    int at = words.indexOf(name);
    if (at < 0) {
      throw new AssertionError("no " + name + " in " + words);
    }
    words.remove(at);
    return words.remove(at);
  }

  private static ObjectRef ref(String type, String namespace, String name) {
    int dot = type.indexOf('.');
    String kind = dot < 0 ? type : type.substring(0, dot);
    String group = dot < 0 ? "" : type.substring(dot + 1);
    return new ObjectRef(group, kind, namespace, name);
  }

  private void mark(String context, ObjectRef ref, String where, List<String> words) {
    edit(
        context,
        ref,
        tree -> {
          ObjectNode marks = tree.withObjectProperty("metadata").withObjectProperty(where);
          for (String word : words) {
            int is = word.indexOf('=');
            if (is < 0) {
              marks.remove(word.replaceFirst("-$", ""));
            } else {
              marks.put(word.substring(0, is), word.substring(is + 1));
            }
          }
        });
  }

  private void patch(String context, ObjectRef ref, String type, String body) {
    JsonNode patch = Json.parse(body);
    edit(
        context,
        ref,
        tree -> {
          if (type.equals("json") && patch instanceof ArrayNode operations) {
            for (JsonNode operation : operations) {
              String path = operation.path("path").asText();
              int last = path.lastIndexOf('/');
              ((ObjectNode) tree.at(path.substring(0, last))).remove(path.substring(last + 1));
            }
          } else {
            merge(tree, (ObjectNode) patch);
          }
        });
  }

  private static void merge(ObjectNode tree, ObjectNode patch) {
    patch
        .properties()
        .forEach(
            field -> {
              if (field.getValue() instanceof ObjectNode inner) {
                merge(tree.withObjectProperty(field.getKey()), inner);
              } else if (field.getValue().isNull()) {
                tree.remove(field.getKey());
              } else {
                tree.set(field.getKey(), field.getValue());
              }
            });
  }

  /** By kubectl's name of the kind, which is in lower case. */
  private void edit(
      String context, ObjectRef named, java.util.function.Consumer<ObjectNode> change) {
    ObjectRef ref =
        world.simulated(context).world().everything().stream()
            .map(dev.migrator.model.Manifest::ref)
            .filter(one -> one.name().equals(named.name()))
            .filter(one -> one.namespace().equals(named.namespace()))
            .filter(one -> one.group().equals(named.group()))
            .filter(one -> one.kind().toLowerCase(Locale.ROOT).equals(named.kind()))
            .findFirst()
            .orElseThrow(() -> new AssertionError(context + " has no " + named));
    dev.migrator.model.Manifest unused = world.simulated(context).world().edit(ref, change);
  }

  private static List<String> words(String command) {
    List<String> words = new ArrayList<>();
    Matcher matcher = WORD.matcher(command);
    while (matcher.find()) {
      words.add(matcher.group(1) != null ? matcher.group(1) : matcher.group(2));
    }
    return words;
  }
}
