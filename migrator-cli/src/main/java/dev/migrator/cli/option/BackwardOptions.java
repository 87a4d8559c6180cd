package dev.migrator.cli.option;

import dev.migrator.model.ErrorCode;
import dev.migrator.model.PlanKey;
import dev.migrator.model.Problem;
import dev.migrator.runbook.BackwardChoices;
import dev.migrator.runbook.WhereChanged;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What a person decides when a way back is planned. */
public final class BackwardOptions {

  @Option(
      names = "--without-api",
      paramLabel = "GROUP/VERSION",
      description =
          "With --backward: plan without this API of the run's target, which cannot be read."
              + " Repeatable.")
  private List<String> withoutApis = new ArrayList<>();

  @Option(
      names = "--where-changed",
      paramLabel = "source|target",
      description =
          "With --backward: whose value goes back where the run and somebody since changed the same"
              + " field.")
  private Optional<String> whereChanged = Optional.empty();

  /**
   * Whether anything was decided.
   *
   * <p>Errors: as {@link #whereChanged}.
   */
  public boolean isGiven() {
    return !withoutApis.isEmpty() || whereChanged().isPresent();
  }

  /** Errors: M1001 for a side that is none. */
  public Optional<WhereChanged> whereChanged() {
    return whereChanged.map(BackwardOptions::side);
  }

  public BackwardChoices choices(PlanKey key) {
    return new BackwardChoices(Optional.of(key), new LinkedHashSet<>(withoutApis), whereChanged());
  }

  private static WhereChanged side(String word) {
    return Arrays.stream(WhereChanged.values())
        .filter(side -> side.label().equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                Problem.of(
                        ErrorCode.M1001,
                        "--where-changed " + word + " is not known",
                        "legal values are source and target, those of the run",
                        "migrator rollback latest --backward --where-changed source")
                    .exception());
  }
}
