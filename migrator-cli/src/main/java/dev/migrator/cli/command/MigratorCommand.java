package dev.migrator.cli.command;

import dev.migrator.cli.option.Settings;
import dev.migrator.cli.output.Terminal;
import dev.migrator.cli.wiring.Environment;
import dev.migrator.model.ErrorCode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.IFactory;

/** The command that holds all others; alone it prints what there is. */
@Command(
    name = "migrator",
    description = "Moves the workloads of one live Kubernetes cluster to another.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionCommand.Version.class,
    footer = {
      "",
      "A move, step by step:",
      "  migrator plan --source-context old --target-context new -o move.plan.yaml",
      "  migrator show move.plan.yaml",
      "  migrator apply move.plan.yaml",
      "",
      "Try it without a cluster:  migrator demo"
    })
public final class MigratorCommand implements Runnable {

  private static final int WIDTH = 100;
  // picocli lays nothing out in less.
  private static final int NARROWEST = 55;

  /** In the order in which help shows them. */
  private static final Map<String, Function<Environment, Object>> COMMANDS = commands();

  private final Environment environment;

  MigratorCommand(Environment environment) {
    this.environment = environment;
  }

  /** All commands, made for these surroundings. */
  public static CommandLine commandLine(Environment environment) {
    return commandLine(environment, COMMANDS.keySet());
  }

  /**
   * The command line for these words: when the first one names a command, that one is all there is,
   * since putting twenty commands together takes longer than most of them.
   */
  public static CommandLine commandLine(Environment environment, String... words) {
    return words.length > 0 && COMMANDS.containsKey(words[0])
        ? commandLine(environment, Set.of(words[0]))
        : commandLine(environment);
  }

  private static CommandLine commandLine(Environment environment, Set<String> names) {
    Commands made = new Commands(environment);
    CommandLine line = new CommandLine(new MigratorCommand(environment), made);
    COMMANDS.forEach(
        (name, maker) -> {
          if (names.contains(name)) {
            line.addSubcommand(name, new CommandLine(maker.apply(environment), made));
          }
        });
    line.setOut(environment.console().out());
    line.setErr(environment.console().err());
    line.setColorScheme(
        Help.defaultColorScheme(
            environment.console().terminal().results().colour() ? Help.Ansi.ON : Help.Ansi.OFF));
    line.setUsageHelpWidth(width(environment.console().terminal()));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setAbbreviatedOptionsAllowed(false);
    exitCodes(line);
    FailureMessages failures = new FailureMessages(environment);
    line.setParameterExceptionHandler(failures::usage);
    line.setExecutionExceptionHandler(failures::execution);
    line.setDefaultValueProvider(new Settings(environment));
    return line;
  }

  private static int width(Terminal terminal) {
    return terminal.out() ? Math.clamp(terminal.columns(), NARROWEST, WIDTH) : WIDTH;
  }

  private static void exitCodes(CommandLine line) {
    line.getCommandSpec()
        .exitCodeOnInvalidInput(ErrorCode.Category.USAGE.exitCode())
        .exitCodeOnExecutionException(ErrorCode.Category.INTERNAL.exitCode());
    line.getSubcommands().values().forEach(MigratorCommand::exitCodes);
  }

  @Override
  public void run() {
    CommandLine line = commandLine(environment);
    line.usage(environment.console().out());
    environment.console().out().flush();
  }

  private static Map<String, Function<Environment, Object>> commands() {
    Map<String, Function<Environment, Object>> all = new LinkedHashMap<>();
    all.put("init", InitCommand::new);
    all.put("plan", PlanCommand::new);
    all.put("show", ShowCommand::new);
    all.put("apply", ApplyCommand::new);
    all.put("resume", ResumeCommand::new);
    all.put("status", StatusCommand::new);
    all.put("approve", ApproveCommand::new);
    all.put("verify", VerifyCommand::new);
    all.put("rollback", RollbackCommand::new);
    all.put("prune", PruneCommand::new);
    all.put("unlock", UnlockCommand::new);
    all.put("rbac", RbacCommand::new);
    all.put("diff", DiffCommand::new);
    all.put("classify", ClassifyCommand::new);
    all.put("report", ReportCommand::new);
    all.put("explain", ExplainCommand::new);
    all.put("config", ConfigCommand::new);
    all.put("demo", DemoCommand::new);
    all.put("completion", CompletionCommand::new);
    all.put("version", VersionCommand::new);
    return Collections.unmodifiableMap(all);
  }

  /** Gives the commands inside of commands their surroundings. */
  private record Commands(Environment environment) implements IFactory {
    @Override
    public <K> K create(Class<K> type) throws Exception {
      return type.equals(ConfigCommand.Show.class)
          ? type.cast(new ConfigCommand.Show(environment))
          : CommandLine.defaultFactory().create(type);
    }
  }
}
