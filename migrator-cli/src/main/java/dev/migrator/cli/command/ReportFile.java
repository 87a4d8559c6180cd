package dev.migrator.cli.command;

import dev.migrator.cli.wiring.Surroundings;
import dev.migrator.journal.Disk;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Problem;
import dev.migrator.report.RunReport;
import dev.migrator.report.html.HtmlReport;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/** Writes a report's page, whole or not at all, without holding it in memory. */
final class ReportFile {

  private static final int BUFFER = 1 << 16;

  private ReportFile() {}

  /** Errors: M1001 when the file cannot be written. */
  static void write(Surroundings surroundings, Path file, RunReport report) {
    Disk disk = surroundings.disk();
    Path temporary = file.resolveSibling("." + file.getFileName() + ".tmp");
    try {
      disk.delete(temporary);
      try (Disk.Appender appender = disk.append(temporary);
          Writer out =
              new BufferedWriter(
                  new OutputStreamWriter(new Pipe(appender), StandardCharsets.UTF_8), BUFFER)) {
        HtmlReport.write(report, out);
      }
      disk.move(temporary, file);
    } catch (IOException | UncheckedIOException e) {
      throw Problem.of(
              ErrorCode.M1001,
              file + " cannot be written",
              String.valueOf(e.getMessage()),
              "give another file with -o, in a folder that exists")
          .exception();
    }
  }

  private static final class Pipe extends OutputStream {
    private final Disk.Appender appender;

    Pipe(Disk.Appender appender) {
      this.appender = appender;
    }

    @Override
    public void write(int b) throws IOException {
      appender.write(new byte[] {(byte) b});
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      appender.write(Arrays.copyOfRange(bytes, from, from + length));
    }
  }
}
