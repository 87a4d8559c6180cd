package dev.migrator.cli.option;

import picocli.CommandLine.Option;

/** {@code --yes}: for whoever cannot be asked. */
public final class YesOption {

  @Option(names = "--yes", description = "Ask nothing before it begins.")
  private boolean yes;

  public boolean yes() {
    return yes;
  }
}
