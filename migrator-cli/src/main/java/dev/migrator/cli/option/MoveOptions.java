package dev.migrator.cli.option;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Option;

/** Options of a run that is at work. */
public final class MoveOptions {

  @Option(names = "--yes", description = "Ask nothing: what was planned is meant. Opens no gate.")
  private boolean yes;

  @Option(
      names = "--approve-gate",
      paramLabel = "GATE",
      description = "Open this gate when the run comes to it. Repeatable.")
  private Set<String> approvedGates = new LinkedHashSet<>();

  @Option(
      names = "--events-file",
      paramLabel = "FILE",
      description = "Write what happens to this file too, one JSON object a line.")
  private Optional<String> eventsFile = Optional.empty();

  public boolean yes() {
    return yes;
  }

  public Set<String> approvedGates() {
    return approvedGates;
  }

  public Optional<String> eventsFile() {
    return eventsFile;
  }
}
