package dev.migrator.cluster.front;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A request as it came over the wire.
 *
 * @param path below the server's root, decoded and cut at its slashes
 * @param options the query
 */
@SuppressWarnings("ArrayRecordComponent") // Written once, read once.
public record Asked(
    String method,
    List<String> path,
    Map<String, String> options,
    String accept,
    String contentType,
    byte[] body) {

  /** Cuts a path that is still encoded. */
  static List<String> segments(String raw) {
    return Stream.of(raw.split("/", -1))
        .filter(segment -> !segment.isEmpty())
        // A plus is a plus in a path.
        .map(segment -> decoded(segment.replace("+", "%2B")))
        .toList();
  }

  static Map<String, String> options(String query) {
    Map<String, String> options = new LinkedHashMap<>();
    for (String option : query.split("&", -1)) {
      if (!option.isEmpty()) {
        int at = option.indexOf('=');
        options.put(option.substring(0, at), decoded(option.substring(at + 1)));
      }
    }
    return options;
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  String option(String name) {
    return options.getOrDefault(name, "");
  }

  boolean isWatch() {
    return method.equals("GET") && options.containsKey("watch");
  }

  boolean isWrite() {
    return !method.equals("GET")
        && !options.containsKey("dryRun")
        && !path.contains("selfsubjectaccessreviews");
  }

  boolean isList() {
    return method.equals("GET") && options.containsKey("limit");
  }

  @Override
  public String toString() {
    return method + " /" + String.join("/", path) + (isWatch() ? " (watch)" : "");
  }
}
