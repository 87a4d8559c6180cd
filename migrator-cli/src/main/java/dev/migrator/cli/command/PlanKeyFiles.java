package dev.migrator.cli.command;

import dev.migrator.cli.wiring.Environment;
import dev.migrator.journal.PlanKeyFile;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.PlanKey;
import dev.migrator.model.Problem;
import dev.migrator.model.ProblemException;
import dev.migrator.model.Shell;
import dev.migrator.plan.Plan;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.util.Optional;

/**
 * The key by which the Secrets of a plan are bound, for a plan that is about to be written to a
 * file. A plan that is written over an earlier one keeps its key, so that both can be compared, and
 * a crash between the two files leaves a plan with the key that it has.
 *
 * @param isNew whether it is not in its file yet
 */
record PlanKeyFiles(Environment environment, String plan, PlanKey key, boolean isNew) {

  /**
   * The key that is beside this plan file, or a new one.
   *
   * <p>Errors: M1001 when something else has the name of its file.
   */
  static PlanKeyFiles toWrite(Environment environment, String plan) {
    PlanKeyFile file = file(environment, plan);
    if (!file.exists()) {
      return new PlanKeyFiles(environment, plan, environment.newPlanKey().get(), true);
    }
    PlanKey known =
        file.key()
            .orElseThrow(
                () ->
                    inTheWay(
                        plan,
                        "it cannot be read, or holds something else; the plan's key would be kept"
                            + " there",
                        "move it away, or give another file"));
    return new PlanKeyFiles(environment, plan, known, false);
  }

  /**
   * The key of a plan that was read from this file; empty when it is not beside it, or the plan has
   * none.
   *
   * <p>Errors: M1003 when another one is there.
   */
  static Optional<PlanKey> of(Environment environment, String file, Plan plan) {
    return plan.keyCheck().flatMap(check -> file(environment, file).of(check));
  }

  /**
   * Keeps the key if the plan has a use for it, before the plan itself is written.
   *
   * <p>Errors: M1001 when the disk refuses, or somebody made such a file meanwhile.
   */
  void keepFor(Plan made) {
    if (!isNew || made.keyCheck().isEmpty()) {
      return;
    }
    try {
      file(environment, plan).create(key);
      environment
          .console()
          .say(
              ("Saved %s: it tells apply whether a Secret changed. Keep it beside the plan, and out"
                      + " of Git.")
                  .formatted(Shell.word(PlanKeyFile.name(plan))));
    } catch (FileAlreadyExistsException e) {
      throw inTheWay(plan, "another process made it meanwhile", "migrator ...   (again)");
    } catch (IOException e) {
      throw PlanFiles.unwritable(PlanKeyFile.name(plan), PlanFiles.reason(e));
    }
  }

  private static PlanKeyFile file(Environment environment, String plan) {
    return PlanKeyFile.beside(environment.disk(), environment.path(plan));
  }

  private static ProblemException inTheWay(String plan, String why, String next) {
    return Problem.of(ErrorCode.M1001, PlanKeyFile.name(plan) + " is in the way", why, next)
        .exception();
  }
}
