package dev.migrator.journal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.model.Digest;
import dev.migrator.model.Json;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What {@code apply} was told, kept as {@code run.json}, so that every later command on the run
 * needs nothing more. Holds no credentials: only where they were found.
 *
 * @param id of the run, unique in its state directory
 * @param createdAt decides which run is the latest
 * @param plan the digest of the plan file
 * @param options further options by name, as they were given; sorted
 */
public record RunFile(
    String id,
    Instant createdAt,
    Digest plan,
    Login source,
    Login target,
    Map<String, String> options) {

  private static final String RECIPIENTS = "vaultRecipients";

  private static final String API_VERSION = "migrator.dev/v1alpha1";
  private static final String KIND = "Run";

  public RunFile {
    requireId(id);
    options = java.util.Collections.unmodifiableMap(new TreeMap<>(options));
  }

  /**
   * How a cluster was reached.
   *
   * @param kubeconfig the file given by option; empty when KUBECONFIG was used
   * @param context the name of the context in it
   */
  public record Login(Optional<String> kubeconfig, String context) {}

  /** To whom the Secrets of the vault are sealed; empty when they are not. */
  public List<String> vaultRecipients() {
    String all = options.getOrDefault(RECIPIENTS, "");
    return all.isEmpty() ? List.of() : List.of(all.split(","));
  }

  /** The option that says so; none when there are no recipients. */
  public static Map<String, String> sealedTo(List<String> recipients) {
    return recipients.isEmpty() ? Map.of() : Map.of(RECIPIENTS, String.join(",", recipients));
  }

  /** An id is a folder's name and part of an annotation: a lower-case DNS label. */
  static void requireId(String id) {
    if (!isId(id)) {
      throw new IllegalArgumentException(
          "not a run id (lower-case letters, digits, dashes, at most 63): " + id);
    }
  }

  static boolean isId(String id) {
    return id.matches("[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?") && !id.equals(RunDirectory.LATEST);
  }

  byte[] json() {
    ObjectNode tree = Json.object().put("apiVersion", API_VERSION).put("kind", KIND);
    tree.put("id", id).put("createdAt", createdAt.toString()).put("plan", plan.hex());
    tree.set("source", json(source));
    tree.set("target", json(target));
    ObjectNode given = Json.object();
    options.forEach(given::put);
    tree.set("options", given);
    return Json.bytes(tree);
  }

  /** Errors: {@link IllegalArgumentException} for anything else than {@link #json()} wrote. */
  static RunFile read(byte[] json) {
    ObjectNode tree = Json.parseObject(json);
    if (!text(tree, "apiVersion").equals(API_VERSION) || !text(tree, "kind").equals(KIND)) {
      throw new IllegalArgumentException("not a " + API_VERSION + " " + KIND);
    }
    Map<String, String> options = new LinkedHashMap<>();
    tree.path("options").properties().forEach(e -> options.put(e.getKey(), e.getValue().asText()));
    try {
      return new RunFile(
          text(tree, "id"),
          Instant.parse(text(tree, "createdAt")),
          new Digest(text(tree, "plan")),
          login(tree.path("source")),
          login(tree.path("target")),
          options);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("createdAt is not a time: " + e.getMessage(), e);
    }
  }

  private static ObjectNode json(Login login) {
    ObjectNode tree = Json.object().put("context", login.context());
    login.kubeconfig().ifPresent(file -> tree.put("kubeconfig", file));
    return tree;
  }

  private static Login login(JsonNode tree) {
    JsonNode file = tree.path("kubeconfig");
    Optional<String> kubeconfig =
        file.isTextual() ? Optional.of(file.textValue()) : Optional.empty();
    return new Login(kubeconfig, text(tree, "context"));
  }

  private static String text(JsonNode tree, String field) {
    JsonNode value = tree.path(field);
    if (!value.isTextual()) {
      throw new IllegalArgumentException(field + " is missing");
    }
    return value.textValue();
  }
}
