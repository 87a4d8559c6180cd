package dev.migrator.it.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The kubectl program with one kubeconfig and one context: a witness that shares no code with us.
 *
 * <p>Errors: {@link #run} throws {@link AssertionError} with kubectl's own words when it fails;
 * {@link #attempt} returns them.
 */
public record Kubectl(Path program, Path kubeconfig, String context) {

  private static final Duration LIMIT = Duration.ofMinutes(2);

  /** What kubectl printed, and how it ended. */
  public record Outcome(int exitCode, String out, String err) {}

  /** Runs kubectl and returns what it printed to standard output. */
  public String run(String... arguments) {
    return succeed(attempt("", arguments), arguments);
  }

  /**
   * As {@link #run}, with text on standard input: {@code runWithInput(yaml, "apply", "-f", "-")}.
   */
  public String runWithInput(String input, String... arguments) {
    return succeed(attempt(input, arguments), arguments);
  }

  /** The same witness in the eyes of another context of the same file. */
  public Kubectl withContext(String other) {
    return new Kubectl(program, kubeconfig, other);
  }

  /** Runs kubectl, whether it succeeds or not. */
  public Outcome attempt(String input, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(program.toString());
    command.add("--kubeconfig=" + kubeconfig);
    command.add("--context=" + context);
    command.add("--cache-dir=" + kubeconfig.resolveSibling("kubectl-cache"));
    command.addAll(Arrays.asList(arguments));
    try {
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.environment().keySet().removeIf(name -> name.startsWith("KUBE"));
      Process process = builder.start();
      CompletableFuture<String> out = read(process.getInputStream());
      CompletableFuture<String> err = read(process.getErrorStream());
      try (var in = process.getOutputStream()) {
        in.write(input.getBytes(UTF_8));
      } catch (IOException e) {
        // kubectl did not want its input; its exit code says why.
      }
      if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("kubectl did not end in " + LIMIT + ": " + command);
      }
      return new Outcome(process.exitValue(), out.join(), err.join());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted in kubectl", e);
    }
  }

  private static CompletableFuture<String> read(InputStream stream) {
    CompletableFuture<String> text = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try (stream) {
                text.complete(new String(stream.readAllBytes(), UTF_8));
              } catch (IOException e) {
                text.completeExceptionally(e);
              }
            });
    return text;
  }

  private static String succeed(Outcome outcome, String... arguments) {
    if (outcome.exitCode() != 0) {
      throw new AssertionError(
          "kubectl "
              + String.join(" ", arguments)
              + " ended with "
              + outcome.exitCode()
              + ": "
              + outcome.err());
    }
    return outcome.out();
  }
}
