package dev.migrator.cluster.memory;

import dev.migrator.model.ResourceType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * What servers of each Kubernetes version serve, so that a simulated cluster may be an old one.
 *
 * <p>Shape: lists keep the order of discovery: group, preferred version first, plural.
 *
 * <p>Source: the table {@code served-types.txt} and <a
 * href="https://kubernetes.io/docs/reference/using-api/deprecation-guide/">the deprecated API
 * migration guide</a>
 */
public final class ServedTypes {

  private static final Set<String> VERBS =
      Set.of("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch");

  private static final List<Row> TABLE = read();

  private ServedTypes() {}

  /** Everything that a server of this version serves, such as {@code v1.34.4}. */
  public static List<ResourceType> of(String gitVersion) {
    int minor = Integer.parseInt(gitVersion.replaceFirst("^v?1\\.(\\d+).*$", "$1"));
    return TABLE.stream()
        .filter(row -> row.since() <= minor && minor <= row.until())
        .map(Row::type)
        .toList();
  }

  /**
   * One type of the table, whether a recent server serves it or not.
   *
   * <p>Errors: {@link IllegalArgumentException} when the table lacks it.
   */
  public static ResourceType named(String apiVersion, String kind) {
    return TABLE.stream()
        .map(Row::type)
        .filter(type -> type.kind().equals(kind) && type.apiVersion().equals(apiVersion))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no type " + kind + " in " + apiVersion));
  }

  /** A type of one's own with the usual verbs. */
  public static ResourceType custom(
      String group,
      String version,
      String kind,
      String plural,
      boolean namespaced,
      Set<String> subresources,
      List<String> shortNames) {
    return new ResourceType(
        group, version, kind, plural, namespaced, VERBS, subresources, shortNames);
  }

  private static List<Row> read() {
    try (InputStream in =
        Objects.requireNonNull(ServedTypes.class.getResourceAsStream("served-types.txt"))) {
      List<Row> rows = new ArrayList<>();
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
        if (!line.isBlank() && !line.startsWith("#")) {
          rows.add(row(line.trim().split(" +")));
        }
      }
      return List.copyOf(rows);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Row row(String[] cells) {
    int slash = cells[0].indexOf('/');
    return new Row(
        new ResourceType(
            slash < 0 ? "" : cells[0].substring(0, slash),
            cells[0].substring(slash + 1),
            cells[1],
            cells[2],
            cells[3].equals("N"),
            cells.length > 8 ? Set.copyOf(items(cells[8])) : VERBS,
            Set.copyOf(items(cells[4])),
            items(cells[5])),
        Integer.parseInt(cells[6]),
        Integer.parseInt(cells[7]));
  }

  private static List<String> items(String cell) {
    return cell.equals("-") ? List.of() : Arrays.asList(cell.split(","));
  }

  private record Row(ResourceType type, int since, int until) {}
}
