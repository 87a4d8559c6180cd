package dev.migrator.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cli.option.FormOption;
import dev.migrator.cli.wiring.Surroundings;
import dev.migrator.migration.Spelling;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Json;
import dev.migrator.model.Problem;
import dev.migrator.report.Listing;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Explains an error code. */
@Command(
    name = "explain",
    description = "Explains an error code: what it means, what to do. Without a code: lists all.",
    mixinStandardHelpOptions = true,
    footer = {"", "Examples:", "  migrator explain M2107", "  migrator explain -o json"})
public final class ExplainCommand implements Callable<Integer> {

  private final Surroundings surroundings;

  @Parameters(paramLabel = "CODE", arity = "0..1", description = "The code, such as M2107.")
  private Optional<String> typed = Optional.empty();

  @Mixin private FormOption form = new FormOption();

  ExplainCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    if (form.form().isPresent()) {
      List<ErrorCode> wanted =
          typed.map(one -> List.of(code(one))).orElseGet(() -> List.of(ErrorCode.values()));
      surroundings
          .console()
          .document(
              form.form().get(),
              Listing.head("ErrorCodes"),
              Map.of("codes", wanted.stream().map(ExplainCommand::json)));
      return 0;
    }
    if (typed.isEmpty()) {
      for (ErrorCode code : ErrorCode.values()) {
        surroundings
            .console()
            .print("%s  exit %3d  %s".formatted(code, code.category().exitCode(), code.title()));
      }
      return 0;
    }
    ErrorCode code = code(typed.get());
    surroundings
        .console()
        .print(
            page(code)
                .orElse(
                    "# %s: %s\n\nExit code %d."
                        .formatted(code, code.title(), code.category().exitCode()))
                .stripTrailing()
                .lines());
    return 0;
  }

  private static ObjectNode json(ErrorCode code) {
    return Json.object()
        .put("code", code.name())
        .put("exitCode", code.category().exitCode())
        .put("title", code.title())
        .put("page", page(code).orElse(""));
  }

  private static ErrorCode code(String typed) {
    String wanted = typed.toUpperCase(Locale.ROOT);
    List<String> codes = Arrays.stream(ErrorCode.values()).map(ErrorCode::name).toList();
    if (!codes.contains(wanted)) {
      throw Problem.of(
              ErrorCode.M1001,
              "no such error code: " + typed,
              Spelling.nearest(wanted, codes).map(near -> "did you mean " + near + "?").orElse(""),
              "migrator explain")
          .exception();
    }
    return ErrorCode.valueOf(wanted);
  }

  /** The page that {@code docs/errors/} has on this code. */
  static Optional<String> page(ErrorCode code) {
    try (InputStream in =
        ExplainCommand.class.getResourceAsStream("/dev/migrator/cli/errors/" + code + ".md")) {
      return in == null
          ? Optional.empty()
          : Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
