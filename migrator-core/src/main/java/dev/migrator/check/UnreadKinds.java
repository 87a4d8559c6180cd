package dev.migrator.check;

import dev.migrator.inventory.Inventory;
import dev.migrator.inventory.VersionChoice;
import dev.migrator.model.ErrorCode;
import dev.migrator.plan.Finding;
import dev.migrator.plan.FindingCode;
import dev.migrator.plan.Severity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What was not read at the source, and kinds that the target does not serve. */
public final class UnreadKinds implements Check {

  @Override
  public List<Finding> findings(Move move) {
    List<Finding> findings = new ArrayList<>();
    for (Inventory.Unread one : move.found().unread()) {
      findings.add(new Finding(FindingCode.NOT_READ, Optional.empty(), one.toString(), ""));
    }
    Map<String, Integer> counts = new HashMap<>();
    move.found()
        .excluded()
        .forEach(one -> counts.merge(one.ref().groupKind() + " " + one.reason(), 1, Integer::sum));
    for (VersionChoice choice : move.choices()) {
      String kind = choice.readFrom().groupKind();
      int count = counts.getOrDefault(kind + " " + choice.advice(), 0);
      if (choice.apiVersion().isEmpty() && count > 0) {
        findings.add(
            new Finding(
                Severity.WARNING,
                ErrorCode.M1106,
                Optional.empty(),
                "%s: %s: %d left out".formatted(kind, choice.advice(), count),
                ""));
      }
    }
    return findings;
  }
}
