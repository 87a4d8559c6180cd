package dev.migrator.plan.preflight;

import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Finding;
import dev.migrator.plan.Finding.Severity;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Labels that ask for a protection, on objects that do not travel: nobody heeds them. */
public final class IgnoredLabels {

  private IgnoredLabels() {}

  /**
   * A label in vain.
   *
   * @param value of the label
   * @param reason why the object does not travel
   */
  public record InVain(ObjectRef ref, String value, String reason) {}

  /**
   * One finding for each reason and value.
   *
   * @param key of the label
   */
  public static List<Finding> findings(Collection<InVain> objects, String key) {
    Map<String, List<InVain>> byReason = new TreeMap<>();
    objects.forEach(
        one ->
            byReason
                .computeIfAbsent(one.reason() + "=" + one.value(), k -> new ArrayList<>())
                .add(one));
    List<Finding> findings = new ArrayList<>();
    for (List<InVain> some : byReason.values()) {
      InVain first = some.getFirst();
      findings.add(
          new Finding(
              Severity.WARNING,
              "label-ignored",
              Optional.of(first.ref()),
              "has the label %s=%s%s, which changes nothing: it does not travel: %s"
                  .formatted(
                      key,
                      first.value(),
                      some.size() == 1 ? "" : ", and so have " + (some.size() - 1) + " more",
                      first.reason()),
              "label what it is made from; or take its owner out of metadata.ownerReferences at"
                  + " the source, and plan again"));
    }
    return findings;
  }
}
