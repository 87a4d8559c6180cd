package dev.migrator.cli.option;

import java.util.LinkedHashSet;
import java.util.Set;
import picocli.CommandLine.Option;

/** Gates that the command line opens. */
public final class GateOptions {

  @Option(
      names = "--approve-gate",
      paramLabel = "GATE",
      description = "Open this gate when the run comes to it. Repeatable.")
  private Set<String> approved = new LinkedHashSet<>();

  public Set<String> approved() {
    return approved;
  }
}
