package dev.migrator.cli.option;

import dev.migrator.cli.wiring.Environment;
import dev.migrator.journal.DiskTrouble;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Problem;
import dev.migrator.model.ProblemException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What opens the sealed Secrets of a run's vault. */
public final class IdentityOption {

  private static final int LONGEST = 64 * 1024;

  @Option(
      names = "--vault-identity",
      paramLabel = "FILE",
      description =
          "The age identity that opens the vault's sealed Secrets (MIGRATOR_VAULT_IDENTITY).")
  private Optional<String> file = Optional.empty();

  /**
   * The identities in the file; empty when none is named. Lines that begin with {@code #} are
   * passed over.
   *
   * <p>Errors: M1008 when the file cannot be read or holds none.
   */
  public List<String> identities(Environment environment) {
    if (file.isEmpty()) {
      return List.of();
    }
    Path path = environment.path(file.get());
    try {
      byte[] bytes = environment.disk().read(path);
      List<String> found =
          bytes.length > LONGEST
              ? List.of()
              : new String(bytes, StandardCharsets.UTF_8)
                  .lines()
                  .map(String::strip)
                  .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                  .toList();
      if (found.isEmpty()) {
        throw unusable(path, "it holds no identity");
      }
      return found;
    } catch (IOException e) {
      throw unusable(path, DiskTrouble.words(e));
    }
  }

  private static ProblemException unusable(Path path, String why) {
    return Problem.of(
            ErrorCode.M1008,
            "the identity file " + path + " cannot be used",
            why,
            "age-keygen -o key.txt   (how such a file looks)")
        .exception();
  }
}
