package dev.migrator.it.disk;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is on a volume, by find, sha256sum and getfattr: a witness that shares nothing with movers.
 * Texts are bytes, one character each.
 */
final class VolumeLook {

  private static final String ALL = "find . -path ./lost+found -prune -o ! -type s ";
  private static final int FIELDS = 10;

  private VolumeLook() {}

  /** Every entry but sockets and the root's lost+found, and all that is to be kept of it. */
  static Map<String, String> of(Path root) {
    TreeMap<String, String> entries = new TreeMap<>();
    Map<String, String> firstOfInode = new HashMap<>();
    String printed =
        run(root, ALL + "-printf '%P\\0%y\\0%m\\0%U\\0%G\\0%s\\0%T@\\0%l\\0%i\\0%n\\0' | cat");
    List<String> fields = List.of(printed.split("\0", -1));
    TreeMap<String, List<String>> sorted = new TreeMap<>();
    for (int i = 0; i + FIELDS <= fields.size(); i += FIELDS) {
      sorted.put(fields.get(i), fields.subList(i, i + FIELDS));
    }
    sorted.forEach(
        (path, entry) -> {
          boolean folder = entry.get(1).equals("d");
          List<String> kept = new ArrayList<>(entry.subList(1, 5));
          kept.add(folder ? "" : entry.get(5));
          kept.add(entry.get(6));
          kept.add(entry.get(7));
          kept.add(folder ? "" : firstOfInode.computeIfAbsent(entry.get(8), inode -> path));
          entries.put(path, String.join(" ", kept));
        });
    for (String line : run(root, ALL + "-type f -print0 | xargs -0 sha256sum -z").split("\0")) {
      entries.merge(line.substring(68), " sha256 " + line.substring(0, 64), String::concat);
    }
    String attributes =
        run(root, ALL + "-print0 | xargs -0 getfattr -h -d -m - -e hex --absolute-names");
    for (String block : attributes.split("\n\n")) {
      entries.put("attributes of " + block.lines().findFirst().orElse(""), sortedLines(block));
    }
    return entries;
  }

  private static String sortedLines(String block) {
    return String.join("\n", block.lines().sorted().toList());
  }

  /** Where two looks differ, a few of the places. */
  static List<String> differences(Map<String, String> one, Map<String, String> other) {
    TreeMap<String, String> all = new TreeMap<>(one);
    all.putAll(other);
    return all.keySet().stream()
        .filter(path -> !one.getOrDefault(path, "-").equals(other.getOrDefault(path, "-")))
        .limit(10)
        .map(path -> path + ": " + one.get(path) + " | " + other.get(path))
        .toList();
  }

  private static String run(Path folder, String command) {
    try {
      ProcessBuilder builder = new ProcessBuilder("sh", "-c", command).directory(folder.toFile());
      builder.environment().put("LC_ALL", "C");
      builder.redirectError(ProcessBuilder.Redirect.INHERIT);
      Process process = builder.start();
      String said = new String(process.getInputStream().readAllBytes(), ISO_8859_1);
      int code = process.waitFor();
      if (code != 0) {
        throw new AssertionError(command + " ended with " + code);
      }
      return said;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }
}
