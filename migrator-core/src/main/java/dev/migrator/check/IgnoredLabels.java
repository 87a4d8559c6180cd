package dev.migrator.check;

import dev.migrator.inventory.Inventory;
import dev.migrator.plan.Finding;
import dev.migrator.plan.FindingCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Labels that ask for a protection, on objects that do not travel: nobody heeds them. */
public final class IgnoredLabels implements Check {

  /** One finding for each reason and value. */
  @Override
  public List<Finding> findings(Move move) {
    String key = move.migration().classification().label().key();
    Map<String, List<Inventory.Excluded>> byReason = new TreeMap<>();
    move.found().excluded().stream()
        .filter(one -> !one.label().isEmpty())
        .forEach(
            one ->
                byReason
                    .computeIfAbsent(one.reason() + "=" + one.label(), k -> new ArrayList<>())
                    .add(one));
    List<Finding> findings = new ArrayList<>();
    for (List<Inventory.Excluded> some : byReason.values()) {
      Inventory.Excluded first = some.getFirst();
      findings.add(
          new Finding(
              FindingCode.LABEL_IGNORED,
              first.ref(),
              "has the label %s=%s%s, which changes nothing: it does not travel: %s"
                  .formatted(
                      key,
                      first.label(),
                      some.size() == 1 ? "" : ", and so have " + (some.size() - 1) + " more",
                      first.reason()),
              "label what it is made from; or take its owner out of metadata.ownerReferences at"
                  + " the source, and plan again"));
    }
    return findings;
  }
}
