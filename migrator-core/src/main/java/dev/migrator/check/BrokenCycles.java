package dev.migrator.check;

import dev.migrator.graph.Reference.Strength;
import dev.migrator.plan.Finding;
import dev.migrator.plan.FindingCode;
import dev.migrator.plan.Severity;
import java.util.List;
import java.util.Optional;

/** Objects that wait for one another: one of them is created before what it needs. */
public final class BrokenCycles implements Check {

  @Override
  public List<Finding> findings(Move move) {
    return move.graph().broken().stream()
        .map(
            broken ->
                new Finding(
                    broken.strength() == Strength.HARD ? Severity.WARNING : Severity.NOTE,
                    FindingCode.CYCLE_BROKEN,
                    Optional.of(broken.from()),
                    "does not wait for %s (%s), because that one waits for it"
                        .formatted(broken.to(), broken.field()),
                    ""))
        .toList();
  }
}
