package dev.migrator.cli.command;

import dev.migrator.cli.wiring.Environment;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Prints the script that lets a shell complete this program's commands and options. */
@Command(
    name = "completion",
    description = "Prints a completion script for a shell.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  source <(migrator completion bash)",
      "  source <(migrator completion zsh)",
      "  migrator completion fish | source"
    })
public final class CompletionCommand implements Callable<Integer> {

  /** The shells that there is a script for. */
  enum Shell {
    bash,
    zsh,
    fish
  }

  private final Environment environment;

  @Parameters(paramLabel = "SHELL", description = "One of: ${COMPLETION-CANDIDATES}.")
  private Shell shell = Shell.bash;

  CompletionCommand(Environment environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    CommandLine program = MigratorCommand.commandLine(environment);
    String script =
        switch (shell) {
          // One script serves both: under zsh it loads bashcompinit by itself.
          case bash, zsh -> AutoComplete.bash("migrator", program);
          case fish -> FishCompletion.script(program.getCommandSpec());
        };
    environment.console().copy(Stream.of(script));
    return 0;
  }
}
