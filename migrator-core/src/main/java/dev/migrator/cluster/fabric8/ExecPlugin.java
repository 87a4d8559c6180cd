package dev.migrator.cluster.fabric8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.model.Json;
import java.io.IOException;
import java.io.InputStream;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A program that logs us in. Its standard output is the credential; what it says to people on
 * standard error goes to ours.
 *
 * <p>Source: <a
 * href="https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins">credential
 * plugins</a>
 *
 * @param command with its arguments; never given to a shell
 * @param environment the whole of it
 */
record ExecPlugin(
    List<String> command, String apiVersion, String installHint, Map<String, String> environment) {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int LONGEST_OUTPUT = 1024 * 1024;

  ExecPlugin {
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
  }

  static ExecPlugin of(ObjectNode exec, JsonNode cluster, Map<String, String> surroundings)
      throws LoginException {
    String apiVersion = exec.path("apiVersion").asText("");
    String program = exec.path("command").asText("");
    if (program.isEmpty() || !apiVersion.startsWith("client.authentication.k8s.io/")) {
      throw new LoginException("exec needs a command and an apiVersion");
    }
    if (exec.path("interactiveMode").asText("").equals("Always")) {
      throw new LoginException(
          "exec plugin %s asks for a terminal at every login (interactiveMode: Always)"
              .formatted(program));
    }
    List<String> command = new ArrayList<>(List.of(program));
    exec.path("args").forEach(argument -> command.add(argument.asText()));
    Map<String, String> environment = new LinkedHashMap<>(surroundings);
    exec.path("env")
        .forEach(e -> environment.put(e.path("name").asText(), e.path("value").asText()));
    environment.put("KUBERNETES_EXEC_INFO", Json.text(info(exec, apiVersion, cluster)));
    return new ExecPlugin(command, apiVersion, exec.path("installHint").asText(""), environment);
  }

  private static ObjectNode info(ObjectNode exec, String apiVersion, JsonNode cluster) {
    ObjectNode info = Json.object();
    info.put("kind", "ExecCredential").put("apiVersion", apiVersion);
    ObjectNode spec = info.putObject("spec").put("interactive", false);
    if (exec.path("provideClusterInfo").asBoolean(false)) {
      ObjectNode about = spec.putObject("cluster");
      for (String field :
          List.of(
              "server",
              "tls-server-name",
              "insecure-skip-tls-verify",
              "certificate-authority-data",
              "proxy-url",
              "disable-compression")) {
        if (cluster.has(field)) {
          about.set(field, cluster.get(field));
        }
      }
      for (JsonNode extension : cluster.path("extensions")) {
        if (extension.path("name").asText().equals("client.authentication.k8s.io/exec")) {
          about.set("config", extension.path("extension"));
        }
      }
    }
    return info;
  }

  /** Runs the program and waits for its credential. */
  Credential login() throws LoginException {
    Process process = start();
    try {
      // There is nobody to ask.
      process.getOutputStream().close();
      CompletableFuture<byte[]> output = new CompletableFuture<>();
      Thread.ofVirtual()
          .start(
              () -> {
                try (InputStream stream = process.getInputStream()) {
                  output.complete(stream.readNBytes(LONGEST_OUTPUT));
                } catch (IOException e) {
                  output.completeExceptionally(e);
                }
              });
      byte[] json = output.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      if (!process.waitFor(PATIENCE)) {
        throw new TimeoutException();
      }
      if (process.exitValue() != 0) {
        throw new LoginException(
            "exec plugin %s ended with %d".formatted(name(), process.exitValue()));
      }
      return credential(json);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LoginException("interrupted while exec plugin %s ran".formatted(name()), e);
    } catch (ExecutionException | IOException e) {
      throw new LoginException("exec plugin %s cannot be heard".formatted(name()), e);
    } catch (TimeoutException e) {
      throw new LoginException(
          "exec plugin %s did not end within %ds".formatted(name(), PATIENCE.toSeconds()), e);
    } finally {
      process.destroyForcibly();
    }
  }

  private String name() {
    return command.getFirst();
  }

  private Process start() throws LoginException {
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().clear();
    builder.environment().putAll(environment);
    try {
      return builder.start();
    } catch (IOException e) {
      throw new LoginException(
          "exec plugin %s cannot be run%s"
              .formatted(name(), installHint.isEmpty() ? "" : ": " + installHint),
          e);
    }
  }

  private Credential credential(byte[] json) throws LoginException {
    ObjectNode answer;
    try {
      answer = Json.parseObject(json);
    } catch (IllegalArgumentException e) {
      throw new LoginException("exec plugin %s did not print JSON".formatted(name()));
    }
    if (!answer.path("apiVersion").asText("").equals(apiVersion)) {
      throw new LoginException(
          "exec plugin %s speaks %s, the kubeconfig asks for %s"
              .formatted(name(), answer.path("apiVersion").asText("nothing"), apiVersion));
    }
    JsonNode status = answer.path("status");
    String token = status.path("token").asText("");
    String certificate = status.path("clientCertificateData").asText("");
    String key = status.path("clientKeyData").asText("");
    if (certificate.isEmpty() != key.isEmpty() || (certificate.isEmpty() && token.isEmpty())) {
      throw new LoginException("exec plugin %s gave no credential".formatted(name()));
    }
    return new Credential(
        token.isEmpty() ? "" : "Bearer " + token, certificate, key, expiry(status));
  }

  private Optional<Instant> expiry(JsonNode status) throws LoginException {
    String text = status.path("expirationTimestamp").asText("");
    try {
      return text.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(text));
    } catch (DateTimeException e) {
      throw new LoginException("exec plugin %s gave a bad expirationTimestamp".formatted(name()));
    }
  }

  /** The command alone: the environment holds secrets. */
  @Override
  public String toString() {
    return String.join(" ", command);
  }
}
