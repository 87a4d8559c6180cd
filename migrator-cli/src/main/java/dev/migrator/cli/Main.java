package dev.migrator.cli;

import dev.migrator.cli.command.MigratorCommand;
import dev.migrator.cli.command.VersionCommand;
import dev.migrator.cli.wiring.Environment;
import dev.migrator.cli.wiring.RealWorld;
import picocli.CommandLine.Model.CommandSpec;

/** The program: puts the command line together and turns what comes of it into an exit code. */
public final class Main {

  private Main() {}

  /** Runs the command line and exits with its code. */
  public static void main(String[] args) {
    if (args.length == 1 && (args[0].equals("version") || args[0].equals("--version"))) {
      // Scripts ask this often: without putting a command line together it takes half as long.
      System.out.println(VersionCommand.line());
      return;
    }
    System.exit(run(RealWorld.environment(), args));
  }

  /**
   * Runs the command line in these surroundings.
   *
   * @return the exit code, see {@link dev.migrator.model.ErrorCode.Category}
   */
  public static int run(Environment environment, String... args) {
    return MigratorCommand.commandLine(environment, args).execute(args);
  }

  /** All commands as data: for completion scripts, man pages and tests of the documentation. */
  public static CommandSpec commands(Environment environment) {
    return MigratorCommand.commandLine(environment).getCommandSpec();
  }
}
