package dev.migrator.check;

import dev.migrator.classify.VolumeClassifier;
import dev.migrator.inventory.Inventory;
import dev.migrator.plan.Activity;
import dev.migrator.plan.Finding;
import dev.migrator.plan.FindingCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Labels that nobody heeds: a protection on what does not travel, a way of data on what is neither
 * a claim nor a volume.
 */
public final class IgnoredLabels implements Check {

  private final List<Finding> ofVolumes = new ArrayList<>();

  @Override
  public void see(CheckedObject seen) {
    String way = seen.object().labels().getOrDefault(VolumeClassifier.LABEL, SharedVolumes.SHARE);
    // A workload may say that what it mounts is shared.
    if (!way.equals(SharedVolumes.SHARE) && !Activity.isStorage(seen.ref())) {
      ofVolumes.add(
          new Finding(
              FindingCode.LABEL_IGNORED,
              seen.ref(),
              "has the label %s=%s, which changes nothing there: claims and volumes say how their data travels"
                  .formatted(VolumeClassifier.LABEL, way),
              "label its claims, or write a rule in volumes that matches the workload"));
    }
  }

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
    List<Finding> findings = new ArrayList<>(move.ofTravelling(ofVolumes));
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
