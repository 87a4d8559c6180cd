package dev.migrator.cli.option;

import dev.migrator.model.ErrorCode;
import dev.migrator.model.Problem;
import dev.migrator.report.Listing;
import java.util.Optional;
import picocli.CommandLine.Option;

/** {@code -o}: for machines, what is otherwise printed for people. */
public final class FormOption {

  @Option(
      names = {"-o", "--output"},
      paramLabel = "json|yaml",
      description = "Print for machines: json or yaml.")
  private Optional<Listing.Form> form = Optional.empty();

  /** Where {@code -o} may name a file too: the two words are forms, everything else is a file. */
  public static Optional<Listing.Form> ofWord(String typed) {
    return switch (typed) {
      case "json" -> Optional.of(Listing.Form.JSON);
      case "yaml" -> Optional.of(Listing.Form.YAML);
      default -> Optional.empty();
    };
  }

  /** Empty when a person reads. */
  public Optional<Listing.Form> form() {
    return form;
  }

  /**
   * For commands that report only what they would do.
   *
   * <p>Errors: M1001 when a form is asked for and something would be done.
   *
   * @param what what is printed, in words
   * @param command that prints it
   */
  public void requireDryRun(boolean dryRun, String what, String command) {
    if (form.isPresent() && !dryRun) {
      throw Problem.of(ErrorCode.M1001, "-o goes with --dry-run only", "it prints " + what, command)
          .exception();
    }
  }
}
