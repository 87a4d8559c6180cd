package dev.migrator.mutation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The marks in the sources, such as {@code // Safeguard: no-drain}.
 *
 * @param sources the text of each file with a mark
 * @param places where each name stands, in the order of the files
 */
record Safeguards(Map<Path, String> sources, Map<String, List<Place>> places) {

  private static final Path ROOT = Path.of("src", "main", "java");
  private static final Pattern MARK = Pattern.compile("// Safeguards?: ([a-z, -]+)\\n");

  /**
   * A mark.
   *
   * @param end the offset of its end
   */
  record Place(Path file, int end) {}

  static Safeguards read() {
    Map<Path, String> sources = new TreeMap<>();
    Map<String, List<Place>> places = new TreeMap<>();
    try (Stream<Path> files = Files.walk(ROOT)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".java")).sorted().toList()) {
        String source = Files.readString(file);
        Matcher mark = MARK.matcher(source);
        while (mark.find()) {
          sources.put(file, source);
          for (String name : mark.group(1).split(", ", -1)) {
            places
                .computeIfAbsent(name, none -> new ArrayList<>())
                .add(new Place(file, mark.end()));
          }
        }
      }
      return new Safeguards(sources, places);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * The sources without the safeguard: the files that differ.
   *
   * <p>Errors: {@link IllegalArgumentException} when the mutation does not find its place.
   */
  Map<Path, String> without(Mutation mutation) {
    List<Place> marked = places.getOrDefault(mutation.name(), List.of());
    List<Edit> edits = mutation.edits();
    if (marked.isEmpty() || (edits.size() > 1 && edits.size() != marked.size())) {
      throw new IllegalArgumentException(
          "%s has %d edits and %d marks".formatted(mutation, edits.size(), marked.size()));
    }
    Map<Path, String> mutated = new TreeMap<>();
    // From the end: what stands before an edit keeps its offset.
    for (int i = marked.size() - 1; i >= 0; i--) {
      Place place = marked.get(i);
      String source =
          mutated.getOrDefault(place.file(), Objects.requireNonNull(sources.get(place.file())));
      Edit edit = edits.get(edits.size() == 1 ? 0 : i);
      mutated.put(place.file(), edit.in(new MarkedCode(source, place.end())).in(source));
    }
    return mutated;
  }
}
