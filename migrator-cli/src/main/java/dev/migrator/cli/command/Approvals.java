package dev.migrator.cli.command;

import dev.migrator.journal.Disk;
import dev.migrator.journal.RunDirectory;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Gates that somebody opened from another terminal: a file a gate in the run's folder, because the
 * journal belongs to the process that works on the run.
 */
record Approvals(Disk disk, RunDirectory directory) {

  boolean isGiven(String gate) {
    return disk.exists(file(gate));
  }

  /**
   * Leaves an approval for whoever works on the run now or later.
   *
   * @param by who says so: for people who read the folder
   */
  void give(String gate, String by) {
    try {
      disk.write(file(gate), (by + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw Problem.of(
              ErrorCode.M1007,
              "the approval cannot be left in " + directory.root(),
              String.valueOf(e.getMessage()),
              "migrator resume " + directory.run().id() + " --approve-gate " + gate)
          .exception();
    }
  }

  private Path file(String gate) {
    return directory.root().resolve("approved-" + gate);
  }
}
