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

  private final Environment surroundings;

  @Parameters(paramLabel = "SHELL", description = "One of: ${COMPLETION-CANDIDATES}.")
  private Shell shell = Shell.bash;

  CompletionCommand(Environment surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    CommandLine program = MigratorCommand.commandLine(surroundings);
    String script =
        switch (shell) {
          // One script serves both: under zsh it loads bashcompinit by itself.
          case bash, zsh -> AutoComplete.bash("migrator", program);
          case fish -> FishCompletion.script(program.getCommandSpec());
        };
    surroundings.console().copy(Stream.of(script));
    return 0;
  }
}
