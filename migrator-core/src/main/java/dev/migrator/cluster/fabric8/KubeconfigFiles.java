package dev.migrator.cluster.fabric8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Json;
import dev.migrator.model.Problem;
import dev.migrator.model.ProblemException;
import dev.migrator.model.Yaml;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which kubeconfig files there are, and what they say together: the first file that names a
 * cluster, user or context wins, and relative paths belong to the folder of their file.
 *
 * <p>Errors: M1004.
 *
 * <p>Source: <a
 * href="https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/#merging-kubeconfig-files">merging
 * kubeconfig files</a>
 */
final class KubeconfigFiles {

  private static final List<String> PARTS = List.of("clusters", "users", "contexts");
  private static final List<String> OWNERS = List.of("cluster", "user");
  private static final List<String> PATHS =
      List.of("certificate-authority", "client-certificate", "client-key", "tokenFile");

  private final Map<String, String> environment;

  KubeconfigFiles(Map<String, String> environment) {
    this.environment = environment;
  }

  /**
   * The merged document: arrays {@code clusters}, {@code users} and {@code contexts}, names unique.
   *
   * @param option the file given by option, which must exist; empty: those of KUBECONFIG that
   *     exist, else {@code ~/.kube/config}
   */
  ObjectNode merged(Optional<String> option) {
    ObjectNode merged = Json.object();
    PARTS.forEach(merged::putArray);
    List<Path> files = files(option);
    boolean any = false;
    for (Path file : files) {
      if (option.isPresent() || Files.exists(file)) {
        add(read(file), file, merged);
        any = true;
      }
    }
    if (!any) {
      throw Problem.of(
              ErrorCode.M1004,
              "there is no kubeconfig",
              "looked for " + Failures.oneLine(String.valueOf(files)),
              "migrator ... --source-kubeconfig FILE --target-kubeconfig FILE")
          .exception();
    }
    return merged;
  }

  private List<Path> files(Optional<String> option) {
    try {
      if (option.isPresent()) {
        return List.of(Path.of(option.get()));
      }
      String variable = environment.getOrDefault("KUBECONFIG", "");
      if (variable.isEmpty()) {
        return List.of(Path.of(environment.getOrDefault("HOME", "."), ".kube", "config"));
      }
      List<Path> files = new ArrayList<>();
      for (String one : variable.split(File.pathSeparator)) {
        if (!one.isEmpty()) {
          files.add(Path.of(one));
        }
      }
      return files;
    } catch (InvalidPathException e) {
      throw broken(e.getInput(), e.getReason());
    }
  }

  private static void add(ObjectNode one, Path file, ObjectNode merged) {
    for (String part : PARTS) {
      ArrayNode list = merged.withArrayProperty(part);
      for (JsonNode entry : one.path(part)) {
        if (entry instanceof ObjectNode named && !has(list, named.path("name").asText())) {
          makeAbsolute(named, file);
          list.add(named);
        }
      }
    }
  }

  static boolean has(JsonNode list, String name) {
    for (JsonNode entry : list) {
      if (entry.path("name").asText().equals(name)) {
        return true;
      }
    }
    return false;
  }

  private static ObjectNode read(Path file) {
    try {
      if (Yaml.parse(Files.readString(file)).orElse(null) instanceof ObjectNode object) {
        return object;
      }
      throw broken(file.toString(), "it is not a mapping");
    } catch (IOException e) {
      throw broken(file.toString(), Files.exists(file) ? Failures.words(e) : "no such file");
    } catch (IllegalArgumentException e) {
      throw broken(file.toString(), String.valueOf(e.getMessage()));
    }
  }

  private static void makeAbsolute(ObjectNode named, Path file) {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null) {
      return;
    }
    for (String owner : OWNERS) {
      if (!(named.get(owner) instanceof ObjectNode object)) {
        continue;
      }
      for (String field : PATHS) {
        String path = object.path(field).asText("");
        if (!path.isEmpty()) {
          object.put(field, folder.resolve(path).toString());
        }
      }
      String command = object.path("exec").path("command").asText("");
      if (command.contains(File.separator)) {
        object.withObjectProperty("exec").put("command", folder.resolve(command).toString());
      }
    }
  }

  private static ProblemException broken(String file, String why) {
    return Problem.of(
            ErrorCode.M1004,
            "the kubeconfig " + Failures.oneLine(file) + " cannot be used",
            Failures.oneLine(why))
        .exception();
  }
}
