package dev.migrator.cli.option;

import picocli.CommandLine.Option;

/** Consents to volumes that start without their data, where nobody is asked. */
public final class EmptyVolumesOption {

  @Option(
      names = "--accept-empty-volumes",
      description =
          "Beside --yes: the volumes that the plan names start at the target without the data that"
              + " they have at the source.")
  private boolean accepted;

  public boolean accepted() {
    return accepted;
  }
}
