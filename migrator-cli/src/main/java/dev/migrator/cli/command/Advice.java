package dev.migrator.cli.command;

import dev.migrator.cli.option.ClusterOptions;
import dev.migrator.cli.option.RunOptions;
import dev.migrator.cli.wiring.Environment;
import dev.migrator.journal.RunDirectory;
import dev.migrator.journal.RunFile;
import dev.migrator.migration.Migration;
import dev.migrator.model.Problem;
import dev.migrator.model.ProblemException;
import dev.migrator.model.Shell;
import dev.migrator.plan.Plan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Fills in what printed advice leaves open and only the command line knows, so that it can be
 * pasted: {@code PLAN}, {@code RUN}, the options that lead to a cluster, and {@code migrator plan
 * ...} and {@code migrator ...}, which stand for the command as it was typed. What is not known
 * stays as it is.
 *
 * <p>Reads the plan or the run that the command names; never a cluster.
 */
final class Advice {

  private static final Pattern SAME =
      Pattern.compile("migrator (?:([a-z]+) )?\\.\\.\\.(?<rest>.*?)(?<note> {3,}\\(.*)?$");
  private static final Pattern CLUSTER = Pattern.compile("--context (SOURCE|TARGET)-CONTEXT\\b");
  private static final Pattern FILE = Pattern.compile("\\bPLAN\\b");
  private static final Pattern RUN = Pattern.compile("\\bRUN\\b");
  private static final String NEW_PLAN = "move.plan.yaml";

  private final Environment environment;
  private final CommandLine command;

  /**
   * @param command that was typed, and parsed
   */
  Advice(Environment environment, CommandLine command) {
    this.environment = environment;
    this.command = command;
  }

  Problem in(Problem problem) {
    return new Problem(
        problem.code(),
        problem.what(),
        problem.why(),
        problem.state(),
        problem.next().stream().map(this::filled).toList());
  }

  private String filled(String line) {
    String text = sameAgain(line);
    text = with(text, FILE, () -> planFile().map(Shell::word));
    text = with(text, RUN, () -> positional("RUN").map(Shell::word));
    Matcher cluster = CLUSTER.matcher(text);
    if (!cluster.find()) {
      return text;
    }
    boolean source = cluster.group(1).equals("SOURCE");
    return with(
        text,
        CLUSTER,
        () -> logins().map(pair -> OpenClusters.kubectl(source ? pair.source() : pair.target())));
  }

  private static String with(String text, Pattern place, Supplier<Optional<String>> known) {
    Matcher matcher = place.matcher(text);
    return matcher.find()
        ? known.get().map(word -> matcher.replaceAll(Matcher.quoteReplacement(word))).orElse(text)
        : text;
  }

  /** {@code migrator plan ... --x} and {@code migrator ... --x}, with what was typed. */
  private String sameAgain(String line) {
    Matcher same = SAME.matcher(line);
    if (!same.find()) {
      return line;
    }
    String verb = same.group(1);
    String rest = same.group("rest");
    String note = Optional.ofNullable(same.group("note")).orElse("");
    Optional<String> whole =
        verb == null || verb.equals(command.getCommandName())
            ? Optional.of(typed(rest))
            : verb.equals("plan") ? newPlan() : Optional.empty();
    return whole
        .map(words -> line.substring(0, same.start()) + "migrator " + words + rest + note)
        .orElse(line);
  }

  /** As it was typed, without the options that are given anew. */
  private String typed(String anew) {
    List<String> words = new ArrayList<>(command.getParseResult().originalArgs());
    for (String option : anew.strip().split(" +")) {
      Optional<OptionSpec> known =
          Optional.ofNullable(command.getCommandSpec().optionsMap().get(option));
      known.filter(spec -> !spec.isMultiValue()).ifPresent(spec -> remove(words, spec));
    }
    return String.join(" ", words.stream().map(Shell::word).toList());
  }

  private static void remove(List<String> words, OptionSpec option) {
    for (String name : option.names()) {
      words.removeIf(word -> word.startsWith(name + "="));
      int at = words.indexOf(name);
      if (at >= 0) {
        int end = Math.min(words.size(), at + 1 + option.arity().min());
        words.subList(at, end).clear();
      }
    }
  }

  /** What plans anew; whether the plan had a migration file is known, and not its name. */
  private Optional<String> newPlan() {
    return logins()
        .map(
            pair ->
                "plan "
                    + pair.options()
                    + " "
                    + (plan().filter(Advice::isOfAFile).isPresent() ? "-f FILE " : "")
                    + "-o "
                    + positional("PLAN").map(Shell::word).orElse(NEW_PLAN));
  }

  private static boolean isOfAFile(Plan plan) {
    Migration none = Migration.defaults();
    return !plan.settings().withData(none.data()).equals(none);
  }

  private Optional<ClusterOptions.Pair> logins() {
    return mixin(ClusterOptions.class)
        .or(() -> Optional.of(new ClusterOptions()))
        .flatMap(
            options ->
                attempt(
                    () ->
                        earlier()
                            .map(pair -> options.orElse(pair.source(), pair.target()))
                            .orElseGet(options::required)));
  }

  /** What the plan or the run says. */
  private Optional<ClusterOptions.Pair> earlier() {
    return run()
        .map(found -> new ClusterOptions.Pair(found.run().source(), found.run().target()))
        .or(
            () ->
                plan()
                    .map(
                        plan ->
                            new ClusterOptions.Pair(
                                new RunFile.Login(Optional.empty(), plan.source().context()),
                                new RunFile.Login(Optional.empty(), plan.target().context()))));
  }

  private Optional<Plan> plan() {
    return planFile().flatMap(file -> attempt(() -> PlanFiles.read(environment, file)));
  }

  /** The plan that was named, or that of the run. */
  private Optional<String> planFile() {
    return positional("PLAN").or(() -> run().map(found -> shown(found.planFile())));
  }

  private String shown(Path file) {
    Path here = environment.path("");
    return file.startsWith(here) ? here.relativize(file).toString() : file.toString();
  }

  private Optional<RunDirectory> run() {
    return mixin(RunOptions.class).flatMap(run -> attempt(() -> run.find(environment)));
  }

  private Optional<String> positional(String label) {
    return command.getCommandSpec().positionalParameters().stream()
        .filter(parameter -> parameter.paramLabel().equals(label))
        .flatMap(parameter -> Stream.ofNullable(parameter.<Object>getValue()))
        .flatMap(value -> value instanceof Optional<?> some ? some.stream() : Stream.of(value))
        .map(String::valueOf)
        .filter(text -> !text.isEmpty())
        .findFirst();
  }

  private <T> Optional<T> mixin(Class<T> type) {
    return command.getMixins().values().stream()
        .filter(type::isInstance)
        .map(type::cast)
        .findFirst();
  }

  /** Advice is no place to fail. */
  private static <T> Optional<T> attempt(Supplier<T> known) {
    try {
      return Optional.of(known.get());
    } catch (ProblemException e) {
      return Optional.empty();
    }
  }
}
