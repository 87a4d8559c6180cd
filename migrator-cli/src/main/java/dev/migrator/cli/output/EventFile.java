package dev.migrator.cli.output;

import dev.migrator.event.EventJson;
import dev.migrator.event.RunEvent;
import dev.migrator.journal.Disk;
import dev.migrator.journal.DiskTrouble;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Writes what happens to the end of a file, one JSON object a line.
 *
 * <p>Nothing is decided by this file: where it cannot be written the run goes on, and that is said
 * once.
 */
public final class EventFile implements AutoCloseable {

  private final Console console;
  private final Path file;
  private Optional<Disk.Appender> appender;

  private EventFile(Console console, Path file, Optional<Disk.Appender> appender) {
    this.console = console;
    this.file = file;
    this.appender = appender;
  }

  /** Opens the file at its end; where that fails it is said, and nothing is written. */
  public static EventFile open(Console console, Disk disk, Path file) {
    try {
      return new EventFile(console, file, Optional.of(disk.append(file)));
    } catch (IOException e) {
      EventFile none = new EventFile(console, file, Optional.empty());
      none.complain(e);
      return none;
    }
  }

  /** Writes the event, in one piece, so that another process can follow the file. */
  public synchronized void accept(RunEvent event) {
    if (appender.isEmpty()) {
      return;
    }
    try {
      appender.get().write((EventJson.line(event) + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      close();
      complain(e);
    }
  }

  @Override
  public synchronized void close() {
    try {
      if (appender.isPresent()) {
        appender.get().close();
      }
    } catch (IOException e) {
      // What was written is written.
    }
    appender = Optional.empty();
  }

  private void complain(IOException e) {
    console.say("Events are not written to " + file + ": " + DiskTrouble.words(e));
  }
}
