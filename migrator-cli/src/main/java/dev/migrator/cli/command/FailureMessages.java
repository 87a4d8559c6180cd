package dev.migrator.cli.command;

import dev.migrator.cli.output.ProblemOutput;
import dev.migrator.cli.wiring.Environment;
import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.migration.Spelling;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Problem;
import dev.migrator.model.ProblemException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** What a user is told when something is thrown: a problem with its code, never a stack trace. */
final class FailureMessages {

  private static final String DEBUG = "MIGRATOR_DEBUG";

  private final Environment environment;

  FailureMessages(Environment environment) {
    this.environment = environment;
  }

  /** The command line itself is wrong. */
  int usage(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    String help = name + " --help";
    if (e instanceof UnmatchedArgumentException unmatched) {
      return say(Problem.of(ErrorCode.M1001, unknown(unmatched), nearest(unmatched), help));
    }
    if (e instanceof MissingParameterException missing && isRun(missing)) {
      return say(
          Problem.of(
              ErrorCode.M1001,
              name + ": no run given",
              "a run is named by its id or its folder; latest is the one that began last",
              name + " latest"));
    }
    return say(
        Problem.of(
            ErrorCode.M1001,
            Objects.requireNonNullElse(e.getMessage(), "the command line is wrong")
                .replaceFirst("^Error: ", ""),
            "",
            help));
  }

  private static boolean isRun(MissingParameterException e) {
    return e.getMissing().stream()
        .anyMatch(missing -> missing.isPositional() && missing.paramLabel().equals("RUN"));
  }

  private static String unknown(UnmatchedArgumentException e) {
    String word = e.getUnmatched().getFirst();
    String what =
        word.startsWith("-")
            ? "unknown option "
            : e.getCommandLine().getSubcommands().isEmpty()
                ? "unexpected argument "
                : "unknown command ";
    return e.getCommandLine().getCommandSpec().qualifiedName() + ": " + what + word;
  }

  /** A command threw. */
  int execution(Exception e, CommandLine command, ParseResult result) {
    Problem problem =
        switch (e) {
          case ProblemException known -> known.problem();
          case ClusterException cluster -> unexpected(cluster);
          default -> internal(e);
        };
    return say(new Advice(environment, command).in(problem));
  }

  private int say(Problem problem) {
    ProblemOutput.say(environment.console(), problem);
    return problem.code().category().exitCode();
  }

  private static Problem unexpected(ClusterException e) {
    ErrorCode code =
        switch (e.failure()) {
          case ClusterFailure.Unreachable f -> ErrorCode.M1401;
          case ClusterFailure.OutcomeUnknown f -> ErrorCode.M1401;
          case ClusterFailure.Throttled f -> ErrorCode.M1401;
          case ClusterFailure.Unauthorized f -> ErrorCode.M1402;
          case ClusterFailure.Forbidden f -> ErrorCode.M1403;
          case ClusterFailure.NotFound f -> ErrorCode.M9001;
          case ClusterFailure.AlreadyExists f -> ErrorCode.M9001;
          case ClusterFailure.Conflict f -> ErrorCode.M9001;
          case ClusterFailure.Invalid f -> ErrorCode.M9001;
          case ClusterFailure.Expired f -> ErrorCode.M9001;
        };
    return Problem.of(
        code,
        Objects.requireNonNullElse(e.getMessage(), "a request failed"),
        "",
        "migrator explain " + code);
  }

  private Problem internal(Exception e) {
    if (!environment.environment().getOrDefault(DEBUG, "").isEmpty()) {
      e.printStackTrace(environment.console().err());
      environment.console().err().flush();
    }
    return new Problem(
        ErrorCode.M9001,
        "an internal error: " + e.getClass().getSimpleName(),
        Objects.requireNonNullElse(e.getMessage(), ""),
        "What a run has done is in its journal: nothing that was done is forgotten.",
        List.of(
            "migrator status latest",
            DEBUG + "=1 migrator ...   (the same again; shows where it happened)"));
  }

  private static String nearest(UnmatchedArgumentException e) {
    CommandLine command = e.getCommandLine();
    String typed = e.getUnmatched().getFirst().replaceFirst("=.*", "");
    Stream<String> known =
        typed.startsWith("-")
            ? command.getCommandSpec().options().stream().map(OptionSpec::longestName)
            : command.getSubcommands().keySet().stream();
    return Spelling.nearest(typed, known.sorted().toList())
        .map(word -> "did you mean " + word + "?")
        .orElse("");
  }
}
