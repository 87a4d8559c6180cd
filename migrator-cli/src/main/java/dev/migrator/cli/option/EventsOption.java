package dev.migrator.cli.option;

import java.util.Optional;
import picocli.CommandLine.Option;

/** {@code --events-file}: for machines, beside what people see. */
public final class EventsOption {

  @Option(
      names = "--events-file",
      paramLabel = "FILE",
      description = "Write what happens to this file too, one JSON object a line.")
  private Optional<String> file = Optional.empty();

  public Optional<String> file() {
    return file;
  }
}
