package dev.migrator.cli.command;

import dev.migrator.cli.wiring.Environment;
import dev.migrator.event.Printable;
import dev.migrator.journal.Disk;
import dev.migrator.journal.DiskTrouble;
import dev.migrator.journal.RunDirectory;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Problem;
import dev.migrator.model.ProblemException;
import dev.migrator.plan.Plan;
import dev.migrator.plan.file.PlanFile;
import dev.migrator.runbook.LeavingOut;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** Files that a person names. */
final class PlanFiles {

  private static final String FOLDER = "it is a folder, not a file";

  private PlanFiles() {}

  /** Reads the plan. Errors: M1003 when it is broken or not there. */
  static Plan read(Environment environment, String file) {
    return parse(bytes(environment, file, ErrorCode.M1003), file);
  }

  /** Reads a plan from the bytes of this file. Errors: M1003, naming it. */
  static Plan parse(byte[] bytes, String file) {
    try {
      return parse(bytes);
    } catch (ProblemException e) {
      Problem problem = e.problem();
      throw new Problem(
              problem.code(),
              Printable.of(file) + ": " + problem.what(),
              problem.why(),
              problem.state(),
              problem.next())
          .exception();
    }
  }

  private static Plan parse(byte[] bytes) {
    return PlanFile.read(
        new InputStreamReader(new ByteArrayInputStream(bytes), StandardCharsets.UTF_8));
  }

  /** A run's plan, without what a person left out since. Errors: M1003. */
  static Plan of(RunDirectory run) {
    return LeavingOut.applied(run, parse(run.plan()));
  }

  /** The content of a file that a person named; when it cannot be read, this is the code. */
  static byte[] bytes(Environment environment, String file, ErrorCode code) {
    Path path = environment.path(file);
    try {
      return environment.disk().read(path);
    } catch (IOException e) {
      throw unreadable(code, file, e);
    }
  }

  /**
   * Finds out whether {@link #write} would do, before work begins that it is to keep. Leaves
   * nothing behind.
   *
   * <p>Errors: M1001.
   */
  static void requireWritable(Environment environment, String file) {
    Path path = environment.path(file);
    Disk disk = environment.disk();
    try {
      if (isFolder(disk, path)) {
        throw unwritable(file, FOLDER);
      }
      disk.tryToWrite(path);
    } catch (IOException e) {
      throw unwritable(file, reason(e));
    }
  }

  private static boolean isFolder(Disk disk, Path path) {
    try {
      List<Path> unused = disk.list(path);
      return disk.exists(path);
    } catch (IOException e) {
      return false;
    }
  }

  /** Writes what a person named, whole or not at all. Errors: M1001. */
  static void write(Environment environment, String file, CharSequence text) {
    try {
      environment
          .disk()
          .write(environment.path(file), text.toString().getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw unwritable(file, reason(e));
    }
  }

  static ProblemException unwritable(String file, String why) {
    return Problem.of(
            ErrorCode.M1001,
            file + " cannot be written",
            why,
            "give another file, in a folder that exists")
        .exception();
  }

  static String reason(IOException e) {
    String reason = e instanceof FileSystemException known ? known.getReason() : e.getMessage();
    if ("Is a directory".equals(reason)) {
      return FOLDER;
    }
    return e instanceof NoSuchFileException
        ? "there is no such file or folder"
        : DiskTrouble.words(e);
  }

  private static ProblemException unreadable(ErrorCode code, String file, IOException e) {
    return Problem.of(code, file + " cannot be read", reason(e), "ls -l " + file).exception();
  }
}
