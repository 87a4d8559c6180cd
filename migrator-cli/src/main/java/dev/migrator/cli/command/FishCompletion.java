package dev.migrator.cli.command;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The completion script for fish, which picocli does not make.
 *
 * <p>Source: <a href="https://fishshell.com/docs/current/completions.html">Writing your own
 * completions</a>
 */
final class FishCompletion {

  private FishCompletion() {}

  static String script(CommandSpec program) {
    List<String> lines = new ArrayList<>();
    program
        .subcommands()
        .forEach(
            (name, command) -> {
              CommandSpec spec = command.getCommandSpec();
              String about = String.join(" ", spec.usageMessage().description());
              lines.add(
                  "complete -c %s -n __fish_use_subcommand -f -a %s -d %s"
                      .formatted(program.name(), name, quoted(about)));
              spec.options().stream()
                  .filter(option -> !option.hidden())
                  .forEach(option -> lines.add(option(program.name(), name, option)));
            });
    return String.join("\n", lines);
  }

  private static String option(String program, String command, OptionSpec option) {
    StringBuilder line = new StringBuilder("complete -c " + program);
    line.append(" -n '__fish_seen_subcommand_from ").append(command).append("'");
    for (String name : option.names()) {
      line.append(name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1));
    }
    if (option.arity().max() > 0) {
      line.append(" -r");
    }
    return line.append(" -d ").append(quoted(String.join(" ", option.description()))).toString();
  }

  private static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
