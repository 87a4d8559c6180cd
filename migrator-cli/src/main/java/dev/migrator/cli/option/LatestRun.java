package dev.migrator.cli.option;

import dev.migrator.cli.wiring.Environment;
import dev.migrator.journal.JournalRecord.Ending;
import dev.migrator.journal.RunDirectory;
import dev.migrator.model.ProblemException;
import dev.migrator.plan.file.PlanFile;
import dev.migrator.plan.file.PlanHeader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The run that {@code latest} means: the one that began last, but for runs that came to their end
 * and moved nothing, as when a plan is made and applied once more.
 */
final class LatestRun {

  private LatestRun() {}

  /** Says which one it is, where another one could be meant; empty when there is no such run. */
  static Optional<RunDirectory> of(Environment environment, Path stateDirectory) {
    List<RunDirectory> all = RunDirectory.all(environment.disk(), stateDirectory);
    List<String> passed = new ArrayList<>();
    for (RunDirectory run : all.reversed()) {
      if (passed.size() < all.size() - 1 && movedNothing(run)) {
        passed.add(run.run().id());
        continue;
      }
      if (!passed.isEmpty()) {
        environment
            .console()
            .say(
                "latest is run %s: what began later moved nothing (%s)."
                    .formatted(run.run().id(), String.join(", ", passed)));
      } else if (all.size() > 1) {
        environment.console().say("latest is run " + run.run().id() + ".");
      }
      return Optional.of(run);
    }
    return Optional.empty();
  }

  /** A run whose plan or journal is damaged may have moved something. */
  private static boolean movedNothing(RunDirectory run) {
    try {
      return run.hasJournal()
          && run.readJournal()
              .state()
              .finished()
              .filter(end -> end.ending() == Ending.DONE)
              .isPresent()
          && PlanHeader.nothingMoves(
                  PlanFile.read(new StringReader(new String(run.plan(), StandardCharsets.UTF_8))))
              .isPresent();
    } catch (ProblemException e) {
      return false;
    }
  }
}
