package dev.migrator.cli.command;

import dev.migrator.cli.option.Settings;
import dev.migrator.cli.wiring.Surroundings;
import dev.migrator.model.ErrorCode;
import java.util.Map;
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
    subcommands = {
      InitCommand.class,
      PlanCommand.class,
      ShowCommand.class,
      ApplyCommand.class,
      ResumeCommand.class,
      StatusCommand.class,
      ApproveCommand.class,
      VerifyCommand.class,
      RollbackCommand.class,
      PruneCommand.class,
      UnlockCommand.class,
      RbacCommand.class,
      DiffCommand.class,
      ClassifyCommand.class,
      ReportCommand.class,
      ExplainCommand.class,
      ConfigCommand.class,
      DemoCommand.class,
      CompletionCommand.class,
      VersionCommand.class
    },
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

  private final Surroundings surroundings;

  MigratorCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /** All commands, made for these surroundings. */
  public static CommandLine commandLine(Surroundings surroundings) {
    CommandLine line =
        new CommandLine(new MigratorCommand(surroundings), new Commands(surroundings));
    line.setOut(surroundings.console().out());
    line.setErr(surroundings.console().err());
    line.setColorScheme(
        Help.defaultColorScheme(
            surroundings.console().terminal().colour() ? Help.Ansi.ON : Help.Ansi.OFF));
    line.setUsageHelpWidth(WIDTH);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setAbbreviatedOptionsAllowed(false);
    exitCodes(line);
    Failures failures = new Failures(surroundings);
    line.setParameterExceptionHandler(failures::usage);
    line.setExecutionExceptionHandler(failures::execution);
    line.setDefaultValueProvider(new Settings(surroundings));
    return line;
  }

  private static void exitCodes(CommandLine line) {
    line.getCommandSpec()
        .exitCodeOnInvalidInput(ErrorCode.Category.USAGE.exitCode())
        .exitCodeOnExecutionException(ErrorCode.Category.INTERNAL.exitCode());
    line.getSubcommands().values().forEach(MigratorCommand::exitCodes);
  }

  @Override
  public void run() {
    CommandLine line = commandLine(surroundings);
    line.usage(surroundings.console().out());
    surroundings.console().out().flush();
  }

  /** Gives each command its surroundings. */
  private record Commands(Surroundings surroundings) implements IFactory {

    private static final Map<Class<?>, Function<Surroundings, Object>> MAKERS =
        Map.ofEntries(
            Map.entry(InitCommand.class, InitCommand::new),
            Map.entry(PlanCommand.class, PlanCommand::new),
            Map.entry(DiffCommand.class, DiffCommand::new),
            Map.entry(ClassifyCommand.class, ClassifyCommand::new),
            Map.entry(ApplyCommand.class, ApplyCommand::new),
            Map.entry(ResumeCommand.class, ResumeCommand::new),
            Map.entry(StatusCommand.class, StatusCommand::new),
            Map.entry(ApproveCommand.class, ApproveCommand::new),
            Map.entry(VerifyCommand.class, VerifyCommand::new),
            Map.entry(RollbackCommand.class, RollbackCommand::new),
            Map.entry(PruneCommand.class, PruneCommand::new),
            Map.entry(UnlockCommand.class, UnlockCommand::new),
            Map.entry(RbacCommand.class, RbacCommand::new),
            Map.entry(ShowCommand.class, ShowCommand::new),
            Map.entry(ReportCommand.class, ReportCommand::new),
            Map.entry(ExplainCommand.class, ExplainCommand::new),
            Map.entry(ConfigCommand.class, ConfigCommand::new),
            Map.entry(ConfigCommand.Show.class, ConfigCommand.Show::new),
            Map.entry(DemoCommand.class, DemoCommand::new),
            Map.entry(CompletionCommand.class, CompletionCommand::new),
            Map.entry(VersionCommand.class, VersionCommand::new));

    @Override
    public <K> K create(Class<K> type) throws Exception {
      Function<Surroundings, Object> maker = MAKERS.get(type);
      return maker == null
          ? CommandLine.defaultFactory().create(type)
          : type.cast(maker.apply(surroundings));
    }
  }
}
