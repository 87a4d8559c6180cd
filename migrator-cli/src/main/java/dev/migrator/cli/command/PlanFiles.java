package dev.migrator.cli.command;

import dev.migrator.cli.wiring.Surroundings;
import dev.migrator.journal.DiskTrouble;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Problem;
import dev.migrator.model.ProblemException;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlanFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Files that a person names. */
final class PlanFiles {

  private PlanFiles() {}

  /** Reads the plan. Errors: M1003 when it is broken or not there. */
  static Plan read(Surroundings surroundings, String file) {
    return parse(bytes(surroundings, file, ErrorCode.M1003));
  }

  /** Reads a plan from its bytes. Errors: M1003. */
  static Plan parse(byte[] bytes) {
    return PlanFile.read(
        new InputStreamReader(new ByteArrayInputStream(bytes), StandardCharsets.UTF_8));
  }

  /** The content of a file that a person named; when it cannot be read, this is the code. */
  static byte[] bytes(Surroundings surroundings, String file, ErrorCode code) {
    Path path = surroundings.path(file);
    try {
      return surroundings.disk().read(path);
    } catch (IOException e) {
      throw unreadable(code, file, e);
    }
  }

  /** Writes what a person named, whole or not at all. Errors: M1001. */
  static void write(Surroundings surroundings, String file, CharSequence text) {
    try {
      surroundings
          .disk()
          .write(surroundings.path(file), text.toString().getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw Problem.of(
              ErrorCode.M1001,
              file + " cannot be written",
              reason(e),
              "give another file, in a folder that exists")
          .exception();
    }
  }

  private static String reason(IOException e) {
    String reason = e instanceof FileSystemException known ? known.getReason() : e.getMessage();
    if ("Is a directory".equals(reason)) {
      return "it is a folder, not a file";
    }
    return e instanceof NoSuchFileException
        ? "there is no such file or folder"
        : DiskTrouble.words(e);
  }

  private static ProblemException unreadable(ErrorCode code, String file, IOException e) {
    return Problem.of(code, file + " cannot be read", reason(e), "ls -l " + file).exception();
  }
}
