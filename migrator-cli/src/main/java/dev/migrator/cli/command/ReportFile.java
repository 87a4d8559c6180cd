package dev.migrator.cli.command;

import dev.migrator.cli.wiring.Environment;
import dev.migrator.journal.Disk;
import dev.migrator.journal.DiskTrouble;
import dev.migrator.journal.RunDirectory;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Problem;
import dev.migrator.model.ProblemException;
import dev.migrator.plan.Plan;
import dev.migrator.report.Diffs;
import dev.migrator.report.RunReport;
import dev.migrator.report.html.HtmlReport;
import dev.migrator.runbook.PruneUndo;
import dev.migrator.runbook.RunHistory;
import dev.migrator.runbook.VaultedDifferences;
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
  static void write(Environment environment, Path file, RunReport report, Diffs diffs) {
    Disk disk = environment.disk();
    Path temporary = file.resolveSibling("." + file.getFileName() + ".tmp");
    try {
      disk.delete(temporary);
      try (Disk.Appender appender = disk.append(temporary);
          Writer out =
              new BufferedWriter(
                  new OutputStreamWriter(new Pipe(appender), StandardCharsets.UTF_8), BUFFER)) {
        HtmlReport.write(report, diffs, out);
      }
      disk.move(temporary, file);
    } catch (IOException e) {
      throw unwritable(file, e);
    } catch (UncheckedIOException e) {
      throw unwritable(file, new IOException(e.getMessage(), e));
    }
  }

  private static ProblemException unwritable(Path file, IOException e) {
    return Problem.of(
            ErrorCode.M1001,
            file + " cannot be written",
            DiskTrouble.words(e),
            "give another file with -o, in a folder that exists")
        .exception();
  }

  /** What is known of a run. */
  static RunReport ofRun(Environment environment, RunDirectory directory, Plan plan) {
    RunReport told =
        RunReport.ofRun(
            directory.run().id(), plan, RunHistory.of(environment.disk(), directory, plan));
    RunReport report =
        directory.hasJournal() ? told.withRecords(directory.readJournal().state()) : told;
    return report.withPruned(PruneUndo.missing(directory, plan)).withWorker(directory.worker());
  }

  /**
   * Leaves the page in the run's folder. What is wrong with it is said, and changes nothing else:
   * the run has ended already.
   */
  static void leave(Environment environment, RunDirectory directory, Plan plan) {
    Path file = directory.root().resolve("report.html");
    try {
      write(
          environment,
          file,
          ofRun(environment, directory, plan),
          VaultedDifferences.of(directory, plan));
      environment.console().say("Report: " + file);
    } catch (ProblemException e) {
      environment.console().say("The report was not written: " + e.problem().why());
    } catch (RuntimeException e) {
      environment.console().say("The report was not written: " + e);
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
