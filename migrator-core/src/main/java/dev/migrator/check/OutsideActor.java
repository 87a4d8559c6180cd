package dev.migrator.check;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.migration.Glob;
import dev.migrator.model.KnowledgeLines;
import dev.migrator.model.Manifest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A controller that acts on what lies outside of its cluster, such as DNS records, load balancers
 * or node groups.
 *
 * <p>Pure. Knowledge: {@code outside.tsv}, a source on each line.
 *
 * @param project what it is called
 * @param claims what of the objects it claims, as {@link OutsideClaims.Claim#kind} says it
 * @param harm what two of them do
 * @param identity the settings that say whose things are whose, as they are set; sorted
 */
record OutsideActor(String project, Set<String> claims, String harm, List<String> identity) {

  private record Line(
      String project,
      List<String> signs,
      String needs,
      List<String> settings,
      Set<String> claims,
      String harm) {

    Optional<OutsideActor> at(Container container) {
      boolean known =
          signs.stream().anyMatch(container::shows)
              && (needs.equals("-") || container.words().contains(needs));
      return known
          ? Optional.of(new OutsideActor(project, claims, harm, container.values(settings)))
          : Optional.empty();
    }
  }

  private static final List<Line> LINES =
      KnowledgeLines.of(OutsideActor.class, "outside.tsv", 7).stream()
          .map(
              l ->
                  new Line(
                      l.get(0),
                      list(l.get(1)),
                      l.get(2),
                      list(l.get(3)),
                      Set.copyOf(list(l.get(4))),
                      l.get(5)))
          .toList();

  /**
   * What a container runs.
   *
   * @param image without registry, tag and digest
   * @param words of its command and arguments
   */
  private record Container(String image, List<String> words, JsonNode env) {

    static Container of(JsonNode container) {
      List<String> words = new ArrayList<>();
      for (String field : List.of("command", "args")) {
        container.path(field).forEach(word -> words.addAll(words(word.asText())));
      }
      return new Container(
          repository(container.path("image").asText()), words, container.path("env"));
    }

    private static List<String> words(String text) {
      return List.of(text.strip().split("\\s+", -1));
    }

    private static String repository(String image) {
      String bare = image.contains("@") ? image.substring(0, image.indexOf('@')) : image;
      int tag = bare.lastIndexOf(':');
      return tag > bare.lastIndexOf('/') ? bare.substring(0, tag) : bare;
    }

    boolean shows(String sign) {
      if (sign.startsWith("--")) {
        return words.stream().anyMatch(w -> w.equals(sign) || w.startsWith(sign + "="));
      }
      return Glob.matches(sign, image)
          || Glob.matches("*/" + sign, image)
          || (!words.isEmpty() && Glob.matches(sign, command()));
    }

    private String command() {
      return words.getFirst().substring(words.getFirst().lastIndexOf('/') + 1);
    }

    /** {@code NAME=VALUE} of those that are set in the open. */
    List<String> values(List<String> settings) {
      Set<String> found = new TreeSet<>();
      for (String setting : settings) {
        for (int i = 0; i < words.size(); i++) {
          if (words.get(i).startsWith(setting + "=")) {
            found.add(words.get(i));
          } else if (words.get(i).equals(setting) && i + 1 < words.size()) {
            found.add(setting + "=" + words.get(i + 1));
          }
        }
        for (JsonNode variable : env) {
          if (variable.path("name").asText().equals(setting) && variable.hasNonNull("value")) {
            found.add(setting + "=" + variable.path("value").asText());
          }
        }
      }
      return List.copyOf(found);
    }
  }

  /** The first known controller among the containers of a workload; empty for all others. */
  static Optional<OutsideActor> of(Manifest workload) {
    JsonNode template =
        workload.ref().groupKind().equals("Pod")
            ? workload.at("spec")
            : workload.at("spec", "template", "spec");
    for (JsonNode each : template.path("containers")) {
      Container container = Container.of(each);
      Optional<OutsideActor> actor =
          LINES.stream().flatMap(line -> line.at(container).stream()).findFirst();
      if (actor.isPresent()) {
        return actor;
      }
    }
    return Optional.empty();
  }

  private static List<String> list(String column) {
    return column.equals("-") ? List.of() : List.of(column.split(","));
  }
}
