package dev.migrator.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cli.option.FormOption;
import dev.migrator.cli.wiring.Environment;
import dev.migrator.migration.Spelling;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Json;
import dev.migrator.model.Problem;
import dev.migrator.plan.FindingCode;
import dev.migrator.report.Listing;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Explains the code of an error, or of a finding of a plan. */
@Command(
    name = "explain",
    description =
        "Explains the code of an error or of a finding: what it means, what to do. Without a code:"
            + " lists all.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  migrator explain M2107",
      "  migrator explain shared-storage",
      "  migrator explain -o json"
    })
public final class ExplainCommand implements Callable<Integer> {

  private final Environment environment;

  @Parameters(
      paramLabel = "CODE",
      arity = "0..1",
      description = "The code, such as M2107 or shared-storage.")
  private Optional<String> typed = Optional.empty();

  @Mixin private FormOption form = new FormOption();

  ExplainCommand(Environment environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    Optional<FindingCode> finding =
        typed.map(one -> one.toLowerCase(Locale.ROOT)).flatMap(FindingCode::of);
    if (finding.isPresent()) {
      return explain(finding.get());
    }
    if (form.form().isPresent()) {
      List<ErrorCode> wanted =
          typed.map(one -> List.of(code(one))).orElseGet(() -> List.of(ErrorCode.values()));
      environment
          .console()
          .document(
              form.form().get(),
              Listing.head("ErrorCodes"),
              typed.isPresent()
                  ? Map.of("codes", wanted.stream().map(ExplainCommand::json))
                  : all(wanted));
      return 0;
    }
    if (typed.isEmpty()) {
      for (ErrorCode code : ErrorCode.values()) {
        environment
            .console()
            .print("%s  exit %3d  %s".formatted(code, code.category().exitCode(), code.title()));
      }
      environment.console().print("");
      for (FindingCode code : FindingCode.values()) {
        environment
            .console()
            .print("%-24s  %-12s  %s".formatted(code.id(), severity(code), code.title()));
      }
      return 0;
    }
    ErrorCode code = code(typed.get());
    environment
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

  private int explain(FindingCode code) {
    if (form.form().isPresent()) {
      environment
          .console()
          .document(
              form.form().get(),
              Listing.head("ErrorCodes"),
              Map.of("codes", Stream.empty(), "findings", Stream.of(json(code))));
      return 0;
    }
    environment.console().print(page(code).stripTrailing().lines());
    return 0;
  }

  private static Map<String, Stream<ObjectNode>> all(List<ErrorCode> codes) {
    Map<String, Stream<ObjectNode>> lists = new LinkedHashMap<>();
    lists.put("codes", codes.stream().map(ExplainCommand::json));
    lists.put("findings", Arrays.stream(FindingCode.values()).map(ExplainCommand::json));
    return lists;
  }

  private static ObjectNode json(FindingCode code) {
    return Json.object()
        .put("code", code.id())
        .put("severity", severity(code))
        .put("title", code.title())
        .put("page", page(code));
  }

  private static String severity(FindingCode code) {
    return code.severity().name().toLowerCase(Locale.ROOT);
  }

  /** The page that {@code docs/errors/findings/} has on this code. */
  private static String page(FindingCode code) {
    return page("findings/" + code.id()).orElse("# %s: %s".formatted(code.id(), code.title()));
  }

  private static ErrorCode code(String typed) {
    String wanted = typed.toUpperCase(Locale.ROOT);
    List<String> codes = Arrays.stream(ErrorCode.values()).map(ErrorCode::name).toList();
    if (!codes.contains(wanted)) {
      List<String> known = new ArrayList<>(codes);
      Arrays.stream(FindingCode.values()).map(FindingCode::id).forEach(known::add);
      throw Problem.of(
              ErrorCode.M1001,
              "no such code: " + typed,
              Spelling.nearest(wanted, known)
                  .or(() -> Spelling.nearest(typed, known))
                  .map(near -> "did you mean " + near + "?")
                  .orElse(""),
              "migrator explain")
          .exception();
    }
    return ErrorCode.valueOf(wanted);
  }

  /** The page that {@code docs/errors/} has on this code. */
  static Optional<String> page(ErrorCode code) {
    return page(code.name());
  }

  private static Optional<String> page(String name) {
    try (InputStream in =
        ExplainCommand.class.getResourceAsStream("/dev/migrator/cli/errors/" + name + ".md")) {
      return in == null
          ? Optional.empty()
          : Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
