package dev.migrator.proof;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.journal.Disk;
import dev.migrator.model.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * What a crash left of a run directory, read from the raw bytes by a reader of the checker's own.
 */
final class DiskImage {

  private final Disk disk;
  private final Path run;

  DiskImage(Disk disk, Path run) {
    this.disk = disk;
    this.run = run;
  }

  /** Every file below the run's folder. */
  Map<Path, byte[]> files() {
    Map<Path, byte[]> files = new HashMap<>();
    collect(run, files);
    return files;
  }

  private void collect(Path at, Map<Path, byte[]> files) {
    try {
      for (Path path : disk.list(at)) {
        try {
          files.put(path, disk.read(path));
        } catch (IOException e) {
          collect(path, files);
        }
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /**
   * The objects of the vault as {@code kubectl create -f} would find them, by kind, namespace and
   * name; of several lines the last one counts. Empty when no vault was sealed.
   */
  Optional<Map<String, JsonNode>> vault() {
    Path vault = run.resolve("vault");
    if (!disk.exists(vault.resolve("index.jsonl"))) {
      return Optional.empty();
    }
    Map<String, JsonNode> objects = new HashMap<>();
    files()
        .forEach(
            (path, bytes) -> {
              String name = path.getFileName().toString();
              if (path.startsWith(vault) && !name.startsWith("index.") && !name.startsWith(".")) {
                for (String line : new String(bytes, StandardCharsets.UTF_8).split("\n", -1)) {
                  if (!line.isBlank()) {
                    JsonNode object = parse(line);
                    objects.put(key(object), object);
                  }
                }
              }
            });
    return Optional.of(objects);
  }

  static String key(JsonNode object) {
    return object.path("kind").asText()
        + " "
        + object.path("metadata").path("namespace").asText()
        + "/"
        + object.path("metadata").path("name").asText();
  }

  private static JsonNode parse(String line) {
    try {
      return Json.parse(line);
    } catch (IllegalArgumentException e) {
      // What cannot be read holds no definition.
      return Json.object();
    }
  }

  /** The journal's whole records in their order, up to the first that is not whole. */
  List<JsonNode> journal() {
    Path file = run.resolve("journal");
    if (!disk.exists(file)) {
      return List.of();
    }
    try {
      return records(disk.read(file));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** The same of all journals of the run's prunes. */
  List<JsonNode> prunes() {
    List<JsonNode> records = new ArrayList<>();
    Path prunes = run.resolve("prunes");
    if (!disk.exists(prunes)) {
      return records;
    }
    try {
      for (Path prune : disk.list(prunes)) {
        records.addAll(new DiskImage(disk, prune).journal());
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return records;
  }

  private static List<JsonNode> records(byte[] file) {
    ByteBuffer bytes = ByteBuffer.wrap(file);
    List<JsonNode> records = new ArrayList<>();
    if (file.length < 20) {
      return records;
    }
    int at = 20 + bytes.getInt(12);
    while (file.length - at >= 21) {
      int length = bytes.getInt(at);
      if (length < 0 || length > file.length - at - 21) {
        return records;
      }
      CRC32C crc = new CRC32C();
      crc.update(file, at, 4);
      crc.update(file, at + 8, length + 13);
      if ((int) crc.getValue() != bytes.getInt(at + 4)) {
        return records;
      }
      records.add(parse(new String(file, at + 21, length, StandardCharsets.UTF_8)));
      at += 21 + length;
    }
    return records;
  }
}
